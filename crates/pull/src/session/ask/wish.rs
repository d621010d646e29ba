//! What the owner may want from the server, and the answer to it.

use serde_json::{Value, value::RawValue};

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

pub(super) fn users(wish: &Wish) -> Vec<u64> {
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
