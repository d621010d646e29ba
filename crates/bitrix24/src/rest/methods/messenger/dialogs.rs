//! The dialogs: who has written, and what is said there.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Person;
use crate::rest::php::{self, Entries};
use crate::rest::{Rest, RestError};

/// A page of dialogs (`im.recent.list`), the latest first.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct RecentPage {
    /// The dialogs.
    pub items: Vec<RecentDialog>,
    /// There are more.
    #[serde(rename = "hasMore", deserialize_with = "php::flag")]
    pub has_more: bool,
}

/// A dialog with what is new in it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RecentDialog {
    /// `547` for a person, `chat1317` for a chat.
    #[serde(deserialize_with = "php::text")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "php::text")]
    pub title: String,
    /// Unread messages.
    #[serde(default, deserialize_with = "php::or_zero")]
    pub counter: u64,
    /// Marked as unread by hand.
    #[serde(default, deserialize_with = "php::flag")]
    pub unread: bool,
    /// The last message.
    #[serde(default, deserialize_with = "php::lenient")]
    pub message: Option<RecentMessage>,
    /// The number of its chat.
    #[serde(default, deserialize_with = "php::or_zero")]
    pub chat_id: u64,
    /// `user` for a dialog with a person, else `chat`.
    #[serde(default, rename = "type", deserialize_with = "php::text")]
    pub kind: String,
    /// The other one of a dialog; the author of the last message of a chat.
    #[serde(default, deserialize_with = "php::lenient")]
    pub user: Option<Person>,
    /// The chat.
    #[serde(default, deserialize_with = "php::lenient")]
    pub chat: Option<RecentChat>,
}

impl RecentDialog {
    /// The users who have switched off the sound of the chat.
    pub fn muted_by(&self) -> Vec<u64> {
        let muted = self.chat.iter().flat_map(|chat| &chat.mute_list.0);
        // A list of ids, or a map whose keys are ids.
        let id = |(key, value): &(String, Value)| match value {
            Value::Bool(true) => key.parse().ok(),
            Value::String(text) if text == "Y" => key.parse().ok(),
            Value::String(text) => text.parse().ok(),
            Value::Number(id) => id.as_u64(),
            Value::Bool(false) | Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        muted.filter_map(id).collect()
    }
}

/// A chat of the list of dialogs.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct RecentChat {
    /// Who has switched off its sound.
    pub mute_list: Entries<Value>,
}

/// The last message of a dialog.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecentMessage {
    /// Its id.
    #[serde(deserialize_with = "php::number")]
    pub id: u64,
    /// Its text.
    #[serde(default, deserialize_with = "php::text")]
    pub text: String,
    /// Its author; 0: the system.
    #[serde(default, deserialize_with = "php::or_zero")]
    pub author_id: u64,
    /// When, in ISO 8601.
    #[serde(default, deserialize_with = "php::text")]
    pub date: String,
}

impl Rest {
    /// `im.recent.list`: `limit` (200 at most) dialogs from `offset` on. Pages overlap when messages come meanwhile.
    pub async fn im_recent_list(&self, offset: u64, limit: u64) -> Result<RecentPage, RestError> {
        self.call_as("im.recent.list", json!({"OFFSET": offset, "LIMIT": limit}))
            .await
    }

    /// `im.message.add`: the id of the message.
    pub async fn im_message_add(&self, dialog: &str, text: &str) -> Result<Option<u64>, RestError> {
        let id = self
            .call("im.message.add", json!({"DIALOG_ID": dialog, "MESSAGE": text}))
            .await?;
        Ok(php::maybe_number(id).unwrap_or_default())
    }

    /// `im.dialog.read`: everything in the dialog up to a message, or all of it.
    pub async fn im_dialog_read(&self, dialog: &str, up_to: Option<u64>) -> Result<(), RestError> {
        let mut params = json!({"DIALOG_ID": dialog});
        if let Some(id) = up_to {
            params["MESSAGE_ID"] = id.into();
        }
        self.call("im.dialog.read", params).await.map(drop)
    }
}
