//! The messenger: notifications, unread counters, recent dialogues, and the methods `im.*`.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Portal;
use super::events::{Letter, Notice};
use super::reply::{Outcome, Refusal, Reply};
use super::rest::Call;
use crate::clock;
use crate::params::{self, Params};

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

/// Notifications and dialogues kept per user.
const KEPT: usize = 1000;

/// Who wrote a notification.
#[derive(Clone, Debug)]
pub(crate) struct Author {
    /// User id.
    pub(crate) id: u64,
    /// First and family name.
    pub(crate) name: String,
}

/// A message that was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored {
    /// Message id.
    pub(crate) id: u64,
    /// The chat that it is in.
    pub(crate) chat_id: u64,
    /// Unread messages of the dialogue.
    pub(crate) counter: u64,
}

/// What the messenger remembers.
#[derive(Debug)]
pub(crate) struct Messenger(Mutex<Inner>);

#[derive(Debug)]
struct Inner {
    last_id: u64,
    boxes: BTreeMap<u64, Letterbox>,
}

#[derive(Debug, Default)]
struct Letterbox {
    notices: Vec<Kept>,
    dialogs: BTreeMap<String, Dialog>,
}

#[derive(Debug)]
struct Kept {
    id: u64,
    notice: Notice,
    author: Option<Author>,
    date: String,
    read: bool,
}

#[derive(Debug)]
struct Dialog {
    chat_id: u64,
    from: u64,
    text: String,
    last: u64,
    date: String,
    unread: u64,
}

impl Messenger {
    /// Empty; ids start where a portal of some age would be.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Inner {
            last_id: 900,
            boxes: BTreeMap::new(),
        }))
    }

    /// The next id of a notification or message.
    pub(crate) fn next_id(&self) -> u64 {
        self.lock().next()
    }

    /// Unread notifications of a user.
    pub(crate) fn unread(&self, user: u64) -> u64 {
        self.lock().boxes.get(&user).map_or(0, Letterbox::unread)
    }

    /// Keeps a notification; the same tag replaces an older one. Gives its id and the unread count.
    pub(crate) fn add_notice(&self, notice: &Notice, author: Option<Author>, now: Timestamp) -> (u64, u64) {
        let mut inner = self.lock();
        let id = inner.next();
        let letters = inner.boxes.entry(notice.user).or_default();
        if !notice.tag.is_empty() {
            letters.notices.retain(|kept| kept.notice.tag != notice.tag);
        }
        if letters.notices.len() == KEPT {
            letters.notices.remove(0);
        }
        letters.notices.push(Kept {
            id,
            notice: notice.clone(),
            author,
            date: clock::iso(now),
            read: false,
        });
        (id, letters.unread())
    }

    /// Keeps a message in its dialogue.
    pub(crate) fn add_letter(&self, letter: &Letter, now: Timestamp) -> Stored {
        let mut inner = self.lock();
        let id = inner.next();
        let (key, chat_id) = match letter.chat {
            Some(chat) => (format!("chat{chat}"), chat),
            // A dialogue is a chat of two, too.
            None => (
                letter.from.to_string(),
                100 + letter.from.min(letter.user) * 10 + letter.from.max(letter.user),
            ),
        };
        let dialogs = &mut inner.boxes.entry(letter.user).or_default().dialogs;
        let unread = dialogs.get(&key).map_or(0, |dialog| dialog.unread) + 1;
        let (from, text) = (letter.from, letter.text.clone());
        dialogs.insert(
            key,
            Dialog {
                chat_id,
                from,
                text,
                last: id,
                date: clock::iso(now),
                unread,
            },
        );
        Stored {
            id,
            chat_id,
            counter: unread,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn next(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

impl Letterbox {
    fn unread(&self) -> u64 {
        self.notices.iter().filter(|kept| !kept.read).count() as u64
    }
}

/// A group chat as events and lists describe it.
pub(crate) fn chat(id: u64) -> Value {
    json!({
        "id": id, "name": format!("Отдел продаж {id}"), "owner": 1, "color": "#4ba984", "avatar": "/bitrix/js/im/images/blank.gif",
        "type": "chat", "message_type": "C", "entity_type": "", "entity_id": "", "mute_list": [], "extranet": false,
    })
}

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
                    || person.map_or_else(String::new, super::people::User::full_name),
                    |chat| format!("Отдел продаж {chat}"),
                ),
                "message": {
                    "id": dialog.last, "text": dialog.text, "author_id": dialog.from, "date": dialog.date,
                    "status": "received", "uuid": null,
                },
                "counter": dialog.unread, "pinned": false, "unread": false, "date_last_activity": dialog.date,
                "user": person.map(super::people::User::in_messenger),
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
