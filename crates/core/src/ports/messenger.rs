//! The messenger of a portal, over REST: what is unread, and what the user answers.
use super::Waiting;
use crate::failure::Failure;
use crate::notification::Snapshot;
use crate::polling::{Counters, Look};

/// The messenger of a portal. Nothing of this takes anything from others, but a [`Look`] with a feed.
pub trait Messenger: Send + Sync + 'static {
    /// The unread counters; one request, never repeated by itself.
    fn counters(&self, portal: String) -> Waiting<Result<Counters, Failure>>;
    /// What is unread; how many requests it took is part of the answer.
    fn look(&self, portal: String, look: Look) -> Waiting<Result<Looked, Failure>>;
    /// Does something in the user's name; what the portal then says, a line each.
    fn act(&self, portal: String, act: Act) -> Waiting<Result<Vec<String>, Failure>>;
}

/// What a look has brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Looked {
    /// What the portal said.
    pub snapshot: Snapshot,
    /// How many requests it took.
    pub requests: u32,
}

/// What the user does on the portal from here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// These notifications of the bell were read, and no others.
    ReadBells(Vec<u64>),
    /// A dialog was read up to this message.
    ReadDialog {
        /// The id of the dialog.
        dialog: String,
        /// The last message that was read.
        up_to: u64,
    },
    /// A request was answered by one of its buttons.
    Confirm {
        /// The id of the notification.
        id: u64,
        /// The value of the button.
        value: String,
    },
    /// A notification was answered by a text.
    AnswerBell {
        /// The id of the notification.
        id: u64,
        /// What was typed.
        text: String,
    },
    /// A message into a dialog.
    Message {
        /// The id of the dialog.
        dialog: String,
        /// What was typed.
        text: String,
    },
}
