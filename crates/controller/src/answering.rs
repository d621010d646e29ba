//! Answers from the inbox: what is read here is read on the portal, requests are answered, messages are replied to.
//!
//! A text is durable before it leaves and stays until the portal has it; a press of a button and a text that failed say
//! so at their note. Marks of reading are gathered by portal and sent again while the portal does not answer; each of
//! them may be sent twice without harm, a text may not, so that is never sent again by itself.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::{Note, NoteKey};
use hotstart_core::journal::Outcome;
use hotstart_core::ports::{Act, DeskChange, Transaction, Unsent};
use hotstart_core::texts::Key;
use hotstart_core::view::AnswerView;
use tokio::time::Instant;

use crate::controller::Controller;
use crate::job::{Finished, Reply};

/// How long marks of reading are gathered, so that a look through the inbox is one request.
const GATHER: Duration = Duration::from_secs(1);
/// The wait after marks that could not be sent; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The most notifications and the most dialogs of a portal that wait to be marked.
const MOST: usize = 500;
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

/// What was read here and is not yet marked on the portal.
#[derive(Debug, Default)]
struct Reads {
    bells: BTreeSet<u64>,
    dialogs: BTreeMap<String, u64>,
    due: Option<Instant>,
    under_way: bool,
    failures: u32,
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

    /// Notes were read here: their portals shall know, if the user wants that.
    pub(crate) fn read_here(&mut self, ids: &[String]) {
        if !self.state.settings.notifications.read_on_portal {
            return;
        }
        for id in ids {
            match NoteKey::parse(id) {
                // A request stays until it is answered.
                Some(NoteKey::Bell {
                    portal,
                    id,
                    request: false,
                }) => {
                    self.mark_later(portal, Act::ReadBells(vec![id]));
                }
                Some(NoteKey::Message { portal, dialog, id }) => {
                    let dialog = dialog.to_owned();
                    self.mark_later(portal, Act::ReadDialog { dialog, up_to: id });
                }
                Some(NoteKey::Bell { request: true, .. } | NoteKey::Event { .. }) | None => {}
            }
        }
    }

    fn mark_later(&mut self, portal: &str, act: Act) {
        if self.state.settings.portal(portal).is_none() {
            return;
        }
        let reads = self.answering.reads.entry(portal.to_owned()).or_default();
        reads.add(act);
        reads.due.get_or_insert_with(|| Instant::now() + GATHER);
    }

    /// Sends the marks of reading that are due.
    pub(crate) fn send_marks(&mut self) {
        let now = Instant::now();
        let due = self.answering.reads.iter_mut();
        let due = due.filter(|(_, reads)| !reads.under_way && reads.due.is_some_and(|due| due <= now));
        let batches: Vec<_> = due.map(|(portal, reads)| (portal.clone(), reads.take())).collect();
        for (portal, acts) in batches {
            let messenger = self.ports.messenger.clone();
            let asked = portal.clone();
            let work = Box::pin(async move {
                let mut left: Vec<Act> = acts;
                while let Some(act) = left.first().cloned() {
                    if let Err(failure) = messenger.act(asked.clone(), act).await {
                        return Err((left, failure));
                    }
                    left.remove(0);
                }
                Ok(())
            });
            self.job(work, move |result| {
                Finished::Answered(Answered::Marked { portal, result })
            });
        }
    }

    fn marked(&mut self, portal: &str, result: Result<(), (Vec<Act>, Failure)>) {
        let Some(reads) = self.answering.reads.get_mut(portal) else {
            return;
        };
        reads.under_way = false;
        let Err((left, failure)) = result else {
            reads.failures = 0;
            if reads.is_empty() {
                self.answering.reads.remove(portal);
            }
            return;
        };
        let passes = failure.code.passes();
        let first = reads.failures == 0;
        if passes {
            for act in left {
                reads.add(act);
            }
            let wait = FIRST.saturating_mul(1 << reads.failures.min(8)).min(LONGEST);
            reads.failures += 1;
            reads.due = Some(Instant::now() + wait);
        } else if reads.is_empty() {
            self.answering.reads.remove(portal);
        }
        if first {
            self.not_answered(portal, portal, &failure);
        }
        if !passes {
            self.tell(&failure);
        }
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

impl Reads {
    fn is_empty(&self) -> bool {
        self.bells.is_empty() && self.dialogs.is_empty()
    }

    fn add(&mut self, act: Act) {
        match act {
            Act::ReadBells(ids) => {
                self.bells.extend(ids);
                while self.bells.len() > MOST {
                    self.bells.pop_first();
                }
            }
            Act::ReadDialog { dialog, up_to } if self.dialogs.len() < MOST || self.dialogs.contains_key(&dialog) => {
                let last = self.dialogs.entry(dialog).or_default();
                *last = up_to.max(*last);
            }
            Act::ReadDialog { .. } | Act::Confirm { .. } | Act::AnswerBell { .. } | Act::Message { .. } => {}
        }
    }

    fn take(&mut self) -> Vec<Act> {
        self.under_way = true;
        self.due = None;
        let bells = std::mem::take(&mut self.bells);
        let bells = (!bells.is_empty()).then(|| Act::ReadBells(bells.into_iter().collect()));
        let dialogs = std::mem::take(&mut self.dialogs).into_iter();
        let dialogs = dialogs.map(|(dialog, up_to)| Act::ReadDialog { dialog, up_to });
        bells.into_iter().chain(dialogs).collect()
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
