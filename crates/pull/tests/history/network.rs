//! Connections between the client and the simulated server: handshakes, the replay, the live list, long polling, and
//! everything that can happen on the way.

use std::{collections::BTreeMap, time::Duration};

use bitrix24_pull::{
    TlsFault, TransportKind,
    config::Endpoint,
    session::{Closed, NotOpened},
    transport::Answer,
};

use crate::{
    frames::Wire,
    server::{self, Cursor, Item},
    world::{Due, World},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    WebSocket,
    /// One request of long polling.
    Polling,
    /// The second look.
    Look,
}

/// A connection as the server and the cable know it.
#[derive(Debug, Clone)]
pub(crate) struct Conn {
    pub(crate) kind: Kind,
    pub(crate) channels: Vec<String>,
    pub(crate) cursor: Cursor,
    pub(crate) given_mid: Option<String>,
    /// Hears live messages.
    pub(crate) joined: bool,
    /// The server is done with it.
    pub(crate) over: bool,
    /// Nothing gets through any more, and nobody is told.
    pub(crate) silent: bool,
    /// The client was told that it is open.
    pub(crate) opened: bool,
    /// When the last thing arrives, so that the next arrives behind it.
    last: u64,
    /// Gathered for at most 400 ms.
    pub(crate) buffer: Vec<Item>,
    pub(crate) flushed: Option<u64>,
    /// Its answers take so much longer.
    late: u64,
    /// Largest message.
    pub(crate) most: usize,
    pub(crate) sent: Vec<Item>,
}

/// What reaches the client.
#[derive(Debug, Clone)]
pub(crate) enum ToClient {
    Opened,
    NotOpened(NotOpened),
    Frame(Wire),
    Alive,
    /// The second look was taken and is not answered for a while.
    Held,
    Answered(Answer),
    Closed(Closed),
}

/// What is wrong with the way.
#[derive(Debug, Default)]
pub(crate) struct Network {
    /// Nothing can be reached until then.
    pub(crate) down_until: u64,
    /// WebSocket cannot be opened until then.
    pub(crate) blocked_until: u64,
    /// How that shows; nothing: it hangs.
    pub(crate) blocked_as: Option<NotOpened>,
    /// The next handshakes are refused so.
    pub(crate) refusals: Vec<(u16, Option<u64>)>,
    /// A second look is refused until then.
    pub(crate) no_looks_until: u64,
    /// A second look hangs on its way until then.
    pub(crate) looks_hang_until: u64,
    /// A second look is taken at once and answered late until then.
    pub(crate) looks_slow_until: u64,
    /// Messages of one frame arrive in another order.
    pub(crate) shuffles: bool,
    /// Channels that have been replaced are refused.
    pub(crate) refuses_replaced: bool,
}

impl World {
    /// A handshake, or the first request, is on its way.
    pub(crate) fn dial(&mut self, kind: Kind, endpoint: &Endpoint, most: usize, opened: bool) -> u64 {
        let query: BTreeMap<String, String> = endpoint.url().query_pairs().into_owned().collect();
        let number = self.number();
        let conn = Conn {
            kind,
            channels: self.portal.channels(&query),
            cursor: server::cursor(self.plan.version, &query),
            given_mid: query.get("mid").cloned(),
            joined: false,
            over: false,
            silent: false,
            opened,
            last: self.time,
            buffer: Vec::new(),
            flushed: None,
            late: 0,
            most,
            sent: Vec::new(),
        };
        self.note(|| format!("#{number} {kind:?} from {:?}", conn.cursor));
        self.conns.insert(number, conn);
        let latency = self.latency();
        let blocked = kind == Kind::WebSocket && self.time < self.network.blocked_until;
        if self.time < self.network.down_until {
            let why = *self.chance.pick(&[
                NotOpened::Unreachable,
                NotOpened::TimedOut,
                NotOpened::Tls(TlsFault::Expired),
            ]);
            self.book.looks_failed |= kind == Kind::Look;
            self.tell(
                number,
                if opened {
                    ToClient::Closed(Closed::Broken)
                } else {
                    ToClient::NotOpened(why)
                },
            );
        } else if blocked {
            if let Some(why) = self.network.blocked_as {
                self.tell(number, ToClient::NotOpened(why));
            }
        } else if kind == Kind::Look && self.time < self.network.no_looks_until {
            self.book.looks_failed = true;
            self.tell(number, ToClient::NotOpened(NotOpened::Unreachable));
        } else if kind == Kind::Look && self.time < self.network.looks_hang_until {
            self.book.looks_hung = true;
        } else {
            let proof = u64::try_from(self.plan.limits.look_within.as_millis()).unwrap();
            if kind == Kind::Look {
                self.after(latency + proof, Due::Client(number, ToClient::Held));
            }
            if kind == Kind::Look && self.time < self.network.looks_slow_until {
                self.book.looks_slow = true;
                let late = self.chance.within(0, 30_000);
                // Slow in reading the history, or in saying what it read.
                if self.chance.percent(50) {
                    self.after(latency + late, Due::Reach(number));
                    return number;
                }
                if let Some(conn) = self.conns.get_mut(&number) {
                    conn.late = late;
                }
            }
            self.after(latency, Due::Reach(number));
        }
        number
    }

    /// A request arrives at the server.
    pub(crate) fn reach(&mut self, number: u64) {
        let Some(conn) = self.conns.get(&number).filter(|conn| !conn.over).cloned() else {
            return;
        };
        if let Some((status, retry_after)) = self.network.refusals.pop() {
            if conn.kind == Kind::Look {
                self.book.looks_failed = true;
            }
            let retry_after = retry_after.map(Duration::from_secs);
            return self.refuse(number, status, retry_after);
        }
        let stale = conn
            .channels
            .iter()
            .any(|channel| self.portal.replaced.contains_key(channel));
        if stale && self.network.refuses_replaced {
            if conn.kind != Kind::WebSocket || self.plan.refuses_early {
                return self.refuse(number, 400, None);
            }
            self.tell(number, ToClient::Opened);
            return self.tell(number, ToClient::Closed(Closed::ByServer(Some(4010))));
        }
        let mut history = self.server.history(&conn.channels, &conn.cursor, self.time);
        if conn.kind == Kind::WebSocket {
            self.tell(number, ToClient::Opened);
            if !history.is_empty() {
                self.send(number, history);
            }
        } else if !history.is_empty() {
            if self.plan.one_by_one {
                history.truncate(1);
            }
            return self.answer(number, history);
        } else {
            self.after(5000, Due::Proof(number));
            self.after(40_000, Due::Expire(number));
        }
        // What answers message by message is another program, without this fault.
        let gap = if self.server.skips() && (!self.plan.one_by_one || conn.kind == Kind::WebSocket) {
            self.chance.within(0, self.plan.longest_gap)
        } else {
            0
        };
        self.after(gap, Due::Join(number));
        if gap > 0 && self.chance.percent(self.plan.in_gap) {
            let at = self.chance.within(0, gap - 1);
            let (private, shared) = *self.chance.pick(&[(true, false), (true, false), (false, true)]);
            self.published_in_gaps += 1;
            self.after(at, Due::Publish { private, shared });
        }
    }

    fn refuse(&mut self, number: u64, status: u16, retry_after: Option<Duration>) {
        self.note(|| format!("#{number} refused: {status}"));
        let opened = self.conns.get(&number).is_some_and(|conn| conn.opened);
        self.tell(
            number,
            if opened {
                ToClient::Closed(Closed::Refused { status, retry_after })
            } else {
                ToClient::NotOpened(NotOpened::Refused { status, retry_after })
            },
        );
    }

    pub(crate) fn join(&mut self, number: u64) {
        if let Some(conn) = self.conns.get_mut(&number).filter(|conn| !conn.over) {
            conn.joined = true;
            self.book.connection_joined(number, self.time);
        }
    }

    /// Something travels to the client, behind everything before it.
    pub(crate) fn tell(&mut self, number: u64, what: ToClient) {
        let latency = self.latency();
        let time = self.time;
        if let Some(conn) = self.conns.get_mut(&number) {
            conn.opened |= matches!(what, ToClient::Opened);
            conn.over |= matches!(what, ToClient::Closed(_) | ToClient::NotOpened(_));
            if conn.silent {
                return;
            }
            conn.last = conn.last.max(time + latency + conn.late);
            let at = conn.last;
            self.at(at, Due::Client(number, what));
        }
    }

    /// JSON-RPC servers ask whether the client is there.
    pub(crate) fn server_ping(&mut self) {
        let sockets: Vec<u64> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.kind == Kind::WebSocket && conn.joined && !conn.over)
            .map(|(number, _)| *number)
            .collect();
        for number in sockets {
            self.tell(number, ToClient::Frame(Wire::Text("ping".to_owned())));
        }
        self.after(10_000, Due::ServerPing);
    }

    /// What the client closes or leaves.
    pub(crate) fn hang_up(&mut self, number: u64) {
        if let Some(conn) = self.conns.get_mut(&number) {
            conn.silent = true;
            self.book.connection_ended(number, self.time);
            let latency = self.latency();
            self.after(latency, Due::Gone(number));
        }
    }

    /// The kind as the session names it.
    pub(crate) fn kind_of(kind: TransportKind) -> Kind {
        match kind {
            TransportKind::WebSocket => Kind::WebSocket,
            TransportKind::LongPolling => Kind::Polling,
        }
    }
}
