//! The channels of the users and of everybody: when they begin and end, and what of them survives a restart.

mod kept;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::archive::{Archive, Record};
use crate::chance::Chance;
use crate::clock;
use crate::office::ServerVersion;
use crate::push::{Channel, Key, hex};
use kept::Kept;

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
    /// Seconds that it lives.
    pub(crate) ttl: i64,
}

/// What of the configuration can be tuned.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// `server_enabled`; false: the portal says that the server is not configured.
    pub(crate) server_enabled: bool,
    /// `websocket_enabled`, whatever the version says.
    pub(crate) websocket_enabled: Option<bool>,
    /// Seconds until `exp`, which also is the life of a token; `None`: half a day at version 5, no `exp` below.
    pub(crate) config_ttl: Option<i64>,
    /// Seconds that a new channel lives.
    pub(crate) channel_ttl: i64,
    /// `new_channel.start` as a unix number, as one code path of the portal writes it.
    pub(crate) unix_start: bool,
    /// Says another version than the server has.
    pub(crate) version: Option<u32>,
}

/// The channels of all users.
#[derive(Debug)]
pub(crate) struct Channels {
    chance: Arc<Chance>,
    archive: Arc<Archive>,
    /// A random word of 32 characters that names the portal in tokens.
    pub(super) host_id: String,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    shared: Lease,
    private: BTreeMap<u64, Lease>,
    applications: BTreeMap<(String, Option<u64>), Lease>,
    config_timestamp: i64,
    skew: i64,
    revision: u32,
    setup: Setup,
}

impl Channels {
    /// A shared channel, and one for each user; those of an earlier process, if it left any.
    pub(crate) fn new(
        users: Vec<u64>,
        chance: Arc<Chance>,
        now: Timestamp,
        archive: Arc<Archive>,
        records: &[Record],
    ) -> Self {
        let shared = make(&chance, false, now, TTL);
        let private = users.into_iter().map(|user| (user, make(&chance, true, now, TTL)));
        let mut inner = Inner {
            shared,
            private: private.collect(),
            applications: BTreeMap::new(),
            config_timestamp: now.as_second(),
            skew: 0,
            revision: REVISION,
            setup: Setup::default(),
        };
        let kept = records.iter().rev().find_map(|record| match record {
            Record::Channels(kept) => serde_json::from_value::<Kept>(kept.clone()).ok(),
            Record::Message(_) | Record::Deleted(_) | Record::Cleared => None,
        });
        if let Some(kept) = kept {
            inner.restore(kept);
        }
        let host_id = chance.word(32);
        let channels = Self {
            chance,
            archive,
            host_id,
            inner: Mutex::new(inner),
        };
        channels.keep(&channels.lock());
        channels
    }

    /// The shared channel.
    pub(crate) fn shared(&self) -> Lease {
        self.lock().shared
    }

    /// The channel of a user.
    pub(crate) fn private(&self, user: u64) -> Option<Lease> {
        self.lock().private.get(&user).copied()
    }

    /// The channel of an application, for one of its users or for all of them; made when first asked for.
    pub(crate) fn application(&self, client: &str, user: Option<u64>, now: Timestamp) -> Lease {
        let mut inner = self.lock();
        let ttl = inner.setup.channel_ttl;
        *inner
            .applications
            .entry((client.to_owned(), user))
            .or_insert_with(|| make(&self.chance, user.is_some(), now, ttl))
    }

    /// Replaces the shared channel; gives the old one and the new one.
    pub(crate) fn renew_shared(&self, now: Timestamp) -> (Lease, Lease) {
        let mut inner = self.lock();
        let new = make(&self.chance, false, now, inner.setup.channel_ttl);
        let old = std::mem::replace(&mut inner.shared, new);
        self.keep(&inner);
        (old, new)
    }

    /// Replaces the channel of a user; gives the old one and the new one.
    pub(crate) fn renew_private(&self, user: u64, now: Timestamp) -> Option<(Lease, Lease)> {
        let mut inner = self.lock();
        let new = make(&self.chance, true, now, inner.setup.channel_ttl);
        let old = inner.private.insert(user, new)?;
        self.keep(&inner);
        Some((old, new))
    }

    /// The configuration changed: clients that compare its timestamp ask again. Two changes in one second differ.
    pub(crate) fn touch(&self, now: Timestamp) {
        let mut inner = self.lock();
        inner.config_timestamp = now.as_second().max(inner.config_timestamp + 1);
        self.keep(&inner);
    }

    /// `server.config_timestamp`.
    pub(super) fn config_timestamp(&self) -> i64 {
        self.lock().config_timestamp
    }

    /// What of the configuration is tuned.
    pub(super) fn setup(&self) -> Setup {
        self.lock().setup.clone()
    }

    /// Tunes the configuration; a new life of channels makes new channels.
    pub(crate) fn set_up(&self, change: impl FnOnce(&mut Setup), now: Timestamp) {
        let mut inner = self.lock();
        let before = inner.setup.channel_ttl;
        change(&mut inner.setup);
        let ttl = inner.setup.channel_ttl;
        if ttl != before {
            inner.shared = Lease {
                start: now,
                ttl,
                ..inner.shared
            };
            for lease in inner.private.values_mut() {
                (lease.start, lease.ttl) = (now, ttl);
            }
        }
        self.keep(&inner);
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

    /// A channel as `channel_expire` describes the new one.
    pub(crate) fn describe_in_event(&self, lease: &Lease, key: &Key, version: ServerVersion) -> Value {
        let mut object = lease.describe(key, version);
        if self.lock().setup.unix_start {
            object["start"] = lease.start.as_second().into();
        }
        object
    }

    fn keep(&self, inner: &Inner) {
        if !self.archive.keeps() {
            return;
        }
        if let Ok(kept) = serde_json::to_value(Kept::of(inner)) {
            self.archive.add(&Record::Channels(kept));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            server_enabled: true,
            websocket_enabled: None,
            config_ttl: None,
            channel_ttl: TTL,
            unix_start: false,
            version: None,
        }
    }
}

impl Lease {
    /// When the channel ends.
    pub(crate) fn end(&self) -> Timestamp {
        self.start
            .checked_add(SignedDuration::from_secs(self.ttl))
            .unwrap_or(self.start)
    }

    /// `{"id","start","end","type"}` as configuration and `channel_expire` have it: from version 4 on the id of a
    /// user's channel names its public side too.
    pub(crate) fn describe(&self, key: &Key, version: ServerVersion) -> Value {
        let kind = if self.channel.public.is_some() {
            "private"
        } else {
            "shared"
        };
        let id = if version.number() < 4 {
            key.signed_id(self.channel.private)
        } else {
            key.signed_channel(self.channel)
        };
        let mut object = json!({
            "id": id, "start": clock::iso(self.start), "end": clock::iso(self.end()), "type": kind,
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

fn make(chance: &Chance, with_public: bool, now: Timestamp, ttl: i64) -> Lease {
    Lease {
        channel: Channel {
            private: chance.id(),
            public: with_public.then(|| chance.id()),
        },
        start: now,
        ttl,
    }
}
