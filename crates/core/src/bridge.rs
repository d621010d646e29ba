//! What 1C asks of the program over the loopback bridge, and what it is answered: plain values between the server, which
//! knows HTTP, and the controller, which knows everything else.
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;
use crate::ports::Waiting;
use crate::relay::Given;
use crate::secret::Secret;

pub mod cursor;
pub mod methods;
mod portal;

pub use portal::portal_of;

/// The longest wait of a poll.
pub const LONGEST_WAIT: Duration = Duration::from_secs(55);

/// How many events one answer holds at most.
pub const MOST_EVENTS: usize = 100;

/// Who calls: a token belongs to one base.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    /// The alias of the base.
    pub base: String,
    /// What tells several clients of one base apart, as they call themselves; empty for one that does not.
    pub client: String,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// Open a link.
    Open {
        /// Its text, not understood yet.
        link: String,
    },
    /// Put a notification into the inbox.
    Notify {
        /// Its title.
        title: String,
        /// Its text.
        text: String,
        /// What a click opens.
        link: Option<String>,
    },
    /// Call the portal in the name of the user.
    Rest {
        /// Which portal; none where the base has one, or there is only one.
        portal: Option<String>,
        /// The method, as it was written.
        method: String,
        /// Its parameters.
        params: Value,
    },
    /// What has happened, and what has been worked off.
    Events {
        /// The cursor of the last answer: everything up to it is acknowledged.
        after: Option<String>,
        /// An answer without events may wait so long; the server counts it.
        wait: Duration,
    },
    /// What the base says of events that it was given.
    Answers {
        /// One word for each event.
        results: Vec<Given>,
    },
    /// How things stand.
    Status,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The link is on its way.
    Opened {
        /// Its canonical form.
        link: String,
    },
    /// The notification is in the inbox.
    Noted {
        /// Its id.
        id: String,
    },
    /// The answer of the portal: `result`, and what stands beside it.
    Rest(Value),
    /// What has happened.
    Events(Events),
    /// What became of the answers.
    Answered(Vec<Taken>),
    /// How things stand.
    Status(BridgeStatus),
}

/// The answer to a poll.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Events {
    /// In their order.
    pub events: Vec<BridgeEvent>,
    /// What the next poll gives back.
    pub cursor: String,
}

/// One event for 1C.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgeEvent {
    /// Its id: the same when it comes again.
    pub id: String,
    /// What it is: `open`, or what the queue holds.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    pub data: Value,
}

/// What became of one answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The id of the event.
    pub id: String,
    /// It is kept, now or since an earlier time: the base may forget it.
    pub taken: bool,
    /// Why it is not taken, and never will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// How things stand, for the base that asks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BridgeStatus {
    /// The base of the token.
    pub base: String,
    /// Portals, with the state of their connection.
    pub portals: Vec<PortalStatus>,
    /// Events of this base that wait to be acknowledged.
    pub queue: u64,
    /// Whether a client of this base polls at this moment.
    pub client: bool,
}

/// One portal of the desk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PortalStatus {
    /// Its host, with the port if it is not the usual one.
    pub portal: String,
    /// `online`, `connecting`, `polling`, `waiting`, `stopped`, `failed`.
    pub connection: String,
    /// `websocket` or `long-polling`; none while there is none.
    pub channel: Option<String>,
}

/// Why a call is not done. The server makes the HTTP status of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// What was asked makes no sense or leads nowhere.
    Bad(Failure),
    /// It is not allowed.
    Forbidden(Failure),
    /// The portal did not do it.
    Portal(Failure),
    /// It cannot be done at this moment.
    Busy(Failure),
    /// The token has become void while the call was waiting.
    Unknown(Failure),
}

impl Refusal {
    /// What the caller and the journal read.
    pub const fn failure(&self) -> &Failure {
        match self {
            Self::Bad(failure)
            | Self::Forbidden(failure)
            | Self::Portal(failure)
            | Self::Busy(failure)
            | Self::Unknown(failure) => failure,
        }
    }
}

/// Where the calls go: into the loop of the controller.
pub type Calls = Arc<dyn Fn(Caller, Call) -> Waiting<Result<Answer, Refusal>> + Send + Sync>;

/// What the server shall do.
#[derive(Clone)]
pub struct Serve {
    /// The port; none leaves the choice to the system.
    pub port: Option<u16>,
    /// Where the calls go.
    pub calls: Calls,
}

impl fmt::Debug for Serve {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Serve")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// What the user chose for the bridge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
#[serde(default, rename_all = "camelCase")]
pub struct BridgeSettings {
    /// Switched off by the user; otherwise it listens as soon as a base is paired.
    pub off: bool,
    /// The port; none leaves the choice to the system, and `bridge.json` tells it.
    pub port: Option<u16>,
    /// Bases whose clients all get every event; the clients of the others divide them.
    pub everyone: Vec<String>,
    /// Methods that 1C may call on a portal; none for the usual ones. `crm.*` stands for all that begin so.
    pub methods: Option<Vec<String>>,
}

/// A token on its way to the user, who sees it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct ShownToken {
    /// The base it belongs to.
    pub base: String,
    /// The token.
    #[ts(type = "string")]
    pub token: Secret,
}

/// The bridge as the settings window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "camelCase")]
pub struct BridgeView {
    /// The port on which it listens.
    pub port: Option<u16>,
    /// Bases with a token.
    pub paired: Vec<String>,
    /// Bases with a client that polls at this moment.
    pub running: Vec<String>,
    /// A token that was just made.
    pub token: Option<ShownToken>,
    /// Why it does not listen.
    pub failure: Option<crate::failure::FailureView>,
}
