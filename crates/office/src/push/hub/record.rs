//! A stored message as the archive and the export spell it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::message::{Message, Mid, Personal, Sender, Stamp};
use super::super::signature::{hex, read_id};
use super::Address;
use super::history::Stored;

/// A message with its rooms.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    /// `private:<hex>` or `public:<hex>`.
    to: Vec<String>,
    mid: String,
    number: u64,
    time: i64,
    tag: u64,
    channel: String,
    body: String,
    expiry: u32,
    created: u32,
    expires: u64,
    /// `portal`, `client:<hex>` or `user:<number>`.
    sender: String,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    user_params: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    dictionary: Map<String, Value>,
}

impl Entry {
    /// The entry of a stored message.
    pub(super) fn of(to: &[Address], stored: &Stored) -> Self {
        let message = &stored.message;
        Self {
            to: to.iter().map(|address| spell(*address)).collect(),
            mid: message.mid.to_string(),
            number: message.number,
            time: message.stamp.time,
            tag: message.stamp.tag,
            channel: message.channel.clone(),
            body: message.body.clone(),
            expiry: message.expiry,
            created: message.created,
            expires: stored.expires,
            sender: match message.sender {
                Sender::Backend => "portal".to_owned(),
                Sender::Client(id) => format!("client:{}", hex(&id)),
                Sender::User(user) => format!("user:{user}"),
            },
            user_params: message.personal.user_params.clone(),
            dictionary: message.personal.dictionary.clone(),
        }
    }

    /// Rooms and message of an entry; `None` if it makes no sense.
    pub(super) fn read(self) -> Option<(Vec<Address>, Stored)> {
        let to: Option<Vec<Address>> = self.to.iter().map(|text| read_room(text)).collect();
        let sender = match self.sender.split_once(':') {
            None => Sender::Backend,
            Some(("user", user)) => Sender::User(user.parse().ok()?),
            Some((_, id)) => Sender::Client(read_id(id)?),
        };
        let message = Message {
            mid: Mid::read(&self.mid)?,
            number: self.number,
            stamp: Stamp {
                time: self.time,
                tag: self.tag,
            },
            channel: self.channel,
            personal: Personal {
                user_params: self.user_params,
                dictionary: self.dictionary,
            },
            body: self.body,
            expiry: self.expiry,
            created: self.created,
            sender,
        };
        Some((
            to?,
            Stored {
                expires: self.expires,
                message: Arc::new(message),
            },
        ))
    }
}

/// `private:<hex>` or `public:<hex>`.
pub(super) fn spell(address: Address) -> String {
    let kind = if address.private { "private" } else { "public" };
    format!("{kind}:{}", hex(&address.id))
}

/// The room of such a text.
pub(super) fn read_room(text: &str) -> Option<Address> {
    let (kind, id) = text.split_once(':')?;
    Some(Address {
        id: read_id(id)?,
        private: kind == "private",
    })
}
