//! The notifications of the bell: read, marked as read, answered.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Person;
use crate::rest::php::{self, Entries};
use crate::rest::{Rest, RestError};

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

impl Rest {
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
