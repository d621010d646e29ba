//! Which transport: WebSocket, unless something on the way does not let it through.
//!
//! Official clients fall back after four failures and then stay away from WebSocket for a day, or never fall back at
//! all. Here a way that refuses the upgrade counts double, a server that is simply away brings both transports in turn,
//! and WebSocket is tried again after a while and whenever the network changes; if that fails, long polling goes on at
//! once.

use std::time::{Duration, Instant};

use super::{Closed, Config, NotOpened, Now, Session, code};
use crate::{delay::Pause, status::TransportKind};

/// Failures after which long polling is tried: where WebSocket never worked, and where it did.
const ENOUGH: [u32; 2] = [3, 5];

/// A connection that ends sooner, and before anything was heard, may be one that something cuts.
const SHORT: Duration = Duration::from_secs(60);

/// What is known about the way.
#[derive(Default)]
pub(super) struct Route {
    polling: bool,
    /// Failures of WebSocket in a row.
    failures: u32,
    /// WebSocket has worked in this life.
    worked: bool,
    /// When WebSocket is tried again.
    restore_at: Option<Instant>,
    /// It is being tried again now.
    probing: bool,
    /// A replay was too large for WebSocket: it is read by long polling, and then WebSocket goes on.
    catching_up: bool,
    /// That was tried and could not be had.
    catching_up_failed: bool,
    /// The server was heard over the present connection.
    heard: bool,
}

impl Route {
    pub(super) fn restore_at(&self) -> Option<Instant> {
        self.restore_at
    }
}

impl Session {
    pub(super) fn choose(&mut self, config: &Config) -> TransportKind {
        self.route.catching_up = self.oversized && !config.polling.is_empty() && !self.route.catching_up_failed;
        let polling = config.websocket.is_empty() || self.route.polling || self.route.catching_up;
        if polling && !config.polling.is_empty() {
            TransportKind::LongPolling
        } else {
            TransportKind::WebSocket
        }
    }

    pub(super) fn route_opened(&mut self, kind: TransportKind, now: Now) {
        self.route.probing = false;
        self.route.catching_up_failed = false;
        self.route.heard = false;
        match kind {
            TransportKind::WebSocket => {
                self.route.polling = false;
                self.route.restore_at = None;
            }
            TransportKind::LongPolling if self.route.polling && self.route.restore_at.is_none() => {
                let worked = self.route.worked;
                self.route.restore_at = Some(now.instant + (self.delay)(Pause::Restore { worked }));
            }
            TransportKind::LongPolling => {}
        }
    }

    /// Something arrived, so the way is open.
    pub(super) fn worked(&mut self) {
        self.route.heard = true;
        if self.status.transport == Some(TransportKind::WebSocket) {
            self.route.worked = true;
            self.route.failures = 0;
        }
    }

    /// An attempt of this kind failed. True when long polling is to go on at once.
    pub(super) fn route_failed(&mut self, kind: TransportKind, why: NotOpened) -> bool {
        match (kind, why) {
            (TransportKind::LongPolling, _) => {
                self.route.catching_up_failed = self.route.catching_up;
                self.route.polling = false;
                self.route.failures = 0;
                self.route.restore_at = None;
                false
            }
            // The server itself spoke: the way is open.
            (TransportKind::WebSocket, NotOpened::Refused { status, .. })
                if matches!(status, 400 | 401 | 403 | 429) || status >= 500 =>
            {
                false
            }
            (TransportKind::WebSocket, _) if self.route.probing => {
                self.route.probing = false;
                self.route.polling = true;
                true
            }
            (TransportKind::WebSocket, why) => {
                let weight = match why {
                    NotOpened::NotAPushServer | NotOpened::Refused { .. } => 2,
                    NotOpened::Unreachable | NotOpened::Tls(_) | NotOpened::TimedOut => 1,
                };
                self.count_failure(weight);
                false
            }
        }
    }

    /// A connection ended.
    pub(super) fn route_closed(&mut self, why: Closed, now: Now) {
        let short = self.opened_at.is_some_and(|opened| now.instant < opened + SHORT);
        let cut = matches!(
            why,
            Closed::Broken | Closed::Protocol | Closed::ByServer(None | Some(1006))
        );
        if self.status.transport == Some(TransportKind::WebSocket) && cut && short && !self.route.heard {
            self.count_failure(1);
        }
    }

    fn count_failure(&mut self, weight: u32) {
        self.route.failures += weight;
        let possible = self.config.as_ref().is_some_and(|config| !config.polling.is_empty());
        if possible && self.route.failures >= ENOUGH[usize::from(self.route.worked)] {
            tracing::info!("long polling, since WebSocket does not get through");
            self.route.polling = true;
        }
    }

    /// Tries WebSocket again where long polling goes on for want of it.
    pub(super) fn restore(&mut self, now: Now) {
        self.route.restore_at = None;
        if !self.is_online() || !self.route.polling {
            return;
        }
        self.route.probing = true;
        self.turn_to_websocket(now);
    }

    /// Long polling has nothing more: after a replay that was too large, WebSocket goes on. True when it does.
    pub(super) fn caught_up(&mut self, now: Now) -> bool {
        if !std::mem::take(&mut self.route.catching_up) {
            return false;
        }
        self.turn_to_websocket(now);
        true
    }

    fn turn_to_websocket(&mut self, now: Now) {
        let Some(config) = self.config.take() else { return };
        self.route.polling = false;
        self.leave(code::NORMAL);
        self.connect(&config, now);
        self.config = Some(config);
    }
}
