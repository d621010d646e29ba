//! One WebSocket: the replay, then live messages, pings, and what the client says.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use jiff::Timestamp;
use tokio::time::{Instant, interval_at, sleep_until, timeout};

use super::batch::{Oddities, Response};
use super::frames::{self, Frame};
use super::hub::{Garbage, Hub, Link, Membership, Outgoing};
use super::jsonrpc::{self, Caller};
use super::message::{Mid, Sender};
use super::signature::Trust;
use super::status::Status;
use super::ticket::{Cursor, Framing, Ticket};
use super::tuning::Tuning;
use super::{polling, publish, text};
use crate::clock;
use crate::faults::{Fault, Faults};
use crate::line::{Line, Then};

/// How long the peer may take to answer a close frame.
const FAREWELL: Duration = Duration::from_secs(2);
/// The close code for a message that is too big.
const TOO_BIG: u16 = 1009;
/// Literal pings of the JSON-RPC server that may stay unanswered.
const RPC_PATIENCE: u32 = 2;

/// What a socket stands on.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) hub: Arc<Hub>,
    pub(super) faults: Arc<Faults>,
    pub(super) line: Line,
}

struct Connection {
    socket: WebSocket,
    ground: Ground,
    ticket: Ticket,
    tuning: Tuning,
    gathered: Vec<Response>,
    free_at: Instant,
    unanswered: u32,
    rpc_unanswered: u32,
}

/// The connection is over: the peer or the network ended it.
struct Gone;

/// Serves a socket until it ends.
pub(super) async fn run(socket: WebSocket, ground: Ground, ticket: Ticket) {
    let tuning = ground.hub.tuning();
    let mut connection = Connection {
        socket,
        ground,
        ticket,
        tuning,
        gathered: Vec::new(),
        free_at: Instant::now(),
        unanswered: 0,
        rpc_unanswered: 0,
    };
    // An ended connection is the usual end, not an error.
    let _ = connection.serve().await;
}

/// Closes a socket at once: what the newer servers do instead of refusing the upgrade.
pub(super) async fn refuse(mut socket: WebSocket, code: u16, reason: String) {
    if close(&mut socket, Some((code, reason))).await.is_ok() {
        farewell(&mut socket).await;
    }
}

impl Connection {
    async fn serve(&mut self) -> Result<(), Gone> {
        // The JSON-RPC server has no gap between history and the live list, and the nginx module sends the history and
        // subscribes in one step; the servers between them have one.
        let at_once = match self.ticket.framing {
            Framing::Rpc | Framing::Nginx => true,
            Framing::Named | Framing::Plain | Framing::Array | Framing::Batch => false,
        };
        let early = at_once.then(|| self.join());
        self.replay().await?;
        let mut member = early.unwrap_or_else(|| self.join());
        let mut silent = self.ground.faults.push_silent();
        let mut ping = interval_at(Instant::now() + self.tuning.ping, self.tuning.ping);
        let mut rpc_ping = interval_at(Instant::now() + self.tuning.rpc_ping, self.tuning.rpc_ping);
        loop {
            silent.wait_for(|silent| !silent).await.map_err(|_| Gone)?;
            tokio::select! {
                outgoing = member.inbox.recv() => match outgoing {
                    None => return Err(Gone),
                    Some(outgoing) => self.told(outgoing).await?,
                },
                () = sleep_until(self.free_at), if !self.gathered.is_empty() => self.flush().await?,
                incoming = self.socket.recv() => match incoming {
                    None => return Err(Gone),
                    // Only a message over the limit leaves a socket that still can be written to.
                    Some(Err(_)) => return self.close(Some((TOO_BIG, String::new()))).await,
                    Some(Ok(Message::Close(_))) => {
                        farewell(&mut self.socket).await;
                        return Ok(());
                    }
                    Some(Ok(Message::Pong(_))) => self.unanswered = 0,
                    Some(Ok(Message::Ping(_))) => {}
                    Some(Ok(Message::Text(text))) => self.request(text.as_bytes(), &member).await?,
                    Some(Ok(Message::Binary(bytes))) => self.request(&bytes, &member).await?,
                },
                _ = ping.tick() => self.ping().await?,
                _ = rpc_ping.tick(), if self.ticket.framing == Framing::Rpc => {
                    if self.rpc_unanswered > RPC_PATIENCE {
                        return Err(Gone);
                    }
                    self.rpc_unanswered += 1;
                    self.send(Message::Text("ping".into())).await?;
                }
                changed = silent.changed() => changed.map_err(|_| Gone)?,
            }
        }
    }

    fn join(&self) -> Membership {
        self.ground
            .hub
            .join(&self.ticket.channels, Link::Socket, self.ticket.user)
    }

    async fn replay(&mut self) -> Result<(), Gone> {
        let at = clock::now();
        let (hub, channels) = (Arc::clone(&self.ground.hub), &self.ticket.channels);
        let replay = match self.ticket.cursor {
            Cursor::Live => return Ok(()),
            Cursor::Since(stamp) => Some(hub.replay_since(channels, stamp, at)),
            Cursor::After(mid) => hub.replay(channels, mid, at),
        };
        let Some(replay) = replay else {
            let status = Status::HistoryUnreadable;
            self.close(Some((status.code(), status.reason()))).await?;
            return Err(Gone);
        };
        if !replay.is_empty() {
            self.gathered.push(Response::Messages(replay));
            self.flush().await?;
        }
        if !matches!(self.ticket.framing, Framing::Rpc | Framing::Nginx) {
            polling::gap(&hub, &self.ground.faults).await;
        }
        Ok(())
    }

    async fn told(&mut self, outgoing: Outgoing) -> Result<(), Gone> {
        match outgoing {
            Outgoing::Response(response) => self.gather(response).await,
            Outgoing::Garbage(garbage) => self.garbage(garbage).await,
            Outgoing::Cut => Err(Gone),
            Outgoing::Reset => {
                self.ground.line.end(Then::Reset);
                Err(Gone)
            }
            Outgoing::Deleted(channel) => {
                self.send(Message::Text(text::deleted(&channel).into())).await?;
                self.close(None).await?;
                Err(Gone)
            }
            Outgoing::Close(told) => {
                self.close(told).await?;
                Err(Gone)
            }
        }
    }

    /// What a client says: nothing is listened to where the version takes nothing.
    async fn request(&mut self, bytes: &[u8], member: &Membership) -> Result<(), Gone> {
        let hub = Arc::clone(&self.ground.hub);
        match self.ticket.framing {
            Framing::Nginx | Framing::Named | Framing::Plain | Framing::Array => Ok(()),
            Framing::Batch => {
                let own = match self.ticket.sender {
                    Some(Sender::Client(id)) => Some(id),
                    Some(Sender::User(_) | Sender::Backend) | None => None,
                };
                match publish::request(&hub, Trust::Client, own, bytes, clock::now()) {
                    Ok(None) => Ok(()),
                    Ok(Some(response)) => self.gather(response).await,
                    Err(status) => {
                        self.close(Some((status.code(), status.reason()))).await?;
                        Err(Gone)
                    }
                }
            }
            Framing::Rpc => {
                let text = String::from_utf8_lossy(bytes);
                if jsonrpc::receipt(&hub, self.ticket.user, &text) {
                    self.rpc_unanswered = 0;
                    return Ok(());
                }
                let caller = Caller::Client {
                    sender: self.ticket.sender,
                    member: Some(member),
                };
                match jsonrpc::execute(&hub, &caller, bytes, clock::now()) {
                    None => Ok(()),
                    Some(answer) => self.send(Message::Text(answer.into())).await,
                }
            }
        }
    }

    /// The first message goes out at once, the following ones together.
    async fn gather(&mut self, response: Response) -> Result<(), Gone> {
        if self.ground.faults.strikes(Fault::DuplicateMids).is_some() {
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
        self.free_at = Instant::now() + self.tuning.gather;
        let faults = Arc::clone(&self.ground.faults);
        if many(&responses) && faults.strikes(Fault::OutOfOrder).is_some() {
            reverse(&mut responses);
        }
        let oddities = Oddities {
            unknown_fields: faults.strikes(Fault::UnknownFields).is_some(),
            no_sender: faults.strikes(Fault::NoSender).is_some(),
        };
        let at: Timestamp = clock::now();
        let mids = mids(&responses);
        let frames = frames::write(self.ticket.framing, self.ticket.user, &responses, oddities, at);
        let alone = frames.len() == mids.len();
        for (place, frame) in frames.into_iter().enumerate() {
            if let Some(setting) = faults.strikes(Fault::HalfFrame) {
                self.ground.line.end_after(frame.len() / 2 + 2, setting.then);
            }
            let carried = if alone {
                mids.get(place..=place)
            } else {
                Some(mids.as_slice())
            };
            self.ground.hub.writes(carried.unwrap_or_default());
            self.send(match frame {
                Frame::Text(text) => Message::Text(text.into()),
                Frame::Binary(bytes) => Message::Binary(bytes.into()),
            })
            .await?;
        }
        Ok(())
    }

    async fn garbage(&mut self, garbage: Garbage) -> Result<(), Gone> {
        self.send(match garbage {
            Garbage::Text(text) => Message::Text(text.into()),
            Garbage::Binary(bytes) => Message::Binary(bytes.into()),
            Garbage::Fitting if self.ticket.framing == Framing::Batch => {
                Message::Binary(vec![0xff, 0x0a, 0xff, 0xff, 0xff, 0xff, 0x01, 0x58].into())
            }
            Garbage::Fitting if self.ticket.framing == Framing::Rpc => Message::Text("{\"jsonrpc\":\"2.0\",".into()),
            Garbage::Fitting => Message::Text("x #!NGINXNMS!#{\"id\":".into()),
        })
        .await
    }

    async fn ping(&mut self) -> Result<(), Gone> {
        if self.tuning.patience.is_some_and(|patience| self.unanswered >= patience) {
            return Err(Gone);
        }
        self.unanswered += 1;
        let payload: &'static str = if self.ticket.framing == Framing::Nginx {
            ""
        } else {
            "ws ping"
        };
        self.send(Message::Ping(payload.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        self.socket.send(message).await.map_err(|_| Gone)
    }

    async fn close(&mut self, told: Option<(u16, String)>) -> Result<(), Gone> {
        close(&mut self.socket, told).await?;
        farewell(&mut self.socket).await;
        Ok(())
    }
}

async fn close(socket: &mut WebSocket, told: Option<(u16, String)>) -> Result<(), Gone> {
    let frame = told.map(|(code, reason)| CloseFrame {
        code,
        reason: reason.into(),
    });
    socket.send(Message::Close(frame)).await.map_err(|_| Gone)
}

/// Reads until the peer has ended its side, so that the close frame is not lost in a reset.
async fn farewell(socket: &mut WebSocket) {
    let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = socket.recv().await {} }).await;
}

fn many(responses: &[Response]) -> bool {
    mids(responses).len() > 1
}

/// The messages in order.
pub(super) fn mids(responses: &[Response]) -> Vec<Mid> {
    let messages = responses.iter().filter_map(|response| match response {
        Response::Messages(messages) => Some(messages),
        Response::ChannelStats(_) | Response::ServerStats(_) => None,
    });
    messages.flatten().map(|message| message.mid).collect()
}

fn reverse(responses: &mut [Response]) {
    responses.reverse();
    for response in responses {
        if let Response::Messages(messages) = response {
            messages.reverse();
        }
    }
}
