//! What was read, answered or deleted elsewhere.
use super::{Note, NoteKey};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::inbox::NoteKind;

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
