//! The heart of the push server: channels with their history, and the members that hold them now.

mod history;
mod keeping;
mod kinds;
mod members;
mod presence;
mod record;
mod writes;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::value::to_raw_value;
use tokio::sync::mpsc;

use super::batch::{Presence, Response};
use super::message::{Draft, Message, Mid, Stamp};
use super::signature::{Channel, Id, Key};
use super::tuning::Tuning;
use crate::archive::{Archive, Record};
use crate::clock;
use crate::office::ServerVersion;
use history::{History, Stored};
use members::{Members, Seat};
use record::Entry;
use writes::Writes;

pub(crate) use kinds::{Address, Garbage, Link, Outgoing, Totals};
pub(crate) use presence::Receipts;

/// Messages are kept for at most a day.
pub(crate) const MESSAGE_TTL: u32 = 86_400;

/// Channels, histories, members.
#[derive(Debug)]
pub(crate) struct Hub {
    key: Key,
    version: ServerVersion,
    archive: Arc<Archive>,
    inner: Mutex<Inner>,
    /// Apart from the rest: a socket that writes waits for nobody.
    writes: Mutex<Writes>,
}

#[derive(Debug)]
struct Inner {
    history: History,
    members: Members,
    tuning: Tuning,
    /// The store of the server is down: nothing can be read, what is published is lost.
    broken: bool,
    /// Published when the next connection is between its replay and the live list.
    planned: Vec<(Address, Draft)>,
    receipts: Receipts,
}

/// A place in the live list, given back when dropped.
#[derive(Debug)]
pub(crate) struct Membership {
    hub: Arc<Hub>,
    /// Names the place.
    pub(crate) number: u64,
    /// What the member is told.
    pub(crate) inbox: mpsc::Receiver<Outgoing>,
}

impl Hub {
    /// `started` gives the first ten digits of every message id.
    pub(crate) fn new(key: Key, version: ServerVersion, started: Timestamp, archive: Arc<Archive>) -> Self {
        let (start, counter) = first_numbers(started);
        let mut hub = Self::with_counter(key, version, start, counter);
        hub.archive = archive;
        hub
    }

    /// The next message has the id `start`, `counter + 1`.
    pub(crate) fn with_counter(key: Key, version: ServerVersion, start: u64, counter: u64) -> Self {
        let inner = Inner {
            history: History::new(version, start, counter),
            members: Members::default(),
            tuning: Tuning::of(version),
            broken: false,
            planned: Vec::new(),
            receipts: Receipts::default(),
        };
        Self {
            key,
            version,
            archive: Arc::default(),
            inner: Mutex::new(inner),
            writes: Mutex::default(),
        }
    }

    /// The signature key.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// The version that the server plays.
    pub(crate) fn version(&self) -> ServerVersion {
        self.version
    }

    /// The limits and times now.
    pub(crate) fn tuning(&self) -> Tuning {
        self.lock().tuning.clone()
    }

    /// Changes limits and times for the connections from now on.
    pub(crate) fn tune(&self, change: impl FnOnce(&mut Tuning)) {
        change(&mut self.lock().tuning);
    }

    /// Stores a message (unless it is live only) and gives it to the members of its receivers.
    pub(crate) fn publish(&self, to: &[Address], draft: Draft, at: Timestamp) -> Mid {
        self.lock().publish(to, draft, at, &self.archive)
    }

    /// Stores several messages and sends them in one response, as a replay does.
    pub(crate) fn publish_together(&self, to: Address, drafts: Vec<Draft>, at: Timestamp) -> Vec<Mid> {
        let mut inner = self.lock();
        let messages = inner.store_all(to, drafts, at, &self.archive);
        let mids = messages.iter().map(|message| message.mid).collect();
        inner
            .members
            .tell(to, &Outgoing::Response(Response::Messages(messages)));
        mids
    }

    /// Stores messages as if they had come while nobody was there.
    pub(crate) fn store_silently(&self, to: Address, drafts: Vec<Draft>, at: Timestamp) -> Vec<Mid> {
        let messages = self.lock().store_all(to, drafts, at, &self.archive);
        messages.iter().map(|message| message.mid).collect()
    }

    /// Plans messages for the gap between a replay and the live list.
    pub(crate) fn plan(&self, to: Address, draft: Draft) {
        self.lock().planned.push((to, draft));
    }

    /// Publishes what was planned for the gap.
    pub(crate) fn publish_planned(&self, at: Timestamp) {
        let mut inner = self.lock();
        for (to, draft) in std::mem::take(&mut inner.planned) {
            inner.publish(&[to], draft, at, &self.archive);
        }
    }

    /// What is stored after the given id, for all channels, in order. The same message is listed once per channel.
    /// `None`: the store cannot be read.
    pub(crate) fn replay(&self, channels: &[Channel], after: Mid, at: Timestamp) -> Option<Vec<Arc<Message>>> {
        let inner = self.lock();
        let limits = inner.tuning.replay_limits;
        (!inner.broken).then(|| {
            inner
                .history
                .after(&rooms(channels), after, u64::from(clock::unix(at)), limits)
        })
    }

    /// What is stored after the given second and number, as the nginx module orders it.
    pub(crate) fn replay_since(&self, channels: &[Channel], stamp: Stamp, at: Timestamp) -> Vec<Arc<Message>> {
        self.lock()
            .history
            .since(&rooms(channels), stamp, u64::from(clock::unix(at)))
    }

    /// The newest stored id of the channels.
    pub(crate) fn last_mid(&self, channels: &[Channel]) -> Option<Mid> {
        self.lock().history.last_mid(&rooms(channels))
    }

    /// Joins the live list. A channel with too many connections loses its oldest one.
    pub(crate) fn join(self: &Arc<Self>, channels: &[Channel], link: Link, user: Option<u64>) -> Membership {
        let crowded = channels
            .iter()
            .filter(|channel| channel.public.is_some() || user.is_some_and(|user| channel.private == user_id(user)))
            .map(|channel| Address {
                id: channel.private,
                private: true,
            });
        let seat = Seat {
            link,
            rooms: rooms(channels),
            crowded: crowded.collect(),
            user,
        };
        let mut inner = self.lock();
        let most = inner.tuning.max_connections;
        let (number, inbox, arrived) = inner.members.join(seat, most);
        if let Some(user) = user.filter(|_| arrived) {
            inner.announce(user, true, clock::now());
        }
        drop(inner);
        Membership {
            hub: Arc::clone(self),
            number,
            inbox,
        }
    }

    /// Tells every socket something; gives how many were told.
    pub(crate) fn tell_sockets(&self, what: &Outgoing) -> usize {
        self.lock().members.tell_all(&[Link::Socket], what)
    }

    /// Tells sockets and polls something; gives how many were told.
    pub(crate) fn tell_all(&self, what: &Outgoing) -> usize {
        self.lock().members.tell_all(&[Link::Socket, Link::Poll], what)
    }

    /// Which of the addresses somebody holds now.
    pub(crate) fn presence(&self, of: &[Address]) -> Vec<Presence> {
        let inner = self.lock();
        of.iter()
            .map(|address| Presence {
                id: address.id,
                private: address.private,
                online: inner.members.holders(*address) > 0,
            })
            .collect()
    }

    /// How many members hold the address.
    pub(crate) fn subscribers(&self, address: Address) -> usize {
        self.lock().members.holders(address)
    }

    /// Messages published to the channel and stored in it; `None` if nobody ever used it.
    pub(crate) fn room_counts(&self, address: Address) -> Option<(u64, usize)> {
        self.lock().history.room_counts(address)
    }

    /// How much there is of everything.
    pub(crate) fn totals(&self) -> Totals {
        let inner = self.lock();
        let (published, stored) = inner.history.counts();
        Totals {
            sockets: inner.members.count(Link::Socket),
            polls: inner.members.count(Link::Poll),
            channels: inner.members.held(),
            stored,
            published,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn publish(&mut self, to: &[Address], draft: Draft, at: Timestamp, archive: &Archive) -> Mid {
        let message = self.store(to, draft, at, archive);
        let response = Outgoing::Response(Response::Messages(vec![Arc::clone(&message)]));
        for address in to.iter().filter(|_| !self.broken) {
            self.members.tell(*address, &response);
        }
        message.mid
    }

    fn store_all(&mut self, to: Address, drafts: Vec<Draft>, at: Timestamp, archive: &Archive) -> Vec<Arc<Message>> {
        drafts
            .into_iter()
            .map(|draft| self.store(&[to], draft, at, archive))
            .collect()
    }

    /// While the store is down, a message gets its number and is lost.
    fn store(&mut self, to: &[Address], draft: Draft, at: Timestamp, archive: &Archive) -> Arc<Message> {
        let to = if self.broken { &[] } else { to };
        let (message, expires) = self.history.store(to, draft, at);
        if expires > 0 && archive.keeps() && !to.is_empty() {
            let stored = Stored {
                expires,
                message: Arc::clone(&message),
            };
            if let Ok(entry) = to_raw_value(&Entry::of(to, &stored)) {
                archive.add(&Record::Message(entry));
            }
        }
        message
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.hub.leave(self.number);
    }
}

/// The room of a user of the JSON-RPC server, who has no channel of his own there but a token.
pub(crate) fn user_id(user: u64) -> Id {
    let mut id = *b"user\0\0\0\0\0\0\0\0\0\0\0\0";
    id[8..].copy_from_slice(&user.to_be_bytes());
    id
}

/// The counter of the real server starts at 1. Here it starts at the fraction of the second, so that ids grow over
/// restarts within one second too, which tests do.
fn first_numbers(started: Timestamp) -> (u64, u64) {
    let fraction = u64::try_from(started.as_microsecond().rem_euclid(1_000_000)).unwrap_or(0);
    (u64::from(clock::unix(started)), fraction * 1000)
}

/// The rooms of the channels: private or shared ones and public ones.
fn rooms(channels: &[Channel]) -> Vec<Address> {
    let each = channels.iter().flat_map(|channel| {
        let private = Address {
            id: channel.private,
            private: true,
        };
        [Some(private), channel.public.map(|id| Address { id, private: false })]
    });
    each.flatten().collect()
}

#[cfg(test)]
mod tests;
