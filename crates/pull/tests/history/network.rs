//! Connections between the client and the simulated server: handshakes, the replay, the live list, long polling, and
//! everything that can happen on the way.

use std::{collections::BTreeMap, time::Duration};

use bitrix24_pull::{
    TransportKind,
    config::Endpoint,
    session::{Closed, NotOpened},
    transport::Answer,
};

use crate::{
    frames::{self, Wire},
    server::{self, Cursor, Format, Item},
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
    cursor: Cursor,
    given_mid: Option<String>,
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
    buffer: Vec<Item>,
    flushed: Option<u64>,
    /// Largest message.
    most: usize,
    pub(crate) sent: Vec<Item>,
}

/// What reaches the client.
#[derive(Debug, Clone)]
pub(crate) enum ToClient {
    Opened,
    NotOpened(NotOpened),
    Frame(Wire),
    Alive,
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
            most,
            sent: Vec::new(),
        };
        self.note(|| format!("#{number} {kind:?} from {:?}", conn.cursor));
        self.conns.insert(number, conn);
        let latency = self.latency();
        let blocked = kind == Kind::WebSocket && self.time < self.network.blocked_until;
        if self.time < self.network.down_until {
            let why = *self.chance.pick(&[NotOpened::Unreachable, NotOpened::TimedOut, NotOpened::Tls]);
            self.to_client(number, ToClient::NotOpened(why));
        } else if blocked {
            if let Some(why) = self.network.blocked_as {
                self.to_client(number, ToClient::NotOpened(why));
            }
        } else if kind == Kind::Look && self.time < self.network.no_looks_until {
            self.book.looks_failed = true;
            self.to_client(number, ToClient::NotOpened(NotOpened::Unreachable));
        } else if kind == Kind::Look && self.time < self.network.looks_hang_until {
            self.book.looks_hung = true;
        } else {
            self.after(latency, Due::Reach(number));
        }
        number
    }

    /// A request arrives at the server.
    pub(crate) fn reach(&mut self, number: u64) {
        let Some(conn) = self.conns.get(&number).cloned() else {
            return;
        };
        if let Some((status, retry_after)) = self.network.refusals.pop() {
            if conn.kind == Kind::Look {
                self.book.looks_failed = true;
            }
            let retry_after = retry_after.map(Duration::from_secs);
            return self.refuse(number, status, retry_after);
        }
        let stale = conn.channels.iter().any(|channel| self.portal.replaced.contains_key(channel));
        if stale && self.network.refuses_replaced {
            if conn.kind != Kind::WebSocket || self.plan.refuses_early {
                return self.refuse(number, 400, None);
            }
            self.to_client(number, ToClient::Opened);
            return self.to_client(number, ToClient::Closed(Closed::ByServer(Some(4010))));
        }
        let mut history = self.server.history(&conn.channels, &conn.cursor, self.time);
        if conn.kind == Kind::WebSocket {
            self.to_client(number, ToClient::Opened);
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
        let gap = if self.server.skips() {
            self.chance.within(0, self.plan.longest_gap)
        } else {
            0
        };
        self.after(gap, Due::Join(number));
        if gap > 0 && self.chance.percent(self.plan.in_gap) {
            let at = self.chance.within(0, gap - 1);
            let (private, shared) = *self.chance.pick(&[(true, false), (true, false), (false, true)]);
            self.after(at, Due::Publish { private, shared });
        }
    }

    fn refuse(&mut self, number: u64, status: u16, retry_after: Option<Duration>) {
        self.note(|| format!("#{number} refused: {status}"));
        let opened = self.conns.get(&number).is_some_and(|conn| conn.opened);
        self.to_client(
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

    /// A held request is sent away.
    pub(crate) fn expire(&mut self, number: u64) {
        let Some(conn) = self.conns.get(&number).filter(|conn| !conn.over).cloned() else {
            return;
        };
        let mut answer = Answer {
            status: 304,
            empty: true,
            last_message_id: None,
            etag_tag: None,
            last_modified: None,
        };
        if self.server.by_moments() {
            answer.etag_tag = Some("0".to_owned());
            answer.last_modified = Some(server::http_date(server::EPOCH + self.time / 1000));
        } else if self.plan.version <= 4 {
            answer.last_message_id = conn.given_mid.clone().or_else(|| self.server.last_mid(&conn.channels));
        }
        self.finish(number, answer);
    }

    fn finish(&mut self, number: u64, answer: Answer) {
        self.server_side_ends(number);
        if self.conns.get(&number).is_some_and(|conn| !conn.opened) {
            self.to_client(number, ToClient::Opened);
        }
        self.to_client(number, ToClient::Answered(answer));
    }

    /// A request is answered with messages, in one piece or several.
    fn answer(&mut self, number: u64, mut items: Vec<Item>) {
        self.server_side_ends(number);
        if self.conns.get(&number).is_some_and(|conn| !conn.opened) {
            self.to_client(number, ToClient::Opened);
        }
        let last = items.last().cloned();
        let most = self.conns.get(&number).map_or(0, |conn| conn.most);
        while !items.is_empty() {
            let longest = items.len() as u64;
            let cut = if self.chance.percent(60) { longest } else { self.chance.within(1, longest) };
            let mut piece: Vec<Item> = items.drain(..usize::try_from(cut).unwrap()).collect();
            if frames::frame(self.plan.format, &piece).len() > most {
                // The transport cuts an answer into pieces of a bounded size.
                let half = piece.split_off(piece.len().div_ceil(2));
                items.splice(0..0, half);
            }
            self.send(number, piece);
        }
        let by_moments = self.server.by_moments();
        let last = last.filter(|_| by_moments);
        self.finish(
            number,
            Answer {
                status: 200,
                empty: false,
                last_message_id: None,
                etag_tag: last.as_ref().map(|item| item.tag.clone()),
                last_modified: last.map(|item| item.time),
            },
        );
    }

    /// A request was held long enough to be understood.
    pub(crate) fn proof(&mut self, number: u64) {
        if self.conns.get(&number).is_some_and(|conn| !conn.over && !conn.opened) {
            self.to_client(number, ToClient::Opened);
        }
    }

    /// One frame with these messages.
    pub(crate) fn send(&mut self, number: u64, mut items: Vec<Item>) {
        if self.network.shuffles && items.len() > 1 {
            self.chance.shuffle(&mut items);
            self.book.reordered(&items);
        }
        let numbers: Vec<u64> = items.iter().map(|item| item.number).collect();
        self.note(|| format!("#{number} <- {numbers:?}"));
        let wire = frames::frame(self.plan.format, &items);
        if let Some(conn) = self.conns.get_mut(&number) {
            conn.sent.extend(items);
            if conn.kind == Kind::WebSocket && wire.len() > conn.most {
                self.note(|| format!("#{number} too large"));
                self.server_side_ends(number);
                return self.to_client(number, ToClient::Closed(Closed::TooLarge));
            }
        }
        self.to_client(number, ToClient::Frame(wire));
    }

    /// A live message reaches everybody on the live list, once for every matching channel.
    pub(crate) fn broadcast(&mut self, item: &Item) {
        let joined: Vec<(u64, usize)> = self
            .conns
            .iter()
            .filter(|(_, conn)| conn.joined && !conn.over)
            .map(|(number, conn)| {
                let matching = item.channels.iter().filter(|channel| conn.channels.contains(channel));
                (*number, matching.count())
            })
            .filter(|(_, times)| *times > 0)
            .collect();
        for (number, times) in joined {
            let Some(conn) = self.conns.get_mut(&number) else {
                continue;
            };
            if conn.kind != Kind::WebSocket {
                self.answer(number, vec![item.clone()]);
                continue;
            }
            conn.buffer.extend(std::iter::repeat_n(item.clone(), times));
            let gathers = matches!(self.plan.format, Format::Text | Format::Protobuf);
            match conn.flushed.filter(|_| gathers).map(|at| at + 400) {
                Some(at) if at > self.time => self.at(at, Due::Flush(number)),
                _ => {
                    // The first one at once, and alone.
                    let first = vec![conn.buffer.remove(0)];
                    conn.flushed = Some(self.time);
                    let more = !conn.buffer.is_empty();
                    self.send(number, first);
                    if more {
                        self.after(if gathers { 400 } else { 0 }, Due::Flush(number));
                    }
                }
            }
        }
    }

    pub(crate) fn flush(&mut self, number: u64) {
        if let Some(conn) = self.conns.get_mut(&number).filter(|conn| !conn.over && !conn.buffer.is_empty()) {
            let items = std::mem::take(&mut conn.buffer);
            conn.flushed = Some(self.time);
            self.send(number, items);
        }
    }

    /// Something travels to the client, behind everything before it.
    pub(crate) fn to_client(&mut self, number: u64, what: ToClient) {
        let latency = self.latency();
        let time = self.time;
        if let Some(conn) = self.conns.get_mut(&number) {
            conn.opened |= matches!(what, ToClient::Opened);
            conn.over |= matches!(what, ToClient::Closed(_) | ToClient::NotOpened(_));
            if conn.silent {
                return;
            }
            conn.last = conn.last.max(time + latency);
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
            self.to_client(number, ToClient::Frame(Wire::Text("ping".to_owned())));
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
