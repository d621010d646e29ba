//! The simulated portal: channels, configurations, and what can be wrong with them.

use std::{collections::BTreeMap, time::Duration};

use bitrix24_pull::{
    ConfigFailure, Remedy,
    config::{Config, Origin},
    session::Input,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    server::{EPOCH, Letter},
    world::{Due, Plan, World},
};

/// How the next question for the configuration goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Mishap {
    Retry(Option<u64>),
    SignIn,
    LoginPage,
    NoAnswer,
}

/// Real ones do it every twelve hours.
const REPLACED_AT_MOST_EVERY: u64 = 30_000;

pub(crate) struct Portal {
    made: u64,
    made_private: u64,
    answered: u64,
    made_shared: u64,
    pub(crate) private: String,
    pub(crate) shared: String,
    /// Virtual milliseconds at which the channels end.
    ends: u64,
    /// How long channels live.
    pub(crate) channel_life: u64,
    pub(crate) mishaps: Vec<Mishap>,
    pub(crate) revision: u32,
    websocket: bool,
    polling: bool,
    version: u32,
    /// Channels by the hash that positions name them with.
    pub(crate) fingerprints: BTreeMap<String, Vec<String>>,
    /// When a channel was replaced.
    pub(crate) replaced: BTreeMap<String, u64>,
    /// Channels by token.
    tokens: BTreeMap<String, Vec<String>>,
}

pub(crate) fn origin() -> Origin {
    Origin {
        portal: "https://p.example.ru".parse().unwrap(),
        intranet: false,
    }
}

impl Portal {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self {
            made: 2,
            made_private: 0,
            answered: 0,
            made_shared: 0,
            private: format!("{:032x}", 1),
            shared: format!("{:032x}", 2),
            ends: 43_205_000,
            channel_life: 43_205_000,
            mishaps: Vec::new(),
            revision: 19,
            websocket: plan.websocket,
            polling: plan.polling,
            version: plan.version,
            fingerprints: BTreeMap::new(),
            replaced: BTreeMap::new(),
            tokens: BTreeMap::new(),
        }
    }

    fn signed_private(&self) -> String {
        if self.version >= 4 {
            format!("{}:{:032x}.{:040x}", self.private, 7, 8)
        } else {
            format!("{}.{:040x}", self.private, 8)
        }
    }

    fn signed_shared(&self) -> String {
        format!("{}.{:040x}", self.shared, 9)
    }

    pub(crate) fn answer(&mut self, now: u64) -> Value {
        let time = |millis: u64| Timestamp::from_second(i64::try_from(EPOCH + millis / 1000).unwrap()).unwrap();
        let starts = [self.made_private, self.made_shared].map(|made| time(made).to_string());
        let end = time(self.ends).to_string();
        let mut server = json!({"version": self.version, "server_enabled": true, "mode": "personal",
            "websocket_enabled": self.websocket});
        if self.websocket {
            server["websocket_secure"] = json!("wss://push.example.ru/bitrix/subws/");
        }
        if self.polling {
            server["long_pooling_secure"] = json!("https://push.example.ru/bitrix/sub/");
        }
        let mut answer = json!({
            "server": server, "api": {"revision_web": self.revision},
            "channels": {
                "private": {"id": self.signed_private(), "start": starts[0], "end": end, "type": "private"},
                "shared": {"id": self.signed_shared(), "start": starts[1], "end": end, "type": "shared"}},
            "publicChannels": false, "serverTime": time(now).to_string()});
        let channels = vec![self.private.clone(), self.shared.clone()];
        if self.version > 4 {
            let token = format!("t.{}.{}", self.private, self.shared);
            self.tokens.insert(token.clone(), channels.clone());
            answer["jwt"] = json!(token);
            answer["exp"] = json!(EPOCH + self.ends / 1000);
        }
        let fingerprint = Config::parse(&answer, &origin()).unwrap().fingerprint();
        self.fingerprints.insert(fingerprint, channels);
        answer
    }

    /// The channels that a request names.
    pub(crate) fn channels(&self, query: &BTreeMap<String, String>) -> Vec<String> {
        if let Some(token) = query.get("token") {
            return self.tokens.get(token).cloned().unwrap_or_default();
        }
        let ids = query.get("CHANNEL_ID").map_or("", String::as_str);
        let bare = |id: &str| id.split([':', '.']).next().unwrap_or_default().to_owned();
        ids.split('/').map(bare).filter(|id| !id.is_empty()).collect()
    }
}

impl World {
    /// The session asks for a configuration.
    pub(crate) fn ask_portal(&mut self) {
        let request = self.number();
        self.request = Some(request);
        let wait = self.chance.within(10, 600);
        let failed = |kind: &str, remedy| {
            Err(ConfigFailure {
                kind: kind.to_owned(),
                message: String::new(),
                remedy,
            })
        };
        let answer = match self.portal.mishaps.pop() {
            Some(Mishap::NoAnswer) => return self.note(|| "portal: silent".to_owned()),
            Some(Mishap::Retry(after)) => {
                let after = after.map(Duration::from_secs);
                failed("unreachable", Remedy::Retry { after })
            }
            Some(Mishap::SignIn) => {
                // The owner does it, later.
                let later = self.chance.within(1000, 60_000);
                self.after(wait + later, Due::Start);
                failed("credentials", Remedy::SignIn)
            }
            Some(Mishap::LoginPage) => Ok(json!("<html>sign in</html>")),
            None => {
                // The portal makes new channels when somebody asks and the old ones have ended.
                if self.time + wait >= self.portal.ends {
                    self.replace_private();
                    self.replace_shared();
                }
                self.portal.answered = self.time;
                Ok(self.portal.answer(self.time))
            }
        };
        self.note(|| format!("portal: {}", if answer.is_ok() { "answers" } else { "fails" }));
        self.after(wait, Due::Configured(request, Box::new(answer)));
    }

    pub(crate) fn configured(&mut self, request: u64, answer: Result<Value, ConfigFailure>) {
        if self.request == Some(request) {
            self.request = None;
            let now = self.now();
            self.note(|| "configuration".to_owned());
            self.session.handle(Input::Configured(answer), now);
        }
    }

    /// Too soon behind another replacement, of this channel or of the other one, but for both in one moment.
    fn is_unlikely(&self, own: u64, other: u64) -> bool {
        let soon = self.time < own + REPLACED_AT_MOST_EVERY;
        let close = other > 0 && self.time > other && self.time < other + 5000;
        soon || close || self.begins()
    }

    /// The client is about to read for the first time, from what it was told just now: a replacement in these seconds is
    /// what it cannot hear of.
    fn begins(&self) -> bool {
        let named = self.owner.position.as_ref().and_then(crate::owner::order_of);
        named.is_none() && self.time < self.portal.answered + 16_000
    }

    /// A new own channel: from here on events of the user go there.
    pub(crate) fn replace_private(&mut self) {
        if self.is_unlikely(self.portal.made_private, self.portal.made_shared) {
            return;
        }
        self.portal.made_private = self.time;
        let old = self.portal.private.clone();
        let signed = self.portal.signed_private();
        self.portal.made += 1;
        self.portal.private = format!("{:032x}", self.portal.made);
        self.portal.ends = self.time + self.portal.channel_life;
        self.portal.replaced.insert(old.clone(), self.time);
        let new = &self.portal.private[28..];
        let line = format!("portal: own channel {} -> {new}", &old[28..]);
        self.note(|| line);
        let params = json!({"action": "get_config", "channel": {"id": signed, "type": "private"}});
        self.command(&old, "channel_expire", params);
    }

    /// A new shared channel, named in the command.
    pub(crate) fn replace_shared(&mut self) {
        if self.is_unlikely(self.portal.made_shared, self.portal.made_private) {
            return;
        }
        self.portal.made_shared = self.time;
        let old = self.portal.shared.clone();
        let signed = self.portal.signed_shared();
        self.portal.made += 1;
        self.portal.shared = format!("{:032x}", self.portal.made);
        self.portal.replaced.insert(old.clone(), self.time);
        let new = &self.portal.shared[28..];
        let line = format!("portal: shared channel {} -> {new}", &old[28..]);
        self.note(|| line);
        let end = Timestamp::from_second(i64::try_from(EPOCH + self.portal.ends / 1000).unwrap()).unwrap();
        let params = json!({"action": "reconnect", "channel": {"id": signed, "type": "shared"},
            "new_channel": {"id": self.portal.signed_shared(), "type": "shared",
                "start": EPOCH + self.time / 1000, "end": end.to_string()}});
        // The client may be told before it ever asks for a configuration with this channel.
        for private in [self.portal.private.clone(), old_private(&self.portal)] {
            let mut known = self.portal.answer(self.time);
            let current = std::mem::replace(&mut self.portal.private, private.clone());
            known["channels"]["private"]["id"] = json!(self.portal.signed_private());
            self.portal.private = current;
            let fingerprint = Config::parse(&known, &origin()).unwrap().fingerprint();
            let channels = vec![private, self.portal.shared.clone()];
            self.portal.fingerprints.insert(fingerprint, channels);
        }
        self.command(&old, "channel_expire", params);
    }

    /// A system command into one channel.
    pub(crate) fn command(&mut self, channel: &str, command: &'static str, params: Value) {
        let mut letter = self.letter(vec![channel.to_owned()]);
        letter.module = "pull";
        letter.command = command;
        letter.params = Some(params);
        self.publish(&letter);
    }

    pub(crate) fn letter(&mut self, channels: Vec<String>) -> Letter {
        Letter {
            number: self.book.next_number(),
            channels,
            module: "im",
            command: "message",
            params: None,
            fleeting: false,
            expiry: 86_400,
            from_client: false,
            ballast: 0,
            revision: self.portal.revision,
        }
    }
}

/// The own channel before the last replacement.
fn old_private(portal: &Portal) -> String {
    let last = portal
        .replaced
        .iter()
        .filter(|(id, _)| **id < portal.private)
        .max_by_key(|(_, at)| **at);
    last.map_or_else(|| portal.private.clone(), |(id, _)| id.clone())
}
