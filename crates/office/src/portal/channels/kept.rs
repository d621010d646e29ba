//! The channels as the archive spells them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Inner, Lease};
use crate::push::{Channel, hex, read_id};

/// What survives a restart.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    shared: KeptLease,
    private: BTreeMap<u64, KeptLease>,
    config_timestamp: i64,
}

#[derive(Serialize, Deserialize)]
struct KeptLease {
    private: String,
    public: Option<String>,
    start: i64,
    ttl: i64,
}

impl Inner {
    pub(super) fn restore(&mut self, kept: Kept) {
        if let Some(shared) = kept.shared.read() {
            self.shared = shared;
        }
        for (user, lease) in kept.private {
            if let Some(lease) = lease.read() {
                self.private.insert(user, lease);
            }
        }
        self.config_timestamp = kept.config_timestamp;
    }
}

impl Kept {
    pub(super) fn of(inner: &Inner) -> Self {
        Self {
            shared: KeptLease::of(inner.shared),
            private: inner
                .private
                .iter()
                .map(|(user, lease)| (*user, KeptLease::of(*lease)))
                .collect(),
            config_timestamp: inner.config_timestamp,
        }
    }
}

impl KeptLease {
    fn of(lease: Lease) -> Self {
        Self {
            private: hex(&lease.channel.private),
            public: lease.channel.public.map(|id| hex(&id)),
            start: lease.start.as_second(),
            ttl: lease.ttl,
        }
    }

    fn read(self) -> Option<Lease> {
        let channel = Channel {
            private: read_id(&self.private)?,
            public: self.public.as_deref().and_then(read_id),
        };
        Some(Lease {
            channel,
            start: Timestamp::from_second(self.start).ok()?,
            ttl: self.ttl,
        })
    }
}
