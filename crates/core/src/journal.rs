//! The journal: the durable list of operations with their outcome.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::failure::Failure;
use crate::texts::Language;

pub mod export;
pub mod moment;

/// One record. The field names are those of exports and of `hotstartctl journal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct JournalRecord {
    /// When it ended.
    pub timestamp: Timestamp,
    /// What was done: `open`, `notify`, `connect`, `release`, `settings` ...
    pub operation: String,
    /// Where it came from: `clicked`, `portal.example.ru`, `tray` ...
    pub source_system: String,
    /// Where it went: the alias of a base, a portal, `desk`.
    pub target_system: String,
    /// What it was about: a canonical link, an event id. Never a secret.
    pub object_id: String,
    /// How it ended.
    pub status: Outcome,
    /// A short text for a person.
    pub details: String,
    /// How long it took.
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// The stable code of the failure, if it failed.
    pub error_code: Option<String>,
}

impl JournalRecord {
    /// The same record of something that ended with a failure: its text and its code.
    #[must_use]
    pub fn with_failure(self, status: Outcome, failure: &Failure, language: Language) -> Self {
        Self {
            status,
            details: failure.text(language),
            error_code: Some(failure.code_text().to_owned()),
            ..self
        }
    }
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Done.
    Done,
    /// Refused before anything was touched.
    Refused,
    /// Tried and failed.
    Failed,
}

/// A 1C object that was opened, for the tray and the settings window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecentObject {
    /// The canonical link.
    pub link: String,
    /// The title of the window, or the link while there is none.
    pub title: String,
    /// The alias of the base.
    pub base: String,
    /// When it was opened last.
    pub at: Timestamp,
}

/// An object that the user keeps at hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FavouriteObject {
    /// The canonical link.
    pub link: String,
    /// The title, as it was when the star was set.
    pub title: String,
    /// The alias of the base.
    pub base: String,
}
