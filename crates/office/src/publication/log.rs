//! A numbered list with an end: the newest entries stay, every entry keeps the number it was given.

use std::collections::VecDeque;

/// How many entries a log keeps.
const KEPT: usize = 10_000;

/// Entries numbered from 1.
#[derive(Debug)]
pub(super) struct Log<T> {
    entries: VecDeque<(u64, T)>,
    last: u64,
}

impl<T> Log<T> {
    /// An empty log.
    pub(super) fn new() -> Self {
        Self {
            entries: VecDeque::new(),
            last: 0,
        }
    }

    /// Adds an entry and returns its number.
    pub(super) fn push(&mut self, entry: T) -> u64 {
        if self.entries.len() >= KEPT {
            self.entries.pop_front();
        }
        self.last += 1;
        self.entries.push_back((self.last, entry));
        self.last
    }

    /// The entries whose number is greater than `after`, in order.
    pub(super) fn after(&self, after: u64) -> impl Iterator<Item = &(u64, T)> {
        self.entries.iter().filter(move |(number, _)| *number > after)
    }

    /// Every entry that is still kept, to be amended.
    pub(super) fn entries_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(|(_, entry)| entry)
    }

    /// The number of the newest entry; 0 when nothing was added.
    pub(super) fn last(&self) -> u64 {
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_the_end_of_old_entries() {
        let mut log = Log::new();
        for entry in 0..=KEPT {
            log.push(entry);
        }
        let first = log.after(0).next().copied();
        assert_eq!(first, Some((2, 1)));
        assert_eq!(
            log.after(log.last() - 1).map(|(_, entry)| *entry).collect::<Vec<_>>(),
            [KEPT]
        );
    }
}
