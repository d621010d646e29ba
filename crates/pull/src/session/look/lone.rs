//! A lone message, which may have overtaken others: it is asked for again.

use std::time::Duration;

use super::{
    super::{Now, Session},
    Stage,
};
use crate::wire::Message;

/// How long a lone event waits for the repeated request.
const LONE: Duration = Duration::from_secs(2);

impl Session {
    /// The messages of one answer so far, once they are more than one.
    pub(super) fn several(&mut self, mut messages: Vec<Message>) -> Option<Vec<Message>> {
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
    pub(super) fn doubts_the_lone(&mut self) -> bool {
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

    /// Long polling: the answer is complete. Whether its request is to be repeated from the same cursor, since a lone
    /// event is held back.
    pub(in crate::session) fn repeat_for_the_lone(&mut self, now: Now) -> bool {
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
}
