//! The second look, which closes a gap of the push servers 1.0 and 2.0 (versions 3 and 4).
//!
//! Such a server first reads the history for a new connection, sends it, and only then lets the connection join those
//! who hear live events: what is published in between reaches neither. So after the handshake live events are held back
//! until the history was read once more, by one request of long polling that starts behind the replay, or from the old
//! cursor when there was none. It is made a moment later, when the connection has joined for certain. A server answers
//! that request at once if it holds anything, and the request itself hears the next live event; if it stays silent for
//! long enough, nothing was skipped.
//!
//! A lone message that a look brings may be such a live event, and may have overtaken others that are still on their
//! way over the socket. So it is held back too, and the look repeated: what the server holds it gives at once.
//!
//! Long polling has the same gap before every request. There a lone event, which may have overtaken one that was
//! skipped, is held back until a request from the same cursor has brought everything that the server holds: several
//! messages, or the same one again. Another lone one means that the first is not kept at all, and proves nothing.

use std::time::{Duration, Instant};

use super::{Effect, Now, Phase, Session};
use crate::{
    event::Gap,
    position::Mid,
    status::TransportKind,
    wire::{Frame, Message},
};

/// How much may be held back before the socket is left unread, in messages.
const MOST_HELD: usize = 2000;

/// How long a lone event waits for the repeated request.
const LONE: Duration = Duration::from_secs(2);

/// What newer servers give at most: for one channel, and in all.
const REPLAY_LIMITS: std::ops::RangeInclusive<usize> = 100..=200;

/// How far it is.
#[derive(Default)]
pub(super) struct Look {
    stage: Stage,
    /// Arrived, and waiting for what may belong before it.
    held: Vec<Message>,
    /// All that a look has brought so far, while it is but one message.
    lone: Option<Message>,
    /// What a look brings goes to the owner: it was more than one message.
    several: bool,
    /// The lone message of the look before this one.
    lone_before: Option<Mid>,
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
    Repeating { until: Instant, last: Instant },
}

impl Look {
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        match self.stage {
            Stage::Live => None,
            Stage::Settling { until } | Stage::Looking { until } | Stage::Repeating { until, .. } => Some(until),
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
        config.is_some_and(|config| (3..=4).contains(&config.server_version) && !config.polling.is_empty())
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
            Stage::Settling { .. } => {
                let first = self.look.held.is_empty() && self.look.replay == Some(0);
                if first {
                    let until = now.instant + self.limits.replay_within;
                    self.look.stage = Stage::Settling { until };
                }
                if first && messages.len() > 1 {
                    // A live event comes alone in its frame, so this is the replay: the look begins behind it.
                    self.count_replay(messages.len());
                    self.take(messages, now);
                } else {
                    self.look.held.extend(messages);
                }
                None
            }
            Stage::Looking { .. } => {
                self.look.held.extend(messages);
                None
            }
            Stage::Live | Stage::Repeating { .. } if self.status.transport == Some(TransportKind::LongPolling) => {
                self.count_replay(messages.len());
                if self.skips() {
                    self.several(messages)
                } else {
                    Some(messages)
                }
            }
            Stage::Live | Stage::Repeating { .. } => {
                self.count_replay(messages.len());
                self.end_replay();
                Some(messages)
            }
        }
    }

    fn begin_look(&mut self, until: Instant) {
        let position = self.ledger.read_to();
        let endpoints = self
            .config
            .as_ref()
            .map(|config| config.endpoints(TransportKind::LongPolling, position))
            .unwrap_or_default();
        self.effects.push_back(Effect::Look(endpoints));
        self.look.stage = Stage::Looking { until };
    }

    /// A piece of what the second look brought.
    pub(super) fn looked(&mut self, frame: Frame<'_>, now: Now) {
        let Stage::Looking { .. } = self.look.stage else {
            return;
        };
        let messages = self.decode(frame);
        self.count_replay(messages.len());
        if let Some(messages) = self.several(messages) {
            self.take(messages, now);
        }
    }

    /// The messages of one answer so far, once they are more than one.
    fn several(&mut self, mut messages: Vec<Message>) -> Option<Vec<Message>> {
        messages.splice(0..0, self.look.lone.take());
        if messages.len() == 1 && !self.look.several {
            self.look.lone = messages.pop();
            return None;
        }
        self.look.several |= !messages.is_empty();
        Some(messages)
    }

    /// The answer is complete. Whether it has to be asked for again, since all that it brought is one message that was
    /// not in the answer before: that one is held back.
    fn doubts_the_lone(&mut self) -> bool {
        self.look.several = false;
        match self.look.lone.take() {
            Some(lone) if lone.mid.is_some() && lone.mid != self.look.lone_before => {
                self.look.lone_before.clone_from(&lone.mid);
                self.look.held.push(lone);
                true
            }
            certain => {
                self.look.lone = certain;
                self.look.lone_before = None;
                false
            }
        }
    }

    pub(super) fn look_ended(&mut self, seen: bool, now: Now) {
        if let Stage::Looking { until } = self.look.stage {
            if seen && self.doubts_the_lone() {
                return self.begin_look(until);
            }
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
        let mut held = std::mem::take(&mut self.look.held);
        held.splice(0..0, self.look.lone.take());
        self.end_replay();
        let news = self.take(held, now);
        self.polling.note_news(news);
        self.ledger.end_history();
        self.confirm_receipts();
    }

    /// Long polling: the repeated request brought nothing. The server does not keep what is held back, or the network has
    /// fallen silent, or somebody else answered: in all cases the cursor stays.
    fn let_through_in_doubt(&mut self, now: Now) {
        let frozen = self.ledger.freeze();
        // An answer that is just arriving is judged when it is complete.
        let lone = self.look.lone.take();
        self.let_through(now);
        self.look.lone = lone;
        if !frozen {
            self.ledger.thaw();
        }
    }

    /// Long polling: the answer is complete. Whether its request is to be repeated from the same cursor, since a lone
    /// event is held back.
    pub(super) fn repeat_for_the_lone(&mut self, now: Now) -> bool {
        let (until, last) = match self.look.stage {
            // Its request is answered at once, unless the server does not keep that event at all.
            Stage::Live => (now.instant + LONE, now.instant + 3 * LONE),
            Stage::Repeating { .. } if self.look.lone.is_none() && !self.look.several => {
                self.let_through_in_doubt(now);
                return false;
            }
            // Another one that nobody keeps, perhaps; but there is an end to it.
            Stage::Repeating { until, last } => (until.max(now.instant + LONE / 2).min(last), last),
            Stage::Settling { .. } | Stage::Looking { .. } => return false,
        };
        let doubtful = self.doubts_the_lone();
        if doubtful {
            self.look.stage = Stage::Repeating { until, last };
        } else {
            self.let_through(now);
        }
        doubtful
    }

    pub(super) fn check_look(&mut self, now: Now) {
        match self.look.stage {
            Stage::Settling { until } if until <= now.instant => self.begin_look(now.instant + self.limits.look_within),
            Stage::Looking { until } if until <= now.instant => {
                // Whoever has something answers at once, so there was nothing.
                self.effects.push_back(Effect::ForgetLook);
                // Only just heard, so it is live like the others.
                let lone = self.look.lone.take();
                self.look.held.extend(lone);
                self.let_through(now);
            }
            Stage::Repeating { until, .. } if until <= now.instant => self.let_through_in_doubt(now),
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

    /// A request goes out that may be answered by a replay.
    pub(super) fn expect_replay(&mut self) {
        self.look.replay = Some(0);
    }

    fn count_replay(&mut self, messages: usize) {
        let limited = self.config.as_ref().is_some_and(|config| config.server_version >= 4);
        if let Some(count) = &mut self.look.replay {
            let before = *count;
            *count += messages;
            // At once, to be told with these messages: afterwards the cursor would hide what was left out.
            if limited && REPLAY_LIMITS.contains(count) && !REPLAY_LIMITS.contains(&before) {
                self.ledger.note_gap(Gap::ReplayLimited);
            }
        }
    }

    fn end_replay(&mut self) {
        self.look.replay = None;
    }

    pub(super) fn is_online(&self) -> bool {
        matches!(self.phase, Phase::Online { .. })
    }
}
