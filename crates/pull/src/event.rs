//! What the owner receives: one event of the portal.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::value::RawValue;

use crate::position::Mid;

/// One event, decoded as far as the protocol goes; `params` stay raw until somebody wants them.
#[derive(Debug, Clone)]
pub struct Event {
    /// Id of the message; a derived one for servers without ids, none when the server gave nothing to tell it by.
    pub mid: Option<Mid>,
    /// Module that sent it, in lower case (`im`, `main`, `tasks`).
    pub module: String,
    /// Command of the module (`notifyAdd`).
    pub command: String,
    /// Parameters as sent; empty ones may come as `[]`, since the portal is written in PHP.
    pub params: Box<RawValue>,
    /// Who sent it, from the envelope of the push server; text frames do not say it.
    pub sender: Option<Sender>,
    /// When the portal made it, by the portal's clock.
    pub server_time: Option<Timestamp>,
    /// How old it was on arrival, with the difference of the clocks taken out.
    pub age: Option<Duration>,
    /// It was given to the owner before and not acknowledged, so it may have been handled already.
    pub replayed: bool,
}

/// Who sent a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Kind of sender.
    pub kind: SenderType,
    /// Public channel id of a sending client, hex.
    pub id: Option<String>,
}

/// Kind of sender, as the push server states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderType {
    /// The server did not say (0).
    Unknown,
    /// Another client of the portal (1): never to be trusted as the portal's own word.
    Client,
    /// The portal (2).
    Backend,
}

impl SenderType {
    /// The number of the protocol.
    pub fn number(self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Client => 1,
            Self::Backend => 2,
        }
    }

    /// The kind for a number of the protocol; numbers that do not exist yet are unknown senders.
    pub fn from_number(number: i32) -> Self {
        match number {
            1 => Self::Client,
            2 => Self::Backend,
            _ => Self::Unknown,
        }
    }
}

/// Something may have been missed before this point, so the owner should catch up over REST.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// The channels were replaced while the client was away: the history of the old ones cannot be read any more.
    ChannelsReplaced,
    /// The replay had as many messages as newer servers give at most (100 for a channel, 200 in all), so older ones may
    /// have been left out.
    ReplayLimited,
    /// The server may have skipped an event while the connection was made (a fault of servers up to 2.0), and the second
    /// look that would have shown it could not be had.
    Unverified,
}
