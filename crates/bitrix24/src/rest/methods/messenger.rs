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
    /// Who is named in it.
    pub users: Entries<Person>,
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
    /// What the user can turn it off by: `module|event`.
    #[serde(default, deserialize_with = "php::text")]
    pub setting_name: String,
    /// The buttons of one that asks: a list, or its JSON as a text. See [`Notification::buttons`].
    #[serde(default)]
    pub notify_buttons: Value,
}

/// A button of a notification that asks for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct NoticeButton {
    /// What it says.
    #[serde(default, deserialize_with = "php::text")]
    pub title: String,
    /// What `im.notify.confirm` is told.
    #[serde(deserialize_with = "php::text")]
    pub value: String,
    /// `accept` or `cancel`.
    #[serde(default, rename = "TYPE", deserialize_with = "php::text")]
    pub kind: String,
}

impl Notification {
    /// The buttons; none where there are none or where they cannot be read.
    pub fn buttons(&self) -> Vec<NoticeButton> {
        let read = if let Value::String(text) = &self.notify_buttons {
            serde_json::from_str(text)
        } else {
            serde_json::from_value(self.notify_buttons.clone())
        };
        read.unwrap_or_default()
    }
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
    /// `im.counters.get`: all that a badge needs.
    pub async fn im_counters_get(&self) -> Result<Counters, RestError> {
        Ok(self.im_unread().await?.types)
    }

    /// `im.counters.get`, with the dialogs.
    pub async fn im_unread(&self) -> Result<Unread, RestError> {
        self.call_as("im.counters.get", json!({})).await
    }

    /// `im.recent.list`: `limit` (200 at most) dialogs from `offset` on. Pages overlap when messages come meanwhile.
    pub async fn im_recent_list(&self, offset: u64, limit: u64) -> Result<RecentPage, RestError> {
        self.call_as("im.recent.list", json!({"OFFSET": offset, "LIMIT": limit}))
            .await
    }

    /// `im.notify.get`: the first page, or the one behind the last notification of a page (its id and type).
    pub async fn im_notify_get(&self, limit: u64, behind: Option<(u64, u64)>) -> Result<NoticePage, RestError> {
        self.bell(json!({"LIMIT": limit, "CONVERT_TEXT": "Y"}), behind).await
    }

    /// The same page with texts as their authors wrote them: BB codes and HTML, and so with their links.
    pub async fn im_notify_get_marked_up(
        &self,
        limit: u64,
        behind: Option<(u64, u64)>,
    ) -> Result<NoticePage, RestError> {
        self.bell(json!({"LIMIT": limit}), behind).await
    }

    async fn bell(&self, mut params: Value, behind: Option<(u64, u64)>) -> Result<NoticePage, RestError> {
        if let Some((id, kind)) = behind {
            params["LAST_ID"] = id.into();
            params["LAST_TYPE"] = kind.into();
        }
        self.call_as("im.notify.get", params).await
    }

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

    /// `im.notify.confirm` by the value of a button; what the portal then says.
    pub async fn im_notify_press(&self, id: u64, value: &str) -> Result<Vec<String>, RestError> {
        self.said("im.notify.confirm", json!({"NOTIFY_ID": id, "NOTIFY_VALUE": value}))
            .await
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
