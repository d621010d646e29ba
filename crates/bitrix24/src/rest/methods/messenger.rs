//! The messenger: counters, dialogs, and the notifications of the bell.

use serde::Deserialize;
use serde_json::{Value, json};

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

/// A page of the bell (`im.notify.get`): confirmations first, then the others.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub struct NoticePage {
    /// All that are kept.
    #[serde(deserialize_with = "php::or_zero")]
    pub total_count: u64,
    /// Of them unread.
    #[serde(deserialize_with = "php::or_zero")]
    pub total_unread_count: u64,
    /// This page.
    pub notifications: Vec<Notification>,
}

/// A notification of the bell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notification {
    /// Its id, which also orders them.
    #[serde(deserialize_with = "php::number")]
    pub id: u64,
    /// Who caused it; 0: the system.
    #[serde(default, deserialize_with = "php::or_zero")]
    pub author_id: u64,
    /// When, in ISO 8601.
    #[serde(default, deserialize_with = "php::text")]
    pub date: String,
    /// 1: it asks for an answer; others only tell.
    #[serde(default, deserialize_with = "php::or_zero")]
    pub notify_type: u64,
    /// The module that made it.
    #[serde(default, deserialize_with = "php::text")]
    pub notify_module: String,
    /// What the module calls it.
    #[serde(default, deserialize_with = "php::text")]
    pub notify_event: String,
    /// A tag by which a newer one takes its place.
    #[serde(default, deserialize_with = "php::text")]
    pub notify_tag: String,
    /// A headline, mostly empty.
    #[serde(default, deserialize_with = "php::text")]
    pub notify_title: String,
    /// Its text, without mark-up as it is asked for here.
    #[serde(default, deserialize_with = "php::text")]
    pub text: String,
    /// It was read.
    #[serde(default, rename = "notify_read", deserialize_with = "php::flag")]
    pub read: bool,
}

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

#[derive(Deserialize)]
struct CounterTypes {
    #[serde(rename = "TYPE")]
    types: Counters,
}

impl Rest {
    /// `im.counters.get`: all that a badge needs.
    pub async fn im_counters_get(&self) -> Result<Counters, RestError> {
        let answer: CounterTypes = self.call_as("im.counters.get", json!({})).await?;
        Ok(answer.types)
    }

    /// `im.recent.list`: `limit` (200 at most) dialogs from `offset` on. Pages overlap when messages come meanwhile.
    pub async fn im_recent_list(&self, offset: u64, limit: u64) -> Result<RecentPage, RestError> {
        self.call_as("im.recent.list", json!({"OFFSET": offset, "LIMIT": limit}))
            .await
    }

    /// `im.notify.get`: the first page, or the one behind the last notification of a page (its id and type).
    pub async fn im_notify_get(&self, limit: u64, behind: Option<(u64, u64)>) -> Result<NoticePage, RestError> {
        let mut params = json!({"LIMIT": limit, "CONVERT_TEXT": "Y"});
        if let Some((id, kind)) = behind {
            params["LAST_ID"] = id.into();
            params["LAST_TYPE"] = kind.into();
        }
        self.call_as("im.notify.get", params).await
    }

    /// `im.notify.read` for this notification alone: without that word the portal marks all later ones too.
    pub async fn im_notify_read(&self, id: u64, read: bool) -> Result<(), RestError> {
        let params = json!({"ID": id, "ACTION": yes_no(read), "ONLY_CURRENT": "Y"});
        self.call("im.notify.read", params).await.map(drop)
    }

    /// `im.notify.read.list`.
    pub async fn im_notify_read_list(&self, ids: &[u64], read: bool) -> Result<(), RestError> {
        let params = json!({"IDS": ids, "ACTION": yes_no(read)});
        self.call("im.notify.read.list", params).await.map(drop)
    }

    /// `im.notify.read.all`.
    pub async fn im_notify_read_all(&self) -> Result<(), RestError> {
        self.call("im.notify.read.all", json!({})).await.map(drop)
    }

    /// `im.notify.confirm`: presses yes or no; what the portal then says, a line each.
    pub async fn im_notify_confirm(&self, id: u64, yes: bool) -> Result<Vec<String>, RestError> {
        self.said(
            "im.notify.confirm",
            json!({"NOTIFY_ID": id, "NOTIFY_VALUE": yes_no(yes)}),
        )
        .await
    }

    /// `im.notify.answer`: answers by a text; what the portal then says.
    pub async fn im_notify_answer(&self, id: u64, text: &str) -> Result<Vec<String>, RestError> {
        self.said("im.notify.answer", json!({"NOTIFY_ID": id, "ANSWER_TEXT": text}))
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

    async fn said(&self, method: &str, params: Value) -> Result<Vec<String>, RestError> {
        #[derive(Deserialize)]
        struct Said {
            #[serde(default)]
            result_message: Entries<String>,
        }
        // Where nothing is to be said the answer is a plain `true`.
        let said = self.call(method, params).await?;
        let said: Option<Said> = serde_json::from_value(said).ok();
        let lines = said.map(|said| said.result_message).unwrap_or_default();
        Ok(lines.0.into_iter().map(|(_, line)| line).collect())
    }
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "Y" } else { "N" }
}
