//! Requests of the owner on their way to the session, and the answers on their way back.

use std::{collections::HashMap, future::pending};

use serde_json::{Value, value::RawValue};
use tokio::sync::{mpsc, oneshot};

use crate::{
    connection::Control,
    session::{Answered, Ask, AskError, Input, Publication, Wish},
};

/// Requests that may wait for the driver.
pub(crate) const QUEUE: usize = 16;

/// One request.
pub(crate) enum Request {
    Ask(Wish, oneshot::Sender<Answered>),
    Watch(Vec<String>),
}

/// The driver's end.
pub(crate) struct Requests {
    inbound: Option<mpsc::Receiver<Request>>,
    waiting: HashMap<u64, oneshot::Sender<Answered>>,
    next: u64,
}

impl Requests {
    pub(crate) fn new(inbound: mpsc::Receiver<Request>) -> Self {
        Self {
            inbound: Some(inbound),
            waiting: HashMap::new(),
            next: 0,
        }
    }

    /// The next request; none ever comes when nobody holds the switches any more.
    pub(crate) async fn next(&mut self) -> Request {
        if let Some(inbound) = &mut self.inbound
            && let Some(request) = inbound.recv().await
        {
            return request;
        }
        self.inbound = None;
        pending().await
    }

    pub(crate) fn take(&mut self, request: Request) -> Input<'static> {
        match request {
            Request::Watch(tags) => Input::Watch(tags),
            Request::Ask(what, reply) => {
                self.next += 1;
                self.waiting.insert(self.next, reply);
                Input::Ask(Ask {
                    what,
                    number: self.next,
                })
            }
        }
    }

    pub(crate) fn reply(&mut self, number: u64, result: Answered) {
        if let Some(reply) = self.waiting.remove(&number) {
            // Whoever asked may have gone.
            let _ = reply.send(result);
        }
    }
}

impl Control {
    /// Sends a command to other users. Servers of version 4 answer nothing, so success there means that it was sent;
    /// what such a server does not like it answers by closing the connection.
    pub async fn publish(&self, publication: Publication) -> Result<(), AskError> {
        self.ask(Wish::Publish(publication)).await.map(drop)
    }

    /// How long ago users were last seen, in seconds by user id: 0 for now, absent for never. JSON-RPC servers only.
    pub async fn last_seen(&self, users: Vec<u64>) -> Result<HashMap<u64, u64>, AskError> {
        let answer = self.ask(Wish::LastSeen(users)).await?;
        // PHP's empty map.
        let answer = if answer.get() == "[]" { "{}" } else { answer.get() };
        serde_json::from_str(answer).map_err(|_| AskError::NoAnswer)
    }

    /// Which users have a client listening, by their public channels. Servers of version 4 only.
    pub async fn listening(&self, users: Vec<u64>) -> Result<HashMap<u64, bool>, AskError> {
        let answer = self.ask(Wish::Listening(users)).await?;
        serde_json::from_str(answer.get()).map_err(|_| AskError::NoAnswer)
    }

    /// Be told (`online`, `userStatusChange`) when a user comes and goes, over reconnects too. JSON-RPC servers only;
    /// older portals send `online`, `userStatus` by themselves.
    pub async fn watch_presence(&self, user: u64) -> Result<(), AskError> {
        self.ask(Wish::WatchPresence(user)).await.map(drop)
    }

    /// No longer be told.
    pub async fn ignore_presence(&self, user: u64) -> Result<(), AskError> {
        self.ask(Wish::IgnorePresence(user)).await.map(drop)
    }

    /// The channels of this connection as the server names them. JSON-RPC servers only.
    pub async fn list_channels(&self) -> Result<Value, AskError> {
        let answer = self.ask(Wish::ListChannels).await?;
        serde_json::from_str(answer.get()).map_err(|_| AskError::NoAnswer)
    }

    /// Asks the server for an answer. JSON-RPC servers only.
    pub async fn ping(&self) -> Result<(), AskError> {
        self.ask(Wish::Ping).await.map(drop)
    }

    /// Keeps these watch tags alive, and no others; tags that the portal does not know (any more) are dropped.
    pub async fn watch(&self, tags: Vec<String>) {
        // Without a driver there is nothing to keep alive.
        let _ = self.requests.send(Request::Watch(tags)).await;
    }

    async fn ask(&self, wish: Wish) -> Result<Box<RawValue>, AskError> {
        let (reply, answer) = oneshot::channel();
        let request = Request::Ask(wish, reply);
        self.requests.send(request).await.map_err(|_| AskError::Offline)?;
        answer.await.unwrap_or(Err(AskError::Offline))
    }
}
