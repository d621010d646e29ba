//! The session while it is online: opening and closing, liveness, and going over to a new configuration.

use super::{Closed, Config, Duration, Effect, Instant, Now, Phase, Session, code};
use crate::{
    config::REVISION,
    delay::Pause,
    status::{Reason, State, TransportKind},
};

/// A configuration of this age may name channels that are no longer in use. Longer than opening takes.
const FRESH: Duration = Duration::from_secs(15);
/// After a connection that hears nothing of the past, the configuration is asked for again.
const SECOND_THOUGHT: Duration = Duration::from_secs(10);
/// A channel begins when it is announced or asked for, give or take this much.
const NEAR: jiff::SignedDuration = jiff::SignedDuration::from_secs(2);
/// How long the portal may take to make channels that it was asked for.
const ANSWERED_WITHIN: jiff::SignedDuration = jiff::SignedDuration::from_secs(10);
/// More replacements than this in one connection are told as a gap.
const MOST_REPLACEMENTS: usize = 16;

/// How long the old channels are listened to when there are new ones.
const LINGER: Duration = Duration::from_secs(1);

impl Session {
    pub(super) fn opened(&mut self, transport: TransportKind, now: Now) {
        let (Phase::Connecting { .. }, Some(config)) = (self.phase, &self.config) else {
            return;
        };
        let channels = config.fingerprint();
        // Without the server's clock one cannot tell what is older than this moment.
        let server_now = self.server_now(now).map(jiff::Timestamp::as_second);
        self.present = [config.private.clone(), config.shared.clone()];
        // While a new configuration is still to come, this connection may be one with old channels.
        if !self.renewing {
            self.replacements.clear();
            self.asked_at.clear();
            self.ledger.thaw();
        }
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
        let old = self.configured_at.is_some_and(|at| now.instant >= at + FRESH);
        if old && !self.is_replayed() {
            // Nothing of the past is heard, not even that these channels were replaced while this was being opened.
            let at = now.instant + SECOND_THOUGHT;
            self.renew_at = Some(self.renew_at.map_or(at, |planned| planned.min(at)));
        }
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
        self.renewing = true;
        self.ledger.freeze();
        if self.asked_at.len() < MOST_REPLACEMENTS {
            let server_now = self.server_now(now);
            self.asked_at.extend(server_now);
        }
        self.configure(now);
    }

    /// Brings the renewal forward.
    pub(super) fn renew_in(&mut self, pause: Pause, now: Now) {
        if self.configuring.is_some() {
            // What is under way may be from before this.
            self.outdated = true;
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
        let moved = self
            .config
            .as_ref()
            .is_none_or(|old| old.fingerprint() != config.fingerprint());
        let outdated = self.adopt(&config, now);
        self.config = Some(config);
        if !same {
            // The server gathers what it sends: what was made in the old channels just now is still on its way.
            let at = now.instant + LINGER;
            self.swap_at = Some(self.swap_at.map_or(at, |planned| planned.min(at)));
        }
        if !moved && (!same || self.swap_at.is_none()) && !outdated {
            self.ledger.thaw();
            self.replacements.clear();
            self.asked_at.clear();
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
        if self.follows(&config) {
            self.ledger.expect_channels(config.fingerprint());
        }
        self.connect(&config, now);
        self.config = Some(config);
    }

    /// Whether the connection that is being opened hears what it missed.
    fn is_replayed(&self) -> bool {
        let json_rpc = self.config.as_ref().is_some_and(Config::is_json_rpc);
        let position = self.ledger.resume_from();
        position.is_some_and(|position| !position.is_empty() || !json_rpc)
    }

    /// The server's clock, whatever is done to the local one.
    pub(super) fn server_now(&self, now: Now) -> Option<jiff::Timestamp> {
        let (server, at) = self.server_clock?;
        server.checked_add(now.instant.saturating_duration_since(at)).ok()
    }

    pub(super) fn note_replacement(&mut self, at: Option<jiff::Timestamp>) {
        if self.replacements.len() < MOST_REPLACEMENTS {
            self.replacements.extend(at);
        }
    }

    /// Whether the new channels follow those of the connection at a moment from which on the cursor stood still. If
    /// not, there were others in between, which nobody can read any more, or the change was not heard of, or there is
    /// something in the old ones that was not read.
    fn follows(&self, config: &Config) -> bool {
        let unread = !self.wants_frames()
            || self.look.is_open()
            || (self.status.transport == Some(TransportKind::LongPolling) && self.polling.is_idle());
        let new = [&config.private, &config.shared];
        !unread
            && self.present.iter().zip(new).all(|(old, new)| {
                let (Some(old), Some(new)) = (old, new) else {
                    return old.is_none() == new.is_none();
                };
                let Some(start) = new.start.filter(|_| old.id != new.id) else {
                    return true;
                };
                let near = |at: &jiff::Timestamp| start.duration_since(*at).abs() <= NEAR;
                // Or it was made when it was asked for, while the old one was still being listened to.
                let answers =
                    |asked: &jiff::Timestamp| (-NEAR..ANSWERED_WITHIN).contains(&start.duration_since(*asked));
                self.replacements.iter().any(near)
                    || (self.replacements.is_empty() && self.asked_at.iter().any(answers))
            })
    }
}
