//! The history is read once more: a look begins, brings something, and is enough, repeated or given up.

use std::time::Duration;

use super::{
    super::{Effect, Now, Session},
    Stage,
};
use crate::{
    delay::Pause,
    event::Gap,
    status::TransportKind,
    wire::{Frame, Message},
};

/// How long a held request may stay without an answer: servers end it after forty seconds.
const HELD: Duration = Duration::from_secs(60);

/// Looks that fail in a row before the owner is told.
const ATTEMPTS: u32 = 3;

/// A look that is neither answered nor known to be held after so many times the proof has failed.
const UNPROVEN: u32 = 3;

impl Session {
    pub(super) fn begin_look(&mut self, now: Now) {
        let position = self.look.at.as_ref().or(self.ledger.read_to());
        let endpoints = self
            .config
            .as_ref()
            .map(|config| config.endpoints(TransportKind::LongPolling, position))
            .unwrap_or_default();
        self.look.from = position.cloned();
        (self.look.met, self.look.garbled) = (false, false);
        self.effects.push_back(Effect::Look(endpoints));
        self.look.stage = Stage::Looking {
            until: now.instant + UNPROVEN * self.limits.look_within,
            joined: self.look.live.is_some(),
        };
    }

    /// A piece of what the second look brought.
    pub(in crate::session) fn looked(&mut self, frame: Frame<'_>, now: Now) {
        let Stage::Looking { .. } = self.look.stage else {
            return;
        };
        let messages = self.decode(frame);
        self.look.garbled |= messages.is_empty();
        self.count_replay(messages.len());
        if let Some(messages) = self.several(messages) {
            self.take_in_order(messages, now);
        }
    }

    /// What a look brings stands in the server's order behind the cursor, so it may move it.
    fn take_in_order(&mut self, messages: Vec<Message>, now: Now) {
        self.look.reach(&messages);
        self.ledger.hold_cursor(false);
        self.take(messages, now);
        self.ledger.hold_cursor(self.look.ahead.is_some());
    }

    /// The server took the request of the look and does not answer it: it has nothing, or it is slow.
    pub(in crate::session) fn look_held(&mut self, now: Now) {
        if let Stage::Looking { joined, .. } = self.look.stage {
            let until = now.instant + HELD;
            self.look.stage = Stage::Looking { until, joined };
            self.look.ahead.get_or_insert(0);
            self.ledger.hold_cursor(true);
            self.doubt_no_more();
            self.run_ahead(now);
        }
    }

    pub(in crate::session) fn look_ended(&mut self, seen: bool, now: Now) {
        let Stage::Looking { joined, .. } = self.look.stage else {
            return;
        };
        let brought = self.look.several || self.look.lone.is_some();
        if !seen || (self.look.garbled && !brought) {
            return self.look_failed(now);
        }
        self.look.failures = 0;
        if self.doubts_the_lone() {
            return self.begin_look(now);
        }
        if let Some(lone) = self.look.lone.take() {
            self.take_in_order(vec![lone], now);
        }
        self.doubt_no_more();
        let stuck = self.look.from == self.look.at;
        let enough = !brought || self.look.met || joined || stuck;
        if !self.is_online() {
            // A command among what it brought has ended the connection.
        } else if enough {
            self.let_through(now);
        } else {
            self.run_ahead(now);
            if self.is_online() {
                self.begin_look(now);
            }
        }
    }

    /// It is tried again; the owner is told only if that does not help either.
    pub(super) fn look_failed(&mut self, now: Now) {
        self.doubt_no_more();
        let lone = self.look.lone.take();
        self.look.held.extend(lone);
        (self.look.several, self.look.lone_before) = (false, None);
        self.look.failures += 1;
        if self.look.failures < ATTEMPTS {
            let attempt = self.look.failures - 1;
            let at = now.instant + (self.delay)(Pause::Look { attempt });
            self.look.stage = Stage::Again { at };
            self.run_ahead(now);
        } else {
            tracing::info!("the second look at the history could not be had");
            self.ledger.note_gap(Gap::Unverified);
            self.let_through(now);
        }
    }
}
