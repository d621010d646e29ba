//! Chats over REST: writing, the messages of a dialogue, the recent list, counters.

use serde_json::{Map, Value, json};

use super::{Dialog, Letterbox, Message, chat, php};
use crate::params::{self, Params};
use crate::portal::Portal;
use crate::portal::orders::Letter;
use crate::portal::people::User;
use crate::portal::reply::{Outcome, Refusal, Reply};

/// The chat of a dialogue of two, the same from both sides.
pub(crate) fn chat_of(one: u64, other: u64) -> u64 {
    100 + one.min(other) * 10 + one.max(other)
}

pub(super) fn write(portal: &Portal, params: &Params, from: u64) -> Outcome {
    let dialog = params::text(params, "DIALOG_ID").unwrap_or_default();
    let text = params::text(params, "MESSAGE").unwrap_or_default();
    if text.is_empty() {
        return Err(Refusal::bad("MESSAGE_EMPTY", "Message can't be empty"));
    }
    let unknown = || Refusal::bad("DIALOG_ID_EMPTY", "Dialog ID can't be empty");
    let letter = |user: u64, chat| Letter {
        user,
        from,
        text: text.clone(),
        chat,
        notify: true,
    };
    let mut written = None;
    if let Some(chat) = dialog.strip_prefix("chat") {
        let chat: u64 = chat.parse().map_err(|_| unknown())?;
        for user in portal.people.ids().into_iter().filter(|user| *user != from) {
            let sent = portal.write_as(&letter(user, Some(chat)), written);
            written = written.or(sent.map(|(id, _)| id));
        }
    } else {
        let user = dialog.parse().map_err(|_| unknown())?;
        written = portal.write(&letter(user, None)).map(|(id, _)| id);
    }
    Ok(Reply::of(written.ok_or_else(unknown)?.into()))
}

/// `im.dialog.messages.get`: the newest first; `LAST_ID` goes back from there, `FIRST_ID` forward.
pub(super) fn messages(portal: &Portal, params: &Params, user: u64) -> Outcome {
    let dialog = params::text(params, "DIALOG_ID").unwrap_or_default();
    let unknown = || Refusal::bad("DIALOG_ID_EMPTY", "Dialog ID can't be empty");
    let chat_id = if let Some(chat) = dialog.strip_prefix("chat") {
        chat.parse().map_err(|_| unknown())?
    } else {
        let partner: u64 = dialog.parse().map_err(|_| unknown())?;
        let known = portal.people.get(partner).is_some();
        if !known {
            return Err(Refusal::bad("ACCESS_ERROR", "You don't have access"));
        }
        chat_of(user, partner)
    };
    let bound = |name: &str| params::number(params, name).and_then(|id| u64::try_from(id).ok());
    let limit = bound("LIMIT")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(20)
        .min(50);
    let inner = portal.messenger.lock();
    let log = inner.chats.get(&chat_id).map(Vec::as_slice).unwrap_or_default();
    let found: Vec<&Message> = match (bound("FIRST_ID"), bound("LAST_ID")) {
        (Some(first), _) => log.iter().filter(|message| message.id > first).take(limit).collect(),
        (None, last) => log
            .iter()
            .rev()
            .filter(|message| last.is_none_or(|last| last == 0 || message.id < last))
            .take(limit)
            .collect(),
    };
    let unread = inner.boxes.get(&user).and_then(|letters| letters.dialogs.get(&dialog));
    let unread = unread.map_or(0, |dialog| dialog.unread);
    let unread_from = log
        .iter()
        .rev()
        .filter(|message| message.from != user)
        .nth(usize::try_from(unread).unwrap_or(0));
    let seen = unread_from.map_or(0, |message| message.id);
    let rows: Vec<Value> = found
        .iter()
        .map(|message| {
            json!({
                "id": message.id, "chat_id": chat_id, "author_id": message.from, "date": message.date, "text": message.text,
                "unread": message.from != user && message.id > seen, "uuid": null, "replaces": [], "params": [],
                "disappearing_date": null,
            })
        })
        .collect();
    let mut authors: Vec<u64> = found.iter().map(|message| message.from).collect();
    authors.sort_unstable();
    authors.dedup();
    let users: Vec<Value> = authors
        .iter()
        .filter_map(|id| portal.people.get(*id))
        .map(User::in_messenger)
        .collect();
    Ok(Reply::of(
        json!({"chat_id": chat_id, "messages": rows, "users": users, "files": []}),
    ))
}

/// `im.dialog.read`.
pub(super) fn read(portal: &Portal, params: &Params, user: u64) -> Outcome {
    let dialog = params::text(params, "DIALOG_ID").unwrap_or_default();
    let mut inner = portal.messenger.lock();
    let found = inner
        .boxes
        .get_mut(&user)
        .and_then(|letters| letters.dialogs.get_mut(&dialog));
    let found = found.ok_or_else(|| Refusal::bad("DIALOG_ID_EMPTY", "Dialog ID can't be empty"))?;
    found.unread = 0;
    Ok(Reply::of(
        json!({"dialogId": dialog, "chatId": found.chat_id, "counter": 0, "lastId": found.last.id}),
    ))
}

/// `im.counters.get`: everything for the badge.
pub(super) fn counters(portal: &Portal, user: u64) -> Value {
    let inner = portal.messenger.lock();
    let letters = inner.boxes.get(&user);
    let notify = letters.map_or(0, Letterbox::unread);
    let (mut chats, mut dialogs) = (Map::new(), Map::new());
    let unread = letters.into_iter().flat_map(|letters| &letters.dialogs);
    for (key, dialog) in unread.filter(|(_, dialog)| dialog.unread > 0) {
        match key.strip_prefix("chat") {
            Some(chat) => chats.insert(chat.to_owned(), dialog.unread.into()),
            None => dialogs.insert(key.clone(), dialog.unread.into()),
        };
    }
    let sum = |map: &Map<String, Value>| map.values().filter_map(Value::as_u64).sum::<u64>();
    let (chat, dialog) = (sum(&chats), sum(&dialogs));
    json!({
        "TYPE": {"ALL": notify + chat + dialog, "NOTIFY": notify, "CHAT": chat, "LINES": 0, "DIALOG": dialog, "MESSENGER": chat + dialog},
        "CHAT": php(chats), "CHAT_MUTED": [], "CHAT_UNREAD": [], "LINES": [], "DIALOG": php(dialogs), "DIALOG_UNREAD": [],
    })
}

/// `im.recent.list`: by pages of up to 200. `im.recent.get` is the first page without the frame.
pub(super) fn recent(portal: &Portal, params: &Params, user: u64) -> Value {
    let inner = portal.messenger.lock();
    let only_unread = params::text(params, "UNREAD_ONLY").as_deref() == Some("Y");
    let mut dialogs: Vec<(&String, &Dialog)> = inner
        .boxes
        .get(&user)
        .into_iter()
        .flat_map(|letters| &letters.dialogs)
        .filter(|(_, dialog)| !only_unread || dialog.unread > 0)
        .collect();
    dialogs.sort_by_key(|(_, dialog)| std::cmp::Reverse(dialog.last.id));
    let bound = |name: &str| params::number(params, name).and_then(|id| usize::try_from(id).ok());
    let offset = bound("OFFSET").unwrap_or(0);
    let limit = bound("LIMIT").unwrap_or(50).clamp(1, 200);
    let more = dialogs.len() > offset + limit;
    let items: Vec<Value> = dialogs
        .into_iter()
        .skip(offset)
        .take(limit)
        .map(|(key, dialog)| item(portal, user, key, dialog))
        .collect();
    json!({"items": items, "hasMore": more, "hasMorePages": more})
}

fn item(portal: &Portal, user: u64, key: &str, dialog: &Dialog) -> Value {
    let chat_number = key.strip_prefix("chat").and_then(|chat| chat.parse::<u64>().ok());
    let person = portal.people.get(dialog.partner);
    let status = if dialog.last.from == user {
        "delivered"
    } else {
        "received"
    };
    let mut item = json!({
        "id": chat_number.map_or_else(|| json!(dialog.partner), |_| json!(key)), "chat_id": dialog.chat_id,
        "type": if chat_number.is_some() { "chat" } else { "user" },
        "avatar": {"url": "", "color": person.map_or("", |user| user.color)},
        "title": chat_number.map_or_else(
            || person.map_or_else(String::new, User::full_name),
            |chat| format!("Отдел продаж {chat}"),
        ),
        "message": {
            "id": dialog.last.id, "text": dialog.last.text, "author_id": dialog.last.from, "date": dialog.last.date,
            "status": status, "uuid": null,
        },
        "counter": dialog.unread, "pinned": false, "unread": false, "date_last_activity": dialog.last.date,
        "user": person.map(User::in_messenger),
    });
    if let Some(number) = chat_number {
        item["chat"] = chat(number);
    }
    item
}
