//! The channels of the users and the answer of `pull.config.get`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::Portal;
use super::reply::{Outcome, Refusal, Reply};
use crate::chance::Chance;
use crate::clock;
use crate::params::{self, Params};
use crate::push::{Channel, Key, hex};

/// Twelve hours and five seconds.
const TTL: i64 = 43_205;
/// The revision of the web interface that clients know.
const REVISION: u32 = 19;

/// A channel and when it was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lease {
    /// The ids.
    pub(crate) channel: Channel,
    /// When it was made.
    pub(crate) start: Timestamp,
}

/// The channels of all users.
#[derive(Debug)]
pub(crate) struct Channels {
    chance: Arc<Chance>,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Lease,
    private: BTreeMap<u64, Lease>,
    config_timestamp: i64,
    skew: i64,
    revision: u32,
}

impl Channels {
    /// A shared channel, and one for each user.
    pub(crate) fn new(users: Vec<u64>, chance: Arc<Chance>, now: Timestamp) -> Self {
        let shared = Lease {
            channel: Channel {
                private: chance.id(),
                public: None,
            },
            start: now,
        };
        let private = users
            .into_iter()
            .map(|user| (user, make_private(&chance, now)))
            .collect();
        let inner = Inner {
            shared,
            private,
            config_timestamp: now.as_second(),
            skew: 0,
            revision: REVISION,
        };
        Self {
            chance,
            inner: Mutex::new(inner),
        }
    }

    /// The shared channel.
    pub(crate) fn shared(&self) -> Lease {
        self.lock().shared
    }

    /// The channel of a user.
    pub(crate) fn private(&self, user: u64) -> Option<Lease> {
        self.lock().private.get(&user).copied()
    }

    /// Replaces the shared channel; gives the old one and the new one.
    pub(crate) fn renew_shared(&self, now: Timestamp) -> (Lease, Lease) {
        let new = Lease {
            channel: Channel {
                private: self.chance.id(),
                public: None,
            },
            start: now,
        };
        (std::mem::replace(&mut self.lock().shared, new), new)
    }

    /// Replaces the channel of a user; gives the old one and the new one.
    pub(crate) fn renew_private(&self, user: u64, now: Timestamp) -> Option<(Lease, Lease)> {
        let new = make_private(&self.chance, now);
        let old = self.lock().private.insert(user, new)?;
        Some((old, new))
    }

    /// The configuration changed: clients that compare its timestamp ask again.
    pub(crate) fn touch(&self, now: Timestamp) {
        self.lock().config_timestamp = now.as_second();
    }

    /// The portal's clock goes wrong by so many seconds.
    pub(crate) fn set_skew(&self, seconds: i64) {
        self.lock().skew = seconds;
    }

    /// The portal's interface was updated.
    pub(crate) fn set_revision(&self, revision: u32) {
        self.lock().revision = revision;
    }

    /// The revision in configuration and events.
    pub(crate) fn revision(&self) -> u32 {
        self.lock().revision
    }

    /// What the portal takes for now.
    pub(crate) fn portal_time(&self, now: Timestamp) -> Timestamp {
        let skew = self.lock().skew;
        now.checked_add(SignedDuration::from_secs(skew)).unwrap_or(now)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease {
    /// When the channel ends.
    pub(crate) fn end(&self) -> Timestamp {
        self.start
            .checked_add(SignedDuration::from_secs(TTL))
            .unwrap_or(self.start)
    }

    /// `{"id","start","end","type"}` as configuration and `channel_expire` have it.
    pub(crate) fn describe(&self, key: &Key) -> Value {
        let kind = if self.channel.public.is_some() {
            "private"
        } else {
            "shared"
        };
        let mut object = json!({
            "id": key.signed_channel(self.channel), "start": clock::iso(self.start), "end": clock::iso(self.end()),
            "type": kind,
        });
        if let Some(public) = self.channel.public {
            let signed = key
                .sign_public(public)
                .map(|signature| format!("{}.{signature}", hex(&public)));
            object["public_id"] = signed.unwrap_or_default().into();
        }
        object
    }
}

impl Portal {
    /// The answer of `pull.config.get`: everything that a client needs to connect as this user.
    pub(super) fn pull_config(&self, user: u64, now: Timestamp) -> Value {
        self.renew_expired(user, now);
        let host = &self.around.host;
        let key = self.hub.key();
        let private = self.channels.private(user).map(|lease| lease.describe(key));
        let revision = self.channels.revision();
        let config_timestamp = self.channels.lock().config_timestamp;
        // The office speaks no TLS: its secure addresses are the plain ones.
        json!({
            "server": {
                "version": self.around.version.number(), "server_enabled": true, "mode": "personal",
                "hostname": host,
                "long_polling": format!("http://{host}/bitrix/sub/"),
                "long_pooling_secure": format!("http://{host}/bitrix/sub/"),
                "websocket_enabled": true,
                "websocket": format!("ws://{host}/bitrix/subws/"),
                "websocket_secure": format!("ws://{host}/bitrix/subws/"),
                "publish_enabled": true,
                "publish": format!("http://{host}/bitrix/rest/"),
                "publish_secure": format!("http://{host}/bitrix/rest/"),
                "config_timestamp": config_timestamp,
            },
            "api": {"revision_web": revision, "revision_mobile": 3},
            "channels": {"shared": self.channels.shared().describe(key), "private": private},
            "publicChannels": self.descriptors(&[user]),
            "serverTime": clock::iso(self.channels.portal_time(now)),
        })
    }

    /// `pull.channel.public.get`.
    pub(super) fn public_channel(&self, params: &Params) -> Outcome {
        refuse_application(params)?;
        let user = params::number(params, "USER_ID")
            .and_then(|user| u64::try_from(user).ok())
            .unwrap_or(0);
        self.descriptor(user)
            .map(Reply::of)
            .ok_or_else(|| Refusal::bad("USER_ID_EMPTY", "User id is wrong or has no channel"))
    }

    /// `pull.channel.public.list`.
    pub(super) fn public_channels(&self, params: &Params) -> Outcome {
        refuse_application(params)?;
        let users = match params::get(params, "USERS") {
            Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
            Some(value) => value.clone(),
            None => Value::Null,
        };
        let users: Vec<u64> = params::items(&users)
            .iter()
            .filter_map(params::as_number)
            .filter_map(|user| u64::try_from(user).ok())
            .collect();
        if users.is_empty() {
            return Err(Refusal::bad(
                "INVALID_FORMAT",
                "A wrong format for the USERS field is passed",
            ));
        }
        Ok(Reply::of(self.descriptors(&users)))
    }

    /// A map from user to public channel; an empty one is an empty list in PHP.
    fn descriptors(&self, users: &[u64]) -> Value {
        let map: Map<String, Value> = users
            .iter()
            .filter_map(|user| Some((user.to_string(), self.descriptor(*user)?)))
            .collect();
        if map.is_empty() { json!([]) } else { Value::Object(map) }
    }

    fn descriptor(&self, user: u64) -> Option<Value> {
        let lease = self.channels.private(user)?;
        let public = lease.channel.public?;
        Some(json!({
            "user_id": user, "public_id": hex(&public),
            "signature": self.hub.key().sign_public(public).unwrap_or_default(),
            "start": clock::iso(lease.start), "end": clock::iso(lease.end()),
        }))
    }

    fn renew_expired(&self, user: u64, now: Timestamp) {
        if self.channels.shared().end() <= now {
            self.expire_shared(now);
        }
        if self.channels.private(user).is_some_and(|lease| lease.end() <= now) {
            self.expire_private(user, now);
        }
    }
}

fn make_private(chance: &Chance, now: Timestamp) -> Lease {
    Lease {
        channel: Channel {
            private: chance.id(),
            public: Some(chance.id()),
        },
        start: now,
    }
}

/// Channels of applications are for applications.
fn refuse_application(params: &Params) -> Result<(), Refusal> {
    if params::text(params, "APPLICATION").as_deref() == Some("Y") {
        return Err(Refusal::bad(
            "WRONG_AUTH_TYPE",
            "Get application channel available only for application.",
        ));
    }
    Ok(())
}
