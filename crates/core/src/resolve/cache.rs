//! What was gathered lately, and when it may be believed without asking.
//!
//! The rule: for a minute an answer is good as it is. After that one small call compares the time of modification of
//! the entity and of its activities; while both are the same, the answer is good for another minute, up to half an
//! hour after it was gathered. An answer that lacks one of the two times is gathered anew after its minute. What the
//! program writes itself, and what events say has changed, is forgotten at once.
use std::collections::BTreeMap;

use bitrix24::Entity;

use super::facts::{EntityFacts, Stamp};
use crate::Timestamp;

/// How long an answer is good without asking, in milliseconds.
pub const FRESH: u64 = 60_000;

/// How long it is kept at all.
pub const KEPT: u64 = 30 * 60_000;

/// How many entities are kept.
const MOST: usize = 300;

/// The answers of all portals.
#[derive(Debug, Default)]
pub struct Cache {
    entries: BTreeMap<(String, Entity), Entry>,
}

#[derive(Debug)]
struct Entry {
    facts: EntityFacts,
    gathered: Timestamp,
    checked: Timestamp,
}

/// What is known of an entity at a moment.
#[derive(Debug, PartialEq)]
pub enum Known<'a> {
    /// Good as it is.
    Fresh(&'a EntityFacts),
    /// Good if the portal still says so.
    Stale(Stamp),
    /// Nothing.
    Nothing,
}

impl Cache {
    /// What is known of an entity now.
    pub fn known(&self, portal: &str, entity: Entity, now: Timestamp) -> Known<'_> {
        let Some(entry) = self.entries.get(&(portal.to_owned(), entity)) else {
            return Known::Nothing;
        };
        // A clock that was set back says nothing about ages.
        if now < entry.checked || now.since(entry.gathered) > KEPT {
            return Known::Nothing;
        }
        if now.since(entry.checked) <= FRESH {
            return Known::Fresh(&entry.facts);
        }
        entry.facts.stamp().map_or(Known::Nothing, Known::Stale)
    }

    /// Keeps what was gathered.
    pub fn put(&mut self, portal: &str, entity: Entity, facts: EntityFacts, now: Timestamp) {
        if self.entries.len() >= MOST {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.checked);
            if let Some(key) = oldest.map(|(key, _)| key.clone()) {
                self.entries.remove(&key);
            }
        }
        let entry = Entry {
            facts,
            gathered: now,
            checked: now,
        };
        self.entries.insert((portal.to_owned(), entity), entry);
    }

    /// The portal says that nothing has changed: what is known, good for another minute.
    pub fn confirm(&mut self, portal: &str, entity: Entity, now: Timestamp) -> Option<&EntityFacts> {
        let entry = self.entries.get_mut(&(portal.to_owned(), entity))?;
        entry.checked = now;
        Some(&entry.facts)
    }

    /// An entity has changed.
    pub fn forget(&mut self, portal: &str, entity: Entity) {
        self.entries.remove(&(portal.to_owned(), entity));
    }

    /// A portal is gone, or everything in it may have changed.
    pub fn forget_portal(&mut self, portal: &str) {
        self.entries.retain(|(known, _), _| known != portal);
    }
}
