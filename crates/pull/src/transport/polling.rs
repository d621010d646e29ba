//! Long polling: one GET that the server holds until there is something to say, then the next, over one connection as
//! long as the server keeps it. Answers are taken as a stream, so a replay of any length needs little memory.
//!
//! ```text
//!            poll()                 head 200/304              end of body
//! Idle ─────────────────► Asked ──────────────────► Reading ─────────────► Idle (Answered)
//!                          │  ▲
//!                          └──┘ ping(): the same request on a second connection
//! ```

mod reading;
mod request;

use std::{
    future::{pending, poll_fn},
    pin::Pin,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use hyper::{Response, body::Incoming as Body};
use reading::{Read, Reading};
pub(super) use request::post;
use request::{ask, ask_again, connect};
use tokio::time::timeout;

use super::{Connector, Incoming, connector::Stream, http::Exchange};
use crate::{
    config::Endpoint,
    session::{Closed, NotOpened},
    wire::pieces::Piece,
};

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

/// What happened to a held request.
enum Held {
    Answered(Result<Head, NotOpened>),
    Probed(Result<Exchange<Stream>, NotOpened>),
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

fn closed(why: NotOpened) -> Closed {
    match why {
        NotOpened::Refused { status, retry_after } => Closed::Refused { status, retry_after },
        NotOpened::NotAPushServer => Closed::NotAPushServer,
        NotOpened::Unreachable | NotOpened::Tls(_) | NotOpened::TimedOut => Closed::Broken,
    }
}
