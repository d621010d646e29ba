//! The log of requests to the portal, bounded, without secrets: tests read what was asked and how it ended.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Entries kept; the counts of methods go on.
const KEPT: usize = 10_000;

/// What a request was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A REST call.
    Rest,
    /// A page for a person.
    Page,
    /// The push server.
    Push,
}

/// One request.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    /// What for.
    pub(crate) kind: Kind,
    /// REST method as called, or the path without its query.
    pub(crate) method: String,
    /// HTTP status of the answer.
    pub(crate) status: u16,
    /// Unix microseconds of the arrival.
    pub(crate) at_us: i64,
    /// The same as ISO time.
    pub(crate) at: String,
}

/// The log.
#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Log>);

#[derive(Debug, Default)]
struct Log {
    entries: VecDeque<Entry>,
    counts: BTreeMap<String, u64>,
}

impl Journal {
    /// Adds a request.
    pub(crate) fn add(&self, entry: Entry) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entry.kind == Kind::Rest {
            *log.counts.entry(entry.method.to_lowercase()).or_default() += 1;
        }
        if log.entries.len() == KEPT {
            log.entries.pop_front();
        }
        log.entries.push_back(entry);
    }

    /// The requests, oldest first.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entries
            .iter()
            .cloned()
            .collect()
    }

    /// How often each REST method was called.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).counts.clone()
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Log::default();
    }
}
