//! What is held back until it is known what belongs before it, and when it goes to the owner.

use std::time::Duration;

use super::{
    super::{Now, Session, code},
    Stage,
};
use crate::{
    status::{Reason, TransportKind},
    wire::Message,
};

impl Session {
    /// Holds messages back, or gives them back to be taken now.
    pub(in crate::session) fn hold_back(&mut self, messages: Vec<Message>, now: Now) -> Option<Vec<Message>> {
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

    /// Lets what is held back through if that may be before the look is over; the cursor stays. Not for ever: of what is
    /// asked for again, only so much can be told from repetitions.
    pub(super) fn run_ahead(&mut self, now: Now) {
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

    /// Lone messages that did not come again wait with the others.
    pub(super) fn doubt_no_more(&mut self) {
        let mut held = std::mem::take(&mut self.look.doubtful);
        held.append(&mut self.look.held);
        self.look.held = held;
    }

    /// What was held back goes to the owner, and from here on everything at once.
    pub(in crate::session) fn let_through(&mut self, now: Now) {
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
    pub(super) fn let_through_in_doubt(&mut self, now: Now) {
        let frozen = self.ledger.freeze();
        // An answer that is just arriving is judged when it is complete.
        let lone = self.look.lone.take();
        self.let_through(now);
        self.look.lone = lone;
        if !frozen {
            self.ledger.thaw();
        }
    }
}
