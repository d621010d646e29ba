//! Who is connected: the live list, who is online, and who wants to know it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{Address, Link, Outgoing};
use crate::push::status::Status;

/// Messages that wait for a slow member before it is cut off.
const OUTBOX: usize = 65_536;

/// The live list.
#[derive(Debug, Default)]
pub(super) struct Members {
    list: BTreeMap<u64, Member>,
    next: u64,
    seen: BTreeMap<u64, Timestamp>,
}

/// A place that somebody wants.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) link: Link,
    pub(super) rooms: Vec<Address>,
    /// The rooms of a user, which hold only so many connections.
    pub(super) crowded: Vec<Address>,
    pub(super) user: Option<u64>,
}

#[derive(Debug)]
struct Member {
    seat: Seat,
    watching: BTreeSet<u64>,
    outbox: mpsc::Sender<Outgoing>,
}

impl Members {
    /// Takes a place; a crowded room loses its oldest connection. Tells whether the user came online by it.
    pub(super) fn join(&mut self, seat: Seat, most: usize) -> (u64, mpsc::Receiver<Outgoing>, bool) {
        for room in &seat.crowded {
            let crowd: Vec<u64> = self
                .list
                .iter()
                .filter(|(_, member)| member.seat.crowded.contains(room))
                .map(|(number, _)| *number)
                .collect();
            if let Some(oldest) = crowd.first().filter(|_| crowd.len() >= most)
                && let Some(member) = self.list.remove(oldest)
            {
                let status = Status::TooManyConnections;
                let _ = member
                    .outbox
                    .try_send(Outgoing::Close(Some((status.code(), status.reason()))));
            }
        }
        let arrived = seat.user.is_some_and(|user| !self.online(user));
        let (outbox, inbox) = mpsc::channel(OUTBOX);
        let number = self.next;
        self.next += 1;
        let member = Member {
            seat,
            watching: BTreeSet::new(),
            outbox,
        };
        self.list.insert(number, member);
        (number, inbox, arrived)
    }

    /// Gives a place back; the user who went offline by it.
    pub(super) fn leave(&mut self, number: u64, at: Timestamp) -> Option<u64> {
        let user = self.list.remove(&number)?.seat.user?;
        if self.online(user) {
            return None;
        }
        self.seen.insert(user, at);
        Some(user)
    }

    /// Tells the members of a room; one whose outbox is full is cut off: it comes back and reads the history.
    pub(super) fn tell(&mut self, room: Address, what: &Outgoing) {
        self.tell_those(|member| member.seat.rooms.contains(&room), what);
    }

    /// Tells those who watch a user.
    pub(super) fn tell_watchers(&mut self, user: u64, what: &Outgoing) {
        self.tell_those(|member| member.watching.contains(&user), what);
    }

    /// Tells everybody who is connected like this; gives how many were told.
    pub(super) fn tell_all(&mut self, links: &[Link], what: &Outgoing) -> usize {
        self.tell_those(|member| links.contains(&member.seat.link), what)
    }

    /// Starts or ends watching a user; true if something changed.
    pub(super) fn watch(&mut self, number: u64, user: u64, on: bool) -> bool {
        let Some(member) = self.list.get_mut(&number) else {
            return false;
        };
        if on {
            member.watching.insert(user)
        } else {
            member.watching.remove(&user)
        }
    }

    /// Whether the user holds a connection.
    pub(super) fn online(&self, user: u64) -> bool {
        self.list.values().any(|member| member.seat.user == Some(user))
    }

    /// When the user was seen last; `None` = never.
    pub(super) fn seen(&self, user: u64, now: Timestamp) -> Option<Timestamp> {
        if self.online(user) {
            return Some(now);
        }
        self.seen.get(&user).copied()
    }

    /// The portal knows better when a user was seen.
    pub(super) fn set_seen(&mut self, user: u64, at: Timestamp) {
        self.seen.insert(user, at);
    }

    /// How many members hold the room.
    pub(super) fn holders(&self, room: Address) -> usize {
        self.list
            .values()
            .filter(|member| member.seat.rooms.contains(&room))
            .count()
    }

    /// How many are connected like this.
    pub(super) fn count(&self, link: Link) -> usize {
        self.list.values().filter(|member| member.seat.link == link).count()
    }

    /// How many rooms somebody holds.
    pub(super) fn held(&self) -> usize {
        let rooms: BTreeSet<Address> = self
            .list
            .values()
            .flat_map(|member| member.seat.rooms.iter().copied())
            .collect();
        rooms.len()
    }

    /// The rooms of a member.
    pub(super) fn rooms(&self, number: u64) -> Vec<Address> {
        self.list
            .get(&number)
            .map(|member| member.seat.rooms.clone())
            .unwrap_or_default()
    }

    fn tell_those(&mut self, which: impl Fn(&Member) -> bool, what: &Outgoing) -> usize {
        let mut told = 0;
        self.list.retain(|_, member| {
            if !which(member) {
                return true;
            }
            match member.outbox.try_send(what.clone()) {
                Ok(()) => {
                    told += 1;
                    true
                }
                Err(mpsc::error::TrySendError::Closed(_)) => true,
                Err(mpsc::error::TrySendError::Full(_)) => false,
            }
        });
        told
    }
}
