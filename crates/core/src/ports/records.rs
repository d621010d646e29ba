//! The whole journal, of which the controller has only the newest records at hand, and files that are made of it.
use super::Waiting;
use crate::Timestamp;
use crate::failure::Failure;
use crate::journal::JournalRecord;
use crate::report::QueueLine;

/// What is kept, and where a part of it is saved.
pub trait Records: Send + Sync + 'static {
    /// What is kept from `since` on.
    fn kept(&self, since: Option<Timestamp>) -> Waiting<Result<Kept, Failure>>;
    /// Saves a text in the user's folder for downloads, never over another file: where it is now.
    fn save(&self, name: String, text: String) -> Waiting<Result<String, Failure>>;
}

/// What is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// Records, oldest first.
    pub journal: Vec<JournalRecord>,
    /// What waits for bases.
    pub queue: Vec<QueueLine>,
}
