//! Who holds which events: several clients of a base divide them. A client that has died gives its events to another one
//! when their time is over.
use std::collections::BTreeMap;
use std::time::Duration;

use hotstart_core::bridge::Caller;
use tokio::time::Instant;

/// How long a client may work on what it was given before another one gets it.
const LENT_FOR: Duration = Duration::from_secs(60);

/// Events on loan, by their number in the queue.
#[derive(Debug, Default)]
pub(super) struct Lent(BTreeMap<u64, (Caller, Instant)>);

impl Lent {
    /// Whether this client may have an event: nobody holds it, or it does so itself, or the time is over.
    pub(super) fn is_free(&self, number: u64, caller: &Caller, now: Instant) -> bool {
        self.0
            .get(&number)
            .is_none_or(|(holder, until)| holder == caller || *until <= now)
    }

    /// Lends events to a client.
    pub(super) fn lend(&mut self, numbers: &[u64], caller: &Caller, now: Instant) {
        for number in numbers {
            self.0.insert(*number, (caller.clone(), now + LENT_FOR));
        }
    }

    /// They are back, or gone for good.
    pub(super) fn end(&mut self, numbers: &[u64]) {
        for number in numbers {
            self.0.remove(number);
        }
    }

    /// When the first event of a base that another client holds becomes free.
    pub(super) fn free_at(&self, caller: &Caller) -> Option<Instant> {
        self.0
            .values()
            .filter(|(holder, _)| holder.base == caller.base && holder != caller)
            .map(|(_, until)| *until)
            .min()
    }
}
