//! The driver's part in virtual time: carries out what the session wants, and watches that it makes sense.

use std::collections::{BTreeMap, VecDeque};

use bitrix24_pull::{
    Mid, Position, TransportKind,
    session::{Closed, Effect, Input, Now, Session},
    transport::Outgoing,
    wire::Frame,
};

use crate::{
    chance::Chance,
    frames::Wire,
    network::{Kind, ToClient},
    portal,
    server::{self, Cursor},
    world::{Due, Plan, World},
};

/// The transport as the client holds it.
pub(crate) struct Line {
    /// The WebSocket, or the present request of long polling.
    pub(crate) conn: u64,
    kind: TransportKind,
    open: bool,
    /// A request is under way.
    asking: bool,
    /// Its answer has begun to arrive.
    reading: bool,
    max_message: usize,
    /// Arrived, and not yet taken by the session.
    backlog: VecDeque<ToClient>,
    endpoint: bitrix24_pull::config::Endpoint,
}

/// A session with delays that a seed decides.
pub(crate) fn session(plan: &Plan, chance: &mut Chance, resume: (Option<Position>, Vec<Mid>), now: Now) -> Session {
    let mut own = Chance::new(chance.next());
    let delay = Box::new(move |pause: bitrix24_pull::delay::Pause| pause.delay(own.fraction()));
    Session::new(portal::origin(), plan.limits, delay, resume, now)
}

fn as_frame(wire: &Wire) -> Frame<'_> {
    match wire {
        Wire::Text(text) => Frame::Text(text),
        Wire::Binary(bytes) => Frame::Binary(bytes.clone()),
    }
}

impl World {
    /// Until nothing is left to do in this moment.
    pub(crate) fn carry_out(&mut self) {
        let mut rounds = 0;
        loop {
            while let Some(effect) = self.session.next_effect() {
                self.effect(effect);
            }
            rounds += 1;
            if rounds > 100_000 {
                return self.fail("spins: effects without end");
            }
            let taken = match &mut self.line {
                Some(line) if self.session.wants_frames() => line.backlog.pop_front(),
                Some(_) | None => None,
            };
            let Some(what) = taken else { return };
            self.give(what);
        }
    }

    fn effect(&mut self, effect: Effect) {
        match effect {
            Effect::Configure => self.ask_portal(),
            Effect::Forget => self.request = None,
            Effect::Open {
                kind,
                endpoints,
                max_message,
            } => {
                if self.line.is_some() {
                    return self.fail("effects: opens while something is open");
                }
                let Some(endpoint) = endpoints.into_iter().next() else {
                    return self.fail("effects: opens no address");
                };
                self.check_cursor(&endpoint);
                let conn = self.dial(Self::kind_of(kind), &endpoint, max_message, false);
                self.line = Some(Line {
                    conn,
                    kind,
                    open: false,
                    asking: true,
                    reading: false,
                    max_message,
                    backlog: VecDeque::new(),
                    endpoint,
                });
            }
            Effect::Close(code) => {
                self.note(|| format!("closes with {code}"));
                if let Some(line) = self.line.take() {
                    self.hang_up(line.conn);
                }
            }
            Effect::Poll(endpoints) => self.poll(endpoints.into_iter().next()),
            Effect::Ping => self.ping(),
            Effect::Send(frame) => self.sent(&frame),
            Effect::Look(endpoints) => {
                if self.look.is_some() {
                    return self.fail("effects: looks while it looks");
                }
                let Some(endpoint) = endpoints.into_iter().next() else {
                    return self.fail("effects: looks at no address");
                };
                self.look = Some(self.dial(Kind::Look, &endpoint, usize::MAX, false));
            }
            Effect::ForgetLook => {
                if let Some(look) = self.look.take() {
                    self.hang_up(look);
                }
            }
            Effect::Deliver(batch) => self.deliver(batch),
            Effect::Post { .. } | Effect::Reply { .. } | Effect::FindChannels(_) | Effect::ExtendWatch(_) => {
                self.fail("effects: something that nobody asked for");
            }
        }
    }

    fn poll(&mut self, endpoint: Option<bitrix24_pull::config::Endpoint>) {
        let Some(endpoint) = endpoint else {
            return self.fail("effects: polls no address");
        };
        match &self.line {
            Some(line) if line.kind == TransportKind::LongPolling && line.open && !line.asking => {
                let most = line.max_message;
                // Between two requests nothing is lost when the second is ahead of the store, unless the server forgets.
                if self.plan.version > 4 {
                    self.check_cursor(&endpoint);
                }
                let conn = self.dial(Kind::Polling, &endpoint, most, true);
                if let Some(line) = &mut self.line {
                    line.conn = conn;
                    line.asking = true;
                    line.endpoint = endpoint;
                }
            }
            Some(_) | None => self.fail("effects: polls while a request is under way, or without a connection"),
        }
    }

    fn ping(&mut self) {
        let Some(line) = self.line.as_ref().filter(|line| line.open) else {
            return self.fail("effects: pings without a connection");
        };
        let conn = line.conn;
        match line.kind {
            TransportKind::WebSocket => {
                if self.time >= self.network.down_until {
                    self.tell(conn, ToClient::Alive);
                }
            }
            // A fresh connection, and only then the request over it.
            TransportKind::LongPolling if line.asking => {
                let latency = self.latency();
                self.after(2 * latency, Due::Fresh(conn));
            }
            TransportKind::LongPolling => {}
        }
    }

    /// The fresh connection of a ping stands: the request moves there.
    pub(crate) fn fresh(&mut self, old: u64) {
        let Some(line) = self.line.as_ref().filter(|line| line.conn == old && line.asking) else {
            return;
        };
        if line.reading || !line.backlog.is_empty() {
            return;
        }
        let (endpoint, most) = (line.endpoint.clone(), line.max_message);
        if self.time < self.network.down_until {
            return self.give_later(ToClient::Closed(Closed::Broken));
        }
        self.hang_up(old);
        let conn = self.dial(Kind::Polling, &endpoint, most, true);
        if let Some(line) = &mut self.line {
            line.conn = conn;
        }
        self.give_later(ToClient::Alive);
    }

    fn give_later(&mut self, what: ToClient) {
        if let Some(line) = &mut self.line {
            line.backlog.push_back(what);
        }
    }

    fn sent(&mut self, frame: &Outgoing) {
        let Some(line) = self.line.as_ref().filter(|line| line.open) else {
            return self.fail("effects: sends without a connection");
        };
        let (conn, socket) = (line.conn, line.kind == TransportKind::WebSocket);
        let Outgoing::Text(text) = frame else {
            return self.fail("effects: sends something binary that nobody asked for");
        };
        if self.plan.version <= 4 {
            return self.fail(format!("effects: sends {text} to a server that takes nothing"));
        }
        if let Some(mid) = text.strip_prefix("mack:") {
            self.check_receipt(mid);
            let gets_through = self.conns.get(&conn).is_some_and(|conn| !conn.silent && !conn.over);
            // There is no way back on long polling.
            if socket && gets_through {
                self.server.stored_by_client(mid);
            }
        } else if text != "pong" {
            self.fail(format!("effects: sends {text}"));
        }
    }

    /// Something reaches the client.
    pub(crate) fn arrive(&mut self, conn: u64, what: ToClient) {
        if self.conns.get(&conn).is_none_or(|conn| conn.silent) {
            return;
        }
        if self.look == Some(conn) {
            return self.look_arrives(&what);
        }
        if let Some(line) = self.line.as_mut().filter(|line| line.conn == conn) {
            line.backlog.push_back(what);
        }
    }

    fn look_arrives(&mut self, what: &ToClient) {
        let now = self.now();
        match what {
            ToClient::Frame(wire) => self.session.handle(Input::Looked(as_frame(wire)), now),
            ToClient::Answered(_) => {
                self.look = None;
                self.session.handle(Input::LookEnded(true), now);
            }
            ToClient::NotOpened(_) | ToClient::Closed(_) => {
                self.look = None;
                self.note(|| "the look fails".to_owned());
                self.book.looks_failed = true;
                self.session.handle(Input::LookEnded(false), now);
            }
            ToClient::Held => {
                self.note(|| "the look is held".to_owned());
                self.session.handle(Input::LookHeld, now);
            }
            ToClient::Opened | ToClient::Alive => {}
        }
    }

    /// The session takes what arrived.
    fn give(&mut self, what: ToClient) {
        let now = self.now();
        let Some(line) = &mut self.line else { return };
        match what {
            ToClient::Opened => {
                line.open = true;
                let (kind, conn) = (line.kind, line.conn);
                self.note(|| format!("#{conn} open"));
                let (fresh, polling) = (self.owner.position.is_none(), kind == TransportKind::LongPolling);
                self.book.opened(conn, self.time, fresh, self.life, polling);
                self.session.handle(Input::Opened(kind), now);
            }
            ToClient::NotOpened(why) => {
                let conn = line.conn;
                self.line = None;
                self.note(|| format!("#{conn} not opened: {why:?}"));
                self.session.handle(Input::NotOpened(why), now);
            }
            ToClient::Frame(wire) => {
                line.reading = true;
                self.session.handle(Input::Frame(as_frame(&wire)), now);
            }
            ToClient::Alive | ToClient::Held => self.session.handle(Input::Pong, now),
            ToClient::Answered(answer) => {
                line.asking = false;
                line.reading = false;
                let conn = line.conn;
                self.note(|| format!("#{conn} answered {}", answer.status));
                self.session.handle(Input::Answered(answer), now);
            }
            ToClient::Closed(why) => {
                let conn = line.conn;
                self.line = None;
                self.note(|| format!("#{conn} closed: {why:?}"));
                self.book.connection_ended(conn, self.time);
                self.session.handle(Input::Closed(why), now);
            }
        }
    }

    /// A request never goes on from behind what is stored.
    fn check_cursor(&mut self, endpoint: &bitrix24_pull::config::Endpoint) {
        let query: BTreeMap<String, String> = endpoint.url().query_pairs().into_owned().collect();
        if query.get("mid").is_some_and(|mid| self.owner.seen_set.contains(mid)) {
            return;
        }
        let asked = server::cursor(self.plan.version, &query);
        let stored = self.owner.position.as_ref().and_then(crate::owner::order_of);
        match (asked, stored) {
            (Cursor::After(asked), Some(stored)) if asked > stored => {
                self.fail(format!("cursor: asks from {asked:?}, stored is {stored:?}"));
            }
            // A server may have named a beginning itself.
            (Cursor::After(_) | Cursor::None, _) => {}
        }
    }
}
