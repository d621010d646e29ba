//! The messenger: what is unread, with the bell, the dialogs and the event queue beside it.

mod bell;
mod dialogs;
mod feed;

pub use bell::{NoticeButton, NoticePage, Notification};
pub use dialogs::{RecentChat, RecentDialog, RecentMessage, RecentPage};
pub use feed::{FeedItem, FeedPage};
use serde::Deserialize;
use serde_json::json;

use crate::rest::php::{self, Entries};
use crate::rest::{Rest, RestError};

/// Unread things (`im.counters.get`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
pub struct Counters {
    /// All together.
    #[serde(deserialize_with = "php::or_zero")]
    pub all: u64,
    /// Notifications of the bell.
    #[serde(deserialize_with = "php::or_zero")]
    pub notify: u64,
    /// Group chats.
    #[serde(deserialize_with = "php::or_zero")]
    pub chat: u64,
    /// Open lines.
    #[serde(deserialize_with = "php::or_zero")]
    pub lines: u64,
    /// Dialogs with a person.
    #[serde(deserialize_with = "php::or_zero")]
    pub dialog: u64,
    /// All of the messenger.
    #[serde(deserialize_with = "php::or_zero")]
    pub messenger: u64,
}

/// Unread things, dialog by dialog (`im.counters.get`).
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "UPPERCASE", default)]
pub struct Unread {
    /// The sums.
    #[serde(rename = "TYPE")]
    pub types: Counters,
    /// Group chats: number of the chat and its unread messages.
    pub chat: Entries<Many>,
    /// Chats that were marked as unread by hand: their numbers.
    pub chat_unread: Entries<Many>,
    /// Open lines: number of the chat and its unread messages.
    pub lines: Entries<Many>,
    /// Dialogs with a person: the person's id and the unread messages.
    pub dialog: Entries<Many>,
    /// Dialogs that were marked as unread by hand: the ids of the persons.
    pub dialog_unread: Entries<Many>,
}

/// A number of things, however it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Many(#[serde(deserialize_with = "php::or_zero")] pub u64);

/// Somebody who is named beside a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct Person {
    /// The id of the user.
    #[serde(deserialize_with = "php::or_zero")]
    pub id: u64,
    /// First and family name.
    #[serde(deserialize_with = "php::text")]
    pub name: String,
}

impl Rest {
    /// `im.counters.get`: all that a badge needs.
    pub async fn im_counters_get(&self) -> Result<Counters, RestError> {
        Ok(self.im_unread().await?.types)
    }

    /// `im.counters.get`, with the dialogs.
    pub async fn im_unread(&self) -> Result<Unread, RestError> {
        self.call_as("im.counters.get", json!({})).await
    }
}
