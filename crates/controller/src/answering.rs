//! Answers from the inbox: what is read here is read on the portal, requests are answered, messages are replied to.
//!
//! A text is durable before it leaves and stays until the portal has it; a press of a button and a text that failed say
//! so at their note. Marks of reading are gathered by portal and sent again while the portal does not answer; each of
//! them may be sent twice without harm, a text may not, so that is never sent again by itself.
use std::collections::BTreeMap;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::{Note, NoteKey};
use hotstart_core::journal::Outcome;
use hotstart_core::ports::{Act, DeskChange, Transaction, Unsent};
use hotstart_core::texts::Key;
use hotstart_core::view::AnswerView;
use tokio::time::Instant;

use crate::controller::Controller;
use crate::job::{Finished, Reply};

mod marks;

use marks::Reads;

/// The longest text of an answer, in characters: what a portal takes as one message.
const LONGEST_TEXT: usize = 20_000;

/// Answers on their way.
#[derive(Debug, Default)]
pub(crate) struct Answering {
    /// By note.
    answers: BTreeMap<String, Answer>,
    /// By portal.
    reads: BTreeMap<String, Reads>,
}

#[derive(Debug)]
struct Answer {
    text: String,
    failure: Option<Failure>,
}

/// How a job of answering ended.
pub(crate) enum Answered {
    /// An answer was sent, or not.
    Sent {
        note: String,
        portal: String,
        act: Act,
        reply: Reply,
        result: Result<Vec<String>, Failure>,
    },
    /// Marks of reading were sent; what is left of them if not.
    Marked {
        portal: String,
        result: Result<(), (Vec<Act>, Failure)>,
    },
}

impl Answering {
    /// What an earlier run did not see arrive.
    pub(crate) fn left(unsent: Vec<Unsent>) -> Self {
        let answers = unsent.into_iter().map(|Unsent { note, text }| {
            let failure = Some(Failure::new(Code::AnswerUnsure).with("portal", portal_of(&note)));
            (note, Answer { text, failure })
        });
        Self {
            answers: answers.collect(),
            reads: BTreeMap::new(),
        }
    }

    /// When marks of reading are to be sent.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let due = self.reads.values().filter(|reads| !reads.under_way);
        due.filter_map(|reads| reads.due).min()
    }
}

impl Controller {
    /// What the settings window shows of answers.
    pub(crate) fn answer_views(&self) -> Vec<AnswerView> {
        let language = self.state.settings.language;
        let answers = self.answering.answers.iter();
        answers
            .map(|(note, answer)| AnswerView {
                note: note.clone(),
                text: answer.text.clone(),
                failure: answer.failure.as_ref().map(|failure| failure.view(language)),
            })
            .collect()
    }

    /// A button of a note that asks.
    pub(crate) fn press_button(&mut self, id: &str, value: String, reply: Reply) {
        let note = self.state.inbox.iter().find(|note| note.id == id);
        let note = note.filter(|note| note.buttons.iter().any(|button| button.value == value));
        let Some((portal, number)) = note.and_then(bell_of) else {
            return self.refuse_answer(id, &Failure::new(Code::AnswerGone).with("portal", portal_of(id)), reply);
        };
        let act = Act::Confirm { id: number, value };
        self.answer(id, portal, act, String::new(), reply);
    }

    /// The same from a toast, where nobody waits for the answer: what fails is told by a note of our own.
    pub(crate) fn pressed_on_toast(&mut self, id: &str, value: String) {
        let (reply, _) = tokio::sync::oneshot::channel();
        self.press_button(id, value, reply);
    }

    /// A text for a note.
    pub(crate) fn reply(&mut self, id: &str, text: String, reply: Reply) {
        let text = text.trim().to_owned();
        let fits = !text.is_empty() && text.chars().count() <= LONGEST_TEXT;
        let act = match NoteKey::parse(id).filter(|_| fits) {
            Some(NoteKey::Message { portal, dialog, .. }) => {
                let (dialog, text) = (dialog.to_owned(), text.clone());
                Some((portal.to_owned(), Act::Message { dialog, text }))
            }
            Some(NoteKey::Bell { portal, id, .. }) => {
                let text = text.clone();
                Some((portal.to_owned(), Act::AnswerBell { id, text }))
            }
            Some(NoteKey::Event { .. }) | None => None,
        };
        let Some((portal, act)) = act else {
            return self.refuse_answer(id, &Failure::new(Code::AnswerGone).with("portal", portal_of(id)), reply);
        };
        self.answer(id, portal, act, text, reply);
    }

    /// The user lets go of an answer that was not sent.
    pub(crate) fn drop_reply(&mut self, id: &str) {
        let known = self.answering.answers.get(id);
        if known.is_some_and(|answer| answer.failure.is_some()) {
            self.answering.answers.remove(id);
            self.change_desk(vec![DeskChange::Sent(id.to_owned())]);
        }
    }

    fn refuse_answer(&mut self, id: &str, failure: &Failure, reply: Reply) {
        tracing::info!(id, code = failure.code_text(), "an answer was refused");
        self.tell_nobody_waits(failure, &reply);
        let _ = reply.send(Err(failure.view(self.state.settings.language)));
    }

    fn answer(&mut self, id: &str, portal: String, act: Act, text: String, reply: Reply) {
        let under_way = self
            .answering
            .answers
            .get(id)
            .is_some_and(|answer| answer.failure.is_none());
        if under_way || self.state.settings.portal(&portal).is_none() {
            let code = if under_way {
                Code::AnswerUnsure
            } else {
                Code::PortalUnknown
            };
            return self.refuse_answer(id, &Failure::new(code).with("portal", portal), reply);
        }
        let note = id.to_owned();
        let unsent = (!text.is_empty()).then(|| Unsent {
            note: note.clone(),
            text: text.clone(),
        });
        self.answering
            .answers
            .insert(note.clone(), Answer { text, failure: None });
        let (messenger, store) = (self.ports.messenger.clone(), self.ports.store.clone());
        let (asked, wanted) = (portal.clone(), act.clone());
        let work = Box::pin(async move {
            if let Some(unsent) = unsent {
                let kept = Transaction {
                    desk: vec![DeskChange::Unsent(unsent)],
                    ..Transaction::default()
                };
                store.commit(kept).await?;
            }
            messenger.act(asked, wanted).await
        });
        self.job(work, move |result| {
            Finished::Answered(Answered::Sent {
                note,
                portal,
                act,
                reply,
                result,
            })
        });
    }

    pub(crate) fn answered_on_portal(&mut self, answered: Answered) {
        match answered {
            Answered::Sent {
                note,
                portal,
                act,
                reply,
                result,
            } => self.sent(&note, &portal, &act, reply, result),
            Answered::Marked { portal, result } => self.marked(&portal, result),
        }
    }

    fn sent(&mut self, id: &str, portal: &str, act: &Act, reply: Reply, result: Result<Vec<String>, Failure>) {
        let failure = result.as_ref().err();
        let over = failure.is_none_or(|failure| failure.code == Code::AnswerGone);
        let mut desk = Vec::new();
        if over && matches!(act, Act::Confirm { .. }) {
            desk.push(DeskChange::Answered(id.to_owned()));
            for note in self.state.inbox.iter_mut().filter(|note| note.id == id) {
                note.buttons.clear();
            }
        }
        match result {
            Ok(said) => {
                self.answering.answers.remove(id);
                desk.push(DeskChange::Sent(id.to_owned()));
                let read = self.state.mark_read(|note| note.id == id);
                self.ports.notifier.withdraw(id);
                self.read_here(&read);
                let mut record = self.entry("answer", "desk", portal, id, self.now());
                record.details = said.join(" ");
                self.state.add_record(record.clone());
                self.commit(Transaction {
                    read,
                    desk,
                    journal: vec![record],
                    ..Transaction::default()
                });
                let _ = reply.send(Ok(()));
            }
            Err(failure) => {
                if let Some(answer) = self.answering.answers.get_mut(id) {
                    answer.failure = Some(failure.clone());
                }
                if !desk.is_empty() {
                    self.change_desk(desk);
                }
                self.not_answered(portal, id, &failure);
                self.tell_nobody_waits(&failure, &reply);
                self.answer_ui(reply, Err(failure));
            }
        }
    }

    fn tell_nobody_waits(&mut self, failure: &Failure, reply: &Reply) {
        if reply.is_closed() {
            let note = self.failure_note(Key::NoteAnswer, failure);
            self.commit(Transaction {
                notes: vec![note],
                ..Transaction::default()
            });
        }
    }

    fn not_answered(&mut self, portal: &str, object: &str, failure: &Failure) {
        let record = self.entry("answer", "desk", portal, object, self.now());
        self.record(record.with_failure(Outcome::Failed, failure, self.state.settings.language));
    }
}

/// The portal and the id of a notification that asks.
fn bell_of(note: &Note) -> Option<(String, u64)> {
    match NoteKey::parse(&note.id)? {
        NoteKey::Bell { portal, id, .. } => Some((portal.to_owned(), id)),
        NoteKey::Message { .. } | NoteKey::Event { .. } => None,
    }
}

fn portal_of(id: &str) -> String {
    id.split('/').next().unwrap_or_default().to_owned()
}
