//! The second look, which closes a gap of the push servers 1.0 and 2.0 (versions 3 and 4).
//!
//! Such a server first reads the history for a new connection, sends it, and only then lets the connection join those
//! who hear live events: what is published in between reaches neither. So after the handshake live events are held back
//! until the history was read once more, by requests of long polling that start behind the replay, or from the old
//! cursor when there was none.
//!
//! ```text
//!            a moment                    answered                      proven
//! Settling ────────────► Looking ──────────────────► enough? ──────────────────────► Live
//!                        ▲  │  ▲                        │ no: again, from the new end
//!                        │  │  └────────────────────────┘
//!              a pause   │  │ fails, or neither answered nor held in time
//!                        └─ Again ── too often: the owner is told, Live
//! ```
//!
//! It is over when an answer was *read*, and that answer is known to be from after the connection joined: it was asked
//! for when live events had been heard already, or it reaches one of them, or it says that there is nothing new (a
//! server says so after forty seconds, in which the request itself would have heard what came). Silence proves less. A
//! request that the server took and does not answer is most likely held, since there is nothing to give, but a slow
//! server looks the same. So from then on events go to the owner, and the cursor stays where it is until the answer
//! comes: whatever happens, what may have been skipped is asked for again. That only lasts for as many events as can be
//! told from repetitions; then everything begins again from the cursor.
//!
//! A lone message that a look brings may be such a live event, and may have overtaken others that are still on their
//! way over the socket. So it is held back too, and the look repeated: what the server holds it gives at once.
//!
//! Long polling has the same gap before every request. There a lone event, which may have overtaken one that was
//! skipped, is held back until a request from the same cursor has brought everything that the server holds: several
//! messages, or the same one again. Another lone one means that the first is not kept at all, and proves nothing.

use std::{
    ops::RangeInclusive,
    time::{Duration, Instant},
};

use super::{Effect, Now, Phase, Session, code};
use crate::{
    delay::Pause,
    event::Gap,
    position::{Mid, Position},
    status::{Reason, TransportKind},
    wire::{Frame, Message},
};

/// How much may be held back before the socket is left unread, in messages.
const MOST_HELD: usize = 2000;

/// How long a lone event waits for the repeated request.
const LONE: Duration = Duration::from_secs(2);

/// How long a held request may stay without an answer: servers end it after forty seconds.
const HELD: Duration = Duration::from_secs(60);

/// Looks that fail in a row before the owner is told.
const ATTEMPTS: u32 = 3;

/// A look that is neither answered nor known to be held after so many times the proof has failed.
const UNPROVEN: u32 = 3;

/// What newer servers give at most: for one channel, and in all.
const REPLAY_LIMITS: RangeInclusive<usize> = 100..=200;
/// What servers 1 and 2 keep of a channel, and of both.
const KEPT_LIMITS: RangeInclusive<usize> = 1000..=2000;

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
    /// Lone messages, until the repeated look has said what belongs before them.
    doubtful: Vec<Message>,
    /// Messages of the replay so far; nothing once it is over.
    replay: Option<usize>,
    /// A frame with messages has come: the first one may be the replay, those behind it are live.
    begun: bool,
    /// The only event of the first frame: the whole replay, or live.
    first: Option<Mid>,
    /// The first event that was heard live for certain.
    live: Option<Mid>,
    /// Looks have brought something; if that one comes behind it, it was no replay.
    brought: bool,
    /// A look has reached something that was heard live.
    met: bool,
    /// What a look brought was not understood.
    garbled: bool,
    /// Where the look began.
    from: Option<Position>,
    /// How far looks have read. The cursor itself may stand still, while channels are being replaced.
    at: Option<Position>,
    /// Looks that failed in a row.
    failures: u32,
    /// Events that went to the owner before the look was over, if they may: the cursor stands still.
    ahead: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
enum Stage {
    /// Events go straight to the owner.
    #[default]
    Live,
    /// The replay may still begin.
    Settling { until: Instant },
    /// The history is being read once more; `joined`: live events had been heard when it was asked for.
    Looking { until: Instant, joined: bool },
    /// It could not be had, and is tried again.
    Again { at: Instant },
    /// Long polling: the request is being repeated.
    Repeating { until: Instant, last: Instant },
}

impl Look {
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        match self.stage {
            Stage::Live => None,
            Stage::Again { at } => Some(at),
            Stage::Settling { until } | Stage::Looking { until, .. } | Stage::Repeating { until, .. } => Some(until),
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.held.len() < MOST_HELD
    }

    /// Something may have been skipped that was not asked for yet.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.stage, Stage::Live)
    }

    /// Whether these are live events and no replay; remembers the first of them.
    fn hear(&mut self, messages: &[Message]) -> bool {
        let live = std::mem::replace(&mut self.begun, true);
        let begins = messages.first().and_then(|message| message.mid.as_ref());
        if live && self.live.is_none() {
            self.live = begins.cloned();
        } else if !live && messages.len() == 1 {
            self.first = begins.cloned();
        }
        live
    }

    /// A look has brought these, in the server's order.
    fn reach(&mut self, messages: &[Message]) {
        for message in messages {
            let Some(mid) = &message.mid else { continue };
            let first = self.first.as_ref() == Some(mid);
            self.met |= self.live.as_ref() == Some(mid) || (first && self.brought);
            self.brought = true;
            self.at = Some(Position::behind(message.moment.as_ref(), mid));
        }
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
                let first = !self.look.hear(&messages) && self.look.replay == Some(0);
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
            Stage::Looking { .. } | Stage::Again { .. } => {
                self.look.hear(&messages);
                self.look.held.extend(messages);
                self.run_ahead(now);
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

    fn begin_look(&mut self, now: Now) {
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
    pub(super) fn looked(&mut self, frame: Frame<'_>, now: Now) {
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
    pub(super) fn look_held(&mut self, now: Now) {
        if let Stage::Looking { joined, .. } = self.look.stage {
            let until = now.instant + HELD;
            self.look.stage = Stage::Looking { until, joined };
            self.look.ahead.get_or_insert(0);
            self.ledger.hold_cursor(true);
            self.doubt_no_more();
            self.run_ahead(now);
        }
    }

    /// Lets what is held back through if that may be before the look is over; the cursor stays. Not for ever: of what is
    /// asked for again, only so much can be told from repetitions.
    fn run_ahead(&mut self, now: Now) {
        let Some(ahead) = &mut self.look.ahead else { return };
        let held = std::mem::take(&mut self.look.held);
        if held.is_empty() {
            return;
        }
        *ahead += held.len();
        let too_far = *ahead > self.limits.remember / 2;
        self.take(held, now);
        self.confirm_receipts();
        if too_far && self.is_online() {
            tracing::info!("the second look at the history takes too long, so everything begins again");
            self.leave(code::MANUAL);
            self.status.reason = Some(Reason::Silent);
            self.wait(Duration::ZERO, now);
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
                self.look.doubtful.push(lone);
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

    /// Lone messages that did not come again wait with the others.
    fn doubt_no_more(&mut self) {
        let mut held = std::mem::take(&mut self.look.doubtful);
        held.append(&mut self.look.held);
        self.look.held = held;
    }

    /// It is tried again; the owner is told only if that does not help either.
    fn look_failed(&mut self, now: Now) {
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

    /// What was held back goes to the owner, and from here on everything at once.
    pub(super) fn let_through(&mut self, now: Now) {
        self.look.stage = Stage::Live;
        self.look.ahead = None;
        self.ledger.hold_cursor(false);
        self.doubt_no_more();
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
            Stage::Settling { .. } | Stage::Looking { .. } | Stage::Again { .. } => return false,
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
            Stage::Settling { until: at } | Stage::Again { at } if at <= now.instant => self.begin_look(now),
            Stage::Looking { until, .. } if until <= now.instant => {
                self.effects.push_back(Effect::ForgetLook);
                self.look_failed(now);
            }
            Stage::Repeating { until, .. } if until <= now.instant => self.let_through_in_doubt(now),
            Stage::Live
            | Stage::Settling { .. }
            | Stage::Looking { .. }
            | Stage::Again { .. }
            | Stage::Repeating { .. } => {}
        }
    }

    /// The connection ended: what was held back is not stored and comes again.
    pub(super) fn forget_look(&mut self) {
        if let Stage::Looking { .. } = self.look.stage {
            self.effects.push_back(Effect::ForgetLook);
        }
        self.look = Look::default();
        self.ledger.hold_cursor(false);
    }

    /// A request goes out that may be answered by a replay.
    pub(super) fn expect_replay(&mut self) {
        self.look.replay = Some(0);
    }

    fn count_replay(&mut self, messages: usize) {
        let limits = match self.config.as_ref().map_or(3, |config| config.server_version) {
            0..=2 => KEPT_LIMITS,
            3 => return self.look.replay = self.look.replay.map(|count| count + messages),
            _ => REPLAY_LIMITS,
        };
        if let Some(count) = &mut self.look.replay {
            let before = *count;
            *count += messages;
            // At once, to be told with these messages: afterwards the cursor would hide what was left out.
            if limits.contains(count) && !limits.contains(&before) {
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
