//! The ids that are known, against repetition.

use std::collections::{HashSet, VecDeque};

use foldhash::quality::RandomState;

use crate::position::Mid;

/// The last so many ids, oldest forgotten first.
pub(super) struct Seen {
    pub(super) ids: HashSet<Mid, RandomState>,
    pub(super) order: VecDeque<Mid>,
    pub(super) most: usize,
}

impl Seen {
    /// Remembers an id; false when it was known.
    pub(super) fn insert(&mut self, mid: &Mid) -> bool {
        if !self.ids.insert(mid.clone()) {
            return false;
        }
        self.order.push_back(mid.clone());
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }

    pub(super) fn remove(&mut self, mid: &Mid) {
        if self.ids.remove(mid) {
            self.order.retain(|known| known != mid);
        }
    }
}
