//! What goes into the session: the time, the limits, and what happened.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use super::{Ask, Ticket};
use crate::{
    source::ConfigFailure,
    status::{TlsFault, TransportKind},
    transport::Answer,
    wire::Frame,
};

/// The time of an input, by both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// For waiting; never goes back.
    pub instant: Instant,
    /// For showing, and for comparing with the server's clock.
    pub wall: Timestamp,
}

/// How long things may take, and how much is remembered.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Silence after which the server is asked whether it is there.
    pub ping_every: Duration,
    /// Time it has to answer.
    pub ping_answer: Duration,
    /// Time from the first packet to the finished handshake.
    pub open_within: Duration,
    /// Time for an answer of the configuration source.
    pub configure_within: Duration,
    /// Time for the server's answer to a request of the owner.
    pub answer_within: Duration,
    /// How long a replay may take to begin after the handshake.
    pub replay_within: Duration,
    /// After how long a second look at the history that the server took and did not answer is taken for one that it
    /// holds, since it has nothing: events no longer wait for it, but the cursor does. A look that cannot even be made
    /// in three times this is tried again.
    pub look_within: Duration,
    /// How long before its end a configuration is renewed.
    pub renew_before: Duration,
    /// How many message ids are remembered against repetition.
    pub remember: usize,
    /// How many deliveries may wait for their acknowledgement before reading pauses.
    pub unacknowledged: usize,
    /// Largest message in bytes; the servers' own limit is 1 MiB, but a replay is one message.
    pub max_message: usize,
    /// The same for the connection after one that ended by this limit, so that a long replay is no endless loop.
    pub max_replay: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(25),
            ping_answer: Duration::from_secs(5),
            open_within: Duration::from_secs(20),
            configure_within: Duration::from_secs(70),
            answer_within: Duration::from_secs(5),
            replay_within: Duration::from_millis(250),
            look_within: Duration::from_secs(5),
            renew_before: Duration::from_secs(600),
            remember: 8192,
            unacknowledged: 256,
            max_message: 4 << 20,
            max_replay: 16 << 20,
        }
    }
}

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The owner wants the connection.
    Start,
    /// The owner does not want it any more.
    Stop,
    /// The owner wants a fresh attempt now.
    Reconnect,
    /// The network is back or the computer woke up: waiting ends, an open connection is tested at once.
    Wake,
    /// The configuration source answered.
    Configured(Result<Value, ConfigFailure>),
    /// The transport is open.
    Opened(TransportKind),
    /// The transport could not be opened.
    NotOpened(NotOpened),
    /// A frame arrived.
    Frame(Frame<'a>),
    /// A sign of life without content.
    Pong,
    /// The transport ended.
    Closed(Closed),
    /// Long polling: an answer is complete, after its frames.
    Answered(Answer),
    /// A frame of the second look.
    Looked(Frame<'a>),
    /// The server took the request of the second look, and has not answered for a while.
    LookHeld,
    /// The second look is over; false when it could not be had.
    LookEnded(bool),
    /// The owner wants something from the server.
    Ask(Ask),
    /// The portal answered which public channels users have (`pull.channel.public.list`).
    ChannelsFound(Result<Value, ConfigFailure>),
    /// The owner wants these watch tags kept alive, and no others.
    Watch(Vec<String>),
    /// The portal answered which watch tags live on (`pull.watch.extend`).
    WatchExtended(Result<Value, ConfigFailure>),
    /// The owner is done with a delivery: committed, or given up.
    Receipt(Ticket, bool),
}

/// Why a transport could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// No way there.
    Unreachable,
    /// The TLS handshake failed.
    Tls(TlsFault),
    /// No answer in time.
    TimedOut,
    /// The push server answered with this HTTP status, and perhaps named a wait.
    Refused {
        /// HTTP status.
        status: u16,
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// Whatever answered does not speak WebSocket.
    NotAPushServer,
}

/// Why a transport ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The server closed, with its code.
    ByServer(Option<u16>),
    /// The connection broke.
    Broken,
    /// A message was larger than is taken.
    TooLarge,
    /// The server broke the protocol.
    Protocol,
    /// A request of long polling was refused with this HTTP status, and perhaps with a wait.
    Refused {
        /// HTTP status.
        status: u16,
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// What answered a request of long polling is no push server (a captive portal, a proxy page).
    NotAPushServer,
}
