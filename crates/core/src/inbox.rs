//! The inbox: the durable list of notifications. A toast is only a hint of it.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;

/// One notification, ready to be kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Unique on this desk: portal and the event's own id, so that a replayed event is the same note.
    pub id: String,
    /// The portal it came from.
    pub portal: String,
    /// One line, plain text, at most 120 characters.
    pub title: String,
    /// Plain text, at most 500 characters, no markup.
    pub text: String,
    /// The link to open on a click, in canonical form (`hotstart://b24/...`, `hotstart://crm/...`).
    pub link: Option<String>,
    /// Notes with the same tag replace each other.
    pub tag: Option<String>,
    /// When it happened.
    pub at: Timestamp,
    /// Whether the user has seen it.
    pub read: bool,
    /// Whether a toast is due, by the rules.
    #[serde(default)]
    pub toast: bool,
    /// What kind of event it was.
    pub kind: NoteKind,
}

/// What kind of event a note tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum NoteKind {
    /// The portal's bell.
    Bell,
    /// A message of one person.
    Message,
    /// A message in a group chat.
    Chat,
    /// Something of our own: a failure, a finished download.
    Own,
}

/// What an event asks of notes that exist already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withdrawal {
    /// The note of this tag was read elsewhere.
    ReadTag(String),
    /// Everything of this portal was read elsewhere.
    ReadPortal(String),
}
