//! WebSocket by tungstenite over our own streams, with small buffers: its default of 128 KiB per direction is for
//! servers under load.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest as _,
        handshake::client::Response,
        http::{HeaderValue, StatusCode, header},
        protocol::{CloseFrame, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::{Connector, Incoming, Outgoing, connector::Stream};
use crate::{
    config::Endpoint,
    session::{Closed, NotOpened},
};

const BUFFER: usize = 8 << 10;

/// An open WebSocket.
pub(super) type WebSocket = WebSocketStream<Stream>;

/// Opens a stream and does the handshake.
pub(super) async fn open(
    connector: &Connector,
    endpoint: &Endpoint,
    max_message: usize,
) -> Result<WebSocket, NotOpened> {
    let mut request = endpoint
        .url()
        .as_str()
        .into_client_request()
        .map_err(|_| NotOpened::Unreachable)?;
    let agent = HeaderValue::from_static(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
    request.headers_mut().insert(header::USER_AGENT, agent);
    let stream = connector.open(endpoint.url()).await?;
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(1 << 20)
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message));
    match client_async_with_config(request, stream, Some(config)).await {
        Ok((socket, _)) => Ok(socket),
        Err(error) => Err(not_opened(&error)),
    }
}

/// What arrives next; control frames that say nothing are signs of life.
pub(super) async fn next(socket: &mut WebSocket) -> Incoming {
    match socket.next().await {
        Some(Ok(Message::Text(text))) => Incoming::Text(text),
        Some(Ok(Message::Binary(bytes))) => Incoming::Binary(bytes),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Alive,
        Some(Ok(Message::Close(frame))) => Incoming::Closed(Closed::ByServer(frame.map(|frame| frame.code.into()))),
        Some(Err(error)) => Incoming::Closed(closed(&error)),
        None => Incoming::Closed(Closed::Broken),
    }
}

/// Sends a ping.
pub(super) async fn ping(socket: &mut WebSocket) {
    if let Err(error) = socket.send(Message::Ping(Bytes::new())).await {
        tracing::debug!(%error, "ping");
    }
}

/// Sends a frame.
pub(super) async fn send(socket: &mut WebSocket, frame: Outgoing) -> Result<(), Closed> {
    let message = match frame {
        Outgoing::Text(text) => Message::text(text),
        Outgoing::Binary(bytes) => Message::binary(bytes),
    };
    socket.send(message).await.map_err(|error| closed(&error))
}

/// Sends a close frame and shuts the stream down.
pub(super) async fn close(socket: &mut WebSocket, code: u16) {
    let frame = CloseFrame {
        code: CloseCode::from(code),
        reason: "".into(),
    };
    if let Err(error) = socket.close(Some(frame)).await {
        tracing::trace!(%error, "close");
    }
}

fn not_opened(error: &Error) -> NotOpened {
    match error {
        Error::Http(response) => refused(response),
        Error::Io(_) | Error::ConnectionClosed | Error::AlreadyClosed => NotOpened::Unreachable,
        Error::Tls(_) => NotOpened::Tls,
        Error::Capacity(_)
        | Error::Protocol(_)
        | Error::WriteBufferFull(_)
        | Error::Utf8(_)
        | Error::AttackAttempt
        | Error::Url(_)
        | Error::HttpFormat(_) => NotOpened::NotAPushServer,
    }
}

/// An HTTP answer instead of the upgrade: a refusal, or somebody else's page.
fn refused(response: &Response) -> NotOpened {
    let status = response.status();
    if status.is_client_error() && status != StatusCode::NOT_FOUND || status.is_server_error() {
        let seconds = response.headers().get(header::RETRY_AFTER);
        let seconds = seconds.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        // A wish of more than an hour is a mistake somewhere.
        let retry_after = seconds.map(|seconds: u64| Duration::from_secs(seconds.min(3600)));
        NotOpened::Refused {
            status: status.as_u16(),
            retry_after,
        }
    } else {
        NotOpened::NotAPushServer
    }
}

fn closed(error: &Error) -> Closed {
    match error {
        Error::Capacity(_) => Closed::TooLarge,
        // A cut without a close frame is an accident of the network and not a fault of the server.
        Error::Protocol(protocol) if is_cut(protocol) => Closed::Broken,
        Error::Protocol(_) | Error::Utf8(_) | Error::AttackAttempt => Closed::Protocol,
        Error::Io(_)
        | Error::Tls(_)
        | Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::WriteBufferFull(_)
        | Error::Url(_)
        | Error::Http(_)
        | Error::HttpFormat(_) => Closed::Broken,
    }
}

fn is_cut(error: &tokio_tungstenite::tungstenite::error::ProtocolError) -> bool {
    use tokio_tungstenite::tungstenite::error::ProtocolError;
    matches!(
        error,
        ProtocolError::ResetWithoutClosingHandshake | ProtocolError::SendAfterClosing
    )
}
