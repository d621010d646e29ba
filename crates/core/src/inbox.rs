//! The inbox: the durable list of notifications. A toast is only a hint of it.
use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;

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

/// What an event asks of notes that exist already: they were read, answered or deleted elsewhere.
///
/// The owner of the inbox asks [`Withdrawal::covers`] for each unread note, marks those as read and takes their toasts
/// back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withdrawal {
    /// One notification of the portal's bell.
    Bell {
        /// The portal.
        portal: String,
        /// The id of the notification.
        id: u64,
    },
    /// The whole bell of a portal, without requests that wait for an answer.
    Bells {
        /// The portal.
        portal: String,
        /// Ids of notifications that stay unread.
        except: Vec<u64>,
    },
    /// One message.
    Message {
        /// The portal.
        portal: String,
        /// The id of the message.
        id: u64,
    },
    /// The messages of a dialog.
    Dialog {
        /// The portal.
        portal: String,
        /// The id of the dialog.
        dialog: String,
        /// The last message that was read; none for all of them.
        up_to: Option<u64>,
    },
    /// All messages of a portal.
    Messages {
        /// The portal.
        portal: String,
    },
}

impl Withdrawal {
    /// Whether `note` is one of those that were read elsewhere.
    pub fn covers(&self, note: &Note) -> bool {
        let Some(key) = NoteKey::parse(&note.id) else {
            return false;
        };
        match (self, key) {
            (
                Self::Bell { portal, id },
                NoteKey::Bell {
                    portal: of, id: number, ..
                },
            )
            | (
                Self::Message { portal, id },
                NoteKey::Message {
                    portal: of, id: number, ..
                },
            ) => portal == of && *id == number,
            (
                Self::Bells { portal, except },
                NoteKey::Bell {
                    portal: of,
                    id,
                    request,
                },
            ) => portal == of && !request && !except.contains(&id),
            (
                Self::Dialog { portal, dialog, up_to },
                NoteKey::Message {
                    portal: of,
                    dialog: within,
                    id,
                },
            ) => portal == of && dialog == within && up_to.is_none_or(|last| id <= last),
            (Self::Messages { portal }, NoteKey::Message { portal: of, .. }) => portal == of,
            _ => false,
        }
    }
}

/// What the id of a note of a portal is made of; its written form is [`Note::id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKey<'a> {
    /// A notification of the bell: `<portal>/bell/901`, or `<portal>/request/901` when it waits for an answer.
    Bell {
        /// The portal.
        portal: &'a str,
        /// The id of the notification.
        id: u64,
        /// It waits for an answer.
        request: bool,
    },
    /// A message: `<portal>/message/chat12/345`.
    Message {
        /// The portal.
        portal: &'a str,
        /// The id of the dialog: of the other user, or `chat` and a number.
        dialog: &'a str,
        /// The id of the message.
        id: u64,
    },
    /// An event that carries no usable id of its own: `<portal>/event/<message id of the push server>`.
    Event {
        /// The portal.
        portal: &'a str,
        /// The id the push server gave.
        mid: &'a str,
    },
}

impl<'a> NoteKey<'a> {
    /// Reads the written form; `None` for a note that is not of a portal.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (portal, rest) = text.split_once('/')?;
        let (kind, rest) = rest.split_once('/')?;
        match kind {
            "bell" | "request" => Some(Self::Bell {
                portal,
                id: rest.parse().ok()?,
                request: kind == "request",
            }),
            "message" => {
                let (dialog, id) = rest.split_once('/')?;
                Some(Self::Message {
                    portal,
                    dialog,
                    id: id.parse().ok()?,
                })
            }
            "event" => Some(Self::Event { portal, mid: rest }),
            _ => None,
        }
    }
}

impl fmt::Display for NoteKey<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bell {
                portal,
                id,
                request: false,
            } => write!(formatter, "{portal}/bell/{id}"),
            Self::Bell {
                portal,
                id,
                request: true,
            } => write!(formatter, "{portal}/request/{id}"),
            Self::Message { portal, dialog, id } => write!(formatter, "{portal}/message/{dialog}/{id}"),
            Self::Event { portal, mid } => write!(formatter, "{portal}/event/{mid}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: &str) -> Note {
        Note {
            id: id.to_owned(),
            portal: "p.example".to_owned(),
            title: String::new(),
            text: String::new(),
            link: None,
            tag: None,
            at: Timestamp(0),
            read: false,
            toast: false,
            kind: NoteKind::Bell,
            buttons: Vec::new(),
        }
    }

    #[test]
    fn a_key_reads_back_what_it_wrote() {
        let keys = [
            NoteKey::Bell {
                portal: "p.example:8080",
                id: 901,
                request: false,
            },
            NoteKey::Bell {
                portal: "p.example",
                id: 1,
                request: true,
            },
            NoteKey::Message {
                portal: "p.example",
                dialog: "chat12",
                id: u64::MAX,
            },
            NoteKey::Event {
                portal: "p.example",
                mid: "a/b",
            },
        ];
        for key in keys {
            assert_eq!(NoteKey::parse(&key.to_string()), Some(key));
        }
        for strange in ["", "p", "p/bell", "p/bell/x", "p/message/5", "p/other/5", "own:1"] {
            assert_eq!(NoteKey::parse(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_click_says_which_note_and_which_button() {
        assert_eq!(click("p.example/bell/5"), ("p.example/bell/5", None));
        assert_eq!(
            click(&pressed("p.example/request/5", "Y")),
            ("p.example/request/5", Some("Y"))
        );
    }

    #[test]
    fn a_withdrawal_covers_only_what_it_names() {
        let portal = "p.example".to_owned();
        let dialog = |up_to| Withdrawal::Dialog {
            portal: "p.example".to_owned(),
            dialog: "chat12".to_owned(),
            up_to,
        };
        let cases = [
            (
                Withdrawal::Bell {
                    portal: portal.clone(),
                    id: 5,
                },
                vec!["p.example/bell/5", "p.example/request/5"],
            ),
            (
                Withdrawal::Bells {
                    portal: portal.clone(),
                    except: vec![6],
                },
                vec!["p.example/bell/5"],
            ),
            (
                Withdrawal::Message {
                    portal: portal.clone(),
                    id: 7,
                },
                vec!["p.example/message/chat12/7", "p.example/message/1/7"],
            ),
            (dialog(Some(7)), vec!["p.example/message/chat12/7"]),
            (
                dialog(None),
                vec!["p.example/message/chat12/7", "p.example/message/chat12/8"],
            ),
            (
                Withdrawal::Messages { portal },
                vec![
                    "p.example/message/chat12/7",
                    "p.example/message/chat12/8",
                    "p.example/message/1/7",
                ],
            ),
        ];
        let all = [
            "p.example/bell/5",
            "p.example/request/5",
            "p.example/bell/6",
            "p.example/message/chat12/7",
            "p.example/message/chat12/8",
            "p.example/message/1/7",
            "other.example/bell/5",
            "other.example/message/chat12/7",
            "p.example/event/5",
            "own",
        ];
        for (withdrawal, expected) in cases {
            let covered: Vec<&str> = all.into_iter().filter(|id| withdrawal.covers(&note(id))).collect();
            assert_eq!(covered, expected, "{withdrawal:?}");
        }
    }
}
