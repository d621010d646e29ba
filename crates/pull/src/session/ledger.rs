//! The books: what has arrived, what was given to the owner, what the owner has acknowledged.
//!
//! Two cursors. `received` runs with the frames. `committed` follows the owner: it is the position of the last delivery
//! before which everything is acknowledged, and the only one that is sent to a server. A delivery that the owner gives
//! up is forgotten, so that the server's replay brings it again; those behind it stay in the books until their own
//! receipts, but no longer move the cursor.

use std::collections::{HashSet, VecDeque};

use foldhash::quality::RandomState;

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
pub(super) struct Taken {
    pub(super) events: Vec<Event>,
    seen: Vec<Mid>,
    /// There was a message with an id, wanted or not.
    moved: bool,
    /// Ids that the server waits to hear about.
    receipts: Vec<Mid>,
}

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

    /// What a new connection says, if anything was read.
    pub(super) fn resume_from(&self) -> Option<&Position> {
        sayable(&self.committed)
    }

    /// How far the frames went, stored or not: for a look from there.
    pub(super) fn read_to(&self) -> Option<&Position> {
        sayable(&self.received)
    }

    /// A connection is asked for, from what is stored by now.
    pub(super) fn connecting(&mut self) {
        self.history = self.committed.since.filter(|_| self.committed.is_empty());
    }

    /// What arrives next is a replay from the moment at which reading began, if nothing was read yet.
    pub(super) fn expect_history(&mut self) {
        if self.received.is_empty() && self.received.since.is_some() {
            self.history = self.received.since;
        }
    }

    /// From here on nothing is old any more.
    pub(super) fn end_history(&mut self) {
        // Where nothing was read yet, the next answer begins there again.
        if !self.received.is_empty() {
            self.history = None;
        }
    }

    /// Tells the owner with the next batch that something may be missing.
    pub(super) fn note_gap(&mut self, gap: Gap) {
        self.gap.get_or_insert(gap);
    }

    /// The cursor that the server named itself, if nothing was read before.
    pub(super) fn begin_at(&mut self, mid: Option<Mid>, moment: Option<(String, String)>) {
        if !self.received.is_empty() || self.frozen || self.received.since.is_some() {
            return;
        }
        self.received.mid = mid;
        if let (None, Some((tag, time))) = (&self.received.mid, moment) {
            self.received.tag = Some(tag);
            self.received.time = Some(time);
        }
        if self.open.is_empty() {
            self.committed = self.received.clone();
        }
    }

    /// Ids that are stored and that the server waits to hear about.
    pub(super) fn take_receipts(&mut self) -> Vec<Mid> {
        std::mem::take(&mut self.receipts)
    }

    pub(super) fn open_deliveries(&self) -> usize {
        self.open.len()
    }

    /// The cursor stands still from here until a connection with the new channels stands, or nothing changed after all.
    /// Whether it stood still before.
    pub(super) fn freeze(&mut self) -> bool {
        std::mem::replace(&mut self.frozen, true)
    }

    /// The cursor stands still, or moves again, whatever becomes of the channels.
    pub(super) fn hold_cursor(&mut self, held: bool) {
        self.held = held;
    }

    pub(super) fn thaw(&mut self) {
        self.frozen = false;
    }

    /// The next connection will have these channels, and nothing is missed on the way to them.
    pub(super) fn expect_channels(&mut self, channels: String) {
        self.joined = Some(channels);
    }

    /// A connection stands: from here on messages count from what was committed.
    pub(super) fn connected(&mut self, channels: String, server_now: Option<i64>) -> Option<Batch> {
        // They belonged to the connection before; what is sent again is confirmed again.
        self.receipts.clear();
        // What arrived but was not acknowledged arrives again, and is dropped as a repetition or taken as a second try.
        if self.open.is_empty() {
            self.received = self.committed.clone();
        }
        let joined = self.joined.take().is_some_and(|joined| joined == channels);
        let gap = match &self.received.channels {
            Some(old) if *old != channels && !joined => Some(Gap::ChannelsReplaced),
            Some(_) | None => None,
        };
        let first = self.received.is_empty() && self.received.since.is_none();
        let moved = self.received.channels.as_ref() != Some(&channels);
        self.received.channels = Some(channels);
        if first {
            self.received.since = server_now;
        }
        if let Some(gap) = gap {
            self.note_gap(gap);
        }
        (first || moved).then(|| self.book(Taken::default()))
    }

    /// Books a message: whether it was given to the owner before, or nothing when it is to be dropped.
    pub(super) fn take(&mut self, message: &Message, taken: &mut Taken) -> Option<bool> {
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
    pub(super) fn begin_batch(&mut self) -> Taken {
        std::mem::take(&mut self.spare)
    }

    /// Books what was taken as a delivery of its own; nothing when there is nothing new.
    pub(super) fn close_batch(&mut self, mut taken: Taken) -> Option<Batch> {
        if self.is_news(&mut taken) {
            Some(self.book(taken))
        } else {
            None
        }
    }

    /// Books what was taken with the last delivery, which has not left yet. Whether there was anything new; `taken` comes
    /// back if that is not the last one.
    pub(super) fn join_batch(&mut self, before: &mut Batch, mut taken: Taken) -> Result<bool, Taken> {
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

    fn book(&mut self, taken: Taken) -> Batch {
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

    /// What was there before reading began is not news.
    fn is_older_than_the_start(&self, message: &Message) -> bool {
        let Some(since) = self.history else {
            return false;
        };
        // The beginning is a moment of the portal's clock; that of its push server may differ.
        let made = message.body.server_time.or(message.created);
        made.is_some_and(|made| made.as_second() < since)
    }

    /// Whether a message stands behind the cursor for certain, in the order by which its server replays.
    fn leads_on(&self, message: &Message, mid: &Mid) -> bool {
        if self.received.is_empty() {
            return true;
        }
        match (&message.moment, &self.received.mid) {
            (None, Some(last)) => last.is_replayed_before(mid),
            (Some(moment), None) => {
                let last = self.received.tag.as_deref().zip(self.received.time.as_deref());
                let last = last.and_then(|(tag, time)| moment_order(tag, time));
                last.is_some() && last < moment_order(&moment.tag, &moment.time)
            }
            (None, None) | (Some(_), Some(_)) => false,
        }
    }

    fn advance(&mut self, message: &Message, mid: &Mid) {
        if self.frozen || self.held {
            return;
        }
        if let Some(moment) = &message.moment {
            self.received.mid = None;
            self.received.tag = Some(moment.tag.clone());
            self.received.time = Some(moment.time.clone());
            self.received.since = None;
        } else if !self.received.mid.as_ref().is_some_and(|last| mid.is_before(last)) {
            self.received.mid = Some(mid.clone());
            self.received.tag = None;
            self.received.time = None;
            self.received.since = None;
        }
    }
}

/// Time and tag as numbers, in the order of servers 1 and 2.
fn moment_order(tag: &str, time: &str) -> Option<(jiff::civil::DateTime, u64)> {
    let time = jiff::civil::DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", time).ok()?;
    Some((time, tag.parse().ok()?))
}

/// A position that a server can make something of.
fn sayable(position: &Position) -> Option<&Position> {
    (!position.is_empty() || position.since.is_some()).then_some(position)
}

/// The last so many ids, oldest forgotten first.
struct Seen {
    ids: HashSet<Mid, RandomState>,
    order: VecDeque<Mid>,
    most: usize,
}

impl Seen {
    /// Remembers an id; false when it was known.
    fn insert(&mut self, mid: &Mid) -> bool {
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

    fn remove(&mut self, mid: &Mid) {
        if self.ids.remove(mid) {
            self.order.retain(|known| known != mid);
        }
    }
}

#[cfg(test)]
mod tests;
