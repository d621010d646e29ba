//! WebSocket by tungstenite over our own streams, with small buffers: its default of 128 KiB per direction is for
//! servers under load.
//!
//! The handshake is made by hyper and judged here: tungstenite's own takes an answer in small parts for an attack and
//! knows `Connection` only as a single word.

use std::{future::poll_fn, task::Poll, time::Duration};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::Full;
use hyper::{
    Method, Response, StatusCode, Version,
    header::{self, HeaderMap},
};
use tokio::{io::AsyncReadExt as _, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        error::ProtocolError,
        handshake::{client::generate_key, derive_accept_key},
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{
    Connector, Incoming, Outgoing,
    connector::Stream,
    http::{self, Exchange},
    refusal,
};
use crate::{
    config::Endpoint,
    session::{Closed, NotOpened},
};

const BUFFER: usize = 8 << 10;
/// How long the reason for ending a connection may take to be told.
const LAST_WORD: Duration = Duration::from_millis(500);

const NORMAL: u16 = 1000;
const PROTOCOL: u16 = 1002;
const NOT_UTF8: u16 = 1007;
const TOO_LARGE: u16 = 1009;

/// An open WebSocket.
pub(super) struct WebSocket {
    socket: WebSocketStream<Stream>,
    /// Bytes received when a ping was sent that nothing has answered yet.
    asked_at: Option<u64>,
    /// How it ended, while the server is told by this code.
    ended: Option<(Closed, Option<u16>)>,
}

/// Opens a stream and does the handshake.
pub(super) async fn open(
    connector: &Connector,
    endpoint: &Endpoint,
    max_message: usize,
) -> Result<WebSocket, NotOpened> {
    let key = generate_key();
    let request = http::request(Method::GET, endpoint.url())
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, &key)
        .body(Full::default())
        .map_err(|_| NotOpened::Unreachable)?;
    let mut exchange = Exchange::new(connector.open(endpoint.url()).await?).await?;
    let answer = exchange.ask(request).await.map_err(|error| http::not_asked(&error))?;
    judge(&answer, &key)?;
    let (stream, beyond) = exchange.into_stream().await?;
    let sane = begins_a_frame(&beyond);
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(max_message.saturating_mul(2).max(1 << 20))
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message));
    let socket = WebSocketStream::from_partially_read(stream, beyond.into(), Role::Client, Some(config)).await;
    let mut opened = WebSocket {
        socket,
        asked_at: None,
        ended: None,
    };
    if !sane {
        let _ = timeout(LAST_WORD, opened.part(PROTOCOL)).await;
        return Err(NotOpened::NotAPushServer);
    }
    Ok(opened)
}

impl WebSocket {
    /// What arrives next; control frames that say nothing are signs of life, and so are the parts of a long frame
    /// behind which the answer to a ping has to wait.
    pub(super) async fn next(&mut self) -> Incoming {
        if self.ended.is_none() {
            match self.message().await {
                Some(Ok(Message::Text(text))) => return Incoming::Text(text),
                Some(Ok(Message::Binary(bytes))) => return Incoming::Binary(bytes),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Incoming::Alive,
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map(|frame| frame.code.into());
                    self.ended = Some((Closed::ByServer(code), Some(NORMAL)));
                }
                Some(Err(error)) => {
                    tracing::debug!(%error, "the WebSocket ended");
                    self.ended = Some(ended(&error));
                }
                None => self.ended = Some((Closed::Broken, None)),
            }
        }
        let (why, code) = self.ended.unwrap_or((Closed::Broken, None));
        if let Some(code) = code {
            let _ = timeout(LAST_WORD, self.part(code)).await;
            self.ended = Some((why, None));
        }
        Incoming::Closed(why)
    }

    /// The next message, or nothing but progress if a ping waits for its answer.
    async fn message(&mut self) -> Option<Result<Message, Error>> {
        poll_fn(|context| match self.socket.poll_next_unpin(context) {
            Poll::Ready(message) => {
                self.asked_at = None;
                Poll::Ready(message)
            }
            Poll::Pending => match self.asked_at {
                Some(before) if self.socket.get_ref().received() > before => {
                    self.asked_at = None;
                    Poll::Ready(Some(Ok(Message::Pong(Bytes::new()))))
                }
                Some(_) | None => Poll::Pending,
            },
        })
        .await
    }

    /// Sends a ping.
    pub(super) async fn ping(&mut self) {
        self.asked_at = Some(self.socket.get_ref().received());
        if let Err(error) = self.socket.send(Message::Ping(Bytes::new())).await {
            tracing::debug!(%error, "ping");
        }
    }

    /// Sends a frame.
    pub(super) async fn feed(&mut self, frame: Outgoing) -> Result<(), Closed> {
        let message = match frame {
            Outgoing::Text(text) => Message::text(text),
            Outgoing::Binary(bytes) => Message::binary(bytes),
        };
        self.socket.feed(message).await.map_err(|error| ended(&error).0)
    }

    pub(super) async fn flush(&mut self) -> Result<(), Closed> {
        self.socket.flush().await.map_err(|error| ended(&error).0)
    }

    /// Sends a close frame and shuts the stream down.
    pub(super) async fn close(&mut self, code: u16) {
        let frame = CloseFrame {
            code: CloseCode::from(code),
            reason: "".into(),
        };
        let closed = match self.socket.close(Some(frame)).await {
            // The server was first: the answer to its own close frame waits to be sent.
            Err(_) => self.socket.flush().await,
            Ok(()) => Ok(()),
        };
        if let Err(error) = closed {
            tracing::trace!(%error, "close");
        }
    }

    /// Says why, and reads on until the server closes: a stream that is dropped with something unread is reset, and the
    /// last word might be lost with it.
    async fn part(&mut self, code: u16) {
        self.close(code).await;
        let stream = self.socket.get_mut();
        let mut unread = [0; 1024];
        while stream.read(&mut unread).await.is_ok_and(|count| count > 0) {}
    }
}

/// Whether an answer opens a WebSocket for this key, by the rules of the handshake.
fn judge<B>(answer: &Response<B>, key: &str) -> Result<(), NotOpened> {
    if answer.version() != Version::HTTP_11 {
        return Err(NotOpened::NotAPushServer);
    }
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(refusal::refused(answer.status(), answer.headers()));
    }
    let headers = answer.headers();
    let accepted = headers
        .get(header::SEC_WEBSOCKET_ACCEPT)
        .is_some_and(|accept| accept.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes());
    // Nothing of the kind was asked for.
    let unasked =
        headers.contains_key(header::SEC_WEBSOCKET_EXTENSIONS) || headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    if accepted
        && !unasked
        && has_word(headers, &header::UPGRADE, "websocket")
        && has_word(headers, &header::CONNECTION, "upgrade")
    {
        Ok(())
    } else {
        Err(NotOpened::NotAPushServer)
    }
}

fn has_word(headers: &HeaderMap, name: &header::HeaderName, word: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|found| found.trim().eq_ignore_ascii_case(word))
}

/// Whether bytes behind the handshake can be the server's first frame: a server may send at once, but what answers with
/// a page does not send frames.
fn begins_a_frame(bytes: &[u8]) -> bool {
    let first = bytes
        .first()
        .is_none_or(|first| first & 0x70 == 0 && matches!(first & 0x0f, 1 | 2 | 8..=10));
    first && bytes.get(1).is_none_or(|second| second & 0x80 == 0)
}

/// How an error ends the connection, and what the server is told.
fn ended(error: &Error) -> (Closed, Option<u16>) {
    match error {
        Error::Capacity(_) => (Closed::TooLarge, Some(TOO_LARGE)),
        // A cut without a close frame is an accident of the network and not a fault of the server.
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing) => {
            (Closed::Broken, None)
        }
        Error::Protocol(_) | Error::AttackAttempt => (Closed::Protocol, Some(PROTOCOL)),
        Error::Utf8(_) => (Closed::Protocol, Some(NOT_UTF8)),
        Error::Io(_)
        | Error::Tls(_)
        | Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::WriteBufferFull(_)
        | Error::Url(_)
        | Error::Http(_)
        | Error::HttpFormat(_) => (Closed::Broken, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_must_be_those_of_a_frame() {
        for good in [
            &[][..],
            &[0x81],
            &[0x81, 5],
            &[0x82, 126, 1, 0],
            &[0x01, 0],
            &[0x88, 2],
            &[0x89, 0],
        ] {
            assert!(begins_a_frame(good), "{good:x?}");
        }
        for bad in [
            &b"HTTP/1.1 200 OK"[..],
            b"<html>",
            b"{\"a\"",
            b"\r\n",
            &[0x81, 0x85],
            &[0xc1, 5],
            &[0x80, 1],
            &[0x83],
        ] {
            assert!(!begins_a_frame(bad), "{bad:x?}");
        }
    }

    #[test]
    fn connection_is_a_list_of_words() {
        let headers: HeaderMap = [
            (
                header::CONNECTION,
                header::HeaderValue::from_static("keep-alive, Upgrade"),
            ),
            (header::UPGRADE, header::HeaderValue::from_static("WebSocket")),
        ]
        .into_iter()
        .collect();
        assert!(has_word(&headers, &header::CONNECTION, "upgrade"));
        assert!(has_word(&headers, &header::UPGRADE, "websocket"));
        assert!(!has_word(&headers, &header::UPGRADE, "upgrade"));
    }
}
