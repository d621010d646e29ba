//! The inbox: the durable list of notifications. A toast is only a hint of it.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;

mod key;
mod withdrawal;

pub use key::NoteKey;
pub use withdrawal::Withdrawal;

/// One notification, ready to be kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// Unique on this desk: portal and the event's own id, so that a replayed event is the same note ([`NoteKey`]).
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
    /// How it may be answered, as the portal offers; none for what only tells.
    #[serde(default)]
    pub buttons: Vec<NoteButton>,
}

/// One way to answer a notification that asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NoteButton {
    /// What it says, in the words of the portal; may be empty.
    pub title: String,
    /// What the portal is told when it is pressed.
    pub value: String,
    /// It agrees; the other ones decline.
    pub agrees: bool,
}

/// What the desktop says of a click on a toast, as one text: the id of the note, or id and the value of a pressed button
/// on two lines. Neither holds a line break.
pub fn pressed(note: &str, value: &str) -> String {
    format!("{note}\n{value}")
}

/// The id of the note and the value of the button, if one was pressed.
pub fn click(text: &str) -> (&str, Option<&str>) {
    match text.split_once('\n') {
        Some((note, value)) => (note, Some(value)),
        None => (text, None),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_says_which_note_and_which_button() {
        assert_eq!(click("p.example/bell/5"), ("p.example/bell/5", None));
        assert_eq!(
            click(&pressed("p.example/request/5", "Y")),
            ("p.example/request/5", Some("Y"))
        );
    }
}
