//! The way to a base: load, read, send, judge, keep.
use std::time::Duration;

use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{RelayChange, RelayItem, Transaction, Waiting};
use hotstart_core::relay::{Fate, OfflineEvent, Step, Trouble, step};
use hotstart_core::settings::RelayWay;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Done;
use crate::controller::Controller;
use crate::job::Finished;

/// How many rows the clients of a base may have at hand.
const WINDOW: usize = 200;
/// How long the end of the program waits for sessions to end.
const LAST_WORD: Duration = Duration::from_millis(1_500);

impl Controller {
    /// Goes on where an earlier run has stopped.
    pub(crate) fn start_relay(&mut self) {
        let bases: Vec<String> = self.relay.lanes.keys().cloned().collect();
        for base in bases {
            self.relay_wake(&base);
        }
        let portals: Vec<String> = self.relay.replies.keys().cloned().collect();
        for portal in portals {
            self.reply_wake(&portal);
        }
    }

    /// Events were committed for these bases.
    pub(crate) fn relayed(&mut self, bases: &[String]) {
        for base in bases {
            self.relay.lane(base).waiting += 1;
        }
        let mut bases = bases.to_vec();
        bases.sort_unstable();
        bases.dedup();
        for base in bases {
            self.relay_wake(&base);
        }
    }

    /// A step of the relay has ended.
    pub(crate) fn relay_done(&mut self, done: Done) {
        match done {
            Done::Loaded(base, result) => self.relay_loaded(&base, result),
            Done::Read(base, read) => self.relay_read(&base, read),
            Done::Sent {
                base,
                items,
                since,
                outcome,
            } => self.relay_sent(&base, &items, since, outcome),
            Done::Kept(base, wait_ms, result) => {
                let result = result.map(drop);
                self.relay_kept(&base, wait_ms, result);
            }
            Done::Ended => {}
            Done::Queued(reply, Ok(committed)) => {
                let _ = reply.send(Ok(()));
                self.committed(&committed);
            }
            Done::Queued(reply, Err(failure)) => {
                self.tell(&failure);
                let _ = reply.send(Err(failure));
            }
            Done::Replies(portal, result) => self.replies_loaded(&portal, result),
            Done::Replied(reply, since, result) => self.replied(reply, since, result),
            Done::ReplyKept(portal, wait_ms, result) => self.reply_kept(&portal, wait_ms, result.map(drop)),
            Done::Revived(Ok(_)) => self.start_relay(),
            Done::Revived(Err(failure)) => self.tell(&failure),
            Done::Renamed(base, result) => self.relay_renamed(&base, result),
        }
    }

    /// A moment has come for which something was waiting.
    pub(crate) fn relay_looks(&mut self) {
        let now = Instant::now();
        let due = |moment: Option<Instant>| moment.is_some_and(|moment| moment <= now);
        let (mut tries, mut ends) = (Vec::new(), Vec::new());
        for (base, track) in &mut self.relay.lanes {
            if due(track.due) {
                track.due = None;
                tries.push(base.clone());
            }
            if due(track.idle) {
                track.idle = None;
                track.session = false;
                ends.push(base.clone());
            }
        }
        for base in ends {
            self.job(self.ports.services.end_events(base), |()| Finished::Relay(Done::Ended));
        }
        for base in tries {
            self.relay_wake(&base);
        }
        self.replies_look(now);
    }

    /// Begins a step, unless one is under way or a try is waited for.
    pub(crate) fn relay_wake(&mut self, base: &str) {
        let most = match self.relay_way(base) {
            RelayWay::Service => self.relay.lane(base).lane.room(&self.ports.services.pace()),
            RelayWay::Client => WINDOW,
        };
        let track = self.relay.lane(base);
        if track.busy {
            track.stirred = true;
            return;
        }
        if track.due.is_some() {
            return;
        }
        (track.busy, track.stirred) = (true, false);
        // What is read from now on knows of everything that was committed before.
        track.taken.clear();
        let work = self.ports.store.relay_waiting(base.to_owned(), 0, most);
        let base = base.to_owned();
        self.job(work, |result| Finished::Relay(Done::Loaded(base, result)));
    }

    /// Nothing is waited for any more: the computer woke up, or its network is another one.
    pub(crate) fn relay_awake(&mut self) {
        for track in self.relay.lanes.values_mut() {
            track.due = None;
        }
        for track in self.relay.replies.values_mut() {
            track.due = None;
        }
        self.start_relay();
    }

    /// Ends the sessions that bases keep for us.
    pub(crate) fn relay_farewell(&self) -> impl Future<Output = ()> + use<> {
        let sessions = self.relay.lanes.iter().filter(|(_, track)| track.session);
        let ends: Vec<Waiting<()>> = sessions
            .map(|(base, _)| self.ports.services.end_events(base.clone()))
            .collect();
        async move {
            let mut all: JoinSet<()> = ends.into_iter().collect();
            let _ = tokio::time::timeout(LAST_WORD, async { while all.join_next().await.is_some() {} }).await;
        }
    }

    /// Takes events that a relay for the whole company has got from a portal; answers when they are durable.
    pub(crate) fn queue_offline(
        &mut self,
        portal: &str,
        events: Vec<OfflineEvent>,
        reply: oneshot::Sender<Result<(), Failure>>,
    ) {
        for event in &events {
            self.state.resolving.cache.forget(portal, event.entity);
        }
        let (settings, at) = (&self.state.settings, self.now());
        let added = events.iter().flat_map(|event| event.events(settings, portal, at));
        let transaction = Transaction {
            relay: added.map(RelayChange::Added).collect(),
            // The portal forgets what it is told to.
            lasting: true,
            ..Transaction::default()
        };
        let work = self.ports.store.commit(transaction);
        self.job(work, |result| Finished::Relay(Done::Queued(reply, result)));
    }

    pub(super) fn relay_way(&self, base: &str) -> RelayWay {
        self.state
            .settings
            .relay
            .base(base)
            .map_or(RelayWay::Service, |base| base.way)
    }

    fn relay_loaded(&mut self, base: &str, result: Result<Vec<RelayItem>, Failure>) {
        let items = match result {
            Ok(items) => items,
            Err(failure) => {
                self.tell(&failure);
                return self.relay_rest(base, self.ports.services.pace().first_ms);
            }
        };
        let (pace, way) = (self.ports.services.pace(), self.relay_way(base));
        let room = match way {
            RelayWay::Service => {
                let track = self.relay.lane(base);
                // The way is another one now: what its clients have not taken goes to the service, and to it alone.
                track.window.clear();
                track.lane.room(&pace)
            }
            RelayWay::Client => WINDOW,
        };
        match step(&items, room, pace.bytes) {
            Step::Nothing => {
                let track = self.relay.lane(base);
                track.window.clear();
                track.taken.clear();
                (track.waiting, track.read) = (0, true);
                if track.session && track.idle.is_none() {
                    track.idle = Some(Instant::now() + Duration::from_millis(pace.idle_ms));
                }
                self.relay_rest(base, 0);
            }
            Step::Read(unread) => {
                let unread = unread.into_iter().cloned().collect();
                self.read_fields(base, unread);
            }
            Step::Send(ready) => match way {
                RelayWay::Service => self.send_events(base, ready.to_vec()),
                RelayWay::Client => {
                    let ready = ready.to_vec();
                    self.offer(base, ready);
                }
            },
        }
    }

    fn send_events(&mut self, base: &str, items: Vec<RelayItem>) {
        let Some(settings) = self.state.settings.base(base).cloned() else {
            let failure = Failure::new(Code::BaseUnknown).with("base", base);
            let mut transaction = Transaction::default();
            for item in items {
                self.bury_event(item, &failure, &mut transaction);
            }
            return self.relay_keep(base, 0, transaction);
        };
        let since = self.now();
        let track = self.relay.lane(base);
        (track.session, track.idle) = (true, None);
        let work = self.ports.services.events(settings, items.clone());
        let base = base.to_owned();
        self.job(work, move |outcome| {
            Finished::Relay(Done::Sent {
                base,
                items,
                since,
                outcome,
            })
        });
    }

    fn relay_sent(&mut self, base: &str, items: &[RelayItem], since: Timestamp, outcome: Result<Value, Trouble>) {
        let (pace, lot) = (self.ports.services.pace(), self.ports.services.lot());
        let verdict = self.relay.lane(base).lane.judge(items, outcome, &pace, lot);
        let mut transaction = Transaction::default();
        if let Some(news) = verdict.news {
            let record = self.base_news(base, since, news);
            transaction.journal.push(record);
        }
        for (number, fate) in verdict.fates {
            let Some(item) = items.iter().find(|item| item.number == number) else {
                continue;
            };
            match fate {
                Fate::Done(answer) => self.event_done(item, answer.as_ref(), &mut transaction),
                Fate::Again(attempts) => transaction.relay.push(RelayChange::Tried(number, attempts)),
                Fate::Dead(failure) => self.bury_event(item.clone(), &failure, &mut transaction),
            }
        }
        self.relay_keep(base, verdict.wait_ms, transaction);
    }

    pub(super) fn relay_keep(&mut self, base: &str, wait_ms: u64, transaction: Transaction) {
        if transaction == Transaction::default() {
            return self.relay_kept(base, wait_ms, Ok(()));
        }
        for record in &transaction.journal {
            self.state.add_record(record.clone());
        }
        let work = self.ports.store.commit(transaction);
        let base = base.to_owned();
        self.job(work, move |result| Finished::Relay(Done::Kept(base, wait_ms, result)));
    }

    fn relay_kept(&mut self, base: &str, wait_ms: u64, result: Result<(), Failure>) {
        let mut wait_ms = wait_ms;
        if let Err(failure) = result {
            // What is not stored is sent again; the base knows it by its id.
            self.tell(&failure);
            wait_ms = wait_ms.max(self.ports.services.pace().first_ms);
        }
        self.relay.lane(base).stirred = true;
        self.relay_rest(base, wait_ms);
        self.replies_wake();
    }

    /// A step has ended: the next one is at once, later, or when something comes.
    pub(super) fn relay_rest(&mut self, base: &str, wait_ms: u64) {
        let track = self.relay.lane(base);
        track.busy = false;
        if wait_ms > 0 {
            track.due = Some(Instant::now() + Duration::from_millis(wait_ms));
        } else if track.stirred {
            self.relay_wake(base);
        }
    }
}
