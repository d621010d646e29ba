//! Who is online, who was, who wants to know, and what clients acknowledged: the JSON-RPC server's part of the hub.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::batch::Response;
use super::super::message::Draft;
use super::{Address, Hub, Inner, Outgoing};
use crate::clock;

/// Entries of each list that are kept.
const KEPT: usize = 10_000;

/// What clients said to the server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Receipts {
    /// Acknowledged ids, in order of arrival: the user and the id.
    pub(crate) macks: VecDeque<(Option<u64>, String)>,
    /// Answers to the literal ping.
    pub(crate) pongs: u64,
    /// Connections that were asked for, in order.
    pub(crate) arrivals: VecDeque<Value>,
}

impl Hub {
    /// `mack:<mid>` of a client.
    pub(crate) fn acknowledge(&self, user: Option<u64>, mid: &str) {
        let mut inner = self.lock();
        push_bounded(&mut inner.receipts.macks, (user, mid.to_owned()));
    }

    /// `pong` of a client.
    pub(crate) fn ponged(&self) {
        self.lock().receipts.pongs += 1;
    }

    /// A connection was asked for.
    pub(crate) fn arrived(&self, what: Value) {
        push_bounded(&mut self.lock().receipts.arrivals, what);
    }

    /// What clients said so far.
    pub(crate) fn receipts(&self) -> Receipts {
        self.lock().receipts.clone()
    }

    /// Forgets what clients said.
    pub(crate) fn forget_receipts(&self) {
        self.lock().receipts = Receipts::default();
    }

    /// Seconds since each user was seen: 0 = online now; absent = never.
    pub(crate) fn last_seen(&self, users: &[u64], now: Timestamp) -> Map<String, Value> {
        let inner = self.lock();
        users
            .iter()
            .filter_map(|user| {
                let seen = inner.members.seen(*user, now)?;
                Some((
                    user.to_string(),
                    json!(now.as_second().saturating_sub(seen.as_second()).max(0)),
                ))
            })
            .collect()
    }

    /// The portal knows when a user was seen.
    pub(crate) fn set_seen(&self, user: u64, at: Timestamp) {
        self.lock().members.set_seen(user, at);
    }

    /// A member starts or stops watching a user.
    pub(crate) fn watch(&self, member: u64, user: u64, on: bool) -> bool {
        self.lock().members.watch(member, user, on)
    }

    /// The rooms that a member holds.
    pub(crate) fn rooms_of(&self, member: u64) -> Vec<Address> {
        self.lock().members.rooms(member)
    }

    pub(super) fn leave(&self, number: u64) {
        let now = clock::now();
        let mut inner = self.lock();
        if let Some(user) = inner.members.leave(number, now) {
            inner.announce(user, false, now);
        }
    }
}

impl Inner {
    /// Tells those who watch the user; such a message is live only.
    pub(super) fn announce(&mut self, user: u64, online: bool, at: Timestamp) {
        let body = json!({
            "module_id": "online", "command": "userStatusChange", "params": {"user_id": user, "online": online},
            "extra": {"server_time": clock::iso(at), "server_time_unix": clock::unix_float(at)},
        });
        let (message, _) = self.history.store(&[], Draft::portal(body.to_string(), 0), at);
        let what = Outgoing::Response(Response::Messages(vec![Arc::clone(&message)]));
        self.members.tell_watchers(user, &what);
    }
}

impl Receipts {
    /// As the control interface shows them.
    pub(crate) fn show(&self) -> Value {
        let macks: Vec<Value> = self
            .macks
            .iter()
            .map(|(user, mid)| json!({"user": user, "mid": mid}))
            .collect();
        json!({"macks": macks, "pongs": self.pongs, "arrivals": self.arrivals})
    }
}

fn push_bounded<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() == KEPT {
        list.pop_front();
    }
    list.push_back(item);
}
