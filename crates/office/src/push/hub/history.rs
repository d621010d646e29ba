//! What was published: rooms with their messages in order, and the numbers that the next message gets.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use super::super::message::{Draft, Message, Mid, Stamp};
use super::super::signature::hex;
use super::{Address, MESSAGE_TTL};
use crate::clock;
use crate::office::ServerVersion;

/// Stored messages per channel at the nginx module.
const MAX_STORED_NGINX: usize = 1000;
/// Stored messages per channel elsewhere. The real servers know no such limit; this one guards the office's memory.
const MAX_STORED: usize = 200_000;

/// The messages of all rooms.
#[derive(Debug)]
pub(super) struct History {
    version: ServerVersion,
    start: u64,
    counter: u64,
    stamp: Stamp,
    published: u64,
    rooms: BTreeMap<Address, Room>,
}

/// A message and the second at which it is forgotten.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) expires: u64,
    pub(super) message: Arc<Message>,
}

#[derive(Debug, Default)]
struct Room {
    stored: VecDeque<Stored>,
    published: u64,
}

impl History {
    /// The next message has the id `start`, `counter + 1`.
    pub(super) fn new(version: ServerVersion, start: u64, counter: u64) -> Self {
        Self {
            version,
            start,
            counter,
            stamp: Stamp::default(),
            published: 0,
            rooms: BTreeMap::new(),
        }
    }

    /// The server started again: ids begin with another second and stay above the old ones.
    pub(super) fn begin(&mut self, start: u64, counter: u64) {
        if Mid::new(start, counter) > Mid::new(self.start, self.counter) {
            (self.start, self.counter) = (start, counter);
        }
    }

    /// Numbers a message and keeps it as long as the version does; gives when it is forgotten, 0 = not kept.
    pub(super) fn store(&mut self, to: &[Address], draft: Draft, at: Timestamp) -> (Arc<Message>, u64) {
        self.counter += 1;
        self.published += 1;
        self.stamp = self.next_stamp(at);
        let nginx = self.version.is_nginx();
        let mid = Mid::new(self.start, self.counter);
        let mut number = mid.number();
        for address in to {
            let room = self.rooms.entry(*address).or_default();
            room.published += 1;
            if nginx {
                number = room.published;
            }
        }
        let channel = if draft.channel.is_empty() {
            to.first().map_or_else(String::new, |address| hex(&address.id))
        } else {
            draft.channel
        };
        let expiry = self.kept_for(draft.expiry);
        let created = clock::unix(at);
        let message = Arc::new(Message {
            mid,
            number,
            stamp: self.stamp,
            channel,
            personal: draft.personal,
            body: draft.body,
            expiry,
            created,
            sender: draft.sender,
        });
        if expiry == 0 {
            return (message, 0);
        }
        let expires = u64::from(created) + u64::from(expiry);
        let stored = Stored {
            expires,
            message: Arc::clone(&message),
        };
        self.keep(to, &stored, u64::from(created));
        (message, expires)
    }

    /// Puts a message back that an earlier process had stored.
    pub(super) fn restore(&mut self, to: &[Address], stored: &Stored) {
        let message = &stored.message;
        self.begin(message.mid.start(), message.mid.number());
        self.stamp = self.stamp.max(message.stamp);
        for address in to {
            let room = self.rooms.entry(*address).or_default();
            room.published = (room.published + 1).max(if self.version.is_nginx() { message.number } else { 0 });
        }
        self.keep(to, stored, 0);
    }

    /// What is stored after the id, in order; the same message is listed once per room.
    pub(super) fn after(
        &self,
        rooms: &[Address],
        mid: Mid,
        now: u64,
        limits: Option<(usize, usize)>,
    ) -> Vec<Arc<Message>> {
        let mut all = Vec::new();
        for address in rooms {
            let found: Vec<_> = self.living(*address, now).filter(|message| message.mid > mid).collect();
            let skipped = limits.map_or(0, |(each, _)| found.len().saturating_sub(each));
            all.extend(found.into_iter().skip(skipped).map(Arc::clone));
        }
        all.sort_by_key(|message| message.mid);
        let skipped = limits.map_or(0, |(_, total)| all.len().saturating_sub(total));
        all.split_off(skipped)
    }

    /// What is stored after the stamp, in order.
    pub(super) fn since(&self, rooms: &[Address], stamp: Stamp, now: u64) -> Vec<Arc<Message>> {
        let mut all: Vec<_> = rooms
            .iter()
            .flat_map(|address| self.living(*address, now))
            .filter(|message| message.stamp > stamp)
            .map(Arc::clone)
            .collect();
        all.sort_by_key(|message| message.stamp);
        all
    }

    /// The newest stored id.
    pub(super) fn last_mid(&self, rooms: &[Address]) -> Option<Mid> {
        rooms
            .iter()
            .filter_map(|address| self.rooms.get(address)?.stored.back().map(|stored| stored.message.mid))
            .max()
    }

    /// Forgets a room; false if there was none.
    pub(super) fn delete(&mut self, address: Address) -> bool {
        self.rooms.remove(&address).is_some()
    }

    /// Forgets every message; the numbers go on.
    pub(super) fn clear(&mut self) {
        self.rooms.clear();
    }

    /// Published since the start, and stored now.
    pub(super) fn counts(&self) -> (u64, usize) {
        (self.published, self.rooms.values().map(|room| room.stored.len()).sum())
    }

    /// Published to the room since it was made, and stored in it.
    pub(super) fn room_counts(&self, address: Address) -> Option<(u64, usize)> {
        self.rooms.get(&address).map(|room| (room.published, room.stored.len()))
    }

    /// Every stored message with its rooms, in order of ids.
    pub(super) fn everything(&self) -> Vec<(Vec<Address>, Stored)> {
        let mut all: BTreeMap<Mid, (Vec<Address>, Stored)> = BTreeMap::new();
        for (address, room) in &self.rooms {
            for stored in &room.stored {
                all.entry(stored.message.mid)
                    .or_insert_with(|| (Vec::new(), stored.clone()))
                    .0
                    .push(*address);
            }
        }
        all.into_values().collect()
    }

    fn living(&self, address: Address, now: u64) -> impl Iterator<Item = &Arc<Message>> {
        self.rooms
            .get(&address)
            .into_iter()
            .flat_map(|room| &room.stored)
            .filter(move |stored| stored.expires > now)
            .map(|stored| &stored.message)
    }

    fn keep(&mut self, to: &[Address], stored: &Stored, now: u64) {
        let most = if self.version.is_nginx() {
            MAX_STORED_NGINX
        } else {
            MAX_STORED
        };
        for address in to {
            let queue = &mut self.rooms.entry(*address).or_default().stored;
            while queue.len() >= most || queue.front().is_some_and(|stored| stored.expires <= now) {
                queue.pop_front();
            }
            queue.push_back(stored.clone());
        }
    }

    /// The nginx module knows no expiry; the server 1.0 takes 0 for its default, the later ones for "live only".
    fn kept_for(&self, expiry: u32) -> u32 {
        match self.version {
            ServerVersion::V1 | ServerVersion::V2 => MESSAGE_TTL,
            ServerVersion::V3 if expiry == 0 => MESSAGE_TTL,
            ServerVersion::V3 | ServerVersion::V4 | ServerVersion::V5 => expiry.min(MESSAGE_TTL),
        }
    }

    /// Numbers within a second run on; a clock that goes back does not take the order back.
    fn next_stamp(&self, at: Timestamp) -> Stamp {
        let time = at.as_second();
        if time > self.stamp.time {
            Stamp { time, tag: 1 }
        } else {
            Stamp {
                time: self.stamp.time,
                tag: self.stamp.tag + 1,
            }
        }
    }
}
