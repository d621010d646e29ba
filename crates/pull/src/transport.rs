//! Transports: how frames travel. They open sockets, give frames and say why they ended; every decision is the
//! session's.

mod connector;
mod websocket;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio_tungstenite::tungstenite::Utf8Bytes;

pub use connector::Connector;
use websocket::WebSocket;

use crate::{
    config::Endpoint,
    session::{Closed, NotOpened},
    status::TransportKind,
    wire::Frame,
};

/// An open way to the push server.
pub struct Link {
    socket: Box<WebSocket>,
}

/// What a link gives.
#[derive(Debug)]
pub enum Incoming {
    /// A text frame.
    Text(Utf8Bytes),
    /// A binary frame.
    Binary(Bytes),
    /// A sign of life.
    Alive,
    /// The end.
    Closed(Closed),
}

impl Incoming {
    /// The content of a frame.
    pub fn frame(&self) -> Option<Frame<'_>> {
        match self {
            Self::Text(text) => Some(Frame::Text(text.as_str())),
            Self::Binary(bytes) => Some(Frame::Binary(bytes.clone())),
            Self::Alive | Self::Closed(_) => None,
        }
    }
}

impl Link {
    /// Opens the first of the addresses that can be reached. An answer that refuses ends the search: it came from the
    /// right server, and a plain address would get the same.
    pub async fn open(
        connector: Arc<Connector>,
        endpoints: Vec<Endpoint>,
        max_message: usize,
    ) -> Result<Self, NotOpened> {
        let mut last = NotOpened::Unreachable;
        for endpoint in endpoints {
            match websocket::open(&connector, &endpoint, max_message).await {
                Ok(socket) => {
                    return Ok(Self {
                        socket: Box::new(socket),
                    });
                }
                Err(failure @ (NotOpened::Unreachable | NotOpened::Tls | NotOpened::TimedOut)) => {
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
        TransportKind::WebSocket
    }

    /// The next thing that arrives; may be dropped and called again without loss.
    pub async fn next(&mut self) -> Incoming {
        websocket::next(&mut self.socket).await
    }

    /// Asks the server for a sign of life. A failure shows in [`Self::next`].
    pub async fn ping(&mut self) {
        websocket::ping(&mut self.socket).await;
    }

    /// Says good-bye, for at most `patience`, and closes.
    pub async fn close(mut self, code: u16, patience: Duration) {
        let farewell = websocket::close(&mut self.socket, code);
        if tokio::time::timeout(patience, farewell).await.is_err() {
            tracing::debug!("the server did not take the good-bye");
        }
    }
}
