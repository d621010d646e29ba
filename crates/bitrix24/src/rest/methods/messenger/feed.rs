//! The event queue, which a portal keeps for one reader.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::rest::php;
use crate::rest::{Rest, RestError};

/// A page of the event queue (`im.v2.Event.get`).
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct FeedPage {
    /// The events, oldest first.
    pub events: Vec<FeedItem>,
    /// What the next call is to name.
    #[serde(deserialize_with = "php::maybe_number")]
    pub next_offset: Option<u64>,
    /// There are more.
    #[serde(deserialize_with = "php::flag")]
    pub has_more: bool,
}

/// An event of the queue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FeedItem {
    /// Its number.
    #[serde(deserialize_with = "php::number")]
    pub event_id: u64,
    /// `ONIMV2MESSAGEADD` and others.
    #[serde(default, rename = "type", deserialize_with = "php::text")]
    pub kind: String,
    /// When, in ISO 8601.
    #[serde(default, deserialize_with = "php::text")]
    pub date: String,
    /// Message, chat, user.
    #[serde(default)]
    pub data: Value,
}

impl Rest {
    /// `im.v2.Event.subscribe`: from now on the portal keeps events of the user's messages, for one reader.
    pub async fn im_event_subscribe(&self) -> Result<(), RestError> {
        self.call("im.v2.Event.subscribe", json!({})).await.map(drop)
    }

    /// `im.v2.Event.get`: at most 1000 events from `offset` on. Naming an offset acknowledges all before it: they are
    /// gone for every reader of this user.
    pub async fn im_event_get(&self, offset: Option<u64>, limit: u64) -> Result<FeedPage, RestError> {
        let mut params = json!({"limit": limit});
        if let Some(offset) = offset {
            params["offset"] = offset.into();
        }
        self.call_as("im.v2.Event.get", params).await
    }
}
