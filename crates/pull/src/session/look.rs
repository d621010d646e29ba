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

mod held;
mod lone;
mod reading;
mod replay;

use std::time::Instant;

use super::{Effect, Now, Phase, Session};
use crate::{
    position::{Mid, Position},
    status::TransportKind,
    wire::Message,
};

/// How much may be held back before the socket is left unread, in messages.
const MOST_HELD: usize = 2000;

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

    pub(super) fn is_online(&self) -> bool {
        matches!(self.phase, Phase::Online { .. })
    }
}
