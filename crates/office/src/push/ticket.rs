//! What a subscriber asks for: who it is, which channels, from where on, and how it wants to be spoken to.

use jiff::Timestamp;

use super::hub::{Hub, user_id};
use super::message::{Mid, Sender, Stamp};
use super::signature::{Channel, Trust, any_id};
use super::status::Status;
use super::tuning::Tuning;
use super::{flag, jwt};
use crate::office::ServerVersion;
use crate::params::{self, Params};

/// Who subscribes, to what, and from where on.
#[derive(Debug)]
pub(super) struct Ticket {
    pub(super) channels: Vec<Channel>,
    /// The user of a token.
    pub(super) user: Option<u64>,
    /// As whom the connection may publish; `None`: it may not.
    pub(super) sender: Option<Sender>,
    pub(super) framing: Framing,
    pub(super) cursor: Cursor,
}

/// From where on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cursor {
    /// From now on.
    Live,
    /// After this id.
    After(Mid),
    /// After this place in the order of the nginx module.
    Since(Stamp),
}

/// How messages are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// Text of the nginx module, each message alone.
    Nginx,
    /// Text of the server 1.0, with the name of the channel.
    Named,
    /// Text of the server 2.0.
    Plain,
    /// Protobuf.
    Batch,
    /// A JSON array, as newer builds answer to `format=json`.
    Array,
    /// JSON-RPC.
    Rpc,
}

impl Framing {
    /// Its name for the control interface.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Named => "text with channel",
            Self::Plain => "text",
            Self::Batch => "protobuf",
            Self::Array => "json array",
            Self::Rpc => "json-rpc",
        }
    }
}

impl Cursor {
    /// As the control interface shows it.
    pub(super) fn show(self) -> Option<String> {
        match self {
            Self::Live => None,
            Self::After(mid) => Some(mid.to_string()),
            Self::Since(stamp) => Some(format!("{}/{}", stamp.time, stamp.tag)),
        }
    }
}

/// Reads the query of a subscriber of the versions 3 to 5.
pub(super) fn read(hub: &Hub, params: &Params, now: Timestamp) -> Result<Ticket, Status> {
    let tuning = hub.tuning();
    check_client(&tuning, params)?;
    let mid = params::text(params, "mid").and_then(|mid| Mid::read(&mid));
    let cursor = mid.map_or(Cursor::Live, Cursor::After);
    let token = params::text(params, "token").filter(|_| hub.version() == ServerVersion::V5);
    if let Some(token) = token {
        return from_token(hub, &token, cursor, now);
    }
    let text = params::text(params, "CHANNEL_ID").ok_or(Status::WrongChannelId)?;
    let (channels, framing) = match hub.version() {
        ServerVersion::V1 | ServerVersion::V2 | ServerVersion::V3 => {
            (hub.key().read_channels_1_0(&text, Trust::Client)?, Framing::Named)
        }
        ServerVersion::V4 => (
            hub.key().read_channels(&text, Trust::Client)?,
            framing_of_4(&tuning, params),
        ),
        ServerVersion::V5 => (hub.key().read_channels(&text, Trust::Client)?, Framing::Rpc),
    };
    Ok(Ticket {
        sender: channels.iter().find_map(|channel| channel.public).map(Sender::Client),
        user: None,
        channels,
        framing,
        cursor,
    })
}

/// A server of many portals must be told which one.
pub(super) fn check_client(tuning: &Tuning, params: &Params) -> Result<(), Status> {
    let Some(known) = &tuning.client_id else { return Ok(()) };
    match params::text(params, "clientId") {
        None => Err(Status::ClientIdIsRequired),
        Some(given) if given == *known => Ok(()),
        Some(_) => Err(Status::WrongClientId),
    }
}

fn framing_of_4(tuning: &Tuning, params: &Params) -> Framing {
    if flag(params, "binaryMode") {
        Framing::Batch
    } else if tuning.format_json && params::text(params, "format").as_deref() == Some("json") {
        Framing::Array
    } else {
        Framing::Plain
    }
}

fn from_token(hub: &Hub, token: &str, cursor: Cursor, now: Timestamp) -> Result<Ticket, Status> {
    let claims = jwt::read(token, hub.key(), now.as_second()).ok_or(Status::WrongChannelId)?;
    let user = claims.sub.and_then(|sub| sub.parse().ok()).filter(|user| *user > 0);
    let own = user.map(|user| Channel {
        private: user_id(user),
        public: None,
    });
    let others = claims.chan.split(',').filter(|id| !id.is_empty()).map(|id| Channel {
        private: any_id(id),
        public: None,
    });
    Ok(Ticket {
        channels: own.into_iter().chain(others).collect(),
        user,
        sender: user.map(Sender::User),
        framing: Framing::Rpc,
        cursor,
    })
}
