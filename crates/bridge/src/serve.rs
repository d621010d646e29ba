//! The server: one task for each connection, a limit for everything that a stranger could make large or slow.
use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::door::Door;
use crate::patient::Patient;

/// How long the connections may take to end.
const LAST_MOMENT: Duration = Duration::from_millis(500);

/// What one who has no more room is told.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// The bounds of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; each waiting poll holds one.
    pub connections: usize,
    /// Bytes of the head of a request.
    pub head: usize,
    /// Lines of the head.
    pub lines: usize,
    /// How long the head may take; also how long a connection may be idle.
    pub head_within: Duration,
    /// Bytes of a body.
    pub body: usize,
    /// How long a body may take.
    pub body_within: Duration,
    /// How long the other side may leave an answer unread.
    pub read_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 128,
            head: 16 * 1024,
            lines: 64,
            head_within: Duration::from_secs(10),
            body: 1024 * 1024,
            body_within: Duration::from_secs(10),
            read_within: Duration::from_secs(10),
        }
    }
}

/// Takes the port on the loopback, and only there.
pub(crate) async fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
}

/// Serves until `stop` says so or is gone.
pub(crate) async fn serve(listener: TcpListener, door: Arc<Door>, limits: Limits, mut stop: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => continue,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many open files, or a connection that has gone already.
                tracing::debug!(%error, "no connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(place) = room.clone().try_acquire_owned() else {
            turn_away(stream);
            continue;
        };
        let (door, stop) = (door.clone(), stop.clone());
        connections.spawn(async move {
            converse(stream, door, limits, stop).await;
            drop(place);
        });
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_MOMENT, ended).await.is_err() {
        connections.shutdown().await;
    }
}

async fn converse(stream: TcpStream, door: Arc<Door>, limits: Limits, mut stop: watch::Receiver<bool>) {
    // Small answers must not wait for each other.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let door = door.clone();
        async move { Ok::<_, Infallible>(door.answer(request.map(Body::new)).await) }
    });
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_within)
        .max_headers(limits.lines)
        .max_buf_size(limits.head)
        .half_close(false);
    let io = TokioIo::new(Patient::new(stream, limits.read_within));
    let connection = protocol.serve_connection(io, service);
    let mut connection = std::pin::pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(
            timeout = error.is_timeout(),
            parse = error.is_parse(),
            "a connection ended"
        );
    }
}

/// Says that there is no room, if that fits into the buffer of the connection, and ends it.
fn turn_away(stream: TcpStream) {
    let told = stream.try_write(FULL).is_ok();
    tracing::debug!(told, "no room for a connection");
}
