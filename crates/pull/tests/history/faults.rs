//! What goes wrong, and when: a seed decides.

use bitrix24_pull::{
    session::{Closed, Input, NotOpened},
    transport::Answer,
};
use serde_json::json;

use crate::{
    frames,
    network::{Kind, ToClient},
    portal::Mishap,
    server::Item,
    world::{Due, World},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Kill,
    Break,
    CloseCode,
    Silence,
    RestartServer,
    Refuse,
    Down,
    BlockWebSocket,
    Captive,
    Garbage,
    Repeat,
    OldBatch,
    Shuffle,
    ClockJump,
    ReplaceOwn,
    ReplaceShared,
    ConfigExpire,
    ConfigStorm,
    RestartCommand,
    ConfigFails,
    GiveUp,
    SlowOwner,
    NoLooks,
    LooksHang,
    SlowAnswers,
    Wake,
    Reconnect,
    StopAndStart,
    Burst,
    BigReplay,
    Revision,
    RefuseReplaced,
    ShortChannels,
}

impl Fault {
    pub(crate) const ALL: [Self; 33] = [
        Self::Kill,
        Self::Break,
        Self::CloseCode,
        Self::Silence,
        Self::RestartServer,
        Self::Refuse,
        Self::Down,
        Self::BlockWebSocket,
        Self::Captive,
        Self::Garbage,
        Self::Repeat,
        Self::OldBatch,
        Self::Shuffle,
        Self::ClockJump,
        Self::ReplaceOwn,
        Self::ReplaceShared,
        Self::ConfigExpire,
        Self::ConfigStorm,
        Self::RestartCommand,
        Self::ConfigFails,
        Self::GiveUp,
        Self::SlowOwner,
        Self::NoLooks,
        Self::LooksHang,
        Self::SlowAnswers,
        Self::Wake,
        Self::Reconnect,
        Self::StopAndStart,
        Self::Burst,
        Self::BigReplay,
        Self::Revision,
        Self::RefuseReplaced,
        Self::ShortChannels,
    ];
}

impl World {
    pub(crate) fn inject(&mut self, fault: Fault) {
        self.note(|| format!("FAULT {fault:?}"));
        let now = self.now();
        match fault {
            Fault::Kill => self.kill(),
            Fault::Break => self.end_line(Closed::Broken),
            Fault::CloseCode => self.close_with_a_code(),
            Fault::Silence => self.fall_silent(),
            // Such a server forgets that a channel was replaced, and nobody tells it to the client again.
            Fault::RestartServer if self.server.by_moments() && !self.portal.replaced.is_empty() => {}
            Fault::RestartServer => {
                let forgotten = self.server.restart(self.time);
                self.book.lost(&forgotten);
                self.end_line(Closed::ByServer(Some(1001)));
                let wait = self.chance.within(0, 30_000);
                self.network.down_until = self.network.down_until.max(self.time + wait);
            }
            Fault::Refuse => {
                let statuses = [
                    (400, None),
                    (401, None),
                    (403, None),
                    (429, Some(20)),
                    (429, None),
                    (503, Some(90)),
                    (502, None),
                    (404, None),
                ];
                for _ in 0..self.chance.within(1, 4) {
                    let refusal = *self.chance.pick(&statuses);
                    self.network.refusals.push(refusal);
                }
                self.end_line(Closed::Broken);
            }
            Fault::Down => {
                let wait = self.chance.within(1000, 240_000);
                self.network.down_until = self.time + wait;
                if self.chance.percent(50) {
                    self.end_line(Closed::Broken);
                } else {
                    self.fall_silent();
                }
            }
            Fault::BlockWebSocket => self.block(None),
            Fault::Captive => self.block(Some(NotOpened::NotAPushServer)),
            Fault::Garbage => self.garbage(),
            Fault::Repeat => self.repeat(1),
            Fault::OldBatch => self.repeat(12),
            Fault::Shuffle => self.network.shuffles = !self.network.shuffles,
            Fault::ClockJump => {
                let day = 86_400_000;
                let jump = *self.chance.pick(&[day, -day, 3_600_000, -3_600_000, 120_000, -45_000]);
                self.skew += jump;
            }
            Fault::ReplaceOwn => self.replace_own_channel(),
            Fault::ReplaceShared => self.replace_shared(),
            Fault::ConfigExpire => self.config_expire(),
            Fault::ConfigStorm => self.config_storm(),
            Fault::RestartCommand => {
                let shared = self.portal.shared.clone();
                self.command(&shared, "server_restart", json!([]));
            }
            Fault::ConfigFails => {
                for _ in 0..self.chance.within(1, 3) {
                    let mishaps = [
                        Mishap::Retry(None),
                        Mishap::Retry(Some(45)),
                        Mishap::SignIn,
                        Mishap::LoginPage,
                        Mishap::NoAnswer,
                    ];
                    let mishap = self.chance.pick(&mishaps).clone();
                    self.portal.mishaps.push(mishap);
                }
            }
            Fault::GiveUp => self.owner.failing += self.chance.within(1, 2),
            Fault::SlowOwner => {
                self.owner.stalled_until = self.time + self.chance.within(500, 90_000);
                self.owner.slowest = self.chance.within(1, 2000);
            }
            Fault::NoLooks => self.network.no_looks_until = self.time + self.chance.within(1000, 120_000),
            Fault::LooksHang => self.network.looks_hang_until = self.time + self.chance.within(1000, 120_000),
            Fault::SlowAnswers => self.network.looks_slow_until = self.time + self.chance.within(1000, 240_000),
            Fault::Wake => self.session.handle(Input::Wake, now),
            Fault::Reconnect => self.session.handle(Input::Reconnect, now),
            Fault::StopAndStart => {
                self.session.handle(Input::Stop, now);
                let wait = self.chance.within(100, 60_000);
                self.after(wait, Due::Start);
            }
            Fault::Burst => self.burst(2, 30, 500),
            Fault::BigReplay => {
                self.end_line(Closed::Broken);
                self.burst(20, 260, 100);
            }
            Fault::Revision => self.portal.revision = 39 - self.portal.revision,
            Fault::RefuseReplaced => self.network.refuses_replaced = !self.network.refuses_replaced,
            Fault::ShortChannels => self.portal.channel_life = self.chance.within(120_000, 1_500_000),
        }
    }

    /// Everything works again.
    pub(crate) fn heal(&mut self) {
        self.note(|| "HEALED".to_owned());
        self.network = crate::network::Network::default();
        // Long polling opens such a gap with every request, and what falls into the last one waits for the next.
        self.plan.in_gap = 0;
        self.portal.mishaps.clear();
        self.portal.channel_life = 43_205_000;
        self.owner.failing = 0;
        self.owner.stalled_until = 0;
        self.owner.slowest = 20;
        // The owner signs in, or presses "start".
        self.after(1000, Due::Start);
        self.after(80_000, Due::Start);
    }

    fn close_with_a_code(&mut self) {
        let codes = [
            None,
            Some(1000),
            Some(1001),
            Some(1006),
            Some(1008),
            Some(1012),
            Some(3000),
            Some(3001),
            Some(3002),
            Some(3003),
            Some(4010),
            Some(4011),
            Some(4029),
        ];
        let code = *self.chance.pick(&codes);
        let why = if self.is_websocket() {
            Closed::ByServer(code)
        } else {
            *self.chance.pick(&[
                Closed::Broken,
                Closed::Refused {
                    status: 403,
                    retry_after: None,
                },
                Closed::Refused {
                    status: 502,
                    retry_after: None,
                },
                Closed::NotAPushServer,
            ])
        };
        self.end_line(why);
    }

    fn fall_silent(&mut self) {
        if let Some(conn) = self.line.as_ref().and_then(|line| self.conns.get_mut(&line.conn)) {
            conn.silent = true;
            self.book.silent_polling |= conn.kind == Kind::Polling;
        }
    }

    fn block(&mut self, how: Option<NotOpened>) {
        self.network.blocked_until = self.time + self.chance.within(10_000, 600_000);
        self.network.blocked_as = how;
        if self.is_websocket() {
            self.end_line(Closed::Broken);
        }
    }

    fn garbage(&mut self) {
        let choice = self.chance.next();
        let wire = frames::garbage(choice);
        let Some(conn) = self.line.as_ref().map(|line| line.conn) else {
            return;
        };
        if self.is_websocket() {
            self.tell(conn, ToClient::Frame(wire));
        } else if self.conns.get(&conn).is_some_and(|conn| !conn.over && conn.opened) {
            self.server_side_ends(conn);
            self.book.silent_polling = true;
            self.tell(conn, ToClient::Frame(wire));
            let answer = Answer {
                status: 200,
                empty: false,
                last_message_id: None,
                etag_tag: None,
                last_modified: None,
            };
            self.tell(conn, ToClient::Answered(answer));
        }
    }

    /// Sends again what was sent or stored before.
    fn repeat(&mut self, most: usize) {
        let Some((number, conn)) = self.line.as_ref().and_then(|line| self.conns.get_key_value(&line.conn)) else {
            return;
        };
        if !self.is_websocket() || conn.over {
            return;
        }
        // What was there before reading began is forgotten and not remembered.
        let sent = conn
            .sent
            .iter()
            .filter(|item| self.book.check_age(item.number).is_none());
        let (number, sent) = (*number, sent.cloned().collect());
        let stored: Vec<Item> = self
            .server
            .kept()
            .filter(|item| self.book.is_committed(item.number))
            .cloned()
            .collect();
        let from = if self.chance.percent(50) && !stored.is_empty() {
            stored
        } else {
            sent
        };
        if from.is_empty() {
            return;
        }
        let start = usize::try_from(self.chance.within(0, from.len() as u64 - 1)).unwrap();
        let items: Vec<Item> = from.into_iter().skip(start).take(most).collect();
        self.note(|| "again:".to_owned());
        let shuffles = std::mem::take(&mut self.network.shuffles);
        self.send(number, items);
        self.network.shuffles = shuffles;
    }

    /// A new own channel, and soon something in it and something in the other one.
    fn replace_own_channel(&mut self) {
        self.replace_private();
        for _ in 0..self.chance.within(0, 3) {
            let wait = self.chance.within(10, 3500);
            let private = self.chance.percent(60);
            self.after(
                wait,
                Due::Publish {
                    private,
                    shared: !private,
                },
            );
        }
    }

    fn config_storm(&mut self) {
        for _ in 0..self.chance.within(3, 20) {
            self.config_expire();
        }
    }

    fn config_expire(&mut self) {
        let channel = if self.chance.percent(50) {
            &self.portal.private
        } else {
            &self.portal.shared
        };
        let channel = channel.clone();
        self.command(&channel, "config_expire", json!([]));
    }

    fn burst(&mut self, least: u64, most: u64, spread: u64) {
        for _ in 0..self.chance.within(least, most) {
            let wait = self.chance.within(0, spread);
            let private = self.chance.percent(70);
            self.after(
                wait,
                Due::Publish {
                    private,
                    shared: !private,
                },
            );
        }
    }

    /// Publishes an event, most often an ordinary one.
    pub(crate) fn publish_event(&mut self, private: bool, shared: bool) {
        let mut channels = Vec::new();
        if private {
            channels.push(self.portal.private.clone());
        }
        if shared {
            channels.push(self.portal.shared.clone());
        }
        let mut letter = self.letter(channels);
        let kind = if self.plan.plain { 39 } else { self.chance.within(0, 39) };
        match kind {
            0 => letter.fleeting = true,
            1 => letter.expiry = self.chance.within(1, 120),
            2 => letter.module = "online",
            3 => letter.from_client = true,
            4 => letter.ballast = 3000,
            _ => {}
        }
        self.publish(&letter);
    }
}
