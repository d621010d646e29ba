//! Notifications over REST: adding, the pages of the bell, reading, answering.

use std::collections::BTreeMap;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::{Kept, Letterbox};
use crate::params::{self, Params};
use crate::portal::Portal;
use crate::portal::orders::{Notice, Post};
use crate::portal::reply::{Outcome, Refusal, Reply};
use crate::portal::rest::{Call, Proof};

/// The types of `LAST_TYPE`.
const CONFIRMATION: i64 = 1;

/// Not for pages. A tag is dropped for a webhook, and bears the mark of an application, as in the product.
pub(super) fn add(portal: &Portal, params: &Params, from: u64, call: &Call<'_>) -> Outcome {
    if call.proof == Proof::Session {
        let text = "Access for this method not allowed by session authorization.";
        return Err(Refusal::bad("WRONG_AUTH_TYPE", text));
    }
    let user = params::number(params, "USER_ID")
        .or_else(|| params::number(params, "TO"))
        .unwrap_or(0);
    let user = u64::try_from(user).ok().filter(|user| *user > 0);
    let user = user.ok_or_else(|| Refusal::bad("USER_ID_EMPTY", "User ID can't be empty"))?;
    let text = params::text(params, "MESSAGE").unwrap_or_default().trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::bad("MESSAGE_EMPTY", "Message can't be empty"));
    }
    let tag = params::text(params, "TAG").filter(|tag| !tag.is_empty());
    let tag = call.application().zip(tag).map(|(client, tag)| mark(client, &tag));
    let notice = Notice {
        user,
        text,
        link: String::new(),
        title: String::new(),
        from,
        tag: tag.unwrap_or_default(),
        setting: "rest|rest_notify".to_owned(),
        only_flash: false,
        confirm: false,
    };
    Ok(Reply::of(
        portal.notify(&notice).map_or(Value::Bool(false), |(id, _)| id.into()),
    ))
}

/// A tag of one application is nothing to another: it begins with five hex digits of the MD5 of the application's id.
fn mark(client: &str, tag: &str) -> String {
    use std::fmt::Write as _;
    let mut hex = String::new();
    for byte in Md5::digest(client.as_bytes()).iter().take(3) {
        let _ = write!(hex, "{byte:02x}");
    }
    format!("MP|{}|{tag}", &hex[..5])
}

/// `im.notify.get`: confirmations first, then the others, both from the newest; the next page by the last one's id and
/// type.
pub(super) fn page(portal: &Portal, params: &Params, user: u64) -> Value {
    let inner = portal.messenger.lock();
    let empty = Letterbox::default();
    let letters = inner.boxes.get(&user).unwrap_or(&empty);
    let limit = params::number(params, "LIMIT").unwrap_or(50).clamp(1, 50);
    let limit = usize::try_from(limit).unwrap_or(50);
    let last = params::number(params, "LAST_ID").and_then(|id| u64::try_from(id).ok());
    let last_is_confirmation = params::number(params, "LAST_TYPE") == Some(CONFIRMATION);
    let (first, then): (Vec<&Kept>, Vec<&Kept>) = letters.notices.iter().rev().partition(|kept| kept.notice.confirm);
    let after = |kept: &&Kept| match last.filter(|id| *id > 0) {
        None => true,
        Some(id) if kept.notice.confirm => last_is_confirmation && kept.id < id,
        Some(id) => last_is_confirmation || kept.id < id,
    };
    let plain = params::text(params, "CONVERT_TEXT").as_deref() == Some("Y");
    let shown: Vec<&Kept> = first.into_iter().chain(then).filter(after).take(limit).collect();
    let list: Vec<Value> = shown.iter().map(|kept| kept.describe(10 + user, plain)).collect();
    let authors = shown.iter().filter_map(|kept| kept.author.as_ref());
    let users: BTreeMap<u64, Value> = authors
        .map(|author| (author.id, json!({"id": author.id, "name": author.name})))
        .collect();
    json!({
        "total_count": letters.notices.len(), "total_unread_count": letters.unread(), "chat_id": 10 + user,
        "notifications": list, "users": users.into_values().collect::<Vec<_>>(),
    })
}

/// `im.notify.read`: without `ONLY_CURRENT=Y` every notification from the id on is marked.
pub(super) fn read(portal: &Portal, params: &Params, user: u64) -> Reply {
    let from = number(params, "ID").unwrap_or(0);
    let only = params::text(params, "ONLY_CURRENT").as_deref() == Some("Y");
    let read = params::text(params, "ACTION").as_deref() != Some("N");
    mark_read(portal, user, read, |id| id == from || (!only && id > from));
    Reply::of(true.into())
}

/// `im.notify.read.list`.
pub(super) fn read_list(portal: &Portal, params: &Params, user: u64) -> Outcome {
    let ids = params::get(params, "IDS").map(params::items).unwrap_or_default();
    let ids: Vec<u64> = ids
        .iter()
        .filter_map(params::as_number)
        .filter_map(|id| u64::try_from(id).ok())
        .collect();
    if ids.is_empty() {
        return Err(Refusal::bad("PARAMS_ERROR", "No IDS param or it is not an array"));
    }
    let read = params::text(params, "ACTION").as_deref() != Some("N");
    mark_read(portal, user, read, |id| ids.contains(&id));
    Ok(Reply::of(true.into()))
}

/// `im.notify.read.all`.
pub(super) fn read_all(portal: &Portal, user: u64) -> Reply {
    mark_read(portal, user, true, |_| true);
    Reply::of(true.into())
}

/// `im.notify.confirm`: a button of a confirmation; it is answered once and then gone.
pub(super) fn confirm(portal: &Portal, params: &Params, user: u64) -> Outcome {
    let value = params::text(params, "NOTIFY_VALUE").unwrap_or_default();
    let id = number(params, "NOTIFY_ID").unwrap_or(0);
    if value.is_empty() {
        return Err(Refusal::bad("NOTIFY_VALUE_EMPTY", "Notification Value can't be empty"));
    }
    let taken = take(portal, user, id, |kept| kept.notice.confirm)?;
    let text = if value == "Y" {
        "Принято"
    } else {
        "Отклонено"
    };
    let counter = portal.messenger.unread(user);
    let said = json!({"id": taken.id, "chatId": 10 + user, "confirmMessages": [text], "counter": counter});
    portal.publish(&Post::new(Some(user), "im", "notifyConfirm", said));
    Ok(Reply::of(json!({"result_message": [text]})))
}

/// `im.notify.answer`: a text for a notification that has an author.
pub(super) fn answer(portal: &Portal, params: &Params, user: u64) -> Outcome {
    let id = number(params, "NOTIFY_ID").unwrap_or(0);
    let text = params::text(params, "ANSWER_TEXT").unwrap_or_default();
    if text.is_empty() {
        return Err(Refusal::bad("ANSWER_TEXT_EMPTY", "Answer text can't be empty"));
    }
    let inner = portal.messenger.lock();
    let letters = inner.boxes.get(&user);
    let kept = letters.and_then(|letters| letters.notices.iter().find(|kept| kept.id == id));
    if kept.is_none_or(|kept| kept.author.is_none()) {
        return Err(unknown());
    }
    Ok(Reply::of(json!({"result_message": ["Ваш ответ успешно отправлен."]})))
}

/// `im.notify.delete`.
pub(super) fn delete(portal: &Portal, params: &Params, user: u64) -> Outcome {
    let id = number(params, "ID").unwrap_or(0);
    let taken = take(portal, user, id, |_| true)?;
    let counter = portal.messenger.unread(user);
    let said = json!({"id": {taken.id.to_string(): taken.kind()}, "chatId": 10 + user, "counter": counter});
    portal.publish(&Post::new(Some(user), "im", "notifyDelete", said));
    Ok(Reply::of(true.into()))
}

/// Marks those that are meant, and tells the other windows of the user.
fn mark_read(portal: &Portal, user: u64, read: bool, meant: impl Fn(u64) -> bool) {
    let mut list = Vec::new();
    if let Some(letters) = portal.messenger.lock().boxes.get_mut(&user) {
        for kept in letters
            .notices
            .iter_mut()
            .filter(|kept| meant(kept.id) && kept.read != read)
        {
            kept.read = read;
            list.push(kept.id);
        }
    }
    if list.is_empty() {
        return;
    }
    let command = if read { "notifyRead" } else { "notifyUnread" };
    let counter = portal.messenger.unread(user);
    let said = json!({"chatId": 10 + user, "list": list, "counter": counter});
    portal.publish(&Post::new(Some(user), "im", command, said));
}

fn take(portal: &Portal, user: u64, id: u64, fits: impl Fn(&Kept) -> bool) -> Result<Kept, Refusal> {
    let mut inner = portal.messenger.lock();
    let letters = inner.boxes.get_mut(&user).ok_or_else(unknown)?;
    let index = letters.notices.iter().position(|kept| kept.id == id && fits(kept));
    Ok(letters.notices.remove(index.ok_or_else(unknown)?))
}

fn unknown() -> Refusal {
    Refusal::bad("NOTIFY_ID_EMPTY", "Notification ID can't be empty")
}

fn number(params: &Params, name: &str) -> Option<u64> {
    params::number(params, name).and_then(|id| u64::try_from(id).ok())
}

impl Kept {
    fn kind(&self) -> u8 {
        match (self.notice.confirm, &self.author) {
            (true, _) => 1,
            (false, Some(_)) => 2,
            (false, None) => 4,
        }
    }

    fn describe(&self, chat_id: u64, plain: bool) -> Value {
        let notice = &self.notice;
        let (module, event) = notice.setting.split_once('|').unwrap_or(("main", "default"));
        let text = if plain {
            without_tags(&notice.text)
        } else {
            notice.text.clone()
        };
        let mut row = json!({
            "id": self.id, "chat_id": chat_id, "author_id": self.author.as_ref().map_or(0, |author| author.id),
            "date": self.date, "notify_type": self.kind(), "notify_module": module, "notify_event": event,
            "notify_tag": notice.tag, "notify_sub_tag": "", "notify_title": notice.title, "setting_name": notice.setting,
            "text": text, "notify_read": if self.read { "Y" } else { "N" }, "params": [],
        });
        if notice.confirm {
            let buttons = json!([
                {"TITLE": "Да", "VALUE": "Y", "TYPE": "accept"}, {"TITLE": "Нет", "VALUE": "N", "TYPE": "cancel"},
            ]);
            row["notify_buttons"] = buttons.to_string().into();
        }
        row
    }
}

/// The text without BB codes and HTML.
fn without_tags(text: &str) -> String {
    let mut plain = String::new();
    let mut end = None;
    for letter in text.chars() {
        match (letter, end) {
            ('[', None) => end = Some(']'),
            ('<', None) => end = Some('>'),
            (letter, Some(closing)) if letter == closing => end = None,
            (letter, None) => plain.push(letter),
            (_, Some(_)) => {}
        }
    }
    plain
}
