//! How far the client has read: the id of a message and the cursor that is sent when connecting again.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::wire::Moment;

/// Longest message id that is taken; real ones have 26 or 32 characters, older servers need tag and time together.
const MAX_MID: usize = 160;

/// The id of one message as its server names it; opaque (protocol: "treat mid as opaque").
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Mid(Arc<str>);

/// A text cannot be a message id: it is empty, too long, or holds control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a message id")]
pub struct NotAMid;

impl Mid {
    /// Takes an id as text; fails for an empty, overlong or unprintable one.
    pub fn new(text: &str) -> Result<Self, NotAMid> {
        // Without a branch for every byte, so that many are looked at together.
        let plain = text
            .bytes()
            .fold(true, |plain, byte| plain & (b' '..=b'~').contains(&byte));
        if text.is_empty() || text.len() > MAX_MID || (!plain && text.chars().any(char::is_control)) {
            return Err(NotAMid);
        }
        Ok(Self(text.into()))
    }

    /// The id as lower-case hex of its raw bytes, as protobuf frames carry it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotAMid> {
        Self::new(&hex(bytes))
    }

    /// The identity of a message of servers 1 and 2, which have no ids: time, tag and number together.
    pub fn of_tag_and_time(tag: &str, time: &str, id: &str) -> Result<Self, NotAMid> {
        Self::new(&format!("{time}/{tag}/{id}"))
    }

    /// The id as it is sent and stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this id is older than `other` *of the same life of the same server*: 10 digits of the server's start
    /// time, then a growing counter. Ids of different lives or shapes have no order.
    pub(crate) fn is_before(&self, other: &Self) -> bool {
        self.0 < other.0 && self.0.get(..10) == other.0.get(..10) && self.is_replayed_before(other)
    }

    /// Whether a server that compares ids as texts replays this one before `other`, whatever their lives.
    pub(crate) fn is_replayed_before(&self, other: &Self) -> bool {
        let numbered = |mid: &Self| mid.0.len() == 26 && mid.0.bytes().all(|b| b.is_ascii_digit());
        numbered(self) && numbered(other) && self.0 < other.0
    }
}

impl fmt::Debug for Mid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mid({})", self.0)
    }
}

impl fmt::Display for Mid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Mid {
    type Error = NotAMid;

    fn try_from(text: String) -> Result<Self, NotAMid> {
        Self::new(&text)
    }
}

impl From<Mid> for String {
    fn from(mid: Mid) -> Self {
        mid.0.as_ref().to_owned()
    }
}

/// Where to go on reading; opaque to the owner, who stores it as JSON and gives it back after a restart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Position {
    /// Id of the last message (servers 3 and later).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mid: Option<Mid>,
    /// Tag of the last message (servers 1 and 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<String>,
    /// Time of the last message as the server wrote it (servers 1 and 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<String>,
    /// Before the first message: unix seconds of the server's clock at which reading began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<i64>,
    /// Which channels this belongs to, as a hash: the ids themselves are as good as a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channels: Option<String>,
}

impl Position {
    /// The id of the last message read, when the server has ids.
    pub fn mid(&self) -> Option<&Mid> {
        self.mid.as_ref()
    }

    /// Behind one message, whatever its channels.
    pub(crate) fn behind(moment: Option<&Moment>, mid: &Mid) -> Self {
        let mut position = Self::default();
        match moment {
            Some(moment) => {
                position.tag = Some(moment.tag.clone());
                position.time = Some(moment.time.clone());
            }
            None => position.mid = Some(mid.clone()),
        }
        position
    }

    /// Becomes equal to another one in the room that it has.
    pub(crate) fn follow(&mut self, other: &Self) {
        self.mid.clone_from(&other.mid);
        self.tag.clone_from(&other.tag);
        self.time.clone_from(&other.time);
        self.since = other.since;
        self.channels.clone_from(&other.channels);
    }

    /// Whether nothing has been read yet.
    pub fn is_empty(&self) -> bool {
        self.mid.is_none() && (self.tag.is_none() || self.time.is_none())
    }
}

/// Lower-case hex of raw bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_server_life_have_an_order() {
        let mid = |text: &str| Mid::new(text).unwrap();
        let three = mid("17953041450000000000000003");
        let ten = mid("17953041450000000000000010");
        assert!(three.is_before(&ten));
        assert!(!ten.is_before(&three));
        assert!(!three.is_before(&three));
        assert!(
            !mid("17000000000000000000000001").is_before(&three),
            "another life of the server"
        );
        assert!(!mid("0af4").is_before(&three), "opaque ids have no order");
    }

    #[test]
    fn bytes_become_the_digits_of_the_text_form() {
        let raw = [0x17, 0x95, 0x30, 0x41, 0x45, 0, 0, 0, 0, 0, 0, 0, 0x03];
        assert_eq!(Mid::from_bytes(&raw).unwrap().as_str(), "17953041450000000000000003");
        assert_eq!(Mid::from_bytes(&[]), Err(NotAMid));
    }

    #[test]
    fn a_position_survives_json() {
        let position = Position {
            mid: Mid::new("1795").ok(),
            channels: Some("ab".into()),
            ..Position::default()
        };
        let text = serde_json::to_string(&position).unwrap();
        assert_eq!(text, r#"{"mid":"1795","channels":"ab"}"#);
        assert_eq!(serde_json::from_str::<Position>(&text).unwrap(), position);
        assert_eq!(serde_json::from_str::<Position>("{}").unwrap(), Position::default());
    }
}
