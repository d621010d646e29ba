//! Watch tags: what a page of the portal lets its user follow. Tags are made by the portal alone; a client keeps them
//! alive by naming them every 29 minutes, since the portal deletes those older than 32.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{Effect, Now, Session};
use crate::source::ConfigFailure;

const EVERY: Duration = Duration::from_secs(29 * 60);
const AGAIN: Duration = Duration::from_secs(60);
/// Several tags that are named one after the other go together.
const GATHER: Duration = Duration::from_secs(1);

/// The tags and when to name them.
#[derive(Default)]
pub(super) struct Watching {
    tags: BTreeSet<String>,
    due: Option<Instant>,
}

impl Session {
    pub(super) fn watch(&mut self, tags: Vec<String>, now: Now) {
        self.watching.tags = tags.into_iter().collect();
        self.watching.due = (!self.watching.tags.is_empty()).then(|| now.instant + GATHER);
    }

    /// When the tags are to be named, if that makes sense now.
    pub(super) fn watch_due(&self) -> Option<Instant> {
        self.watching.due.filter(|_| self.is_online())
    }

    pub(super) fn extend_watch(&mut self) {
        self.watching.due = None;
        let tags = self.watching.tags.iter().cloned().collect();
        self.effects.push_back(Effect::ExtendWatch(tags));
    }

    pub(super) fn watch_extended(&mut self, answer: Result<Value, ConfigFailure>, now: Now) {
        let wait = match answer {
            Ok(alive) => {
                self.watching
                    .tags
                    .retain(|tag| alive.get(tag) != Some(&Value::Bool(false)));
                EVERY
            }
            Err(failure) => {
                tracing::debug!(kind = failure.kind, "watch tags were not extended");
                AGAIN.max(failure.remedy.least())
            }
        };
        if !self.watching.tags.is_empty() && self.watching.due.is_none() {
            self.watching.due = Some(now.instant + wait);
        }
    }
}
