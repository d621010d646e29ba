//! The state of a portal's connection as the pages show it.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::failure::FailureView;

/// The state of one portal's connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// The portal.
    pub portal: String,
    /// The state.
    pub state: ConnectionState,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How events travel, once a connection stood.
    pub transport: Option<Transport>,
    /// The version of the push server, once known.
    pub server_version: Option<u32>,
    /// When the last event came.
    pub last_event: Option<Timestamp>,
    /// How often the connection was made again.
    pub reconnects: u32,
    /// Rights that the product uses and the connection lacks.
    pub missing: Vec<MissingScope>,
    /// Why the portal is polled and not listened to, and what would help.
    pub why: Option<FailureView>,
}

/// Where a connection stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ConnectionState {
    /// Events arrive.
    Online,
    /// No channel can be had; the portal is asked now and then.
    Polling {
        /// About every so many seconds.
        seconds: u32,
    },
    /// On the way.
    Connecting,
    /// The next attempt comes by itself.
    Waiting {
        /// After this many seconds.
        seconds: u32,
    },
    /// Not wanted.
    Stopped,
    /// The user has to do something.
    Failed {
        /// What, and how.
        failure: FailureView,
    },
}

impl ConnectionState {
    /// How much the user has to know of it; the greater the more.
    pub const fn urgency(&self) -> u8 {
        match self {
            Self::Stopped => 0,
            Self::Online => 1,
            Self::Polling { .. } => 2,
            Self::Connecting => 3,
            Self::Waiting { .. } => 4,
            Self::Failed { .. } => 5,
        }
    }
}

/// How events travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// A WebSocket.
    WebSocket,
    /// Repeated HTTP requests, where something on the way lets no WebSocket through.
    LongPolling,
}

/// A right that a connection lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MissingScope {
    /// The portal's name of it.
    pub scope: String,
    /// What it is for, in the user's language.
    pub purpose: String,
}
