//! Offline events: the changes that a portal keeps for an application of an administrator, taken for the relay.
//!
//! ```text
//! bind ─► what an earlier life had reserved ─► get (clear=0) ─► durable here ─► clear ─► get ...
//! ```
//!
//! A portal whose plan has `rest_offline_extended` reserves what it gives until it is told to forget it, so nothing is
//! lost whenever this program dies. Any other portal deletes at once what it gives; between that and the commit here lies
//! a moment in which a death of the program loses up to 50 events, and that is said.
use std::collections::BTreeMap;
use std::time::Duration;

use bitrix24::rest::{Rest, RestError};
use hotstart_controller::Request;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::relay::{OfflineEvent, offline_bindings, offline_event};
use hotstart_core::settings::OfflineEvents;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot, watch};

use crate::portals::RestPortals;
use crate::relay::trial_ms;

/// The most events that a portal gives at once.
const AT_ONCE: usize = 50;
/// The most pages of reserved events that are looked through.
const PAGES: usize = 200;

/// What a relay for the whole company says of a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfflineNews {
    /// It takes events; false: the portal deletes them as it gives them.
    Takes(bool),
    /// So many were taken, and so many of them were no events of an entity.
    Taken(usize, usize),
    /// It cannot; it is tried again.
    Failed(Failure),
}

/// How long is waited before the next question when there was nothing more, and after a failure: as the limits of a portal
/// allow it, or for trials.
fn pauses() -> (Duration, Duration) {
    let usual = (Duration::from_secs(30), Duration::from_secs(60));
    trial_ms().map_or(usual, |ms| {
        let short = Duration::from_millis(ms.saturating_mul(5).max(1));
        (short, short)
    })
}

/// Takes the offline events of one portal until `ending` says so. It ends between two calls: what a portal has deleted as
/// it gave it is kept before.
pub(crate) async fn take_offline(
    portals: RestPortals,
    wanted: OfflineEvents,
    requests: mpsc::Sender<Request>,
    told: mpsc::Sender<OfflineNews>,
    ending: watch::Receiver<bool>,
) {
    let (every, after_failure) = pauses();
    let taker = Taker {
        portals,
        wanted,
        requests,
        told,
        ending,
    };
    loop {
        match taker.take(every).await {
            Ok(()) => return,
            Err(failure) => taker.tell(OfflineNews::Failed(failure)).await,
        }
        if taker.ends_within(after_failure).await {
            return;
        }
    }
}

struct Taker {
    portals: RestPortals,
    wanted: OfflineEvents,
    requests: mpsc::Sender<Request>,
    told: mpsc::Sender<OfflineNews>,
    ending: watch::Receiver<bool>,
}

impl Taker {
    /// Binds and takes, until something fails; `Ok` once nobody wants events any more.
    async fn take(&self, every: Duration) -> Result<(), Failure> {
        let rest = self.portals.rest(&self.wanted.portal).await?;
        self.bind(&rest).await?;
        let reserves = self.reserves(&rest).await?;
        self.tell(OfflineNews::Takes(reserves)).await;
        if reserves {
            self.earlier(&rest).await?;
        }
        loop {
            if self.ends_within(Duration::ZERO).await {
                return Ok(());
            }
            let clear = u8::from(!reserves);
            let taken = rest.call("event.offline.get", json!({"clear": clear, "limit": AT_ONCE}));
            let taken = taken.await.map_err(|error| self.failed(&error))?;
            let events = taken["events"].as_array().cloned().unwrap_or_default();
            let full = events.len() >= AT_ONCE;
            if !events.is_empty() {
                if !self.keep(&events).await? {
                    return Ok(());
                }
                if let Some(process) = taken["process_id"].as_str() {
                    self.clear(&rest, process, &events).await?;
                }
            }
            if !full && self.ends_within(every).await {
                return Ok(());
            }
        }
    }

    async fn bind(&self, rest: &Rest) -> Result<(), Failure> {
        let bound = rest
            .call("event.get", json!({}))
            .await
            .map_err(|error| self.failed(&error))?;
        let is_bound = |name: &str| {
            let mut all = bound.as_array().into_iter().flatten();
            all.any(|known| {
                let same = known["event"]
                    .as_str()
                    .is_some_and(|event| event.eq_ignore_ascii_case(name));
                same && (known["offline"] == 1 || known["offline"] == "1" || known["offline"] == true)
            })
        };
        for name in offline_bindings(&self.wanted.entities) {
            if is_bound(&name) {
                continue;
            }
            let made = rest
                .call("event.bind", json!({"event": name, "event_type": "offline"}))
                .await;
            match made {
                Ok(_) => tracing::info!(portal = self.wanted.portal, event = name, "offline events are bound"),
                // Somebody was faster.
                Err(error) if error.portal_code() == Some("ERROR_EVENT_BINDING_EXISTS") => {}
                Err(error) => return Err(self.failed(&error)),
            }
        }
        Ok(())
    }

    /// Whether the portal keeps what it gives until it is told to forget it.
    async fn reserves(&self, rest: &Rest) -> Result<bool, Failure> {
        let feature = rest.call("feature.get", json!({"CODE": "rest_offline_extended"})).await;
        Ok(feature.map_err(|error| self.failed(&error))?["value"] == "Y")
    }

    /// What was reserved by a life of this program that ended before it could say that it has it.
    async fn earlier(&self, rest: &Rest) -> Result<(), Failure> {
        let mut reserved: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for page in 0..PAGES {
            let list = rest.call("event.offline.list", json!({"start": page * AT_ONCE}));
            let rows = list.await.map_err(|error| self.failed(&error))?;
            let rows = rows.as_array().cloned().unwrap_or_default();
            let count = rows.len();
            for row in rows {
                if let Some(process) = row["PROCESS_ID"].as_str().filter(|process| !process.is_empty()) {
                    reserved.entry(process.to_owned()).or_default().push(row);
                }
            }
            if count < AT_ONCE {
                break;
            }
        }
        for (process, rows) in reserved {
            if self.keep(&rows).await? {
                self.clear(rest, &process, &rows).await?;
            }
        }
        Ok(())
    }

    /// Makes events durable; false when nobody takes them any more.
    async fn keep(&self, records: &[Value]) -> Result<bool, Failure> {
        let events: Vec<OfflineEvent> = records.iter().filter_map(offline_event).collect();
        let unread = records.len() - events.len();
        self.tell(OfflineNews::Taken(records.len(), unread)).await;
        let (reply, kept) = oneshot::channel();
        let request = Request::Offline {
            portal: self.wanted.portal.clone(),
            events,
            reply,
        };
        if self.requests.send(request).await.is_err() {
            return Ok(false);
        }
        match kept.await {
            Ok(result) => result.map(|()| true),
            Err(_) => Ok(false),
        }
    }

    async fn clear(&self, rest: &Rest, process: &str, records: &[Value]) -> Result<(), Failure> {
        let messages: Vec<&Value> = records.iter().map(|record| &record["MESSAGE_ID"]).collect();
        let params = json!({"process_id": process, "message_id": messages});
        let cleared = rest.call("event.offline.clear", params).await;
        cleared.map(drop).map_err(|error| self.failed(&error))
    }

    /// Waits; whether the program ends.
    async fn ends_within(&self, wait: Duration) -> bool {
        let mut ending = self.ending.clone();
        let ended = ending.wait_for(|ending| *ending);
        tokio::time::timeout(wait, ended).await.is_ok()
    }

    async fn tell(&self, news: OfflineNews) {
        // Once the program ends nobody may listen, and nothing waits for that.
        let mut ending = self.ending.clone();
        tokio::select! {
            _ = self.told.send(news) => {}
            _ = ending.wait_for(|ending| *ending) => {}
        }
    }

    fn failed(&self, error: &RestError) -> Failure {
        let failure = self.portals.failed(&self.wanted.portal, error);
        // The portal says with the same word that the user is no administrator, and that the plan has no such queue.
        if failure.code == Code::AuthScope {
            return Failure::new(Code::OfflineRefused).with("portal", &self.wanted.portal);
        }
        failure
    }
}
