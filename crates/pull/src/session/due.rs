//! The clock of the connection: what is due, and when.

use std::time::Instant;

use super::{Effect, NotOpened, Now, Phase, Session};
use crate::source::{ConfigFailure, Remedy};

impl Session {
    /// When [`Self::timeout`] wants to be called, at the latest.
    pub fn next_timeout(&self) -> Option<Instant> {
        let phase = match self.phase {
            Phase::Stopped | Phase::Configuring | Phase::Failed => None,
            Phase::Connecting { until, .. } | Phase::Waiting { until } => Some(until),
            Phase::Online {
                pinged: Some(pinged), ..
            } => Some(pinged + self.limits.ping_answer),
            Phase::Online { heard, pinged: None } => Some(heard + self.limits.ping_every),
        };
        let online = if self.is_online() {
            [
                self.look.next_timeout(),
                // While deliveries are open, their receipts bring the next request.
                self.polling
                    .next_timeout()
                    .filter(|_| self.ledger.open_deliveries() == 0),
                self.route.restore_at(),
                self.watch_due(),
            ]
        } else {
            [None; 4]
        };
        [
            phase,
            self.configuring,
            self.renewal(),
            self.swap_at,
            self.next_ask_timeout(),
        ]
        .into_iter()
        .chain(online)
        .flatten()
        .min()
    }

    /// Does what is due.
    pub fn timeout(&mut self, now: Now) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now.instant);
        if due(self.configuring) {
            let failure = ConfigFailure {
                kind: "timeout".to_owned(),
                message: "no answer from the portal".to_owned(),
                remedy: Remedy::Retry { after: None },
            };
            self.effects.push_back(Effect::Forget);
            self.configured(Err(failure), now);
        }
        match self.phase {
            Phase::Connecting { until, .. } if until <= now.instant => self.not_opened(NotOpened::TimedOut, now),
            Phase::Waiting { until } if until <= now.instant => self.go(now),
            Phase::Online { heard, pinged } => self.check_alive(heard, pinged, now),
            Phase::Stopped | Phase::Configuring | Phase::Connecting { .. } | Phase::Waiting { .. } | Phase::Failed => {}
        }
        if due(self.renewal()) {
            self.renew(now);
        }
        if due(self.swap_at) {
            self.switch_over(now);
        }
        self.check_asks(now);
        if self.is_online() {
            self.check_look(now);
            self.poll_if_due(now);
        }
        if due(self.route.restore_at()) {
            self.restore(now);
        }
        if due(self.watch_due()) {
            self.extend_watch();
        }
    }
}
