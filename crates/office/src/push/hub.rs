//! The heart of the push server: channels with their history, and the members that hold them now.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::batch::{Presence, Response};
use super::message::{Message, Mid, Sender};
use super::signature::{Channel, Id, Key};
use super::status::Status;
use crate::clock;

/// Messages are kept for at most a day.
pub(crate) const MESSAGE_TTL: u32 = 86_400;
/// Sockets and polls per channel.
pub(crate) const MAX_CONNECTIONS: usize = 100;
/// Stored messages per channel. The real server knows no such limit; this one guards the memory of the office.
const MAX_STORED: usize = 200_000;
/// Messages that wait for a slow member before it is cut off.
const OUTBOX: usize = 65_536;

/// The address of a history: private and public ids are different rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    /// The channel id.
    pub(crate) id: Id,
    /// Private (or shared) instead of public.
    pub(crate) private: bool,
}

/// What a member is told.
#[derive(Clone, Debug)]
pub(crate) enum Outgoing {
    /// An answer or a message, gathered with its neighbours.
    Response(Response),
    /// A frame of nonsense, to test the reader.
    Garbage,
    /// Close with a code and a reason.
    Close(u16, String),
    /// End without a close frame.
    Cut,
}

/// How a member is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// WebSocket.
    Socket,
    /// Long polling.
    Poll,
}

/// Channels, histories, members.
#[derive(Debug)]
pub(crate) struct Hub {
    key: Key,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    start: u64,
    counter: u64,
    published: u64,
    history: BTreeMap<Address, VecDeque<Stored>>,
    members: BTreeMap<u64, Member>,
    next_member: u64,
}

#[derive(Debug)]
struct Stored {
    expires: u64,
    message: Arc<Message>,
}

#[derive(Debug)]
struct Member {
    link: Link,
    addresses: Vec<Address>,
    with_public: bool,
    outbox: mpsc::Sender<Outgoing>,
}

/// A place in the live list, given back when dropped.
#[derive(Debug)]
pub(crate) struct Membership {
    hub: Arc<Hub>,
    number: u64,
    /// What the member is told.
    pub(crate) inbox: mpsc::Receiver<Outgoing>,
}

/// How much the hub holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Open WebSockets.
    pub(crate) sockets: usize,
    /// Waiting polls.
    pub(crate) polls: usize,
    /// Channels held by somebody.
    pub(crate) channels: usize,
    /// Stored messages over all channels.
    pub(crate) stored: usize,
    /// Messages published since the start.
    pub(crate) published: u64,
}

impl Hub {
    /// `started` gives the first ten digits of every message id.
    pub(crate) fn new(key: Key, started: Timestamp) -> Self {
        // The counter of the real server starts at 1. Here it starts at the fraction of the second, so that ids grow
        // over restarts within one second too, which tests do.
        let counter = u64::try_from(started.as_microsecond().rem_euclid(1_000_000)).unwrap_or(0) * 1000;
        Self::with_counter(key, u64::from(clock::unix(started)), counter)
    }

    /// The next message has the id `start`, `counter + 1`.
    pub(crate) fn with_counter(key: Key, start: u64, counter: u64) -> Self {
        let inner = Inner {
            start,
            counter,
            published: 0,
            history: BTreeMap::new(),
            members: BTreeMap::new(),
            next_member: 0,
        };
        Self {
            key,
            inner: Mutex::new(inner),
        }
    }

    /// The signature key.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// Stores a message (unless `expiry` is 0) and gives it to the members of its receivers.
    pub(crate) fn publish(&self, to: &[Address], body: String, expiry: u32, sender: Sender, at: Timestamp) -> Mid {
        let mut inner = self.lock();
        let message = inner.store(to, body, expiry, sender, at);
        let response = Outgoing::Response(Response::Messages(vec![Arc::clone(&message)]));
        for address in to {
            inner.tell(*address, &response);
        }
        message.mid
    }

    /// Stores several messages and sends them in one response, as a replay does.
    pub(crate) fn publish_together(&self, to: Address, bodies: Vec<String>, expiry: u32, at: Timestamp) -> Vec<Mid> {
        let mut inner = self.lock();
        let messages: Vec<_> = bodies
            .into_iter()
            .map(|body| inner.store(&[to], body, expiry, Sender::Backend, at))
            .collect();
        let mids = messages.iter().map(|message| message.mid).collect();
        inner.tell(to, &Outgoing::Response(Response::Messages(messages)));
        mids
    }

    /// What is stored after the given id, for all channels, in order. The same message is listed once per channel.
    pub(crate) fn replay(&self, channels: &[Channel], after: Mid, at: Timestamp) -> Vec<Arc<Message>> {
        let now = u64::from(clock::unix(at));
        let inner = self.lock();
        let mut messages: Vec<Arc<Message>> = addresses(channels)
            .filter_map(|address| inner.history.get(&address))
            .flatten()
            .filter(|stored| stored.message.mid > after && stored.expires > now)
            .map(|stored| Arc::clone(&stored.message))
            .collect();
        messages.sort_by_key(|message| message.mid);
        messages
    }

    /// The newest stored id of the channels.
    pub(crate) fn last_mid(&self, channels: &[Channel]) -> Option<Mid> {
        let inner = self.lock();
        addresses(channels)
            .filter_map(|address| inner.history.get(&address)?.back().map(|stored| stored.message.mid))
            .max()
    }

    /// Joins the live list. A channel with too many connections loses its oldest one.
    pub(crate) fn join(self: &Arc<Self>, channels: &[Channel], link: Link) -> Membership {
        let mut inner = self.lock();
        for channel in channels.iter().filter(|channel| channel.public.is_some()) {
            let address = Address {
                id: channel.private,
                private: true,
            };
            let crowd: Vec<u64> = inner
                .members
                .iter()
                .filter(|(_, member)| member.with_public && member.addresses.contains(&address))
                .map(|(number, _)| *number)
                .collect();
            if let Some(oldest) = crowd.first().filter(|_| crowd.len() >= MAX_CONNECTIONS)
                && let Some(member) = inner.members.remove(oldest)
            {
                let status = Status::TooManyConnections;
                let _ = member.outbox.try_send(Outgoing::Close(status.code(), status.reason()));
            }
        }
        let (outbox, inbox) = mpsc::channel(OUTBOX);
        let number = inner.next_member;
        inner.next_member += 1;
        let member = Member {
            link,
            addresses: addresses(channels).collect(),
            with_public: channels.iter().any(|channel| channel.public.is_some()),
            outbox,
        };
        inner.members.insert(number, member);
        drop(inner);
        Membership {
            hub: Arc::clone(self),
            number,
            inbox,
        }
    }

    /// Tells every socket something; gives how many were told.
    pub(crate) fn tell_sockets(&self, what: &Outgoing) -> usize {
        let inner = self.lock();
        inner
            .members
            .values()
            .filter(|member| member.link == Link::Socket && member.outbox.try_send(what.clone()).is_ok())
            .count()
    }

    /// Which of the addresses somebody holds now.
    pub(crate) fn presence(&self, of: &[Address]) -> Vec<Presence> {
        let inner = self.lock();
        of.iter()
            .map(|address| Presence {
                id: address.id,
                private: address.private,
                online: inner.subscribers(*address) > 0,
            })
            .collect()
    }

    /// How many members hold the address.
    pub(crate) fn subscribers(&self, address: Address) -> usize {
        self.lock().subscribers(address)
    }

    /// How much there is of everything.
    pub(crate) fn totals(&self) -> Totals {
        let inner = self.lock();
        let mut held: Vec<Address> = inner
            .members
            .values()
            .flat_map(|member| member.addresses.iter().copied())
            .collect();
        held.sort_unstable();
        held.dedup();
        let count = |link| inner.members.values().filter(|member| member.link == link).count();
        Totals {
            sockets: count(Link::Socket),
            polls: count(Link::Poll),
            channels: held.len(),
            stored: inner.history.values().map(VecDeque::len).sum(),
            published: inner.published,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn store(&mut self, to: &[Address], body: String, expiry: u32, sender: Sender, at: Timestamp) -> Arc<Message> {
        self.counter += 1;
        self.published += 1;
        let created = clock::unix(at);
        let expiry = expiry.min(MESSAGE_TTL);
        let mid = Mid::new(self.start, self.counter);
        let message = Arc::new(Message {
            mid,
            body,
            expiry,
            created,
            sender,
        });
        if expiry > 0 {
            let now = u64::from(created);
            for address in to {
                let history = self.history.entry(*address).or_default();
                while history.len() >= MAX_STORED || history.front().is_some_and(|stored| stored.expires <= now) {
                    history.pop_front();
                }
                history.push_back(Stored {
                    expires: now + u64::from(expiry),
                    message: Arc::clone(&message),
                });
            }
        }
        message
    }

    /// A member whose outbox is full is cut off: it comes back and reads the history.
    fn tell(&mut self, address: Address, what: &Outgoing) {
        self.members.retain(|_, member| {
            !member.addresses.contains(&address)
                || !matches!(
                    member.outbox.try_send(what.clone()),
                    Err(mpsc::error::TrySendError::Full(_))
                )
        });
    }

    fn subscribers(&self, address: Address) -> usize {
        self.members
            .values()
            .filter(|member| member.addresses.contains(&address))
            .count()
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        self.hub.lock().members.remove(&self.number);
    }
}

/// The rooms of the channels: private or shared ones and public ones.
fn addresses(channels: &[Channel]) -> impl Iterator<Item = Address> {
    channels.iter().flat_map(|channel| {
        let private = Address {
            id: channel.private,
            private: true,
        };
        [Some(private), channel.public.map(|id| Address { id, private: false })]
            .into_iter()
            .flatten()
    })
}

#[cfg(test)]
mod tests;
