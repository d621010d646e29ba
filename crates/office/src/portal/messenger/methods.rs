//! The methods `im.*`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Dialog, Letterbox, chat};
use crate::params::{self, Params};
use crate::portal::Portal;
use crate::portal::orders::{Letter, Notice};
use crate::portal::people::User;
use crate::portal::reply::{Outcome, Refusal, Reply};
use crate::portal::rest::Call;

/// The methods that exist here.
pub(crate) const METHODS: [&str; 9] = [
    "im.notify",
    "im.notify.personal.add",
    "im.notify.system.add",
    "im.notify.get",
    "im.notify.read",
    "im.counters.get",
    "im.recent.list",
    "im.recent.get",
    "im.message.add",
];

/// Calls a method of the messenger.
pub(crate) fn call(portal: &Portal, method: &str, params: &Params, call: &Call<'_>) -> Outcome {
    match method {
        "im.notify.personal.add" => add(portal, params, call.user.id),
        "im.notify.system.add" => add(portal, params, 0),
        "im.notify" => {
            let system = params::text(params, "TYPE").as_deref() == Some("SYSTEM");
            add(portal, params, if system { 0 } else { call.user.id })
        }
        "im.notify.get" => Ok(Reply::of(notices(portal, call.user.id))),
        "im.notify.read" => Ok(read(portal, params, call.user.id)),
        "im.counters.get" => Ok(Reply::of(counters(portal, call.user.id))),
        "im.message.add" => write(portal, params, call.user.id),
        _ => Ok(Reply::of(recent(portal, call.user.id))),
    }
}

/// A tag is dropped for a webhook, as in the product.
fn add(portal: &Portal, params: &Params, from: u64) -> Outcome {
    let user = params::number(params, "USER_ID")
        .or_else(|| params::number(params, "TO"))
        .unwrap_or(0);
    let user = u64::try_from(user).ok().filter(|user| *user > 0);
    let user = user.ok_or_else(|| Refusal::bad("USER_ID_EMPTY", "User ID can't be empty"))?;
    let text = params::text(params, "MESSAGE").unwrap_or_default().trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::bad("MESSAGE_EMPTY", "Message can't be empty"));
    }
    let notice = Notice {
        user,
        text,
        link: String::new(),
        title: String::new(),
        from,
        tag: String::new(),
        setting: "rest|rest_notify".to_owned(),
        only_flash: false,
        confirm: false,
    };
    Ok(Reply::of(
        portal.notify(&notice).map_or(Value::Bool(false), |(id, _)| id.into()),
    ))
}

fn write(portal: &Portal, params: &Params, from: u64) -> Outcome {
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
    let sent = if let Some(chat) = dialog.strip_prefix("chat") {
        let chat: u64 = chat.parse().map_err(|_| unknown())?;
        let others: Vec<u64> = portal.people.ids().into_iter().filter(|user| *user != from).collect();
        others
            .into_iter()
            .filter_map(|user| portal.write(&letter(user, Some(chat))))
            .last()
    } else {
        portal.write(&letter(dialog.parse().map_err(|_| unknown())?, None))
    };
    let (id, _) = sent.ok_or_else(unknown)?;
    Ok(Reply::of(id.into()))
}

/// Without ONLY_CURRENT=Y every notification from the id on is marked, as the product does.
fn read(portal: &Portal, params: &Params, user: u64) -> Reply {
    let from = params::number(params, "ID")
        .and_then(|id| u64::try_from(id).ok())
        .unwrap_or(0);
    let only = params::text(params, "ONLY_CURRENT").as_deref() == Some("Y");
    let read = params::text(params, "ACTION").as_deref() != Some("N");
    let mut inner = portal.messenger.lock();
    if let Some(letters) = inner.boxes.get_mut(&user) {
        for kept in &mut letters.notices {
            if kept.id == from || (!only && kept.id > from) {
                kept.read = read;
            }
        }
    }
    Reply::of(true.into())
}

fn notices(portal: &Portal, user: u64) -> Value {
    let inner = portal.messenger.lock();
    let Some(letters) = inner.boxes.get(&user) else {
        return json!({"total_count": 0, "total_unread_count": 0, "chat_id": 10 + user, "notifications": [], "users": []});
    };
    let list: Vec<Value> = letters
        .notices
        .iter()
        .rev()
        .take(50)
        .map(|kept| {
            let notice = &kept.notice;
            let (module, event) = notice.setting.split_once('|').unwrap_or(("main", "default"));
            json!({
                "id": kept.id, "chat_id": 10 + user, "author_id": kept.author.as_ref().map_or(0, |author| author.id),
                "date": kept.date, "notify_type": if kept.author.is_some() { 2 } else { 4 }, "notify_module": module,
                "notify_event": event, "notify_tag": notice.tag, "notify_sub_tag": "", "notify_title": notice.title,
                "setting_name": notice.setting, "text": notice.text, "notify_read": if kept.read { "Y" } else { "N" },
                "params": [],
            })
        })
        .collect();
    let users: BTreeMap<u64, Value> = letters
        .notices
        .iter()
        .filter_map(|kept| kept.author.as_ref())
        .map(|author| (author.id, json!({"id": author.id, "name": author.name})))
        .collect();
    json!({
        "total_count": letters.notices.len(), "total_unread_count": letters.unread(), "chat_id": 10 + user,
        "notifications": list, "users": users.into_values().collect::<Vec<_>>(),
    })
}

fn counters(portal: &Portal, user: u64) -> Value {
    let inner = portal.messenger.lock();
    let letters = inner.boxes.get(&user);
    let notify = letters.map_or(0, Letterbox::unread);
    let (mut chats, mut dialogs) = (Map::new(), Map::new());
    for (key, dialog) in letters.iter().flat_map(|letters| &letters.dialogs) {
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

fn recent(portal: &Portal, user: u64) -> Value {
    let inner = portal.messenger.lock();
    let mut dialogs: Vec<(&String, &Dialog)> = inner
        .boxes
        .get(&user)
        .into_iter()
        .flat_map(|letters| &letters.dialogs)
        .collect();
    dialogs.sort_by_key(|(_, dialog)| std::cmp::Reverse(dialog.last));
    let items: Vec<Value> = dialogs
        .into_iter()
        .map(|(key, dialog)| {
            let chat_number = key.strip_prefix("chat").and_then(|chat| chat.parse::<u64>().ok());
            let person = portal.people.get(dialog.from);
            let mut item = json!({
                "id": chat_number.map_or_else(|| json!(dialog.from), |_| json!(key)), "chat_id": dialog.chat_id,
                "type": if chat_number.is_some() { "chat" } else { "user" },
                "avatar": {"url": "", "color": person.map_or("", |user| user.color)},
                "title": chat_number.map_or_else(
                    || person.map_or_else(String::new, User::full_name),
                    |chat| format!("Отдел продаж {chat}"),
                ),
                "message": {
                    "id": dialog.last, "text": dialog.text, "author_id": dialog.from, "date": dialog.date,
                    "status": "received", "uuid": null,
                },
                "counter": dialog.unread, "pinned": false, "unread": false, "date_last_activity": dialog.date,
                "user": person.map(User::in_messenger),
            });
            if let Some(number) = chat_number {
                item["chat"] = chat(number);
            }
            item
        })
        .collect();
    json!({"items": items, "hasMore": false, "hasMorePages": false})
}

/// An empty map is an empty list in PHP.
fn php(map: Map<String, Value>) -> Value {
    if map.is_empty() { json!([]) } else { Value::Object(map) }
}
