//! The pace of rounds: the share of this desk, news and silence, and what refusals teach of the crowd.
use std::time::Duration;

use super::{Polled, PollingSettings};
use crate::Timestamp;

/// How a round of polling ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Nothing was new.
    Quiet,
    /// Something was.
    News,
    /// The portal asked to slow down.
    Refused,
    /// It could not be asked.
    Failed,
}

/// The wait between rounds while there is news, and the longest without any.
const QUICK: Duration = Duration::from_secs(20);
const SLOW: Duration = Duration::from_secs(180);
/// The longest wait of a crowd.
pub(super) const LONGEST: Duration = Duration::from_secs(60 * 60);
/// How long no refusal may come before the crowd has found its limit.
const CALM: Duration = Duration::from_secs(60 * 60);
/// How long it then stays as it is.
const STEADY: Duration = Duration::from_secs(8 * 60 * 60);

/// When the next round is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// The wait by news.
    wait: Duration,
    /// The least wait that refusals have taught.
    crowded: Duration,
    /// When the crowd was last heard of, or a step was taken because of its silence.
    heard: Timestamp,
    /// The step that leaves room for others was taken.
    settled: bool,
}

impl Pace {
    /// The pace at the start, with what an earlier run has learned of the crowd.
    pub fn new(known: Option<&Polled>, now: Timestamp) -> Self {
        let crowded = known.map_or(0, |known| u64::from(known.crowded));
        Self {
            wait: QUICK,
            crowded: Duration::from_secs(crowded).min(LONGEST),
            heard: now,
            settled: true,
        }
    }

    /// What refusals have taught, in seconds; kept with the position.
    pub fn crowded(&self) -> u32 {
        u32::try_from(self.crowded.as_secs()).unwrap_or(u32::MAX)
    }

    /// The wait before the first round: a whole company that starts at nine is spread over it. `chance` is in 0..1.
    pub fn first(&self, settings: &PollingSettings, chance: f64) -> Duration {
        QUICK
            .max(self.crowded)
            .max(settings.share())
            .mul_f64(chance.clamp(0.0, 1.0))
    }

    /// Learns how a round with `requests` ended and gives the wait before the next; `chance` is in 0..1.
    pub fn after(
        &mut self,
        round: Round,
        requests: u32,
        settings: &PollingSettings,
        now: Timestamp,
        chance: f64,
    ) -> Duration {
        match round {
            Round::News => self.wait = QUICK,
            Round::Quiet | Round::Failed => self.wait = (self.wait * 3 / 2).min(SLOW),
            Round::Refused => {
                let met = self.wait.max(self.crowded).max(settings.share());
                self.crowded = (met * 3).min(LONGEST);
                (self.heard, self.settled) = (now, false);
            }
        }
        self.listen(now);
        // What a round has taken more than one request is waited out.
        let share = settings.share() * requests.max(1);
        let wait = self
            .wait
            .max(self.crowded * requests.max(1))
            .max(share)
            .min(LONGEST.max(share));
        // Never sooner than the share, so that the sum of all desks keeps to the budget.
        wait.mul_f64(1.0 + chance.clamp(0.0, 1.0) / 4.0)
    }

    /// What the silence of the crowd teaches.
    fn listen(&mut self, now: Timestamp) {
        if self.crowded.is_zero() {
            return;
        }
        let calm = Duration::from_millis(now.since(self.heard));
        // A desk that asks rarely hears little: some rounds of its own have to be calm too.
        if !self.settled && calm >= CALM.max(self.crowded * 2) {
            self.crowded = (self.crowded * 2).min(LONGEST);
            (self.heard, self.settled) = (now, true);
        } else if self.settled && calm >= STEADY {
            self.crowded = self.crowded * 3 / 4;
            self.heard = now;
            if self.crowded < QUICK {
                self.crowded = Duration::ZERO;
            }
        }
    }
}
