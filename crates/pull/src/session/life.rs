//! The life of the connection as its owner wishes it: begun, ended, begun anew.

use super::{Effect, Now, Phase, Session, code};
use crate::status::{Reason, State};

impl Session {
    pub(super) fn start(&mut self, now: Now) {
        match self.phase {
            Phase::Stopped | Phase::Failed => {
                self.attempt = 0;
                self.status.reason = None;
                self.go(now);
            }
            Phase::Configuring | Phase::Connecting { .. } | Phase::Online { .. } | Phase::Waiting { .. } => {}
        }
    }

    pub(super) fn stop(&mut self, now: Now) {
        if matches!(self.phase, Phase::Stopped) {
            return;
        }
        self.forget_request();
        self.leave(code::NORMAL);
        self.status.reason = None;
        self.enter(Phase::Stopped, State::Stopped, now);
    }

    pub(super) fn reconnect(&mut self, now: Now) {
        match self.phase {
            // "Stopped" is the owner's own wish and outlasts this one.
            Phase::Stopped | Phase::Configuring => {}
            Phase::Connecting { .. } | Phase::Online { .. } | Phase::Waiting { .. } | Phase::Failed => {
                self.attempt = 0;
                self.leave(code::MANUAL);
                self.status.reason = Some(Reason::Asked);
                self.go(now);
            }
        }
    }

    pub(super) fn wake(&mut self, now: Now) {
        if self.route.restore_at().is_some() {
            // Another network may let WebSocket through.
            return self.restore(now);
        }
        match self.phase {
            Phase::Waiting { .. } => {
                self.attempt = 0;
                self.go(now);
            }
            Phase::Online { heard, pinged: None } => {
                self.phase = Phase::Online {
                    heard,
                    pinged: Some(now.instant),
                };
                self.effects.push_back(Effect::Ping);
            }
            Phase::Stopped | Phase::Configuring | Phase::Connecting { .. } | Phase::Online { .. } | Phase::Failed => {}
        }
    }

    /// Ends whatever connection there is.
    pub(super) fn leave(&mut self, code: u16) {
        match self.phase {
            Phase::Connecting { .. } | Phase::Online { .. } => self.effects.push_back(Effect::Close(code)),
            Phase::Stopped | Phase::Configuring | Phase::Waiting { .. } | Phase::Failed => {}
        }
        self.swap_at = None;
        self.forget_look();
        self.drop_asks();
    }

    pub(super) fn forget_request(&mut self) {
        if self.configuring.take().is_some() {
            self.effects.push_back(Effect::Forget);
            // There was a reason to ask, and it still holds.
            self.config = None;
        }
    }

    pub(super) fn enter(&mut self, phase: Phase, state: State, now: Now) {
        tracing::debug!(?state, "pull");
        self.phase = phase;
        self.status.state = state;
        self.status.since = now.wall;
    }
}
