//! The portal's listener: sends small frames at once, closes every connection while the fault "portal down" is on,
//! and does to single connections what their line says.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

use crate::line::{Course, Line, Then};

/// A TCP listener behind a gate.
#[derive(Debug)]
pub(crate) struct Gate {
    inner: TcpListener,
    down: watch::Receiver<bool>,
    pace: Arc<AtomicU64>,
}

/// A connection that breaks when the gate closes, or as its line says.
pub(crate) struct GatedStream {
    inner: TcpStream,
    line: Line,
    closed: Pin<Box<dyn Future<Output = ()> + Send>>,
    rest: Option<Pin<Box<Sleep>>>,
    broken: bool,
}

impl Gate {
    /// `down` closes the gate while it is true; `pace` slows push connections down, in milliseconds for each byte.
    pub(crate) fn new(inner: TcpListener, down: watch::Receiver<bool>, pace: Arc<AtomicU64>) -> Self {
        Self { inner, down, pace }
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
                    line: Line::new(Arc::clone(&self.pace), address.ip()),
                    closed,
                    rest: None,
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

impl GatedStream {
    /// The handle of the connection.
    pub(crate) fn line(&self) -> Line {
        self.line.clone()
    }

    /// Whether bytes may pass. While the line is silent, what comes is thrown away until the peer ends.
    fn poll_passage(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.broken || self.closed.as_mut().poll(cx).is_ready() {
            // The future is spent, and must not be polled again. Nothing more is written, not even a close frame.
            return self.ended();
        }
        self.line.watched_by(cx.waker());
        match self.line.course() {
            Course::Pass | Course::Until(..) => Poll::Ready(Ok(())),
            Course::End(Then::Cut | Then::Reset) => self.ended(),
            Course::End(Then::Stall) => {
                let mut scratch = [0; 1024];
                loop {
                    let mut buffer = ReadBuf::new(&mut scratch);
                    let read = ready!(Pin::new(&mut self.inner).poll_read(cx, &mut buffer));
                    if read.is_err() || buffer.filled().is_empty() {
                        return self.ended();
                    }
                }
            }
        }
    }

    fn ended(&mut self) -> Poll<io::Result<()>> {
        self.broken = true;
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

impl Drop for GatedStream {
    fn drop(&mut self) {
        // Whoever served the connection may have let it go before the stream was asked again.
        if self.line.course() == Course::End(Then::Reset) {
            let _ = self.inner.set_zero_linger();
        }
    }
}

impl AsyncRead for GatedStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_passage(cx))?;
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl AsyncWrite for GatedStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_passage(cx))?;
        let most = match self.line.course() {
            Course::Until(left, _) => left.min(bytes.len()),
            Course::Pass | Course::End(_) => bytes.len(),
        };
        let pace = self.line.pace();
        if pace > 0 {
            if let Some(rest) = &mut self.rest {
                ready!(rest.as_mut().poll(cx));
            }
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &bytes[..most.min(1)]))?;
            self.rest = Some(Box::pin(sleep(Duration::from_millis(pace))));
            self.line.wrote(written);
            return Poll::Ready(Ok(written));
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &bytes[..most]))?;
        self.line.wrote(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
