//! What a client may want from the server: to send something to other users, and to know who is there.
//!
//! Servers of version 4 take a binary batch over the open WebSocket (or by a POST beside long polling) and answer
//! nothing but statistics; servers of version 5 and later are asked by JSON-RPC and answer every request.

mod batch;
mod call;
mod wish;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
    time::Instant,
};

pub(crate) use wish::null;
pub use wish::{Answered, Ask, AskError, Publication, Wish};

use super::{Effect, Now, Phase, Session};
use crate::{
    config::{Config, PublicChannel},
    wire::{Signal, outgoing},
};

/// Requests that may wait for an answer at once; a server that never answers must not make this grow.
const MOST_PENDING: usize = 64;

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
