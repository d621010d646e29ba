//! The session while it is online: frames, liveness, and going over to a new configuration.

use super::{Closed, Config, Duration, Effect, Instant, Now, Phase, Session, code, ledger::Taken};
use crate::{
    config::REVISION,
    delay::Pause,
    event::{Event, SenderType},
    status::{Reason, State, TransportKind},
    wire::{self, Frame, Message},
};

/// Presence older than this says nothing any more (as official clients have it).
const PRESENCE_LASTS: Duration = Duration::from_secs(240);

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
        self.status.transport = Some(transport);
        self.enter(
            Phase::Online {
                heard: now.instant,
                pinged: None,
            },
            State::Online,
            now,
        );
        if let Some(batch) = self.ledger.connected(channels, server_now) {
            self.effects.push_back(Effect::Deliver(batch));
        }
    }

    pub(super) fn frame(&mut self, frame: Frame<'_>, now: Now) {
        self.heard(now);
        if !matches!(self.phase, Phase::Online { .. }) {
            return;
        }
        let decoded = wire::decode(frame);
        for fault in &decoded.faults {
            tracing::debug!(%fault, "a message was not understood");
        }
        let mut taken = Taken::default();
        let mut commands = Vec::new();
        for message in decoded.messages {
            self.note_revision(message.body.revision);
            let Some(replayed) = self.ledger.take(&message, &mut taken) else {
                continue;
            };
            let from_client = message
                .sender
                .as_ref()
                .is_some_and(|sender| sender.kind == SenderType::Client);
            if message.body.module == "pull" && !from_client {
                commands.push((message.body.command, message.body.params));
            } else if let Some(event) = self.event(message, replayed, now) {
                taken.events.push(event);
            }
        }
        if !taken.events.is_empty() {
            self.status.last_event = Some(now.wall);
        }
        if let Some(batch) = self.ledger.close_batch(taken) {
            self.effects.push_back(Effect::Deliver(batch));
        }
        for (command, params) in commands {
            self.command(&command, &params, now);
        }
    }

    /// The event for the owner; nothing for presence that is out of date.
    fn event(&self, message: Message, replayed: bool, now: Now) -> Option<Event> {
        let made = message.body.server_time.or(message.created);
        let age = made.map(|made| {
            let age = now.wall.duration_since(made) - self.shift;
            Duration::try_from(age).unwrap_or_default()
        });
        if message.body.module == "online" && age.is_some_and(|age| age >= PRESENCE_LASTS) {
            return None;
        }
        Some(Event {
            mid: message.mid,
            module: message.body.module,
            command: message.body.command,
            params: message.body.params,
            sender: message.sender,
            server_time: made,
            age,
            replayed,
        })
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
        self.status.reason = Some(match why {
            Closed::ByServer(code) => Reason::Closed(code),
            Closed::Broken => Reason::Broken,
            Closed::TooLarge => Reason::TooLarge,
            Closed::Protocol => Reason::Protocol,
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
            Closed::ByServer(_) | Closed::Broken | Closed::TooLarge | Closed::Protocol => {
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
        self.ask(now);
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
                && old.server_version == config.server_version
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
