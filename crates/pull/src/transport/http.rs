//! One HTTP/1.1 connection by hyper, moved by whoever waits for it: there is no task behind it, and dropping it closes
//! the stream.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request, Response,
    body::{Body as _, Incoming},
    client::conn::http1,
    header,
    http::request::Builder,
};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use url::Url;

use crate::session::NotOpened;

/// How this client calls itself.
pub(super) const AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// Largest buffer for a head or for a part of a body; hyper grows towards it only when much arrives.
const BUFFER: usize = 64 << 10;

type Wire<T> = http1::Connection<TokioIo<T>, Full<Bytes>>;

/// A connection for requests one after the other.
pub(super) struct Exchange<T: AsyncRead + AsyncWrite + Unpin> {
    sender: http1::SendRequest<Full<Bytes>>,
    wire: Option<Wire<T>>,
    /// HTTP is over on this connection.
    done: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Exchange<T> {
    pub(super) async fn new(stream: T) -> Result<Self, NotOpened> {
        let (sender, wire) = http1::Builder::new()
            .max_buf_size(BUFFER)
            // Some old servers compare header names letter by letter.
            .title_case_headers(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|_| NotOpened::Unreachable)?;
        Ok(Self {
            sender,
            wire: Some(wire),
            done: false,
        })
    }

    /// Whether the next request can go over this connection, as far as is known without waiting.
    pub(super) fn is_ready(&mut self) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        self.drive(&mut context);
        !self.done && matches!(self.sender.poll_ready(&mut context), Poll::Ready(Ok(())))
    }

    /// Sends a request and waits for the head of its answer.
    pub(super) async fn ask(&mut self, request: Request<Full<Bytes>>) -> hyper::Result<Response<Incoming>> {
        let mut answer = pin!(self.sender.send_request(request));
        poll_fn(|context| {
            self.drive(context);
            match answer.as_mut().poll(context) {
                // A request that came too late stays in the queue of the connection until that is dropped.
                Poll::Pending if self.done => {
                    self.wire = None;
                    answer.as_mut().poll(context)
                }
                polled @ (Poll::Pending | Poll::Ready(_)) => polled,
            }
        })
        .await
    }

    /// The next part of a body; nothing at its end.
    pub(super) fn poll_body(
        &mut self,
        body: &mut Incoming,
        context: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Bytes>>> {
        loop {
            self.drive(context);
            let polled = match Pin::new(&mut *body).poll_frame(context) {
                Poll::Pending if self.done => {
                    self.wire = None;
                    Pin::new(&mut *body).poll_frame(context)
                }
                polled @ (Poll::Pending | Poll::Ready(_)) => polled,
            };
            match polled {
                Poll::Ready(Some(Ok(frame))) => {
                    // Anything but data is trailers, which say nothing here.
                    if let Ok(data) = frame.into_data() {
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// The stream after an answer that ended HTTP on it (an upgrade, a tunnel), and what was read beyond that answer.
    pub(super) async fn into_stream(mut self) -> Result<(T, Bytes), NotOpened> {
        poll_fn(|context| {
            self.drive(context);
            if self.done { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        let parts = self.wire.ok_or(NotOpened::Unreachable)?.into_parts();
        Ok((parts.io.into_inner(), parts.read_buf))
    }

    /// Moves the connection; its failures reach the request or the body that waits for it.
    fn drive(&mut self, context: &mut Context<'_>) {
        if let Some(wire) = &mut self.wire
            && !self.done
        {
            self.done = wire.poll_without_shutdown(context).is_ready();
        }
    }
}

/// A request for an address, with what every request says.
pub(super) fn request(method: hyper::Method, url: &Url) -> Builder {
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
    Request::builder()
        .method(method)
        .uri(target)
        .header(header::HOST, host)
        .header(header::USER_AGENT, AGENT)
}

/// What a failure before the head of an answer means.
pub(super) fn not_asked(error: &hyper::Error) -> NotOpened {
    if error.is_parse() {
        NotOpened::NotAPushServer
    } else {
        NotOpened::Unreachable
    }
}
