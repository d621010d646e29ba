//! What a client may want from the server: to send something to other users, and to know who is there.
//!
//! Servers of version 4 take a binary batch over the open WebSocket (or by a POST beside long polling) and answer
//! nothing but statistics; servers of version 5 and later are asked by JSON-RPC and answer every request.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
    time::Instant,
};

use serde_json::{Value, json, value::RawValue};

use super::{Effect, Now, Phase, Session};
use crate::{
    config::{Config, PublicChannel},
    status::TransportKind,
    transport::Outgoing,
    wire::{
        Signal,
        outgoing::{self, Receiver},
    },
};

/// Requests that may wait for an answer at once; a server that never answers must not make this grow.
const MOST_PENDING: usize = 64;

/// One wish of the owner; the answer goes to `reply`.
#[derive(Debug)]
pub struct Ask {
    /// What is wanted.
    pub what: Wish,
    /// Number by which the answer is told.
    pub number: u64,
}

/// What is wanted from the server.
#[derive(Debug, Clone)]
pub enum Wish {
    /// Send a command to users.
    Publish(Publication),
    /// How long ago users were last seen (JSON-RPC servers).
    LastSeen(Vec<u64>),
    /// Which users have a client listening (server 4, by their public channels).
    Listening(Vec<u64>),
    /// Be told when a user comes and goes (JSON-RPC servers); kept over reconnects.
    WatchPresence(u64),
    /// No longer.
    IgnorePresence(u64),
    /// The channels of this connection (JSON-RPC servers).
    ListChannels,
    /// Nothing but an answer (JSON-RPC servers).
    Ping,
}

/// A command for other users: receivers treat it as a client's word, never as the portal's.
#[derive(Debug, Clone)]
pub struct Publication {
    /// Users who receive it.
    pub users: Vec<u64>,
    /// Module that it is for.
    pub module: String,
    /// Its command.
    pub command: String,
    /// Its parameters.
    pub params: Value,
    /// Seconds that the server keeps it; 0: only for those who listen now.
    pub expiry: u32,
}

/// The answer to a wish.
pub type Answered = Result<Box<RawValue>, AskError>;

/// Why a wish was not fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// There is no connection now.
    #[error("not connected")]
    Offline,
    /// The server did not answer in time, or the connection ended first.
    #[error("no answer")]
    NoAnswer,
    /// This server has no such request, or the portal does not allow it.
    #[error("the server cannot do this")]
    Unsupported,
    /// Too many requests wait already, or the message is larger than servers take.
    #[error("too much at once")]
    TooMuch,
    /// The portal knows no public channel of this user.
    #[error("user {0} has no public channel")]
    NoChannel(u64),
    /// The server refused, with code and text.
    #[error("refused: {code} {message}")]
    Refused {
        /// Code of JSON-RPC, or HTTP status.
        code: i64,
        /// Text of the server.
        message: String,
    },
}

/// Requests under way.
#[derive(Default)]
pub(super) struct Asking {
    next_id: u64,
    /// By the number of JSON-RPC.
    calls: BTreeMap<u64, Pending>,
    /// Questions for statistics, answered in order.
    stats: VecDeque<(Pending, Vec<(u64, String)>)>,
    /// Waiting for the public channels of users.
    waiting: Vec<Ask>,
    /// Public channels by user, from the configuration and from the portal.
    pub(super) channels: BTreeMap<u64, PublicChannel>,
    /// Users whose presence is watched.
    presence: BTreeSet<u64>,
}

struct Pending {
    number: u64,
    until: Instant,
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asking({} under way)", self.calls.len() + self.stats.len())
    }
}

/// Largest message that servers take.
const MAX_PAYLOAD: usize = 1 << 20;

impl Session {
    pub(super) fn ask(&mut self, ask: Ask, now: Now) {
        // What is watched is kept for the next connection, whether or not there is one now.
        match ask.what {
            Wish::WatchPresence(user) => _ = self.asking.presence.insert(user),
            Wish::IgnorePresence(user) => _ = self.asking.presence.remove(&user),
            Wish::Publish(_) | Wish::LastSeen(_) | Wish::Listening(_) | Wish::ListChannels | Wish::Ping => {}
        }
        let Some(json_rpc) = self.config.as_ref().map(Config::is_json_rpc) else {
            return self.reply(ask.number, Err(AskError::Offline));
        };
        if !matches!(self.phase, Phase::Online { .. }) {
            return self.reply(ask.number, Err(AskError::Offline));
        }
        if self.asking.calls.len() + self.asking.stats.len() + self.asking.waiting.len() >= MOST_PENDING {
            return self.reply(ask.number, Err(AskError::TooMuch));
        }
        if json_rpc {
            self.call(ask, now);
        } else {
            self.batch(ask, now);
        }
    }

    /// The portal answered which public channels users have; `None` when it did not.
    pub(super) fn public_channels(&mut self, found: Option<BTreeMap<u64, PublicChannel>>, now: Now) {
        self.asking.channels.extend(found.unwrap_or_default());
        for ask in std::mem::take(&mut self.asking.waiting) {
            match self.missing(&users(&ask.what)).first() {
                Some(user) => self.reply(ask.number, Err(AskError::NoChannel(*user))),
                None => self.ask(ask, now),
            }
        }
    }

    fn call(&mut self, ask: Ask, now: Now) {
        if self.status.transport != Some(TransportKind::WebSocket) {
            return self.reply(ask.number, Err(AskError::Unsupported));
        }
        let (method, params) = match &ask.what {
            Wish::Publish(message) => {
                let body = json!({"module_id": message.module, "command": message.command, "params": message.params});
                let params = json!({"userList": message.users, "body": body, "expiry": message.expiry});
                ("publish", params)
            }
            Wish::LastSeen(users) => ("getUsersLastSeen", json!({"userList": users})),
            Wish::WatchPresence(user) => ("subscribeStatusChange", json!({"userId": user})),
            Wish::IgnorePresence(user) => ("unsubscribeStatusChange", json!({"userId": user})),
            Wish::ListChannels => ("listChannels", json!({})),
            Wish::Ping => ("ping", json!({})),
            Wish::Listening(_) => return self.reply(ask.number, Err(AskError::Unsupported)),
        };
        let id = self.next_call(method, &params);
        let until = now.instant + self.limits.answer_within;
        self.asking.calls.insert(
            id,
            Pending {
                number: ask.number,
                until,
            },
        );
    }

    fn next_call(&mut self, method: &str, params: &Value) -> u64 {
        self.asking.next_id += 1;
        let id = self.asking.next_id;
        self.effects
            .push_back(Effect::Send(outgoing::request(id, method, params)));
        id
    }

    /// Server 4: a binary batch.
    fn batch(&mut self, ask: Ask, now: Now) {
        let sends = self.config.as_ref().is_some_and(|config| config.server_version == 4);
        let users = users(&ask.what);
        if !sends || users.is_empty() {
            return self.reply(ask.number, Err(AskError::Unsupported));
        }
        let unknown = self.missing(&users);
        if !unknown.is_empty() {
            self.asking.waiting.push(ask);
            return self.effects.push_back(Effect::FindChannels(unknown));
        }
        let channels: Vec<(u64, String, Receiver)> = users
            .iter()
            .filter_map(|user| {
                let channel = self.asking.channels.get(user)?;
                let receiver = Receiver {
                    id: unhex(channel.id.expose())?,
                    signature: unhex(channel.signature.expose())?,
                };
                Some((*user, channel.id.expose().to_ascii_lowercase(), receiver))
            })
            .collect();
        let receivers: Vec<Receiver> = channels.iter().map(|(_, _, receiver)| receiver.clone()).collect();
        let over_socket = self.status.transport == Some(TransportKind::WebSocket);
        if let Wish::Publish(message) = &ask.what {
            let body = json!({"module_id": message.module, "command": message.command, "params": message.params});
            let kind = format!("{}_{}", message.module, message.command);
            let frame = outgoing::publish(&receivers, &body.to_string(), message.expiry, &kind);
            if frame.len() > MAX_PAYLOAD {
                return self.reply(ask.number, Err(AskError::TooMuch));
            }
            if over_socket {
                self.effects.push_back(Effect::Send(Outgoing::Binary(frame)));
                // The server answers nothing; what it does not like it answers by closing the connection.
                return self.reply(ask.number, Ok(null()));
            }
            let endpoints = self.config.as_ref().map(Config::publish_endpoints).unwrap_or_default();
            return self.effects.push_back(Effect::Post {
                endpoints,
                body: frame,
                number: ask.number,
            });
        }
        if !over_socket {
            return self.reply(ask.number, Err(AskError::Unsupported));
        }
        let frame = outgoing::channel_stats(&receivers);
        self.effects.push_back(Effect::Send(Outgoing::Binary(frame)));
        let pending = Pending {
            number: ask.number,
            until: now.instant + self.limits.answer_within,
        };
        let asked = channels.into_iter().map(|(user, id, _)| (user, id)).collect();
        self.asking.stats.push_back((pending, asked));
    }

    fn missing(&self, users: &[u64]) -> Vec<u64> {
        let unknown = users.iter().filter(|user| !self.asking.channels.contains_key(user));
        unknown.copied().collect()
    }

    pub(super) fn signal(&mut self, signal: Signal) {
        match signal {
            // Other servers would not understand it, and nothing that is no JSON-RPC server asks for it.
            Signal::Ping if self.config.as_ref().is_some_and(Config::is_json_rpc) => {
                self.effects.push_back(Effect::Send(outgoing::pong()));
            }
            Signal::Ping => {}
            Signal::Answer { id, result } => {
                if let Some(pending) = self.asking.calls.remove(&id) {
                    let result = result.map_err(|(code, message)| AskError::Refused { code, message });
                    self.reply(pending.number, result);
                }
            }
            Signal::Stats(stats) => {
                if let Some((pending, asked)) = self.asking.stats.pop_front() {
                    let online: BTreeMap<u64, bool> = asked
                        .into_iter()
                        .map(|(user, id)| (user, stats.iter().any(|(known, online)| *known == id && *online)))
                        .collect();
                    let result = serde_json::value::to_raw_value(&online).map_err(|_| AskError::NoAnswer);
                    self.reply(pending.number, result);
                }
            }
        }
    }

    /// A new connection: presence has to be asked for again.
    pub(super) fn ask_for_presence(&mut self) {
        if self.config.as_ref().is_some_and(Config::is_json_rpc)
            && self.status.transport == Some(TransportKind::WebSocket)
        {
            for user in self.asking.presence.clone() {
                self.next_call("subscribeStatusChange", &json!({"userId": user}));
            }
        }
    }

    /// The connection ended: nothing will be answered any more.
    pub(super) fn drop_asks(&mut self) {
        let asking = &mut self.asking;
        let calls = std::mem::take(&mut asking.calls)
            .into_values()
            .map(|pending| pending.number);
        let stats = std::mem::take(&mut asking.stats)
            .into_iter()
            .map(|(pending, _)| pending.number);
        let waiting = std::mem::take(&mut asking.waiting).into_iter().map(|ask| ask.number);
        let all: Vec<u64> = calls.chain(stats).chain(waiting).collect();
        for number in all {
            self.reply(number, Err(AskError::NoAnswer));
        }
    }

    pub(super) fn next_ask_timeout(&self) -> Option<Instant> {
        let calls = self.asking.calls.values().map(|pending| pending.until);
        let stats = self.asking.stats.iter().map(|(pending, _)| pending.until);
        calls.chain(stats).min()
    }

    pub(super) fn check_asks(&mut self, now: Now) {
        let late = |pending: &Pending| pending.until <= now.instant;
        let mut numbers = Vec::new();
        self.asking.calls.retain(|_, pending| {
            let late = late(pending);
            numbers.extend(late.then_some(pending.number));
            !late
        });
        self.asking.stats.retain(|(pending, _)| {
            let late = late(pending);
            numbers.extend(late.then_some(pending.number));
            !late
        });
        for number in numbers {
            self.reply(number, Err(AskError::NoAnswer));
        }
    }

    fn reply(&mut self, number: u64, result: Answered) {
        self.effects.push_back(Effect::Reply { number, result });
    }
}

fn users(wish: &Wish) -> Vec<u64> {
    match wish {
        Wish::Publish(message) => message.users.clone(),
        Wish::Listening(users) => users.clone(),
        Wish::LastSeen(_) | Wish::WatchPresence(_) | Wish::IgnorePresence(_) | Wish::ListChannels | Wish::Ping => {
            Vec::new()
        }
    }
}

/// The answer of a request that has none.
pub(crate) fn null() -> Box<RawValue> {
    RawValue::NULL.to_owned()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
