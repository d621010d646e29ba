//! The id of a note, taken apart.
use std::fmt;

/// What the id of a note of a portal is made of; its written form is [`Note::id`](super::Note::id).
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
}
