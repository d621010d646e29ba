//! What can be tuned on a push server: the limits and times of its version, changed by the control interface.

use std::time::Duration;

use crate::office::ServerVersion;

/// The limits and times of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tuning {
    /// Between two pings of the WebSocket protocol.
    pub(crate) ping: Duration,
    /// Pings that may stay unanswered; `None`: the server does not look.
    pub(crate) patience: Option<u32>,
    /// Between two literal `ping` of the JSON-RPC server.
    pub(crate) rpc_ping: Duration,
    /// How long a poll is held.
    pub(crate) hold: Duration,
    /// After a frame, what comes is gathered for so long.
    pub(crate) gather: Duration,
    /// Connections per channel of a user, the oldest one goes.
    pub(crate) max_connections: usize,
    /// The newest messages of each channel and of all together in a replay; `None`: all that is stored.
    pub(crate) replay_limits: Option<(usize, usize)>,
    /// Bytes of a WebSocket message or of an HTTP body.
    pub(crate) max_payload: usize,
    /// The server of many portals: this one's name. Clients must give it.
    pub(crate) client_id: Option<String>,
    /// `format=json` is understood, as newer builds do.
    pub(crate) format_json: bool,
    /// A bad channel is refused by a close frame after the upgrade, not by HTTP 400 during it.
    pub(crate) late_refusal: bool,
}

impl Tuning {
    /// The limits and times of a version.
    pub(crate) fn of(version: ServerVersion) -> Self {
        let base = Self {
            ping: Duration::from_secs(120),
            patience: Some(1),
            rpc_ping: Duration::from_secs(10),
            hold: Duration::from_secs(40),
            gather: Duration::from_millis(400),
            max_connections: 100,
            replay_limits: None,
            max_payload: 1_048_576,
            client_id: None,
            format_json: false,
            late_refusal: false,
        };
        match version {
            // The module sends an empty ping and does not wait for an answer; nothing is gathered.
            ServerVersion::V1 | ServerVersion::V2 => Self {
                ping: Duration::from_secs(40),
                patience: None,
                gather: Duration::ZERO,
                max_connections: usize::MAX,
                late_refusal: true,
                ..base
            },
            ServerVersion::V3 => Self {
                patience: Some(2),
                max_connections: usize::MAX,
                max_payload: 1_000_000,
                ..base
            },
            ServerVersion::V4 => base,
            // How this server refuses is not known; the build before it refuses after the upgrade.
            ServerVersion::V5 => Self {
                patience: Some(2),
                gather: Duration::ZERO,
                late_refusal: true,
                ..base
            },
        }
    }
}
