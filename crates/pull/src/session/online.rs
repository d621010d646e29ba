//! The session while it is online: opening and closing, liveness, and going over to a new configuration.

use super::{Closed, Config, Duration, Effect, Instant, Now, Phase, Session, code};
use crate::{
    config::REVISION,
    delay::Pause,
    status::{Reason, State, TransportKind},
};

impl Session {
    pub(super) fn opened(&mut self, transport: TransportKind, now: Now) {
        let (Phase::Connecting { .. }, Some(config)) = (self.phase, &self.config) else {
            return;
        };
        let channels = config.fingerprint();
        // Without the server's clock one cannot tell what is older than this moment.
        let server_now = config.server_time.map(|_| (now.wall - self.shift).as_second());
        if self.status.transport.is_some() {
            self.status.reconnects += 1;
        }
        self.attempt = 0;
        self.oversized = false;
        self.opened_at = Some(now.instant);
        self.status.transport = Some(transport);
        self.enter(
            Phase::Online {
                heard: now.instant,
                pinged: None,
            },
            State::Online,
            now,
        );
        let resumed = self.ledger.resume_from().is_some();
        let start = self.ledger.connected(channels, server_now);
        self.route_opened(transport, now);
        self.watch_for_the_replay(resumed, now);
        self.polling.opened(now);
        if let Some(batch) = start {
            self.effects.push_back(Effect::Deliver(batch));
        }
        self.ask_for_presence();
    }

    pub(super) fn note_revision(&mut self, revision: Option<u32>) {
        let Some(revision) = revision.filter(|revision| *revision > 0) else {
            return;
        };
        // The official client switches itself off here; the formats are recognised by what arrives, so this one goes on.
        let foreign = (revision != REVISION).then_some(revision);
        if self.status.foreign_revision != foreign {
            tracing::info!(revision, known = REVISION, "the portal's protocol revision");
            self.status.foreign_revision = foreign;
        }
    }

    pub(super) fn heard(&mut self, now: Now) {
        if matches!(self.phase, Phase::Online { .. }) {
            self.phase = Phase::Online {
                heard: now.instant,
                pinged: None,
            };
        }
    }

    pub(super) fn check_alive(&mut self, heard: Instant, pinged: Option<Instant>, now: Now) {
        match pinged {
            // Between two requests of long polling nobody owes an answer.
            _ if self.polling.is_idle() && self.status.transport == Some(TransportKind::LongPolling) => self.heard(now),
            Some(pinged) if now.instant >= pinged + self.limits.ping_answer => {
                self.leave(code::STUCK);
                self.status.reason = Some(Reason::Silent);
                self.wait(Duration::ZERO, now);
            }
            None if now.instant >= heard + self.limits.ping_every => {
                self.phase = Phase::Online {
                    heard,
                    pinged: Some(now.instant),
                };
                self.effects.push_back(Effect::Ping);
            }
            Some(_) | None => {}
        }
    }

    pub(super) fn closed(&mut self, why: Closed, now: Now) {
        let Phase::Online { .. } = self.phase else {
            return;
        };
        self.leave(code::NORMAL);
        self.oversized = matches!(why, Closed::TooLarge);
        self.route_closed(why, now);
        self.status.reason = Some(match why {
            Closed::ByServer(code) => Reason::Closed(code),
            Closed::Broken => Reason::Broken,
            Closed::TooLarge => Reason::TooLarge,
            Closed::Protocol => Reason::Protocol,
            Closed::Refused { status, .. } => Reason::Refused(status),
            Closed::NotAPushServer => Reason::NotAPushServer,
        });
        match why {
            // 4010: wrong channel id; 1008 is what the nginx module says instead; 3001 and 3003: our own codes for it.
            Closed::ByServer(Some(1008 | 3001 | 3003 | 4010)) => {
                self.config = None;
                self.wait(Duration::ZERO, now);
            }
            Closed::ByServer(Some(3002)) => {
                let wait = (self.delay)(Pause::ServerRestart);
                self.wait_for(wait, now);
            }
            Closed::Refused { status, retry_after } => {
                if matches!(status, 400 | 401 | 403) {
                    self.config = None;
                }
                self.wait(retry_after.unwrap_or_default(), now);
            }
            Closed::ByServer(_) | Closed::Broken | Closed::TooLarge | Closed::Protocol | Closed::NotAPushServer => {
                self.wait(Duration::ZERO, now);
            }
        }
    }

    /// When to renew, if that makes sense now.
    pub(super) fn renewal(&self) -> Option<Instant> {
        let online = matches!(self.phase, Phase::Online { .. });
        self.renew_at.filter(|_| online && self.configuring.is_none())
    }

    /// Asks for a new configuration while the connection stays.
    pub(super) fn renew(&mut self, now: Now) {
        self.renew_at = None;
        self.ledger.freeze();
        self.configure(now);
    }

    /// Brings the renewal forward.
    pub(super) fn renew_in(&mut self, pause: Pause, now: Now) {
        if self.configuring.is_some() {
            return;
        }
        let at = now.instant + (self.delay)(pause);
        self.renew_at = Some(self.renew_at.map_or(at, |planned| planned.min(at)));
    }

    pub(super) fn renewed(&mut self, config: Config, now: Now) {
        let same = self.config.as_ref().is_some_and(|old| {
            old.fingerprint() == config.fingerprint()
                && old.websocket == config.websocket
                && old.polling == config.polling
                && old.server_version == config.server_version
                // A connection lives by the token it was opened with.
                && config.token.is_none()
        });
        self.attempt = 0;
        self.adopt(&config, now);
        self.config = Some(config);
        if same {
            if self.swap_at.is_none() {
                self.ledger.thaw();
            }
        } else {
            self.switch_over(now);
        }
    }

    /// Opens the connection anew with the channels that are now in the configuration.
    pub(super) fn switch_over(&mut self, now: Now) {
        let (Phase::Online { .. }, Some(config)) = (self.phase, self.config.take()) else {
            self.swap_at = None;
            return;
        };
        self.leave(code::CONFIG_REPLACED);
        self.status.reason = Some(Reason::ChannelsReplaced);
        self.ledger.expect_channels(config.fingerprint());
        self.connect(&config, now);
        self.config = Some(config);
    }
}
