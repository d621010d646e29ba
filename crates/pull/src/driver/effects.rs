//! What the session asks for, carried out; and what is done beside the connection.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::sync::mpsc::error::TrySendError;

use super::{Beside, Driver, Transport};
use crate::{
    config::Endpoint,
    connection::{Acknowledge, Delivery},
    session::{AskError, Effect, Input, NotOpened},
    source::{ConfigFailure, Remedy},
    transport::{self, Link},
};

/// How long a good-bye may hold up the next step.
const FAREWELL: Duration = Duration::from_millis(500);
/// A limit for a frame that the socket does not take; the session notices the silence.
const SEND: Duration = Duration::from_secs(2);
/// A limit for everything that is posted or asked for beside the connection.
const BESIDE: Duration = Duration::from_secs(20);
/// Largest piece of a second look.
const LOOK_PIECE: usize = 4 << 20;

impl Driver {
    /// Does everything that the session asks for.
    pub(super) async fn carry_out(&mut self) {
        let mut fed = false;
        while let Some(effect) = self.session.next_effect() {
            match effect {
                Effect::Configure => {
                    let source = Arc::clone(&self.source);
                    self.request = Some(Box::pin(async move { source.fetch().await }));
                }
                Effect::Forget => self.request = None,
                Effect::Open {
                    kind,
                    endpoints,
                    max_message,
                } => {
                    let connector = Arc::clone(&self.connector);
                    let opening = Link::open(connector, kind, endpoints, max_message);
                    self.transport = Transport::Opening(Box::pin(opening));
                }
                Effect::Look(endpoints) => {
                    let connector = Arc::clone(&self.connector);
                    let opening = Link::look(connector, endpoints, LOOK_PIECE, self.look_proof);
                    self.look = Transport::Opening(Box::pin(opening));
                }
                Effect::ForgetLook => self.look = Transport::None,
                Effect::Ping => {
                    if let Transport::Open(link) = &mut self.transport
                        && tokio::time::timeout(SEND, link.ping()).await.is_err()
                    {
                        tracing::debug!("the socket does not take a ping");
                    }
                }
                Effect::Send(frame) => {
                    if let Transport::Open(link) = &mut self.transport
                        && tokio::time::timeout(SEND, link.feed(frame)).await.is_err()
                    {
                        tracing::debug!("the socket does not take a frame");
                    }
                    fed = true;
                }
                Effect::Poll(endpoints) => {
                    if let Transport::Open(link) = &mut self.transport {
                        link.poll_one_of(endpoints);
                    }
                }
                Effect::Reply { number, result } => self.requests.reply(number, result),
                Effect::Post {
                    endpoints,
                    body,
                    number,
                } => self.post(endpoints, body, number),
                Effect::FindChannels(users) => {
                    let source = Arc::clone(&self.source);
                    let late = Beside::Channels(Err(late()));
                    self.start_beside(
                        async move { Beside::Channels(source.public_channels(users).await) },
                        late,
                    );
                }
                Effect::ExtendWatch(tags) => {
                    let source = Arc::clone(&self.source);
                    let late = Beside::Watch(Err(late()));
                    self.start_beside(async move { Beside::Watch(source.extend_watch(tags).await) }, late);
                }
                Effect::Close(code) => {
                    if let Transport::Open(link) = std::mem::replace(&mut self.transport, Transport::None) {
                        link.close(code, FAREWELL).await;
                    }
                }
                Effect::Deliver(batch) => {
                    let delivery = Delivery {
                        events: batch.events,
                        position: batch.position,
                        seen: batch.seen,
                        gap: batch.gap,
                        forgets: batch.forgets,
                        acknowledge: Acknowledge::new(batch.ticket, Arc::clone(&self.receipts)),
                    };
                    self.hand_over(delivery);
                }
            }
        }
        if fed
            && let Transport::Open(link) = &mut self.transport
            && tokio::time::timeout(SEND, link.flush()).await.is_err()
        {
            tracing::debug!("the socket does not take what was written");
        }
    }

    fn post(&mut self, endpoints: Vec<Endpoint>, body: Bytes, number: u64) {
        let connector = Arc::clone(&self.connector);
        let posting = async move {
            let mut result = Err(NotOpened::Unreachable);
            for endpoint in &endpoints {
                result = transport::post(&connector, endpoint, body.clone()).await;
                if !matches!(result, Err(NotOpened::Unreachable)) {
                    break;
                }
            }
            Beside::Posted(number, result)
        };
        self.start_beside(posting, Beside::Posted(number, Err(NotOpened::TimedOut)));
    }

    /// Gives a delivery to the owner if there is room, else keeps it until there is.
    fn hand_over(&mut self, delivery: Delivery) {
        if !self.outbox.is_empty() {
            return self.outbox.push_back(delivery);
        }
        if let Err(TrySendError::Full(delivery) | TrySendError::Closed(delivery)) = self.deliver.try_send(delivery) {
            self.outbox.push_back(delivery);
        }
    }

    /// Something that goes on beside the connection, for as long as [`BESIDE`]. Bounded by the session, which lets only
    /// so many requests wait.
    fn start_beside(&mut self, work: impl Future<Output = Beside> + Send + 'static, late: Beside) {
        let bounded = async move { tokio::time::timeout(BESIDE, work).await.unwrap_or(late) };
        self.beside.push(Box::pin(bounded));
    }

    /// Something beside the connection came to its end.
    pub(super) fn beside(&mut self, beside: Beside) {
        let now = self.now();
        match beside {
            Beside::Posted(number, result) => {
                let result = result
                    .map(|()| crate::session::null())
                    .map_err(|failure| match failure {
                        NotOpened::Refused { status, .. } => AskError::Refused {
                            code: status.into(),
                            message: String::new(),
                        },
                        NotOpened::Unreachable
                        | NotOpened::Tls(_)
                        | NotOpened::TimedOut
                        | NotOpened::NotAPushServer => AskError::NoAnswer,
                    });
                self.requests.reply(number, result);
            }
            Beside::Channels(answer) => self.session.handle(Input::ChannelsFound(answer), now),
            Beside::Watch(answer) => self.session.handle(Input::WatchExtended(answer), now),
        }
    }
}

fn late() -> ConfigFailure {
    ConfigFailure {
        kind: "timeout".to_owned(),
        message: "no answer from the portal".to_owned(),
        remedy: Remedy::Retry { after: None },
    }
}
