//! The cursors: where they begin, what moves them, and when they stand still.

use super::{Batch, Ledger, Taken};
use crate::{
    event::Gap,
    position::{Mid, Position},
    wire::Message,
};

impl Ledger {
    /// What a new connection says, if anything was read.
    pub(in crate::session) fn resume_from(&self) -> Option<&Position> {
        sayable(&self.committed)
    }

    /// How far the frames went, stored or not: for a look from there.
    pub(in crate::session) fn read_to(&self) -> Option<&Position> {
        sayable(&self.received)
    }

    /// A connection is asked for, from what is stored by now.
    pub(in crate::session) fn connecting(&mut self) {
        self.history = self.committed.since.filter(|_| self.committed.is_empty());
    }

    /// What arrives next is a replay from the moment at which reading began, if nothing was read yet.
    pub(in crate::session) fn expect_history(&mut self) {
        if self.received.is_empty() && self.received.since.is_some() {
            self.history = self.received.since;
        }
    }

    /// From here on nothing is old any more.
    pub(in crate::session) fn end_history(&mut self) {
        // Where nothing was read yet, the next answer begins there again.
        if !self.received.is_empty() {
            self.history = None;
        }
    }

    /// The cursor that the server named itself, if nothing was read before.
    pub(in crate::session) fn begin_at(&mut self, mid: Option<Mid>, moment: Option<(String, String)>) {
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

    /// The cursor stands still from here until a connection with the new channels stands, or nothing changed after all.
    /// Whether it stood still before.
    pub(in crate::session) fn freeze(&mut self) -> bool {
        std::mem::replace(&mut self.frozen, true)
    }

    /// The cursor stands still, or moves again, whatever becomes of the channels.
    pub(in crate::session) fn hold_cursor(&mut self, held: bool) {
        self.held = held;
    }

    pub(in crate::session) fn thaw(&mut self) {
        self.frozen = false;
    }

    /// The next connection will have these channels, and nothing is missed on the way to them.
    pub(in crate::session) fn expect_channels(&mut self, channels: String) {
        self.joined = Some(channels);
    }

    /// A connection stands: from here on messages count from what was committed.
    pub(in crate::session) fn connected(&mut self, channels: String, server_now: Option<i64>) -> Option<Batch> {
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

    /// What was there before reading began is not news.
    pub(super) fn is_older_than_the_start(&self, message: &Message) -> bool {
        let Some(since) = self.history else {
            return false;
        };
        // The beginning is a moment of the portal's clock; that of its push server may differ.
        let made = message.body.server_time.or(message.created);
        made.is_some_and(|made| made.as_second() < since)
    }

    /// Whether a message stands behind the cursor for certain, in the order by which its server replays.
    pub(super) fn leads_on(&self, message: &Message, mid: &Mid) -> bool {
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

    pub(super) fn advance(&mut self, message: &Message, mid: &Mid) {
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
