//! A published message and its place in the order of all messages.

use serde_json::{Map, Value};

use super::signature::Id;

/// The id of a message: 10 digits of the server's start, 16 of a counter; it grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mid {
    start: u64,
    counter: u64,
}

/// Who sent a message: decided by the server, never by the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A client, named by its public channel.
    Client(Id),
    /// A client of the JSON-RPC server, named by the subject of its token.
    User(u64),
    /// The portal.
    Backend,
}

/// The place of a message in the order of the nginx module: seconds, then a number within the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp {
    /// Unix seconds.
    pub(crate) time: i64,
    /// From 1, within the second.
    pub(crate) tag: u64,
}

/// What the JSON-RPC server adds to a body: to each user his own object, to all the same dictionary.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Personal {
    /// User id to the object for this user.
    pub(crate) user_params: Map<String, Value>,
    /// For everybody.
    pub(crate) dictionary: Map<String, Value>,
}

/// A message before the server has given it a number.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// JSON, verbatim.
    pub(crate) body: String,
    /// Seconds to keep it; 0 = live only, except at the server 1.0.
    pub(crate) expiry: u32,
    /// Who sends it.
    pub(crate) sender: Sender,
    /// The first channel as its sender spelled it; empty: that of the first receiver.
    pub(crate) channel: String,
    /// Additions of the JSON-RPC server.
    pub(crate) personal: Personal,
}

/// A message as members get it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Its id.
    pub(crate) mid: Mid,
    /// The number in a text frame: that of the id, at the nginx module that within the channel.
    pub(crate) number: u64,
    /// Its place in the order of the nginx module.
    pub(crate) stamp: Stamp,
    /// The first channel that it was sent to.
    pub(crate) channel: String,
    /// Additions of the JSON-RPC server.
    pub(crate) personal: Personal,
    /// JSON, verbatim.
    pub(crate) body: String,
    /// Seconds it is kept; 0 = live only.
    pub(crate) expiry: u32,
    /// Unix seconds.
    pub(crate) created: u32,
    /// Who sent it.
    pub(crate) sender: Sender,
}

impl Draft {
    /// A message of the portal.
    pub(crate) fn portal(body: String, expiry: u32) -> Self {
        Self {
            body,
            expiry,
            sender: Sender::Backend,
            channel: String::new(),
            personal: Personal::default(),
        }
    }
}

impl Mid {
    /// `start` in unix seconds, `counter` from 1.
    pub(crate) fn new(start: u64, counter: u64) -> Self {
        Self { start, counter }
    }

    /// Exactly 26 decimal digits; anything else is no id, and then no history is asked for.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() != 26 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self {
            start: text.get(..10)?.parse().ok()?,
            counter: text.get(10..)?.parse().ok()?,
        })
    }

    /// The seconds of the server's start.
    pub(crate) fn start(self) -> u64 {
        self.start
    }

    /// The number that a text frame has as `id`.
    pub(crate) fn number(self) -> u64 {
        self.counter
    }

    /// The 26 digits packed as hex into 13 bytes.
    pub(crate) fn bytes(self) -> [u8; 13] {
        let digits = self.to_string().into_bytes();
        let mut bytes = [0; 13];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (pair[0] - b'0') << 4 | (pair[1] - b'0');
        }
        bytes
    }
}

impl std::fmt::Display for Mid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:010}{:016}",
            self.start % 10_000_000_000,
            self.counter % 10_000_000_000_000_000
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Mid;

    #[test]
    fn prints_packs_and_reads() {
        let mid = Mid::new(1_795_304_145, 3);
        assert_eq!(mid.to_string(), "17953041450000000000000003");
        assert_eq!(mid.bytes()[..5], [0x17, 0x95, 0x30, 0x41, 0x45]);
        assert_eq!(mid.bytes()[12], 3);
        assert_eq!(Mid::read(&mid.to_string()), Some(mid));
        assert!(Mid::read("00000000000000000000000000").unwrap() < mid);
    }

    #[test]
    fn anything_else_is_no_id() {
        for bad in [
            "",
            "1795304145000000000000000",
            "179530414500000000000000031",
            "1795304145000000000000000a",
        ] {
            assert_eq!(Mid::read(bad), None, "{bad}");
        }
    }
}
