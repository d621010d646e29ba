//! The configuration of a portal (`result` of `pull.config.get` and `pull.application.config.get`).
//!
//! PHP answers `[]` for an empty map, numbers as strings and flags as `true`, `"Y"` or `1`; every field may be missing.
//! So each is read for itself, and only what makes a connection impossible is an error. About addresses it is strict:
//! they come from this answer and from nowhere else, and a portal reached over https never leads to plain `ws://`.

mod address;
mod read;

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

pub use address::Endpoint;
use read::Field;

use crate::{position::Position, status::TransportKind};

/// Protocol revision of web clients that this crate was written for; sent with every connection.
pub const REVISION: u32 = 19;

/// What is known about the portal and allowed by its owner before any configuration is read.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Address of the portal.
    pub portal: Url,
    /// Plain addresses outside loopback are allowed, for a portal that is itself reached over plain http.
    pub intranet: bool,
}

/// A configuration that a connection can be made with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Version of the push server; decides about the wire format that is asked for.
    pub server_version: u32,
    /// The server is shared by many portals (the cloud server) and told apart by [`Self::client_id`].
    pub shared_mode: bool,
    /// WebSocket addresses, best first; empty when the portal has switched them off.
    pub websocket: Vec<Url>,
    /// Long-polling addresses, best first.
    pub polling: Vec<Url>,
    /// Addresses that take what clients send outside a WebSocket; empty when the portal does not allow it.
    pub publish: Vec<Url>,
    /// Own channel.
    pub private: Option<Channel>,
    /// Channel of all users.
    pub shared: Option<Channel>,
    /// Identity of the portal on a shared (cloud) server.
    pub client_id: Option<Secret>,
    /// Token that replaces channel ids from server version 5 on.
    pub token: Option<Secret>,
    /// When the first part of this becomes invalid, by the portal's clock.
    pub expires: Option<Timestamp>,
    /// The portal's clock when it answered; an application's configuration has none.
    pub server_time: Option<Timestamp>,
    /// Protocol revision of the portal's web clients.
    pub revision: Option<u32>,
    /// Number by which portals tell one state of their push settings from another.
    pub timestamp: Option<i64>,
    /// Public channels of users that the portal gave without being asked, by user id.
    pub public_channels: BTreeMap<u64, PublicChannel>,
}

/// One channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Signed id.
    pub id: Secret,
    /// Signed public id, which other clients send to; own channels of server 4 and later have one.
    pub public_id: Option<Secret>,
    /// When the portal made it, by the portal's clock.
    pub start: Option<Timestamp>,
    /// When the portal will replace it, by the portal's clock.
    pub end: Option<Timestamp>,
}

/// The channel by which one user can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicChannel {
    /// Public id, 32 hex digits.
    pub id: Secret,
    /// Signature of it, hex.
    pub signature: Secret,
    /// When the portal will replace it, by the portal's clock.
    pub end: Option<Timestamp>,
}

/// Something that lets its holder read or act: shown only as its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({} characters)", self.0.len())
    }
}

/// No connection can be made with this configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The answer is no configuration at all (a login page, another portal).
    #[error("the answer is no configuration")]
    NotAConfig,
    /// The portal says that its push server is switched off.
    #[error("push is switched off on the portal")]
    Disabled,
    /// No channel to listen to.
    #[error("no channels")]
    NoChannels,
    /// No address of a push server, neither for WebSocket nor for long polling.
    #[error("no address of a push server")]
    NoAddress,
    /// Only addresses that would downgrade the connection to plain text.
    #[error("plain address {host} where a secure one is needed")]
    Insecure {
        /// Host of the refused address.
        host: String,
    },
    /// A shared server needs `clientId`, and there is none.
    #[error("no client id for a shared server")]
    NoClientId,
}

impl ConfigError {
    /// Stable code for texts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAConfig => "config.invalid",
            Self::Disabled => "config.disabled",
            Self::NoChannels => "config.no_channels",
            Self::NoAddress => "config.no_address",
            Self::Insecure { .. } => "config.insecure",
            Self::NoClientId => "config.no_client_id",
        }
    }

    /// Whether asking again later may help: the answer looked like a mishap, not like a decision.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::NotAConfig | Self::NoChannels)
    }
}

impl Config {
    /// Reads the `result` of the REST method.
    pub fn parse(result: &Value, origin: &Origin) -> Result<Self, ConfigError> {
        let server = result
            .get("server")
            .filter(|server| server.is_object())
            .ok_or(ConfigError::NotAConfig)?;
        if server
            .field("server_enabled")
            .is_some_and(|value| value.flag() == Some(false))
        {
            return Err(ConfigError::Disabled);
        }
        // The module's own default is the nginx server, but every portal of the last years states its version.
        let server_version = server.field("version").and_then(Value::number).unwrap_or(4);
        let client_id = result.field("clientId").and_then(Value::text).map(Secret::new);
        let shared_mode = server.field("mode").and_then(Value::text).as_deref() == Some("shared");
        if shared_mode && client_id.is_none() {
            return Err(ConfigError::NoClientId);
        }
        let token = result.field("jwt").and_then(Value::text).filter(|_| server_version > 4);
        let channels = result.field("channels");
        let channel = |kind| channels.and_then(|channels| Channel::read(channels.field(kind)?));
        let (private, shared) = (channel("private"), channel("shared"));
        if private.is_none() && shared.is_none() && token.is_none() {
            return Err(ConfigError::NoChannels);
        }
        let addresses = address::Addresses::read(server, origin)?;
        let ends = [&private, &shared]
            .into_iter()
            .flatten()
            .filter_map(|channel| channel.end);
        let exp = result
            .field("exp")
            .and_then(Value::number::<i64>)
            .filter(|exp| *exp > 0);
        Ok(Self {
            server_version,
            shared_mode,
            websocket: addresses.websocket,
            polling: addresses.polling,
            publish: addresses.publish,
            expires: ends.chain(exp.and_then(|exp| Timestamp::from_second(exp).ok())).min(),
            private,
            shared,
            client_id: client_id.filter(|_| shared_mode),
            token: token.map(Secret::new),
            server_time: result.field("serverTime").and_then(Value::time),
            revision: result
                .field("api")
                .and_then(|api| api.field("revision_web"))
                .and_then(Value::number),
            timestamp: server.field("config_timestamp").and_then(Value::number),
            public_channels: result
                .field("publicChannels")
                .map(PublicChannel::read_all)
                .unwrap_or_default(),
        })
    }

    /// Whether the server speaks JSON-RPC (version 5 and later).
    pub fn is_json_rpc(&self) -> bool {
        self.server_version > 4
    }

    /// Puts a new channel in the place of the one of its type (`channel_expire` with `reconnect`); false when the
    /// command does not name a channel that can be replaced.
    pub fn replace_channel(&mut self, kind: &str, new_channel: &Value) -> bool {
        let Some(channel) = Channel::read(new_channel) else {
            return false;
        };
        match kind {
            "shared" => self.shared = Some(channel),
            "private" => self.private = Some(channel),
            _ => return false,
        }
        true
    }

    /// The addresses to try in turn, with everything that the server needs to know.
    pub fn endpoints(&self, kind: TransportKind, position: Option<&Position>) -> Vec<Endpoint> {
        let addresses = match kind {
            TransportKind::WebSocket => &self.websocket,
            TransportKind::LongPolling => &self.polling,
        };
        address::endpoints(self, addresses, position)
    }

    /// Where a client's request goes outside a WebSocket, best first.
    pub fn publish_endpoints(&self) -> Vec<Endpoint> {
        address::publish_endpoints(self)
    }

    /// Which channels these are, as a hash that gives nothing away.
    pub fn fingerprint(&self) -> String {
        // FNV-1a: stable over versions, and the ids are random, so that nobody can guess them from it.
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for channel in [&self.private, &self.shared] {
            let id = channel.as_ref().map_or("", |channel| channel.id.expose());
            for byte in id.bytes().chain([b'/']) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        format!("{hash:016x}")
    }
}

impl Channel {
    fn read(value: &Value) -> Option<Self> {
        let id = value.field("id").and_then(Value::text)?;
        // The id goes into an address; signed ids are hex, dots and colons.
        if id.len() > 512 || id.chars().any(|c| c.is_control() || c.is_whitespace() || c == '/') {
            return None;
        }
        Some(Self {
            id: Secret::new(id),
            public_id: value.field("public_id").and_then(Value::text).map(Secret::new),
            start: value.field("start").and_then(Value::time),
            end: value.field("end").and_then(Value::time),
        })
    }

    /// Whether a signed id from a system command means this channel: the part before signature and public id counts.
    pub fn is(&self, id: &str) -> bool {
        let own = |id: &str| id.split([':', '.']).next().unwrap_or_default().to_ascii_lowercase();
        own(self.id.expose()) == own(id)
    }
}

impl PublicChannel {
    /// Reads `publicChannels` of a configuration, or the result of `pull.channel.public.list`: a map by user id, which
    /// PHP writes as `[]` when it is empty and as `false` when the server is too old for it.
    pub fn read_all(map: &Value) -> BTreeMap<u64, Self> {
        let Some(map) = map.as_object() else {
            return BTreeMap::new();
        };
        let entries = map.iter().filter_map(|(user, channel)| {
            let is_hex = |text: &String| text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit());
            let user = channel.field("user_id").and_then(Value::number).or(user.parse().ok())?;
            Some((
                user,
                Self {
                    id: Secret::new(channel.field("public_id").and_then(Value::text).filter(is_hex)?),
                    signature: Secret::new(channel.field("signature").and_then(Value::text).filter(is_hex)?),
                    end: channel.field("end").and_then(Value::time),
                },
            ))
        });
        entries.collect()
    }
}

#[cfg(test)]
mod tests;
