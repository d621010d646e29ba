//! Long polling: one GET that the server holds until there is something to say, then the next, over one connection as
//! long as the server keeps it. Answers are taken as a stream, so a replay of any length needs little memory.
//!
//! ```text
//!            poll()                 head 200/304              end of body
//! Idle ─────────────────► Asked ──────────────────► Reading ─────────────► Idle (Answered)
//!                          │  ▲
//!                          └──┘ ping(): the same request on a second connection
//! ```

use std::{
    future::{pending, poll_fn},
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode, Version,
    body::Incoming as Body,
    header::{self, HeaderMap},
};
use tokio::time::timeout;

use super::{
    Answer, Connector, Incoming,
    connector::Stream,
    http::{self, Exchange},
    refusal,
};
use crate::{
    config::Endpoint,
    session::{Closed, NotOpened},
    wire::pieces::{Piece, Pieces},
};

/// Marks a 304 whose `Last-Message-Id` is the cursor.
const CURSOR_EXPIRES: &str = "Thu, 01 Jan 1973 11:11:01 GMT";

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, NotOpened>> + Send>>;
type Head = (Exchange<Stream>, Response<Body>);

/// An open way of long polling.
pub(super) struct Polling {
    connector: Arc<Connector>,
    max_message: usize,
    endpoint: Endpoint,
    stage: Stage,
    /// The second connection of a ping.
    probe: Option<Pending<Exchange<Stream>>>,
    /// A ping waits for a sign of life.
    asked: bool,
}

enum Stage {
    /// Between an answer and the next request, with the connection if the server keeps it.
    Idle(Option<Box<Exchange<Stream>>>),
    /// The server holds a request.
    Asked(Pending<Head>),
    /// An answer arrives.
    Reading(Box<Reading>),
    /// It is over.
    Over(Closed),
}

struct Reading {
    exchange: Exchange<Stream>,
    body: Body,
    pieces: Pieces,
    answer: Answer,
    end: End,
}

/// How far the body is.
#[derive(Clone, Copy)]
enum End {
    Open,
    Complete,
    Cut,
}

/// What happened to a held request.
enum Held {
    Answered(Result<Head, NotOpened>),
    Probed(Result<Exchange<Stream>, NotOpened>),
}

/// What happened to an answer that is being read.
enum Read {
    Piece(Piece),
    Progress,
    Complete(Answer),
    Cut,
    Foreign,
}

impl Polling {
    /// Sends the first request and waits until it is answered, or held for so long over a connection that stands.
    pub(super) async fn open(
        connector: &Arc<Connector>,
        endpoint: &Endpoint,
        max_message: usize,
        proof: Duration,
    ) -> Result<Self, NotOpened> {
        let exchange = connect(Arc::clone(connector), endpoint.clone()).await?;
        let mut held: Pending<Head> = Box::pin(ask(exchange, endpoint.clone()));
        let stage = match timeout(proof, &mut held).await {
            Ok(answered) => Stage::Reading(Box::new(Reading::new(answered?, max_message)?)),
            Err(_) => Stage::Asked(held),
        };
        Ok(Self {
            connector: Arc::clone(connector),
            max_message,
            endpoint: endpoint.clone(),
            stage,
            probe: None,
            asked: false,
        })
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn is_held(&self) -> bool {
        matches!(self.stage, Stage::Asked(_))
    }

    pub(super) fn poll(&mut self, endpoint: Endpoint) {
        if let Stage::Idle(kept) = &mut self.stage {
            let next = ask_again(Arc::clone(&self.connector), kept.take(), endpoint.clone());
            self.stage = Stage::Asked(Box::pin(next));
            self.endpoint = endpoint;
        }
    }

    pub(super) fn ping(&mut self) {
        self.asked = true;
        if matches!(self.stage, Stage::Asked(_)) && self.probe.is_none() {
            let fresh = connect(Arc::clone(&self.connector), self.endpoint.clone());
            self.probe = Some(Box::pin(fresh));
        }
    }

    pub(super) async fn next(&mut self) -> Incoming {
        loop {
            let next = match &mut self.stage {
                Stage::Idle(_) => pending().await,
                Stage::Over(why) => return Incoming::Closed(*why),
                Stage::Asked(held) => match wait(held, &mut self.probe).await {
                    Held::Answered(answered) => {
                        self.probe = None;
                        match answered.and_then(|head| Reading::new(head, self.max_message)) {
                            Ok(reading) => Stage::Reading(Box::new(reading)),
                            Err(why) => Stage::Over(closed(why)),
                        }
                    }
                    Held::Probed(Ok(exchange)) => {
                        self.probe = None;
                        self.asked = false;
                        self.stage = Stage::Asked(Box::pin(ask(exchange, self.endpoint.clone())));
                        return Incoming::Alive;
                    }
                    Held::Probed(Err(why)) => Stage::Over(closed(why)),
                },
                Stage::Reading(reading) => match reading.next(self.asked).await {
                    Read::Piece(piece) => {
                        self.asked = false;
                        return match piece {
                            Piece::Text(text) => Incoming::Text(text.into()),
                            Piece::Binary(bytes) => Incoming::Binary(bytes),
                        };
                    }
                    Read::Progress => {
                        self.asked = false;
                        return Incoming::Alive;
                    }
                    Read::Complete(answer) => {
                        let over = std::mem::replace(&mut self.stage, Stage::Idle(None));
                        if let Stage::Reading(reading) = over {
                            self.stage = Stage::Idle(Some(Box::new(reading.exchange)));
                        }
                        return Incoming::Answered(answer);
                    }
                    Read::Cut => Stage::Over(Closed::Broken),
                    Read::Foreign => Stage::Over(Closed::NotAPushServer),
                },
            };
            self.stage = next;
        }
    }
}

impl Reading {
    /// Takes an answer that is one of a push server.
    fn new((exchange, response): Head, max_message: usize) -> Result<Self, NotOpened> {
        let (head, body) = response.into_parts();
        let good = matches!(head.status, StatusCode::OK | StatusCode::NOT_MODIFIED);
        if head.version != Version::HTTP_11 {
            return Err(NotOpened::NotAPushServer);
        }
        if !good {
            return Err(refusal::refused(head.status, &head.headers));
        }
        if head.status == StatusCode::OK && !is_ours(&head.headers) {
            return Err(NotOpened::NotAPushServer);
        }
        Ok(Self {
            exchange,
            body,
            pieces: Pieces::new(max_message),
            answer: answer(head.status, &head.headers),
            end: End::Open,
        })
    }

    async fn next(&mut self, progress: bool) -> Read {
        loop {
            if let Some(piece) = self.pieces.next() {
                return Read::Piece(piece);
            }
            if self.pieces.is_markup() {
                return Read::Foreign;
            }
            if !matches!(self.end, End::Open)
                && let Some(piece) = self.pieces.rest()
            {
                return Read::Piece(piece);
            }
            match self.end {
                End::Open => {}
                End::Complete => {
                    return Read::Complete(Answer {
                        empty: self.pieces.is_empty(),
                        ..self.answer.clone()
                    });
                }
                End::Cut => return Read::Cut,
            }
            let polled = poll_fn(|context| match self.exchange.poll_body(&mut self.body, context) {
                Poll::Ready(data) => Poll::Ready(Some(data)),
                // Nothing more for the moment: what is whole need not wait.
                Poll::Pending if self.pieces.has_rest() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            })
            .await;
            match polled {
                None => {
                    if let Some(piece) = self.pieces.rest() {
                        return Read::Piece(piece);
                    }
                }
                Some(Some(Ok(data))) => {
                    self.pieces.push(&data);
                    if progress && !self.pieces.has_rest() {
                        return Read::Progress;
                    }
                }
                Some(None) => {
                    self.end = End::Complete;
                    self.pieces.finish();
                }
                Some(Some(Err(error))) => {
                    tracing::debug!(%error, "an answer was cut");
                    self.end = End::Cut;
                }
            }
        }
    }
}

/// Opens a connection for requests.
async fn connect(connector: Arc<Connector>, endpoint: Endpoint) -> Result<Exchange<Stream>, NotOpened> {
    Exchange::new(connector.open(endpoint.url()).await?).await
}

/// Asks over a fresh connection.
async fn ask(mut exchange: Exchange<Stream>, endpoint: Endpoint) -> Result<Head, NotOpened> {
    let answered = exchange.ask(request(&endpoint)?).await;
    let response = answered.map_err(|error| http::not_asked(&error))?;
    Ok((exchange, response))
}

/// Asks over the connection of the last request, or over a fresh one if the server closed that meanwhile: a request
/// that was not answered may be repeated, and a server that tires of idle connections is no failure.
async fn ask_again(
    connector: Arc<Connector>,
    kept: Option<Box<Exchange<Stream>>>,
    endpoint: Endpoint,
) -> Result<Head, NotOpened> {
    if let Some(mut exchange) = kept
        && exchange.is_ready()
    {
        match exchange.ask(request(&endpoint)?).await {
            Ok(response) => return Ok((*exchange, response)),
            Err(error) if error.is_parse() => return Err(NotOpened::NotAPushServer),
            Err(error) => tracing::debug!(?endpoint, %error, "once more over a fresh connection"),
        }
    }
    let exchange = connect(connector, endpoint.clone()).await?;
    ask(exchange, endpoint).await
}

/// Waits for the answer and for the probe, whichever comes first.
async fn wait(held: &mut Pending<Head>, probe: &mut Option<Pending<Exchange<Stream>>>) -> Held {
    poll_fn(|context| {
        if let Poll::Ready(answered) = held.as_mut().poll(context) {
            return Poll::Ready(Held::Answered(answered));
        }
        match probe {
            Some(probe) => probe.as_mut().poll(context).map(Held::Probed),
            None => Poll::Pending,
        }
    })
    .await
}

fn request(endpoint: &Endpoint) -> Result<Request<Full<Bytes>>, NotOpened> {
    http::request(Method::GET, endpoint.url())
        .header(header::ACCEPT, "*/*")
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(Full::default())
        .map_err(|_| NotOpened::Unreachable)
}

/// Whether the content can be that of a push server: plain and not a page. A missing type is no reason.
fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim());
    let plain = text(header::CONTENT_ENCODING).is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
    plain
        && text(header::CONTENT_TYPE).is_none_or(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            ["text/plain", "application/octet-stream", "application/json", ""]
                .iter()
                .any(|ours| kind.eq_ignore_ascii_case(ours))
        })
}

fn answer(status: StatusCode, headers: &HeaderMap) -> Answer {
    let text = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let is_cursor = status == StatusCode::NOT_MODIFIED && text("expires").as_deref() == Some(CURSOR_EXPIRES);
    Answer {
        status: status.as_u16(),
        empty: true,
        last_message_id: text("last-message-id").filter(|_| is_cursor),
        etag_tag: text("etag").map(|etag| etag.trim_start_matches("W/").trim_matches('"').to_owned()),
        last_modified: text("last-modified"),
    }
}

fn closed(why: NotOpened) -> Closed {
    match why {
        NotOpened::Refused { status, retry_after } => Closed::Refused { status, retry_after },
        NotOpened::NotAPushServer => Closed::NotAPushServer,
        NotOpened::Unreachable | NotOpened::Tls(_) | NotOpened::TimedOut => Closed::Broken,
    }
}

/// One POST over a connection of its own.
pub(super) async fn post(connector: &Connector, endpoint: &Endpoint, body: Bytes) -> Result<(), NotOpened> {
    let request = http::request(Method::POST, endpoint.url())
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CONNECTION, "close")
        .body(Full::new(body))
        .map_err(|_| NotOpened::Unreachable)?;
    let mut exchange = Exchange::new(connector.open(endpoint.url()).await?).await?;
    let answer = exchange.ask(request).await.map_err(|error| http::not_asked(&error))?;
    if answer.status() == StatusCode::OK {
        Ok(())
    } else {
        Err(refusal::refused(answer.status(), answer.headers()))
    }
}
