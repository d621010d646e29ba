//! The rules that turn an event of a portal into a notification, and into the withdrawal of older ones.
//!
//! An event is judged by its text alone: what it says, for whom, and whether the portal itself calls it quiet. The
//! result is a [`Note`] for the inbox (with a word on whether a toast is due) and [`Withdrawal`]s of notes that were
//! read elsewhere. Everything in an event is written by strangers, so every path through here is total: a missing or
//! misshapen field means a poorer note or none, never a failure.
use serde_json::Value;

use crate::Timestamp;
use crate::inbox::{Note, Withdrawal};
use crate::settings::NotificationSettings;
use crate::texts::Language;

mod bell;
mod catch_up;
mod feed;
mod field;
mod line;
mod markup;
mod message;
mod reading;
mod target;

#[cfg(test)]
mod tests;

pub use catch_up::{BellRow, Bells, CaughtUp, DialogRow, LastMessage, Snapshot, catch_up};
pub use feed::{FeedEvent, feed_event};

/// The most characters of a title.
pub const TITLE_CHARS: usize = 120;
/// The most characters of a text.
pub const TEXT_CHARS: usize = 500;

/// A text as one line of plain text: white space folded, control and direction characters gone, cut at `limit` characters.
pub fn plain_line(text: &str, limit: usize) -> String {
    let mut line = line::Line::new(limit);
    line.push_str(text);
    line.finish()
}

/// One event of a portal's channel.
#[derive(Debug, Clone, Copy)]
pub struct PortalEvent<'a> {
    /// The portal: host, with the port if it is not the usual one.
    pub portal: &'a str,
    /// The id that the push server gave the event.
    pub mid: &'a str,
    /// The module, in lower case.
    pub module: &'a str,
    /// The command.
    pub command: &'a str,
    /// Its parameters: an object, or an empty array for none.
    pub params: &'a Value,
    /// A client sent it: never to be taken for the portal's own word.
    pub from_client: bool,
    /// When the portal made it.
    pub server_time: Option<Timestamp>,
}

/// Who looks at the event.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    /// The user of the connection, as the portal names him, if known.
    pub user_id: Option<&'a str>,
    /// The language for words of our own.
    pub language: Language,
    /// What the user wants to be told.
    pub settings: &'a NotificationSettings,
    /// The moment of judging.
    pub now: Timestamp,
}

/// What becomes of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// A note for the inbox.
    pub note: Option<Note>,
    /// What it says about older notes.
    pub withdrawals: Vec<Withdrawal>,
}

/// Judges an event. Replaying it gives the same note with the same id.
pub fn judge(event: &PortalEvent<'_>, viewer: &Viewer<'_>) -> Verdict {
    if event.from_client || !event.module.eq_ignore_ascii_case("im") {
        return Verdict::default();
    }
    let note = match event.command {
        "notifyAdd" => bell::note(event, viewer),
        "message" => message::note(event, viewer, message::Place::Private),
        "messageChat" => message::note(event, viewer, message::Place::Group),
        _ => {
            return Verdict {
                note: None,
                withdrawals: reading::withdrawals(event),
            };
        }
    };
    Verdict {
        note,
        withdrawals: Vec::new(),
    }
}
