//! The simulated push server as a value: ids, storage, and what a cursor brings back. Who is connected is the world's
//! business.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

/// Unix second at which virtual time begins.
pub(crate) const EPOCH: u64 = 1_795_304_000;

/// How messages are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Servers 1 and 2: text with tag and time.
    Moments,
    /// Servers 3, and 4 when it ignores the wish for binary: text with ids.
    Text,
    /// Server 4.
    Protobuf,
    /// Servers 5 and later.
    JsonRpc,
}

/// What the portal hands in.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// Number by which the checker knows it; every letter has its own.
    pub(crate) number: u64,
    /// Bare ids of the channels.
    pub(crate) channels: Vec<String>,
    pub(crate) module: &'static str,
    pub(crate) command: &'static str,
    /// Parameters, instead of the number.
    pub(crate) params: Option<Value>,
    /// The server does not keep it.
    pub(crate) fleeting: bool,
    /// Seconds that the server keeps it.
    pub(crate) expiry: u64,
    pub(crate) from_client: bool,
    /// Characters of ballast.
    pub(crate) ballast: usize,
    pub(crate) revision: u32,
}

/// One message as the server holds it.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) number: u64,
    /// Order among all messages of the server's life and of its lives.
    pub(crate) order: (u64, u64),
    pub(crate) counter: u64,
    pub(crate) mid: String,
    pub(crate) tag: String,
    pub(crate) time: String,
    pub(crate) made_second: u64,
    pub(crate) channels: Vec<String>,
    pub(crate) body: String,
    pub(crate) from_client: bool,
    /// Virtual milliseconds at which it is forgotten.
    pub(crate) until: u64,
    pub(crate) kept: bool,
}

/// From where a client wants to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cursor {
    None,
    After((u64, u64)),
}

pub(crate) struct Server {
    version: u32,
    /// Newer builds give at most 100 messages of a channel and 200 in all.
    limited: bool,
    life: u64,
    counter: u64,
    second: (u64, u64),
    stored: BTreeMap<(u64, u64), Item>,
}

impl Server {
    pub(crate) fn new(version: u32, limited: bool) -> Self {
        Self {
            version,
            limited,
            life: EPOCH - 1000,
            counter: 0,
            second: (0, 0),
            stored: BTreeMap::new(),
        }
    }

    /// Whether it reads the history before it lets a connection join those who hear live messages.
    pub(crate) fn skips(&self) -> bool {
        (3..=4).contains(&self.version)
    }

    pub(crate) fn by_moments(&self) -> bool {
        self.version <= 2
    }

    pub(crate) fn take(&mut self, letter: &Letter, now: u64) -> Item {
        self.counter += 1;
        let second = EPOCH + now / 1000;
        if self.second.0 == second {
            self.second.1 += 1;
        } else {
            self.second = (second, 1);
        }
        let order = if self.by_moments() {
            self.second
        } else {
            (self.life, self.counter)
        };
        let time = http_date(second);
        let tag = self.second.1.to_string();
        let mid = if self.by_moments() {
            format!("{time}/{tag}/{}", self.counter)
        } else {
            format!("{:010}{:016}", self.life, self.counter)
        };
        let params = letter
            .params
            .clone()
            .unwrap_or_else(|| json!({"n": letter.number, "pad": "x".repeat(letter.ballast)}));
        let body = json!({"module_id": letter.module, "command": letter.command, "params": params, "extra": {
            "server_time_unix": EPOCH + now / 1000, "revision_web": letter.revision}});
        let kept = !letter.fleeting || self.version <= 3;
        let item = Item {
            number: letter.number,
            order,
            counter: self.counter,
            mid,
            tag,
            time,
            made_second: second,
            channels: letter.channels.clone(),
            body: body.to_string(),
            from_client: letter.from_client,
            until: now + letter.expiry * 1000,
            kept,
        };
        if kept {
            self.stored.insert(order, item.clone());
        }
        item
    }

    /// What a replay brings; a message of two of the channels stands in it twice.
    pub(crate) fn history(&self, channels: &[String], cursor: &Cursor, now: u64) -> Vec<Item> {
        let Cursor::After(after) = cursor else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for channel in channels {
            let mut own: Vec<Item> = self
                .stored
                .range((std::ops::Bound::Excluded(*after), std::ops::Bound::Unbounded))
                .map(|(_, item)| item)
                .filter(|item| item.until > now && item.channels.contains(channel))
                .cloned()
                .collect();
            if self.limited {
                own.drain(..own.len().saturating_sub(100));
            }
            found.extend(own);
        }
        found.sort_by_key(|item| item.order);
        if self.limited {
            found.drain(..found.len().saturating_sub(200));
        }
        found
    }

    /// The id of the last message of these channels, as a 304 names it.
    pub(crate) fn last_mid(&self, channels: &[String]) -> Option<String> {
        let mut newest = self.stored.values().rev();
        let last = newest.find(|item| item.channels.iter().any(|channel| channels.contains(channel)));
        last.map(|item| item.mid.clone())
    }

    /// Starts anew. Servers 1 and 2 keep messages in memory only; the numbers of those forgotten come back.
    pub(crate) fn restart(&mut self, now: u64) -> Vec<u64> {
        self.life = (EPOCH + now / 1000).max(self.life + 1);
        self.counter = 0;
        if self.by_moments() {
            return std::mem::take(&mut self.stored)
                .into_values()
                .map(|item| item.number)
                .collect();
        }
        Vec::new()
    }

    /// A client has stored a message: the server forgets it.
    pub(crate) fn stored_by_client(&mut self, mid: &str) {
        if let Some(order) = order_of_mid(mid) {
            self.stored.remove(&order);
        }
    }

    /// What is kept, in order.
    pub(crate) fn kept(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.stored.values()
    }
}

/// The cursor that a request names.
pub(crate) fn cursor(version: u32, query: &BTreeMap<String, String>) -> Cursor {
    let order = if version <= 2 {
        query
            .get("tag")
            .zip(query.get("time"))
            .and_then(|(tag, time)| order_of_moment(tag, time))
    } else {
        query.get("mid").and_then(|mid| order_of_mid(mid))
    };
    order.map_or(Cursor::None, Cursor::After)
}

/// Anything but 26 digits is no id to this server.
pub(crate) fn order_of_mid(mid: &str) -> Option<(u64, u64)> {
    let digits = mid.len() == 26 && mid.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| (mid[..10].parse().unwrap(), mid[10..].parse().unwrap()))
}

pub(crate) fn order_of_moment(tag: &str, time: &str) -> Option<(u64, u64)> {
    let time = jiff::civil::DateTime::strptime("%a, %d %b %Y %H:%M:%S GMT", time).ok()?;
    let second = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    Some((u64::try_from(second).ok()?, tag.parse().ok()?))
}

pub(crate) fn http_date(second: u64) -> String {
    let time = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
