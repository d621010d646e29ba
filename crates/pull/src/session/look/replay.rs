//! The length of a replay: what reaches the limit of its server may have been cut.

use std::ops::RangeInclusive;

use super::super::Session;
use crate::event::Gap;

/// What newer servers give at most: for one channel, and in all.
const REPLAY_LIMITS: RangeInclusive<usize> = 100..=200;
/// What servers 1 and 2 keep of a channel, and of both.
const KEPT_LIMITS: RangeInclusive<usize> = 1000..=2000;

impl Session {
    /// A request goes out that may be answered by a replay.
    pub(in crate::session) fn expect_replay(&mut self) {
        self.look.replay = Some(0);
    }

    pub(super) fn count_replay(&mut self, messages: usize) {
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

    pub(super) fn end_replay(&mut self) {
        self.look.replay = None;
    }
}
