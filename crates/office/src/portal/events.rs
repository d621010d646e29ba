//! The events that the portal sends: to a user's private channel or to the shared one.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Portal;
use super::channels::Lease;
use super::messenger::{Author, Stored};
use super::orders::{EXPIRY, Letter, Notice, Post};
use super::people::User;
use crate::clock;
use crate::push::{Address, Sender};

/// What a publication left behind.
#[derive(Clone, Debug)]
pub(crate) struct Signal {
    /// The message id.
    pub(crate) mid: String,
    /// Unix microseconds right before the message was handed to the push server.
    pub(crate) at_us: i64,
}

impl Portal {
    /// Publishes an event; `None` if there is no such user.
    pub(crate) fn publish(&self, post: &Post) -> Option<Signal> {
        let to = self.address(post.user)?;
        let empty = post.params.is_null() || post.params.as_object().is_some_and(serde_json::Map::is_empty);
        let params = if empty { json!([]) } else { post.params.clone() };
        let body = self.body(&post.module_id, &post.command, params, clock::now());
        Some(self.hand_over(to, body, post.expiry))
    }

    /// Publishes a body as it is, be it an event or nonsense.
    pub(crate) fn publish_raw(&self, user: u64, bodies: Vec<String>) -> Option<Vec<String>> {
        let to = self.address(Some(user))?;
        let mids = self.hub.publish_together(to, bodies, EXPIRY, clock::now());
        Some(mids.iter().map(ToString::to_string).collect())
    }

    /// Adds a notification and tells the user; gives its id. `None` if there is no such user.
    pub(crate) fn notify(&self, notice: &Notice) -> Option<(u64, Signal)> {
        self.people.get(notice.user)?;
        let author = self.people.get(notice.from);
        let now = clock::now();
        let (id, counter) = if notice.only_flash {
            (self.messenger.next_id(), self.messenger.unread(notice.user))
        } else {
            let author = author.map(|user| Author {
                id: user.id,
                name: user.full_name(),
            });
            self.messenger.add_notice(notice, author, now)
        };
        let kind = if notice.confirm {
            1
        } else if author.is_some() {
            2
        } else {
            4
        };
        let mut params = json!({
            "id": id, "type": kind, "date": clock::iso(now), "silent": "N", "onlyFlash": notice.only_flash,
            "link": notice.link, "text": notice.text, "tag": notice.tag, "originalTag": notice.tag,
            "original_tag": notice.tag, "read": null, "settingName": notice.setting, "params": [], "counter": counter,
            "users": author.map(|user| vec![user.in_messenger()]).unwrap_or_default(),
            "userId": author.map_or(0, |user| user.id),
            "userName": author.map_or_else(String::new, User::full_name),
            "userColor": author.map_or("", |user| user.color), "userAvatar": "",
            "userLink": author.map_or_else(String::new, User::path),
        });
        if notice.confirm {
            params["buttons"] = json!([
                {"TITLE": "Да", "VALUE": "Y", "TYPE": "accept"}, {"TITLE": "Нет", "VALUE": "N", "TYPE": "cancel"},
            ]);
        } else {
            params["title"] = notice.title.clone().into();
        }
        let post = Post {
            user: Some(notice.user),
            module_id: "im".to_owned(),
            command: "notifyAdd".to_owned(),
            params,
            expiry: EXPIRY,
        };
        Some((id, self.publish(&post)?))
    }

    /// Writes a chat message and tells its reader; gives its id. `None` if reader or author do not exist.
    pub(crate) fn write(&self, letter: &Letter) -> Option<(u64, Signal)> {
        let author = self.people.get(letter.from)?;
        self.people.get(letter.user)?;
        let now = clock::now();
        let written = self.messenger.add_letter(letter, now);
        let params = self.letter_params(letter, &written, author.in_messenger(), now);
        let command = if letter.chat.is_some() {
            "messageChat"
        } else {
            "message"
        };
        let post = Post {
            user: Some(letter.user),
            module_id: "im".to_owned(),
            command: command.to_owned(),
            params,
            expiry: EXPIRY,
        };
        Some((written.id, self.publish(&post)?))
    }

    /// Makes a new shared channel and says so on the old one: clients swap it and reconnect.
    pub(crate) fn expire_shared(&self, now: Timestamp) -> Signal {
        let (old, new) = self.channels.renew_shared(now);
        self.say_expired(&old, "reconnect", Some(new.describe(self.hub.key())), now)
    }

    /// Makes a new channel for a user and says so on the old one: clients ask for a new configuration.
    pub(crate) fn expire_private(&self, user: u64, now: Timestamp) -> Option<Signal> {
        let (old, _) = self.channels.renew_private(user, now)?;
        Some(self.say_expired(&old, "get_config", None, now))
    }

    /// Tells everybody to ask for a new configuration.
    pub(crate) fn expire_config(&self) -> Option<Signal> {
        self.channels.touch(clock::now());
        self.system("config_expire")
    }

    /// Tells everybody that the push server will restart.
    pub(crate) fn announce_restart(&self) -> Option<Signal> {
        self.system("server_restart")
    }

    fn system(&self, command: &str) -> Option<Signal> {
        let post = Post {
            user: None,
            module_id: "pull".to_owned(),
            command: command.to_owned(),
            params: Value::Null,
            expiry: EXPIRY,
        };
        self.publish(&post)
    }

    fn say_expired(&self, old: &Lease, action: &str, new: Option<Value>, now: Timestamp) -> Signal {
        let described = old.describe(self.hub.key());
        let mut params = json!({"action": action, "channel": {"id": described["id"], "type": described["type"]}});
        if let Some(new) = new {
            params["new_channel"] = new;
        }
        let body = self.body("pull", "channel_expire", params, now);
        self.hand_over(
            Address {
                id: old.channel.private,
                private: true,
            },
            body,
            EXPIRY,
        )
    }

    fn hand_over(&self, to: Address, body: String, expiry: u32) -> Signal {
        let at = clock::now();
        let mid = self.hub.publish(&[to], body, expiry, Sender::Backend, at);
        Signal {
            mid: mid.to_string(),
            at_us: clock::micros(at),
        }
    }

    fn address(&self, user: Option<u64>) -> Option<Address> {
        let lease = match user {
            Some(user) => self.channels.private(user)?,
            None => self.channels.shared(),
        };
        Some(Address {
            id: lease.channel.private,
            private: true,
        })
    }

    /// The JSON that the push server passes on verbatim.
    fn body(&self, module: &str, command: &str, params: Value, now: Timestamp) -> String {
        let now = self.channels.portal_time(now);
        let mut extra = json!({
            "server_time": clock::iso(now), "server_time_unix": clock::unix_float(now),
            "server_name": self.around.host, "revision_web": self.channels.revision(), "revision_mobile": 3,
        });
        if module.eq_ignore_ascii_case("im") {
            for (name, revision) in [
                ("revision_im_web", 130),
                ("revision_im_mobile", 19),
                ("revision_im_rest", 32),
                ("im_revision", 130),
                ("im_revision_mobile", 19),
            ] {
                extra[name] = revision.into();
            }
            extra["is_shared_event"] = false.into();
        }
        json!({"module_id": module.to_lowercase(), "command": command, "params": params, "extra": extra}).to_string()
    }

    fn letter_params(&self, letter: &Letter, written: &Stored, author: Value, now: Timestamp) -> Value {
        let (chat, chat_id) = (letter.chat, written.chat_id);
        let dialog = chat.map_or_else(|| letter.from.to_string(), |chat| format!("chat{chat}"));
        let recipient = chat.map_or_else(|| letter.user.to_string(), |chat| format!("chat{chat}"));
        let date = clock::iso(now);
        json!({
            "chatId": chat_id, "dateLastActivity": date, "dialogId": dialog,
            "chat": chat.map_or_else(|| json!([]), |chat| json!({chat.to_string(): super::messenger::chat(chat)})),
            "copilot": null, "lines": null, "multidialog": null,
            "userInChat": chat.map_or_else(|| json!([]), |chat| json!({chat.to_string(): self.people.ids()})),
            "userBlockChat": {chat_id.to_string(): []},
            "users": {letter.from.to_string(): author},
            "message": {
                "id": written.id, "templateId": format!("00000000-0000-4000-8000-{:012}", written.id),
                "templateFileId": "", "prevId": written.id - 1, "chatId": chat_id, "senderId": letter.from,
                "recipientId": recipient, "system": "N", "date": date, "text": letter.text,
                "textLegacy": letter.text, "params": {}, "counter": 0, "isImportant": false, "importantFor": [],
                "additionalEntities": {}, "forward": [],
            },
            "counterType": "chat", "recentConfig": {"chatId": chat_id, "sections": ["default"]}, "files": {},
            "notify": letter.notify, "messagesAutoDeleteConfigs": [], "stickers": [],
            "counter": written.counter.min(100),
        })
    }
}
