//! The way of portal events to 1C, decided: which event goes to which base, what is sent together, what an answer means
//! for each event, when the next try is due, and which commands are obeyed.
//!
//! ```text
//! event ──► route, command ──► queue (store) ──► step: read fields | send ──► base ──► judge ──► done | again | given up
//! ```
//!
//! The order within a base is kept: a try begins with the first event that waits, and what comes behind it is sent with
//! it or after it. A base that does not answer is waited for and costs its events nothing; an event with which the base
//! fails again and again is given up, so that it does not hold the others for ever. What was acknowledged is never sent
//! again; what was sent and not acknowledged is sent again with the same id, and the base knows it by that.
mod answers;
mod batch;
mod command;
mod lane;
mod limit;
mod offline;
mod results;
mod route;
pub mod view;

#[cfg(test)]
mod tests;

pub use answers::{Given, Settled, given, settle};
pub use batch::{READ_AT_ONCE, Step, filled, step};
pub use command::{Author, Command, Order, What, order, without_command};
pub use lane::{Fate, Lane, Verdict};
pub use limit::CommandLimit;
pub use offline::{OfflineEvent, offline_bindings, offline_event};
pub use results::{ItemResult, Status, reply, reply_of, results};
pub use route::{event_id, events_of};

use crate::failure::Failure;

/// How patient the relay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The first wait after a failure, in milliseconds.
    pub first_ms: u64,
    /// The longest wait.
    pub most_ms: u64,
    /// How often a base may fail with one event before it is given up.
    pub attempts: u32,
    /// A session without events is ended after so many milliseconds.
    pub idle_ms: u64,
    /// The most events of one call.
    pub batch: usize,
    /// The most bytes of one call, unless one event alone has more.
    pub bytes: usize,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first_ms: 1_000,
            most_ms: 300_000,
            attempts: 8,
            idle_ms: 20_000,
            batch: 200,
            bytes: 1 << 20,
        }
    }
}

impl Pace {
    /// The wait after so many failures in a row: doubled each time, and between half of that and all of it by lot.
    pub fn delay(&self, failures: u32, lot: f64) -> u64 {
        let doubled = self.first_ms.saturating_mul(1 << failures.saturating_sub(1).min(30));
        let whole = doubled.min(self.most_ms);
        let lot = if lot.is_finite() { lot.clamp(0.0, 1.0) } else { 1.0 };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "bounded by the longest wait"
        )]
        let by_lot = (whole as f64 / 2.0 * lot) as u64;
        whole / 2 + by_lot
    }
}

/// Why a base gave no answer for its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The base cannot be had, or lets nobody in: no event is to blame.
    Away(Failure),
    /// The call was refused or has failed inside: one of its events may be to blame.
    Broken(Failure),
}

/// A positive number, also one that PHP wrote as a string.
fn number(value: &serde_json::Value) -> Option<u64> {
    let number = value.as_u64().or_else(|| {
        let text = value.as_str()?;
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok())?
    });
    number.filter(|number| *number > 0)
}
