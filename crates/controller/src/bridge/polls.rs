//! Polls of the clients of 1C: what they have worked off goes, what waits for them comes, in order and at least once.
use std::collections::VecDeque;
use std::time::Duration;

use hotstart_core::bridge::cursor::Cursor;
use hotstart_core::bridge::{Answer, BridgeEvent, Caller, Events, MOST_EVENTS, Refusal};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::Committed;
use serde_json::json;
use tokio::time::Instant;

use super::{Done, Replying, nothing};
use crate::controller::Controller;
use crate::job::Finished;
use crate::opening::Opening;

/// How many clients are known at once; the one that was silent longest is forgotten.
const MOST_CLIENTS: usize = 64;

/// How many polls of one client may wait: more than one only where clients do not tell who they are.
const MOST_PARKED: usize = 8;

/// How long a client that works on what it was given counts as running.
const BETWEEN_POLLS: Duration = Duration::from_secs(10);

/// How long an `open` event that was fetched and not acknowledged is given again.
const FETCHED_FOR: Duration = Duration::from_secs(10);

/// How much one answer holds, in bytes of its data; one event may be longer.
const MOST_BYTES: usize = 1024 * 1024;

/// How many events are looked through for those that nobody else holds.
const LOOKED_AT: usize = 2 * MOST_EVENTS;

/// One client of 1C.
#[derive(Default)]
pub(super) struct Client {
    parked: Vec<Parked>,
    /// Until when it counts as running, should it not poll again.
    until: Option<Instant>,
    /// When it polled last.
    pub(super) seen: Option<Instant>,
    /// Links for it.
    pub(super) opens: VecDeque<Open>,
}

/// A poll that waits for something to happen.
struct Parked {
    reply: Replying,
    /// When the server gives up waiting.
    until: Instant,
}

/// A link for a client.
pub(super) struct Open {
    pub(super) number: u64,
    pub(super) nav: String,
    /// What waits for it to be taken.
    pub(super) opening: Option<Opening>,
    /// When it was fetched.
    pub(super) fetched: Option<Instant>,
}

impl Client {
    /// Whether it polls, or has just done so and will again.
    pub(super) fn runs(&self, now: Instant) -> bool {
        let waits = |parked: &Parked| !parked.reply.is_closed();
        // One that left before its time has gone away.
        let left = |parked: &Parked| parked.reply.is_closed() && now + Duration::from_millis(100) < parked.until;
        self.parked.iter().any(waits) || (!self.parked.iter().any(left) && self.until.is_some_and(|until| now < until))
    }

    /// Its polls are refused; gives the links that it has not fetched.
    pub(super) fn end(self, failure: &Failure) -> Vec<Opening> {
        for parked in self.parked {
            let _ = parked.reply.send(Err(Refusal::Unknown(failure.clone())));
        }
        self.opens.into_iter().filter_map(|open| open.opening).collect()
    }

    fn tidy(&mut self, now: Instant) {
        self.opens
            .retain(|open| open.fetched.is_none_or(|fetched| now < fetched + FETCHED_FOR));
    }
}

impl Controller {
    /// A client polls.
    pub(super) fn poll(&mut self, caller: Caller, after: Option<&str>, wait: Duration, reply: Replying) {
        let Some(cursor) = Cursor::parse(after.unwrap_or_default()) else {
            let failure = Failure::new(Code::BridgeCall).with("detail", "the cursor is none of ours");
            let _ = reply.send(Err(Refusal::Bad(failure)));
            return;
        };
        let now = Instant::now();
        self.make_room(&caller);
        let run = self.bridge.run;
        let client = self.bridge.clients.entry(caller.clone()).or_default();
        client.seen = Some(now);
        client.until = Some(now + wait + BETWEEN_POLLS);
        client.parked.retain(|parked| !parked.reply.is_closed());
        if cursor.run == run {
            client
                .opens
                .retain(|open| open.fetched.is_none() || open.number > cursor.open);
        }
        let park = (!wait.is_zero()).then(|| now + wait);
        // What was answered with a failure comes again, whatever the cursor of that time says.
        let mut rows = cursor.rows;
        rows.retain(|number| !self.bridge.lent.failed(*number, &caller.base));
        self.bridge.lent.end(&rows, &caller.base);
        let gone = self.worked_off(&caller, rows);
        self.remember_early(&caller.base, &gone);
        let transaction = self.relay_acknowledged(&caller.base, &gone);
        if transaction.relay.is_empty() {
            return self.answer_or_park(caller, reply, park);
        }
        // What is acknowledged must never come again: it is answered only when that is certain.
        let work = self.ports.store.commit(transaction);
        self.job(work, move |result| {
            Finished::Bridge(Done::Acknowledged {
                caller,
                reply,
                parked: park.is_some(),
                result,
            })
        });
    }

    pub(super) fn poll_acknowledged(
        &mut self,
        caller: Caller,
        reply: Replying,
        parked: bool,
        result: Result<Committed, Failure>,
    ) {
        self.relay_wake(&caller.base);
        match result {
            Ok(committed) => {
                self.committed(&committed);
                let Some(client) = self.bridge.clients.get(&caller) else {
                    // Its token has become void meanwhile, or its base has another name.
                    let _ = reply.send(Ok(nothing("-")));
                    return;
                };
                let until = client.until.filter(|_| parked);
                let park = until.map(|until| until - BETWEEN_POLLS);
                self.answer_or_park(caller, reply, park);
            }
            Err(failure) => {
                self.tell(&failure);
                let _ = reply.send(Err(Refusal::Busy(failure)));
            }
        }
    }

    /// Answers a poll if something waits for its client; else it waits, if it may.
    fn answer_or_park(&mut self, caller: Caller, reply: Replying, park: Option<Instant>) {
        let Err(reply) = self.give(&caller, reply) else {
            return;
        };
        let Some(until) = park else {
            let _ = reply.send(Ok(nothing("-")));
            return;
        };
        self.wake_when_free(&caller, until);
        let client = self.bridge.clients.entry(caller).or_default();
        if client.parked.len() >= MOST_PARKED {
            let _ = client.parked.remove(0).reply.send(Ok(nothing("-")));
        }
        client.parked.push(Parked { reply, until });
    }

    /// What another client holds may become free before this poll ends.
    fn wake_when_free(&self, caller: &Caller, until: Instant) {
        let Some(free) = self
            .bridge
            .lent
            .free_at(caller, Instant::now())
            .filter(|free| *free < until)
        else {
            return;
        };
        let base = caller.base.clone();
        self.job(Box::pin(tokio::time::sleep_until(free)), move |()| {
            Finished::Bridge(Done::Free { base })
        });
    }

    /// Answers a poll with all that waits for its client, and says whether that arrived; gives the reply back if there is
    /// nothing.
    fn give(&mut self, caller: &Caller, reply: Replying) -> Result<bool, Replying> {
        let now = Instant::now();
        let (rows, mut events) = self.rows_for(caller, now);
        let Some(client) = self.bridge.clients.get_mut(caller) else {
            return Err(reply);
        };
        client.tidy(now);
        let opens = client.opens.iter().map(|open| BridgeEvent {
            id: format!("open:{:x}:{}", self.bridge.run, open.number),
            kind: "open".to_owned(),
            data: json!({"link": open.nav}),
        });
        // A person waits for these.
        events.splice(0..0, opens);
        if events.is_empty() {
            return Err(reply);
        }
        let cursor = Cursor {
            rows: rows.clone(),
            run: self.bridge.run,
            open: client.opens.back().map_or(0, |open| open.number),
        };
        let answer = Answer::Events(Events {
            events,
            cursor: cursor.text(),
        });
        if reply.send(Ok(answer)).is_err() {
            // The client has gone away: nothing was given.
            client.until = None;
            return Ok(false);
        }
        client.until = Some(now + BETWEEN_POLLS);
        let mut taken = Vec::new();
        for open in &mut client.opens {
            open.fetched.get_or_insert(now);
            taken.extend(open.opening.take());
        }
        self.bridge.lent.given(&rows);
        if !self.is_for_everyone(&caller.base) {
            self.bridge.lent.lend(&rows, caller, now);
        }
        for opening in taken {
            let base = opening.base.clone();
            self.opened(opening, &base, Ok(()));
        }
        Ok(true)
    }

    /// The events of the queue that this client may have now.
    fn rows_for(&self, caller: &Caller, now: Instant) -> (Vec<u64>, Vec<BridgeEvent>) {
        let (mut rows, mut events, mut bytes) = (Vec::new(), Vec::new(), 0);
        for item in self.relay_next(&caller.base, LOOKED_AT) {
            let free = self.bridge.lent.is_free(item.number, caller, now);
            if !free || self.bridge.shared.is_done(item.number, caller) {
                continue;
            }
            bytes += item.event.data.to_string().len();
            if rows.len() >= MOST_EVENTS || (bytes > MOST_BYTES && !rows.is_empty()) {
                break;
            }
            rows.push(item.number);
            events.push(BridgeEvent {
                id: item.event.id,
                kind: item.event.kind,
                data: item.event.data,
            });
        }
        (rows, events)
    }

    /// Events of a base are there: its waiting polls are answered, that of the client that came last first.
    pub(crate) fn bridge_wake(&mut self, base: &str) {
        self.clear_early(base);
        let mut callers: Vec<_> = self
            .bridge
            .clients
            .iter()
            .filter(|(caller, client)| caller.base == base && !client.parked.is_empty())
            .map(|(caller, client)| (client.seen, caller.clone()))
            .collect();
        callers.sort();
        for (_, caller) in callers.into_iter().rev() {
            self.wake_client(&caller);
        }
    }

    /// Answers a waiting poll of one client, the newest that is still there.
    pub(super) fn wake_client(&mut self, caller: &Caller) {
        loop {
            let client = self.bridge.clients.get_mut(caller);
            let Some(parked) = client.and_then(|client| client.parked.pop()) else {
                return;
            };
            if parked.reply.is_closed() {
                continue;
            }
            let until = parked.until;
            match self.give(caller, parked.reply) {
                Ok(true) => return,
                Ok(false) => {}
                Err(reply) => {
                    if let Some(client) = self.bridge.clients.get_mut(caller) {
                        client.parked.push(Parked { reply, until });
                    }
                    return;
                }
            }
        }
    }

    fn make_room(&mut self, caller: &Caller) {
        let clients = &mut self.bridge.clients;
        if clients.len() < MOST_CLIENTS || clients.contains_key(caller) {
            return;
        }
        let silent = clients
            .iter()
            .filter(|(_, client)| client.opens.iter().all(|open| open.opening.is_none()))
            .min_by_key(|(_, client)| client.seen)
            .map(|(caller, _)| caller.clone());
        if let Some(silent) = silent {
            clients.remove(&silent);
        }
    }
}
