//! The events that the portal sends: to a user's private channel or to the shared one.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Portal;
use super::channels::Lease;
use super::messenger::{Author, Stored};
use super::orders::{EXPIRY, Letter, Notice, Post};
use super::people::User;
use crate::clock;
use crate::office::ServerVersion;
use crate::push::{Address, Draft, Personal, hex, user_id};

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
        let (to, draft) = self.draft(post)?;
        Some(self.hand_over(to, draft))
    }

    /// An event as it would be published.
    pub(crate) fn draft(&self, post: &Post) -> Option<(Address, Draft)> {
        let to = self.address(post.user)?;
        let empty = post.params.is_null() || post.params.as_object().is_some_and(serde_json::Map::is_empty);
        let params = if empty { json!([]) } else { post.params.clone() };
        let body = self.body(to, &post.module_id, &post.command, params, clock::now());
        let personal = Personal {
            user_params: post.user_params.clone(),
            dictionary: post.dictionary.clone(),
        };
        let draft = Draft {
            personal,
            ..Draft::portal(body, post.expiry)
        };
        Some((to, draft))
    }

    /// Publishes bodies as they are, be they events or nonsense, in one response; `user` as in [`Post`].
    pub(crate) fn publish_raw(&self, user: Option<u64>, bodies: Vec<String>, expiry: u32) -> Option<Vec<String>> {
        let to = self.address(user)?;
        let drafts = bodies.into_iter().map(|body| Draft::portal(body, expiry)).collect();
        let mids = self.hub.publish_together(to, drafts, clock::now());
        Some(mids.iter().map(ToString::to_string).collect())
    }

    /// Stores events as if they had come while nobody was there: command `fill`, parameters `n` from 1 and `pad` so
    /// long that a body has about `size` bytes.
    pub(crate) fn fill(&self, user: Option<u64>, count: u32, size: usize) -> Option<Vec<String>> {
        let to = self.address(user)?;
        let now = clock::now();
        let bare = self.body(to, "im", "fill", json!({"n": count, "pad": ""}), now).len();
        let pad = "x".repeat(size.saturating_sub(bare));
        let drafts = (1..=count)
            .map(|n| Draft::portal(self.body(to, "im", "fill", json!({"n": n, "pad": pad}), now), EXPIRY))
            .collect();
        let mids = self.hub.store_silently(to, drafts, now);
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
        let post = Post::new(Some(notice.user), "im", "notifyAdd", params);
        Some((id, self.publish(&post)?))
    }

    /// Writes a chat message and tells its reader; gives its id. `None` if reader or author do not exist.
    pub(crate) fn write(&self, letter: &Letter) -> Option<(u64, Signal)> {
        self.write_as(letter, None)
    }

    /// The same for one of several readers: `id` is what the first one got.
    pub(crate) fn write_as(&self, letter: &Letter, id: Option<u64>) -> Option<(u64, Signal)> {
        let author = self.people.get(letter.from)?;
        self.people.get(letter.user)?;
        let now = clock::now();
        let written = self.messenger.add_letter(letter, id, now);
        let params = self.letter_params(letter, &written, author.in_messenger(), now);
        let told = json!({
            "message": {"id": written.id, "chatId": written.chat_id, "authorId": letter.from, "date": clock::iso(now), "text": letter.text},
            "chat": params["chat"], "user": author.in_messenger(), "language": "ru",
        });
        self.messenger.tell(letter.user, "ONIMV2MESSAGEADD", told, now);
        let command = if letter.chat.is_some() {
            "messageChat"
        } else {
            "message"
        };
        let post = Post::new(Some(letter.user), "im", command, params);
        Some((written.id, self.publish(&post)?))
    }

    /// Makes a new shared channel and says so on the old one: clients swap it and reconnect.
    pub(crate) fn expire_shared(&self, now: Timestamp) -> Signal {
        let (old, new) = self.channels.renew_shared(now);
        let to = Address {
            id: old.channel.private,
            private: true,
        };
        let new = self
            .channels
            .describe_in_event(&new, self.hub.key(), self.around.version);
        self.say_expired(to, &old, "reconnect", Some(new), now)
    }

    /// Makes a new channel for a user and says so on the old one: clients ask for a new configuration.
    pub(crate) fn expire_private(&self, user: u64, now: Timestamp) -> Option<Signal> {
        // Told on the old channel, so its address is taken before.
        let to = self.address(Some(user))?;
        let (old, _) = self.channels.renew_private(user, now)?;
        Some(self.say_expired(to, &old, "get_config", None, now))
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
        self.publish(&Post::new(None, "pull", command, Value::Null))
    }

    fn say_expired(&self, to: Address, old: &Lease, action: &str, new: Option<Value>, now: Timestamp) -> Signal {
        let described = old.describe(self.hub.key(), self.around.version);
        let mut params = json!({"action": action, "channel": {"id": described["id"], "type": described["type"]}});
        if let Some(new) = new {
            params["new_channel"] = new;
        }
        let body = self.body(to, "pull", "channel_expire", params, now);
        self.hand_over(to, Draft::portal(body, EXPIRY))
    }

    /// Gives a message to the push server.
    pub(super) fn hand_over(&self, to: Address, draft: Draft) -> Signal {
        let at = clock::now();
        let mid = self.hub.publish(&[to], draft, at);
        Signal {
            mid: mid.to_string(),
            at_us: clock::micros(at),
        }
    }

    /// Where a user is reached: by his private channel, at the JSON-RPC server by his number; everybody by the shared
    /// channel.
    fn address(&self, user: Option<u64>) -> Option<Address> {
        let id = match user {
            Some(user) => {
                let lease = self.channels.private(user)?;
                if self.around.version == ServerVersion::V5 {
                    user_id(user)
                } else {
                    lease.channel.private
                }
            }
            None => self.channels.shared().channel.private,
        };
        Some(Address { id, private: true })
    }

    /// The JSON that the push server passes on verbatim.
    pub(super) fn body(&self, to: Address, module: &str, command: &str, params: Value, now: Timestamp) -> String {
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
        if self.around.version == ServerVersion::V1 {
            extra["channel"] = hex(&to.id).into();
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
