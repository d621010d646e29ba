//! The messenger: notifications, chats, unread counters, recent dialogues, and the event queue of `im.v2`.

mod chats;
mod feed;
mod methods;
mod notices;

pub(crate) use chats::chat_of;
pub(crate) use methods::{METHODS, call};

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::orders::{Letter, Notice};
use crate::clock;
use feed::Feed;

/// Notifications kept per user, and messages per chat.
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
    chats: BTreeMap<u64, Vec<Message>>,
    feed: Feed,
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

#[derive(Clone, Debug)]
struct Message {
    id: u64,
    from: u64,
    text: String,
    date: String,
}

#[derive(Debug)]
struct Dialog {
    chat_id: u64,
    /// The other one of a dialogue of two.
    partner: u64,
    last: Message,
    unread: u64,
}

impl Messenger {
    /// Empty; ids start where a portal of some age would be.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Inner {
            last_id: 900,
            boxes: BTreeMap::new(),
            chats: BTreeMap::new(),
            feed: Feed::default(),
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

    /// Keeps a message for its reader and its author; `id`: one that others got already.
    pub(crate) fn add_letter(&self, letter: &Letter, id: Option<u64>, now: Timestamp) -> Stored {
        let mut inner = self.lock();
        let id = id.unwrap_or_else(|| inner.next());
        let (to_reader, to_author, chat_id) = match letter.chat {
            Some(chat) => (format!("chat{chat}"), format!("chat{chat}"), chat),
            None => (
                letter.from.to_string(),
                letter.user.to_string(),
                chat_of(letter.from, letter.user),
            ),
        };
        let message = Message {
            id,
            from: letter.from,
            text: letter.text.clone(),
            date: clock::iso(now),
        };
        let log = inner.chats.entry(chat_id).or_default();
        if log.last().is_none_or(|last| last.id != id) {
            log.push(message.clone());
            let excess = log.len().saturating_sub(KEPT);
            log.drain(..excess);
        }
        let mut put = |user: u64, key: String, partner: u64, more: u64| {
            let dialogs = &mut inner.boxes.entry(user).or_default().dialogs;
            let unread = dialogs.get(&key).map_or(0, |dialog| dialog.unread) * more.min(1) + more;
            let last = message.clone();
            dialogs.insert(
                key,
                Dialog {
                    chat_id,
                    partner,
                    last,
                    unread,
                },
            );
            unread
        };
        // Whoever writes has read what was there.
        put(letter.from, to_author, letter.user, 0);
        let counter = if letter.user == letter.from {
            0
        } else {
            put(letter.user, to_reader, letter.from, 1)
        };
        Stored { id, chat_id, counter }
    }

    /// Keeps an event for those who subscribed to theirs.
    pub(crate) fn tell(&self, user: u64, kind: &str, data: Value, now: Timestamp) {
        self.lock().feed.put(user, kind, data, now);
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

/// An empty map is an empty list in PHP.
fn php(map: Map<String, Value>) -> Value {
    if map.is_empty() { json!([]) } else { Value::Object(map) }
}
