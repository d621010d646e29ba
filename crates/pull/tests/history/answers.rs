//! What the simulated server says: the replay, live messages gathered for a while, and answers of long polling.

use bitrix24_pull::{session::Closed, transport::Answer};

use crate::{
    frames,
    network::{Kind, ToClient},
    server::{self, Format, Item},
    world::{Due, World},
};

impl World {
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
            self.tell(number, ToClient::Opened);
        }
        self.tell(number, ToClient::Answered(answer));
    }

    /// A request is answered with messages, in one piece or several.
    pub(crate) fn answer(&mut self, number: u64, mut items: Vec<Item>) {
        self.server_side_ends(number);
        if self.conns.get(&number).is_some_and(|conn| !conn.opened) {
            self.tell(number, ToClient::Opened);
        }
        let last = items.last().cloned();
        let most = self.conns.get(&number).map_or(0, |conn| conn.most);
        while !items.is_empty() {
            let longest = items.len() as u64;
            let cut = if self.chance.percent(60) {
                longest
            } else {
                self.chance.within(1, longest)
            };
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
            self.tell(number, ToClient::Opened);
        }
    }

    /// One frame with these messages.
    pub(crate) fn send(&mut self, number: u64, mut items: Vec<Item>) {
        // A command behind the events that it is about would be another fault than this one.
        let commands = items.iter().any(|item| item.body.contains(r#""module_id":"pull""#));
        if self.network.shuffles && items.len() > 1 && !commands {
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
                return self.tell(number, ToClient::Closed(Closed::TooLarge));
            }
        }
        self.tell(number, ToClient::Frame(wire));
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
        if let Some(conn) = self
            .conns
            .get_mut(&number)
            .filter(|conn| !conn.over && !conn.buffer.is_empty())
        {
            let items = std::mem::take(&mut conn.buffer);
            conn.flushed = Some(self.time);
            self.send(number, items);
        }
    }
}
