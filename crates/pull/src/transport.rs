//! Transports: how frames travel. They open sockets, give frames and say why they ended; every decision is the
//! session's.
//!
//! ```text
//! Connector (name, proxy, TCP, TLS) ──► one HTTP/1.1 exchange ──► WebSocket      ──► Incoming
//!                                                             └─► long polling ──► pieces ──► Incoming
//! ```
//!
//! Nothing here spawns a task or keeps a timer running: a link works only while its owner waits in [`Link::next`].

mod connector;
mod http;
mod polling;
mod proxy;
mod refusal;
mod websocket;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

pub use connector::{Connector, Stream};
use polling::Polling;
pub use proxy::Proxy;
use websocket::WebSocket;

use crate::{
    config::Endpoint,
    session::{Closed, NotOpened},
    status::TransportKind,
    wire::Frame,
};

/// How long a held long-polling request proves that the server understood it: refusals come at once.
pub const HOLD_PROOF: Duration = Duration::from_secs(5);

/// An open way to the push server.
pub struct Link {
    way: Way,
}

enum Way {
    WebSocket(Box<WebSocket>),
    LongPolling(Box<Polling>),
}

/// What a link gives.
#[derive(Debug)]
pub enum Incoming {
    /// A text frame, or a piece of the text of a long-polling answer.
    Text(Utf8Bytes),
    /// A binary frame, or a piece of a binary long-polling answer.
    Binary(Bytes),
    /// A sign of life.
    Alive,
    /// A long-polling answer is complete; [`Link::poll`] asks for the next.
    Answered(Answer),
    /// The end.
    Closed(Closed),
}

/// What a client sends.
#[derive(Debug, Clone)]
pub enum Outgoing {
    /// A text frame.
    Text(String),
    /// A binary frame.
    Binary(Bytes),
}

/// The end of one long-polling answer; its content was given before as [`Incoming::Text`] or [`Incoming::Binary`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status, 200 or 304.
    pub status: u16,
    /// It had no content.
    pub empty: bool,
    /// `Last-Message-Id` of a 304, only where `Expires` of the year 1973 marks it as the cursor.
    pub last_message_id: Option<String>,
    /// Tag of the last message, from `Etag` (servers 1 and 2).
    pub etag_tag: Option<String>,
    /// Time of the last message, from `Last-Modified` (servers 1 and 2).
    pub last_modified: Option<String>,
}

impl Incoming {
    /// The content of a frame.
    pub fn frame(&self) -> Option<Frame<'_>> {
        match self {
            Self::Text(text) => Some(Frame::Text(text.as_str())),
            Self::Binary(bytes) => Some(Frame::Binary(bytes.clone())),
            Self::Alive | Self::Answered(_) | Self::Closed(_) => None,
        }
    }
}

impl Link {
    /// Opens the first of the addresses that can be reached. An answer that refuses ends the search: it came from the
    /// right server, and a plain address would get the same.
    ///
    /// Long polling is open when the first request was answered, or is held by the server for [`HOLD_PROOF`].
    /// `max_message` is the largest message in bytes; of long polling, the largest of one answer's many.
    pub async fn open(
        connector: Arc<Connector>,
        kind: TransportKind,
        endpoints: Vec<Endpoint>,
        max_message: usize,
    ) -> Result<Self, NotOpened> {
        Self::first_of(connector, kind, endpoints, max_message, HOLD_PROOF).await
    }

    /// One request of long polling beside an open connection, as by [`Self::open`]; it is open when it was answered, or
    /// is held for `proof` over a connection that stands.
    pub async fn look(
        connector: Arc<Connector>,
        endpoints: Vec<Endpoint>,
        max_message: usize,
        proof: Duration,
    ) -> Result<Self, NotOpened> {
        Self::first_of(connector, TransportKind::LongPolling, endpoints, max_message, proof).await
    }

    async fn first_of(
        connector: Arc<Connector>,
        kind: TransportKind,
        endpoints: Vec<Endpoint>,
        max_message: usize,
        proof: Duration,
    ) -> Result<Self, NotOpened> {
        let mut last = NotOpened::Unreachable;
        for endpoint in endpoints {
            match Way::open(&connector, kind, &endpoint, max_message, proof).await {
                Ok(way) => return Ok(Self { way }),
                Err(failure @ (NotOpened::Unreachable | NotOpened::Tls(_) | NotOpened::TimedOut)) => {
                    tracing::debug!(?endpoint, ?failure, "not opened");
                    last = failure;
                }
                Err(failure @ (NotOpened::Refused { .. } | NotOpened::NotAPushServer)) => {
                    tracing::debug!(?endpoint, ?failure, "not opened");
                    return Err(failure);
                }
            }
        }
        Err(last)
    }

    /// How it travels.
    pub fn kind(&self) -> TransportKind {
        match self.way {
            Way::WebSocket(_) => TransportKind::WebSocket,
            Way::LongPolling(_) => TransportKind::LongPolling,
        }
    }

    /// Whether a long-polling request is under way and the head of its answer has not come.
    pub fn is_held(&self) -> bool {
        match &self.way {
            Way::WebSocket(_) => false,
            Way::LongPolling(polling) => polling.is_held(),
        }
    }

    /// The next thing that arrives; may be dropped and called again without loss.
    pub async fn next(&mut self) -> Incoming {
        match &mut self.way {
            Way::WebSocket(socket) => socket.next().await,
            Way::LongPolling(polling) => polling.next().await,
        }
    }

    /// The next long-polling request, to be made after [`Incoming::Answered`]; nothing on a WebSocket.
    pub fn poll(&mut self, endpoint: Endpoint) {
        match &mut self.way {
            Way::WebSocket(_) => {}
            Way::LongPolling(polling) => polling.poll(endpoint),
        }
    }

    /// [`Self::poll`] with the one of several addresses that is open.
    pub fn poll_one_of(&mut self, endpoints: Vec<Endpoint>) {
        if let Way::LongPolling(polling) = &mut self.way {
            let open = |endpoint: &Endpoint| {
                endpoint.url().origin() == polling.endpoint().url().origin()
                    && endpoint.url().path() == polling.endpoint().url().path()
            };
            let at = endpoints.iter().position(open).unwrap_or_default();
            if let Some(endpoint) = endpoints.into_iter().nth(at) {
                polling.poll(endpoint);
            }
        }
    }

    /// Asks the server for a sign of life. A failure shows in [`Self::next`].
    ///
    /// A held long-polling request cannot answer: [`Self::next`] then opens a second connection, repeats the request
    /// there and drops the first, so that a dead one is not waited for.
    pub async fn ping(&mut self) {
        match &mut self.way {
            Way::WebSocket(socket) => socket.ping().await,
            Way::LongPolling(polling) => polling.ping(),
        }
    }

    /// Sends a frame on a WebSocket; long polling has no way back, for it there is [`post`].
    pub async fn send(&mut self, frame: Outgoing) -> Result<(), Closed> {
        self.feed(frame).await?;
        self.flush().await
    }

    /// Puts a frame behind others that are to be sent with it by [`Self::flush`].
    pub async fn feed(&mut self, frame: Outgoing) -> Result<(), Closed> {
        match &mut self.way {
            Way::WebSocket(socket) => socket.feed(frame).await,
            Way::LongPolling(_) => Err(Closed::Broken),
        }
    }

    /// Sends what was fed.
    pub async fn flush(&mut self) -> Result<(), Closed> {
        match &mut self.way {
            Way::WebSocket(socket) => socket.flush().await,
            Way::LongPolling(_) => Ok(()),
        }
    }

    /// Says good-bye, for at most `patience`, and closes.
    pub async fn close(self, code: u16, patience: Duration) {
        if let Way::WebSocket(mut socket) = self.way
            && tokio::time::timeout(patience, socket.close(code)).await.is_err()
        {
            tracing::debug!("the server did not take the good-bye");
        }
    }
}

impl Way {
    async fn open(
        connector: &Arc<Connector>,
        kind: TransportKind,
        endpoint: &Endpoint,
        max_message: usize,
        proof: Duration,
    ) -> Result<Self, NotOpened> {
        Ok(match kind {
            TransportKind::WebSocket => {
                Self::WebSocket(Box::new(websocket::open(connector, endpoint, max_message).await?))
            }
            TransportKind::LongPolling => {
                Self::LongPolling(Box::new(Polling::open(connector, endpoint, max_message, proof).await?))
            }
        })
    }
}

/// One POST to the publish address of a push server: what a client sends where there is no WebSocket. The caller bounds
/// the wait.
pub async fn post(connector: &Connector, endpoint: &Endpoint, body: Bytes) -> Result<(), NotOpened> {
    polling::post(connector, endpoint, body).await
}
