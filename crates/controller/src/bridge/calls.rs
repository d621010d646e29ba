//! What 1C asks for besides events: a link, a notification, a call of the portal, how things stand.
use hotstart_core::Timestamp;
use hotstart_core::bridge::{Answer, BridgeStatus, Caller, PortalStatus, Refusal, methods, portal_of};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::link::{Link, Source};
use hotstart_core::notification::{TEXT_CHARS, TITLE_CHARS, plain_line};
use hotstart_core::plan::{Plan, Wish, plan};
use hotstart_core::ports::{Committed, Transaction};
use serde_json::Value;
use tokio::time::Instant;

use super::{Done, Replying};
use crate::controller::Controller;
use crate::job::Finished;

/// How many windows and notifications a base may ask for at once, and how many more come free each second.
const BURST: f64 = 20.0;
const PER_SECOND: f64 = 1.0;

/// What a base may still ask for.
pub(super) struct Budget {
    left: f64,
    at: Instant,
}

/// A call of a portal on its way.
pub(crate) struct RestCall {
    base: String,
    portal: String,
    method: String,
    started: Timestamp,
}

impl Controller {
    /// A link from 1C goes through the same gate as any other; what is refused at once is said at once.
    pub(super) fn open_of_bridge(&mut self, caller: &Caller, link: String) -> Result<Answer, Refusal> {
        self.spend(caller)?;
        let read = Link::receive(&link, Source::Bridge);
        let planned = read.as_ref().map(|link| {
            let plan = plan(link, &self.state.settings, &self.facts(), &Wish::default());
            (link.canonical(), plan)
        });
        let answer = match planned {
            Err(refused) => Err(Failure::new(Code::LinkRefused).finer(refused.code())),
            Ok((_, Plan::Refuse(failure))) => Err(failure),
            Ok((link, _)) => Ok(Answer::Opened { link }),
        };
        self.open_link(link, Source::Bridge, None);
        answer.map_err(Refusal::Bad)
    }

    /// A notification of 1C goes to the inbox; it is answered when it is kept.
    pub(super) fn note_of_bridge(
        &mut self,
        caller: &Caller,
        title: &str,
        text: &str,
        link: Option<String>,
        reply: Replying,
    ) {
        if let Err(refusal) = self.spend(caller) {
            let _ = reply.send(Err(refusal));
            return;
        }
        let link = match link.map(|link| Link::receive(&link, Source::Bridge)).transpose() {
            Ok(link) => link.map(|link| link.canonical()),
            Err(refused) => {
                let failure = Failure::new(Code::LinkRefused).finer(refused.code());
                let _ = reply.send(Err(Refusal::Bad(failure)));
                return;
            }
        };
        let title = plain_line(title, TITLE_CHARS);
        let text = plain_line(text, TEXT_CHARS);
        if title.is_empty() && text.is_empty() {
            let failure = Failure::new(Code::BridgeCall).with("detail", "a notification without a word");
            let _ = reply.send(Err(Refusal::Bad(failure)));
            return;
        }
        let at = self.now();
        let id = format!("bridge:{}:{}:{}", caller.base, at.0, self.state.next_number());
        let name = self.base_name(&caller.base);
        let record = JournalRecord {
            details: title.clone(),
            ..self.entry("notify", &caller.base, "desk", link.as_deref().unwrap_or(&id), at)
        };
        let note = Note {
            id: id.clone(),
            portal: String::new(),
            title: if title.is_empty() { name } else { title },
            text,
            link,
            tag: None,
            at,
            read: false,
            toast: self.state.settings.notifications.toasts,
            kind: NoteKind::Own,
            buttons: Vec::new(),
        };
        let work = self.ports.store.commit(Transaction {
            notes: vec![note],
            journal: vec![record.clone()],
            // 1C forgets what was taken from it.
            lasting: true,
            ..Transaction::default()
        });
        self.job(work, move |result| {
            Finished::Bridge(Done::Noted {
                id,
                record,
                reply,
                result,
            })
        });
    }

    pub(super) fn noted(
        &mut self,
        id: String,
        record: JournalRecord,
        reply: Replying,
        result: Result<Committed, Failure>,
    ) {
        let answer = match result {
            Ok(committed) => {
                self.state.add_record(record);
                self.committed(&committed);
                Ok(Answer::Noted { id })
            }
            Err(failure) => {
                // 1C is told to try again, and the user why it has to.
                self.tell(&failure);
                self.state
                    .add_record(record.with_failure(Outcome::Failed, &failure, self.state.settings.language));
                Err(Refusal::Busy(failure))
            }
        };
        let _ = reply.send(answer);
    }

    /// A call of the portal, in the name of the user and within the list of methods.
    pub(super) fn rest_of_bridge(
        &mut self,
        caller: &Caller,
        portal: Option<String>,
        method: String,
        params: Value,
        reply: Replying,
    ) {
        let started = self.now();
        let allowed = self.state.settings.bridge.methods.as_deref();
        if let Err(failure) = methods::check(&method, &params, allowed) {
            let record = self.entry("rest", &caller.base, portal.as_deref().unwrap_or_default(), "", started);
            self.record(record.with_failure(Outcome::Refused, &failure, self.state.settings.language));
            let refusal = if failure.code == Code::BridgeMethod {
                Refusal::Forbidden(failure)
            } else {
                Refusal::Bad(failure)
            };
            let _ = reply.send(Err(refusal));
            return;
        }
        let portal = match portal_of(&self.state.settings, &caller.base, portal.as_deref()) {
            Ok(portal) => portal,
            Err(failure) => {
                let _ = reply.send(Err(Refusal::Bad(failure)));
                return;
            }
        };
        let work = self.ports.portals.call(portal.clone(), method.clone(), params);
        let call = RestCall {
            base: caller.base.clone(),
            portal,
            method,
            started,
        };
        self.job(work, move |result| Finished::Bridge(Done::Rest { call, reply, result }));
    }

    pub(super) fn rest_answered(&mut self, call: &RestCall, reply: Replying, result: Result<Value, Failure>) {
        let record = self.entry("rest", &call.base, &call.portal, &call.method, call.started);
        match result {
            Ok(answer) => {
                // What only reads would fill the journal.
                if !methods::only_reads(&call.method) {
                    self.record(record);
                }
                let _ = reply.send(Ok(Answer::Rest(answer)));
            }
            Err(failure) => {
                self.record(record.with_failure(Outcome::Failed, &failure, self.state.settings.language));
                let _ = reply.send(Err(Refusal::Portal(failure)));
            }
        }
    }

    /// How things stand, for the base that asks.
    pub(super) fn bridge_status(&self, caller: &Caller) -> BridgeStatus {
        let portals = self.connection_views().into_iter();
        BridgeStatus {
            base: caller.base.clone(),
            portals: portals.map(PortalStatus::of).collect(),
            queue: self.relay_waits(&caller.base),
            client: self.running_bases().contains(&caller.base),
        }
    }

    /// Windows and notifications in front of a person have a limit.
    fn spend(&mut self, caller: &Caller) -> Result<(), Refusal> {
        let now = Instant::now();
        let budget = self
            .bridge
            .budgets
            .entry(caller.base.clone())
            .or_insert(Budget { left: BURST, at: now });
        let since = now.saturating_duration_since(budget.at).as_secs_f64();
        budget.left = since.mul_add(PER_SECOND, budget.left).min(BURST);
        budget.at = now;
        if budget.left < 1.0 {
            let failure = Failure::new(Code::BridgeCall).with("detail", "too many links and notifications at once");
            return Err(Refusal::Busy(failure));
        }
        budget.left -= 1.0;
        Ok(())
    }
}
