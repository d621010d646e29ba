//! The books: what has arrived, what was given to the owner, what the owner has acknowledged.
//!
//! Two cursors. `received` runs with the frames. `committed` follows the owner: it is the position of the last delivery
//! before which everything is acknowledged, and the only one that is sent to a server. A delivery that the owner gives
//! up is forgotten, so that the server's replay brings it again; those behind it stay in the books until their own
//! receipts, but no longer move the cursor.

mod batch;
mod cursor;
mod seen;

use std::collections::{HashSet, VecDeque};

pub(super) use batch::Taken;
pub use batch::{Batch, Ticket};
use seen::Seen;

use crate::{
    event::Gap,
    position::{Mid, Position},
};

pub(super) struct Ledger {
    received: Position,
    committed: Position,
    /// While the channels are being replaced: events of the new ones may be older than what still arrives.
    frozen: bool,
    /// The same while something may have been skipped that is still being asked for.
    held: bool,
    /// What arrives is a replay of all that the server holds, of which only what was made since this unix second is
    /// wanted.
    history: Option<i64>,
    /// Channels whose history joins that of the ones before, because the connection never was away.
    joined: Option<String>,
    seen: Seen,
    /// Given up by the owner, expected again.
    again: HashSet<Mid>,
    open: VecDeque<Entry>,
    next: u64,
    /// To be told with the next batch.
    gap: Option<Gap>,
    /// Stored, and the server is to hear of it.
    receipts: Vec<Mid>,
    /// Empty, with the room that the last batch needed.
    spare: Taken,
}

struct Entry {
    ticket: Ticket,
    /// None when a delivery before it was given up.
    position: Option<Position>,
    mids: Vec<Mid>,
    receipts: Vec<Mid>,
    done: bool,
}

impl Ledger {
    pub(super) fn new(position: Position, seen: Vec<Mid>, remember: usize) -> Self {
        let mut books = Self {
            received: position.clone(),
            committed: position,
            frozen: false,
            held: false,
            history: None,
            joined: None,
            seen: Seen {
                ids: HashSet::default(),
                order: VecDeque::new(),
                most: remember.max(1),
            },
            again: HashSet::new(),
            open: VecDeque::new(),
            next: 0,
            gap: None,
            receipts: Vec::new(),
            spare: Taken::default(),
        };
        for mid in seen {
            books.seen.insert(&mid);
        }
        books
    }

    pub(super) fn committed(&self) -> &Position {
        &self.committed
    }

    /// Tells the owner with the next batch that something may be missing.
    pub(super) fn note_gap(&mut self, gap: Gap) {
        self.gap.get_or_insert(gap);
    }

    /// Ids that are stored and that the server waits to hear about.
    pub(super) fn take_receipts(&mut self) -> Vec<Mid> {
        std::mem::take(&mut self.receipts)
    }

    pub(super) fn open_deliveries(&self) -> usize {
        self.open.len()
    }

    pub(super) fn acknowledge(&mut self, ticket: Ticket) {
        if let Some(entry) = self.open.iter_mut().find(|entry| entry.ticket == ticket) {
            entry.done = true;
        }
        self.settle();
    }

    /// Forgets a delivery, so that it comes again; false when it was not open.
    pub(super) fn abandon(&mut self, ticket: Ticket) -> bool {
        let Some(at) = self.open.iter().position(|entry| entry.ticket == ticket) else {
            return false;
        };
        let Some(entry) = self.open.remove(at) else {
            return false;
        };
        for mid in entry.mids {
            self.seen.remove(&mid);
            self.again.insert(mid);
        }
        for later in self.open.range_mut(at..) {
            later.position = None;
        }
        let before = self.open.range(..at).rev().find_map(|entry| entry.position.clone());
        self.received = before.unwrap_or_else(|| self.committed.clone());
        // Bounded like everything that a server can make grow.
        if self.again.len() > self.seen.most {
            self.again.clear();
        }
        self.settle();
        true
    }

    /// Lets the committed position follow everything that is done from the front.
    fn settle(&mut self) {
        while self.open.front().is_some_and(|entry| entry.done) {
            let Some(entry) = self.open.pop_front() else {
                break;
            };
            self.receipts.extend(entry.receipts);
            if let Some(position) = entry.position {
                self.committed = position;
            }
        }
    }
}

#[cfg(test)]
mod tests;
