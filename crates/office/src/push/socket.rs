//! One WebSocket: the replay, then live messages gathered for 400 ms, a ping every two minutes, requests of the client.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::time::{Instant, interval_at, sleep, sleep_until, timeout};

use super::batch::{Response, write_responses};
use super::hub::{Hub, Link, Outgoing};
use super::signature::{Id, Trust};
use super::{Ticket, polling, publish};
use crate::clock;
use crate::faults::{Fault, Faults};

/// After a frame, what comes is gathered for so long.
const GATHER: Duration = Duration::from_millis(400);
/// A socket that does not answer a ping until the next one is dead.
const PING: Duration = Duration::from_secs(120);
/// How long the peer may take to answer a close frame.
const FAREWELL: Duration = Duration::from_secs(2);
/// The close code for a message that is too big.
const TOO_BIG: u16 = 1009;

struct Connection {
    socket: WebSocket,
    hub: Arc<Hub>,
    faults: Arc<Faults>,
    binary: bool,
    own: Option<Id>,
    gathered: Vec<Response>,
    free_at: Instant,
}

/// The connection is over: the peer or the network ended it.
struct Gone;

/// Serves a socket until it ends.
pub(super) async fn run(socket: WebSocket, hub: Arc<Hub>, faults: Arc<Faults>, ticket: Ticket) {
    let own = ticket.channels.iter().find_map(|channel| channel.public);
    let mut connection = Connection {
        socket,
        hub,
        faults,
        binary: ticket.binary,
        own,
        gathered: Vec::new(),
        free_at: Instant::now(),
    };
    // An ended connection is the usual end, not an error.
    let _ = connection.serve(&ticket).await;
}

impl Connection {
    async fn serve(&mut self, ticket: &Ticket) -> Result<(), Gone> {
        if let Some(after) = ticket.after {
            let replay = self.hub.replay(&ticket.channels, after, clock::now());
            if !replay.is_empty() {
                self.gathered.push(Response::Messages(replay));
                self.flush().await?;
            }
            if let Some(gap) = self.faults.strikes(Fault::ReplayGap) {
                sleep(Duration::from_millis(gap.value)).await;
            }
        }
        // The real server joins the live list after the replay too: what is published in between is skipped.
        let hub = Arc::clone(&self.hub);
        let mut member = hub.join(&ticket.channels, Link::Socket);
        let mut silent = self.faults.push_silent();
        let mut ping = interval_at(Instant::now() + PING, PING);
        let mut answered = true;
        loop {
            silent.wait_for(|silent| !silent).await.map_err(|_| Gone)?;
            tokio::select! {
                outgoing = member.inbox.recv() => match outgoing {
                    None | Some(Outgoing::Cut) => return Err(Gone),
                    Some(Outgoing::Response(response)) => self.gather(response).await?,
                    Some(Outgoing::Garbage) => self.garbage().await?,
                    Some(Outgoing::Close(code, reason)) => return self.close(code, reason).await,
                },
                () = sleep_until(self.free_at), if !self.gathered.is_empty() => self.flush().await?,
                incoming = self.socket.recv() => match incoming {
                    None => return Err(Gone),
                    // Only a message over the limit leaves a socket that still can be written to.
                    Some(Err(_)) => return self.close(TOO_BIG, String::new()).await,
                    Some(Ok(Message::Close(_))) => return self.farewell().await,
                    Some(Ok(Message::Pong(_))) => answered = true,
                    Some(Ok(Message::Ping(_))) => {}
                    Some(Ok(Message::Text(text))) => self.request(text.as_bytes()).await?,
                    Some(Ok(Message::Binary(bytes))) => self.request(&bytes).await?,
                },
                _ = ping.tick() => {
                    if !answered {
                        return Err(Gone);
                    }
                    answered = false;
                    self.send(Message::Ping("ws ping".into())).await?;
                }
                changed = silent.changed() => changed.map_err(|_| Gone)?,
            }
        }
    }

    /// A client's request; text connections are not listened to.
    async fn request(&mut self, bytes: &[u8]) -> Result<(), Gone> {
        if !self.binary {
            return Ok(());
        }
        match publish::request(&self.hub, Trust::Client, self.own, bytes, clock::now()) {
            Ok(None) => Ok(()),
            Ok(Some(response)) => self.gather(response).await,
            Err(status) => {
                self.close(status.code(), status.reason()).await?;
                Err(Gone)
            }
        }
    }

    /// The first message goes out at once, the following ones together.
    async fn gather(&mut self, response: Response) -> Result<(), Gone> {
        if self.faults.strikes(Fault::DuplicateMids).is_some() {
            self.gathered.push(response.clone());
        }
        self.gathered.push(response);
        if Instant::now() >= self.free_at {
            self.flush().await
        } else {
            Ok(())
        }
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        let mut responses = std::mem::take(&mut self.gathered);
        self.free_at = Instant::now() + GATHER;
        if responses.len() > 1 && self.faults.strikes(Fault::OutOfOrder).is_some() {
            responses.reverse();
        }
        let frame = if self.binary {
            let unknown_fields = self.faults.strikes(Fault::UnknownFields).is_some();
            Message::Binary(write_responses(&responses, unknown_fields).into())
        } else {
            Message::Text(polling::as_text(&responses).into())
        };
        self.send(frame).await
    }

    async fn garbage(&mut self) -> Result<(), Gone> {
        let frame = if self.binary {
            Message::Binary(vec![0xff, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x01, 0x58].into())
        } else {
            Message::Text("x #!NGINXNMS!#{\"id\":".into())
        };
        self.send(frame).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        self.socket.send(message).await.map_err(|_| Gone)
    }

    async fn close(&mut self, code: u16, reason: String) -> Result<(), Gone> {
        self.send(Message::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        })))
        .await?;
        self.farewell().await
    }

    /// Reads until the peer has ended its side, so that the close frame is not lost in a reset.
    async fn farewell(&mut self) -> Result<(), Gone> {
        let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = self.socket.recv().await {} }).await;
        Ok(())
    }
}
