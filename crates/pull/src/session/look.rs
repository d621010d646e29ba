//! The second look, which closes a gap of servers up to 2.0.
//!
//! Such a server first reads the history for a new connection, sends it, and only then lets the connection join those
//! who hear live events: what is published in between reaches neither. So after the handshake live events are held back
//! until the history was read once more, by one request of long polling that starts behind the replay, or from the old
//! cursor when there was none. A server answers that request at once if it holds anything, and the request itself
//! hears the next live event; if it stays silent for long enough, nothing was skipped.
//!
//! Long polling has the same gap before every request. There a lone event, which may have overtaken one that was
//! skipped, is held back until a request from the same cursor has brought everything that the server holds.

use std::time::{Duration, Instant};

use super::{Effect, Now, Phase, Session};
use crate::{
    event::Gap,
    status::TransportKind,
    wire::{Frame, Message},
};

/// How much may be held back before the socket is left unread, in messages.
const MOST_HELD: usize = 2000;

/// What newer servers give at most: for one channel, and in all.
const REPLAY_LIMITS: std::ops::RangeInclusive<usize> = 100..=200;

/// How far it is.
#[derive(Default)]
pub(super) struct Look {
    stage: Stage,
    /// Arrived, and waiting for what may belong before it.
    held: Vec<Message>,
    /// Messages of the replay so far; nothing once it is over.
    replay: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Stage {
    /// Events go straight to the owner.
    #[default]
    Live,
    /// The replay may still begin.
    Settling { until: Instant },
    /// The history is being read once more.
    Looking { until: Instant },
    /// Long polling: the request is being repeated.
    Repeating { until: Instant },
}

impl Look {
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        match self.stage {
            Stage::Live => None,
            Stage::Settling { until } | Stage::Looking { until } | Stage::Repeating { until } => Some(until),
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.held.len() < MOST_HELD
    }
}

impl Session {
    /// Whether this server skips events while a connection is made, and can be asked a second time.
    fn skips(&self) -> bool {
        let config = self.config.as_ref();
        config.is_some_and(|config| config.server_version <= 4 && !config.polling.is_empty())
    }

    /// A connection stands; `resumed`: it was given a cursor, so a replay comes if there is anything to replay.
    pub(super) fn watch_for_the_replay(&mut self, resumed: bool, now: Now) {
        self.look = Look {
            replay: resumed.then_some(0),
            ..Look::default()
        };
        if resumed && self.skips() && self.status.transport == Some(TransportKind::WebSocket) {
            let until = now.instant + self.limits.replay_within;
            self.look.stage = Stage::Settling { until };
        }
    }

    /// Holds messages back, or gives them back to be taken now.
    pub(super) fn hold_back(&mut self, messages: Vec<Message>, now: Now) -> Option<Vec<Message>> {
        match self.look.stage {
            Stage::Settling { .. } if messages.len() > 1 => {
                // A live event comes alone in its frame, so this is the replay: the look begins behind it.
                self.count_replay(messages.len());
                self.take(messages, now);
                self.begin_look(now);
                None
            }
            Stage::Settling { .. } => {
                self.look.held.extend(messages);
                self.begin_look(now);
                None
            }
            Stage::Looking { .. } => {
                self.look.held.extend(messages);
                None
            }
            Stage::Live if self.status.transport == Some(TransportKind::LongPolling) => {
                self.count_replay(messages.len());
                if !self.skips() {
                    return Some(messages);
                }
                let mut all = std::mem::take(&mut self.look.held);
                all.extend(messages);
                if all.len() > 1 {
                    return Some(all);
                }
                self.look.held = all;
                None
            }
            Stage::Live => {
                self.count_replay(messages.len());
                self.end_replay();
                Some(messages)
            }
            Stage::Repeating { .. } => Some(messages),
        }
    }

    fn begin_look(&mut self, now: Now) {
        let position = self.ledger.read_to();
        let endpoints = self
            .config
            .as_ref()
            .map(|config| config.endpoints(TransportKind::LongPolling, position))
            .unwrap_or_default();
        self.effects.push_back(Effect::Look(endpoints));
        self.look.stage = Stage::Looking {
            until: now.instant + self.limits.look_within,
        };
    }

    /// A piece of what the second look brought.
    pub(super) fn looked(&mut self, frame: Frame<'_>, now: Now) {
        if let Stage::Looking { .. } = self.look.stage {
            let messages = self.decode(frame);
            self.count_replay(messages.len());
            self.take(messages, now);
        }
    }

    pub(super) fn look_ended(&mut self, seen: bool, now: Now) {
        if let Stage::Looking { .. } = self.look.stage {
            if !seen {
                tracing::info!("the second look at the history could not be had");
                self.ledger.note_gap(Gap::Unverified);
            }
            self.let_through(now);
        }
    }

    /// What was held back goes to the owner, and from here on everything at once.
    pub(super) fn let_through(&mut self, now: Now) {
        self.look.stage = Stage::Live;
        let held = std::mem::take(&mut self.look.held);
        self.end_replay();
        self.take(held, now);
        self.ledger.end_history();
        self.confirm_receipts();
    }

    /// Long polling: the answer is complete. Whether its request is to be repeated from the same cursor, since a lone
    /// event is held back.
    pub(super) fn repeat_for_the_lone(&mut self, now: Now) -> bool {
        match self.look.stage {
            Stage::Live if !self.look.held.is_empty() => {
                // Its request is answered at once, unless the server does not keep that event at all.
                let until = now.instant + self.limits.look_within.min(Duration::from_secs(2));
                self.look.stage = Stage::Repeating { until };
                true
            }
            Stage::Live | Stage::Repeating { .. } => {
                self.let_through(now);
                false
            }
            Stage::Settling { .. } | Stage::Looking { .. } => false,
        }
    }

    pub(super) fn check_look(&mut self, now: Now) {
        match self.look.stage {
            Stage::Settling { until } if until <= now.instant => self.begin_look(now),
            Stage::Looking { until } if until <= now.instant => {
                // Whoever has something answers at once, so there was nothing.
                self.effects.push_back(Effect::ForgetLook);
                self.let_through(now);
            }
            Stage::Repeating { until } if until <= now.instant => self.let_through(now),
            Stage::Live | Stage::Settling { .. } | Stage::Looking { .. } | Stage::Repeating { .. } => {}
        }
    }

    /// The connection ended: what was held back is not stored and comes again.
    pub(super) fn forget_look(&mut self) {
        if let Stage::Looking { .. } = self.look.stage {
            self.effects.push_back(Effect::ForgetLook);
        }
        self.look = Look::default();
    }

    fn count_replay(&mut self, messages: usize) {
        if let Some(count) = &mut self.look.replay {
            *count += messages;
        }
    }

    fn end_replay(&mut self) {
        let count = self.look.replay.take();
        let limited = self.config.as_ref().is_some_and(|config| config.server_version >= 4);
        if limited && count.is_some_and(|count| REPLAY_LIMITS.contains(&count)) {
            self.ledger.note_gap(Gap::ReplayLimited);
        }
    }

    pub(super) fn is_online(&self) -> bool {
        matches!(self.phase, Phase::Online { .. })
    }
}
