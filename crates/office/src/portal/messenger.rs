//! The messenger: notifications, unread counters, recent dialogues.

mod methods;

pub(crate) use methods::{METHODS, call};

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::orders::{Letter, Notice};
use crate::clock;

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
