//! Events that a client acknowledges before they were read from the disk: right after a start of ours, with a cursor of the
//! run before.
use hotstart_core::bridge::MOST_EVENTS;
use hotstart_core::failure::Failure;
use hotstart_core::ports::Committed;

use super::Done;
use crate::controller::Controller;
use crate::job::Finished;

/// How many numbers that are not at hand are remembered as acknowledged.
const MOST_EARLY: usize = 4 * MOST_EVENTS;

impl Controller {
    /// Numbers that are not at hand may be acknowledged before they were read from the disk; others are simply gone. Once
    /// the disk was read nothing is remembered: a cursor that is older than the database must not name events to come.
    pub(super) fn remember_early(&mut self, base: &str, numbers: &[u64]) {
        if !self.relay_unread(base) {
            return;
        }
        let here = self.relay_next(base, usize::MAX);
        let early = self.bridge.early.entry(base.to_owned()).or_default();
        early.extend(
            numbers
                .iter()
                .filter(|number| here.iter().all(|item| item.number != **number)),
        );
        while early.len() > MOST_EARLY {
            early.pop_first();
        }
    }

    /// Takes out of the queue what was acknowledged before it was read.
    pub(super) fn clear_early(&mut self, base: &str) {
        let Some(early) = self.bridge.early.get(base) else {
            return;
        };
        let here = self.relay_next(base, usize::MAX);
        let known: Vec<u64> = here
            .iter()
            .map(|item| item.number)
            .filter(|number| early.contains(number))
            .collect();
        if known.is_empty() {
            return;
        }
        let transaction = self.relay_acknowledged(base, &known);
        let work = self.ports.store.commit(transaction);
        let base = base.to_owned();
        self.job(work, move |result| Finished::Bridge(Done::Cleared { base, result }));
    }

    pub(super) fn cleared(&mut self, base: &str, result: Result<Committed, Failure>) {
        self.relay_wake(base);
        match result {
            Ok(committed) => self.committed(&committed),
            Err(failure) => self.tell(&failure),
        }
    }
}
