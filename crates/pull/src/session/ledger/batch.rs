//! What is given to the owner at once: filled with what arrived, joined with what has not left yet, booked.

use super::{Entry, Ledger};
use crate::{
    event::{Event, Gap},
    position::{Mid, Position},
    wire::Message,
};

/// Number of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(u64);

#[cfg(feature = "scripted")]
impl Ticket {
    pub(crate) fn numbered(number: u64) -> Self {
        Self(number)
    }
}

/// What is given to the owner at once.
#[derive(Debug)]
pub struct Batch {
    /// For the receipt.
    pub ticket: Ticket,
    /// Events in order of arrival; may be empty when only the position moved.
    pub events: Vec<Event>,
    /// Where to go on once this is stored.
    pub position: Position,
    /// Ids to be stored with it, against repetition.
    pub seen: Vec<Mid>,
    /// Something before it may be missing.
    pub gap: Option<Gap>,
    /// The server forgets it once it is acknowledged, so it must have reached the disk by then.
    pub forgets: bool,
}

/// A batch being filled.
#[derive(Default)]
pub(in crate::session) struct Taken {
    pub(in crate::session) events: Vec<Event>,
    seen: Vec<Mid>,
    /// There was a message with an id, wanted or not.
    moved: bool,
    /// Ids that the server waits to hear about.
    receipts: Vec<Mid>,
}

impl Ledger {
    /// Books a message: whether it was given to the owner before, or nothing when it is to be dropped.
    pub(in crate::session) fn take(&mut self, message: &Message, taken: &mut Taken) -> Option<bool> {
        let Some(mid) = &message.mid else {
            return Some(false);
        };
        taken.moved = true;
        if message.receipt {
            taken.receipts.push(mid.clone());
        }
        if self.is_older_than_the_start(message) {
            self.advance(message, mid);
            return None;
        }
        if !self.seen.insert(mid) {
            // Servers 1 and 2 may give one message at a time: without this it would be the same one for ever.
            if self.leads_on(message, mid) {
                self.advance(message, mid);
            }
            return None;
        }
        self.advance(message, mid);
        taken.seen.push(mid.clone());
        Some(!self.again.is_empty() && self.again.remove(mid))
    }

    /// A batch to be filled.
    pub(in crate::session) fn begin_batch(&mut self) -> Taken {
        std::mem::take(&mut self.spare)
    }

    /// Books what was taken as a delivery of its own; nothing when there is nothing new.
    pub(in crate::session) fn close_batch(&mut self, mut taken: Taken) -> Option<Batch> {
        if self.is_news(&mut taken) {
            Some(self.book(taken))
        } else {
            None
        }
    }

    /// Books what was taken with the last delivery, which has not left yet. Whether there was anything new; `taken` comes
    /// back if that is not the last one.
    pub(in crate::session) fn join_batch(&mut self, before: &mut Batch, mut taken: Taken) -> Result<bool, Taken> {
        if self.open.back().is_none_or(|entry| entry.ticket != before.ticket) {
            return Err(taken);
        }
        let news = self.is_news(&mut taken);
        if news && let Some(entry) = self.open.back_mut() {
            match &mut entry.position {
                Some(position) => position.follow(&self.received),
                None => entry.position = Some(self.received.clone()),
            }
            before.position.follow(&self.received);
            before.gap = before.gap.or(self.gap.take());
            before.forgets |= !taken.receipts.is_empty();
            before.events.append(&mut taken.events);
            entry.mids.extend_from_slice(&taken.seen);
            before.seen.append(&mut taken.seen);
            entry.receipts.append(&mut taken.receipts);
        }
        taken.moved = false;
        self.spare = taken;
        Ok(news)
    }

    /// Whether there is anything to tell the owner; if not, what the server waits to hear is noted all the same.
    fn is_news(&mut self, taken: &mut Taken) -> bool {
        let moved = taken.moved && self.history.is_some();
        let news = !taken.events.is_empty() || !taken.seen.is_empty() || self.gap.is_some() || moved;
        if !news {
            // Repetitions are confirmed together with what they repeat.
            match self.open.back_mut() {
                Some(last) => last.receipts.append(&mut taken.receipts),
                None => self.receipts.append(&mut taken.receipts),
            }
        }
        news
    }

    pub(super) fn book(&mut self, taken: Taken) -> Batch {
        let ticket = Ticket(self.next);
        self.next += 1;
        let position = self.received.clone();
        let forgets = !taken.receipts.is_empty();
        self.open.push_back(Entry {
            ticket,
            position: Some(position.clone()),
            mids: taken.seen.clone(),
            receipts: taken.receipts,
            done: false,
        });
        Batch {
            ticket,
            events: taken.events,
            position,
            seen: taken.seen,
            gap: self.gap.take(),
            forgets,
        }
    }
}
