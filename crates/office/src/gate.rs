//! The portal's listener: sends small frames at once, and closes every connection while the fault "portal down" is on.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A TCP listener behind a gate.
#[derive(Debug)]
pub(crate) struct Gate {
    inner: TcpListener,
    down: watch::Receiver<bool>,
}

/// A connection that breaks when the gate closes.
pub(crate) struct GatedStream {
    inner: TcpStream,
    closed: Pin<Box<dyn Future<Output = ()> + Send>>,
    broken: bool,
}

impl Gate {
    /// `down` closes the gate while it is true.
    pub(crate) fn new(inner: TcpListener, down: watch::Receiver<bool>) -> Self {
        Self { inner, down }
    }
}

impl Listener for Gate {
    type Io = GatedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.inner).await;
            if *self.down.borrow() {
                continue;
            }
            // A small frame must not wait for the acknowledgement of the one before it.
            let _ = stream.set_nodelay(true);
            let mut down = self.down.clone();
            let closed = Box::pin(async move {
                if down.wait_for(|down| *down).await.is_err() {
                    std::future::pending::<()>().await;
                }
            });
            return (
                GatedStream {
                    inner: stream,
                    closed,
                    broken: false,
                },
                address,
            );
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.inner.local_addr()
    }
}

impl AsyncRead for GatedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.broken || self.closed.as_mut().poll(cx).is_ready() {
            // The future is spent, and must not be polled again. Nothing more is written, not even a close frame.
            self.broken = true;
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl AsyncWrite for GatedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.broken {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
