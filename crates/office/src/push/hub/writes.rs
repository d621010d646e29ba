//! When messages were given to their sockets: stamped in the moment before, read over the control interface.

use std::collections::VecDeque;
use std::sync::PoisonError;

use serde_json::{Value, json};

use super::Hub;
use crate::clock;
use crate::push::message::Mid;

/// Stamps that are kept, the newest ones.
const KEPT: usize = 100_000;

/// The stamps in order: a message that is sent to several connections, or again, has several.
#[derive(Debug, Default)]
pub(super) struct Writes(VecDeque<(Mid, i64)>);

impl Writes {
    fn add(&mut self, mids: &[Mid], at_us: i64) {
        let over = (self.0.len() + mids.len()).saturating_sub(KEPT);
        self.0.drain(..over.min(self.0.len()));
        self.0.extend(mids.iter().map(|mid| (*mid, at_us)));
    }
}

impl Hub {
    /// A frame or an answer with these messages is about to be written.
    pub(crate) fn writes(&self, mids: &[Mid]) {
        let at_us = clock::micros(clock::now());
        let mut writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        writes.add(mids, at_us);
    }

    /// The stamps so far: `[{mid, at_us}]`.
    pub(crate) fn show_writes(&self) -> Vec<Value> {
        let writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = writes.0.iter();
        shown
            .map(|(mid, at_us)| json!({"mid": mid.to_string(), "at_us": at_us}))
            .collect()
    }

    /// Forgets the stamps.
    pub(crate) fn forget_writes(&self) {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stamps_are_kept() {
        let mut writes = Writes::default();
        let mids: Vec<Mid> = (1..=3).map(|number| Mid::new(1, number)).collect();
        for at_us in 0..40_000 {
            writes.add(&mids, at_us);
        }
        assert_eq!(writes.0.len(), KEPT);
        assert_eq!(writes.0.back(), Some(&(Mid::new(1, 3), 39_999)));
        assert!(writes.0.front().is_some_and(|(_, at_us)| *at_us > 6_000));
    }
}
