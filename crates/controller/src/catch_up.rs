//! The inbox made whole: after a gap of the channel, at the first start, and after each round of polling.
use std::collections::BTreeSet;

use hotstart_core::failure::Failure;
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::notification::{CaughtUp, Snapshot, catch_up};
use hotstart_core::polling::{Polled, Round, TOASTS};
use hotstart_core::ports::{Committed, Cursor, Looked, Transaction};
use hotstart_core::texts::Key;

use crate::controller::Controller;
use crate::job::Finished;
use crate::polling::Asked;

mod repair;

pub(crate) use repair::Repair;

/// A step on the way to a whole inbox.
pub(crate) enum Progress {
    /// A round of polling has its answer.
    Polled {
        portal: String,
        number: u64,
        before: BTreeSet<String>,
        result: Result<Asked, Failure>,
    },
    /// The portal said what is unread.
    Looked {
        portal: String,
        number: u64,
        before: BTreeSet<String>,
        result: Result<Looked, Failure>,
    },
    /// What was found is committed.
    Kept {
        portal: String,
        number: u64,
        read: Vec<String>,
        cursor: Option<Cursor>,
        purpose: Purpose,
        result: Result<Committed, Failure>,
    },
}

/// What it was for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// A round of polling that has come to this position.
    Poll { polled: Polled, requests: u32 },
    /// A repair; after a gap the journal hears of it whatever was found.
    Repair { gap: bool },
}

/// What was found, on its way to the store.
pub(crate) struct Found {
    pub(crate) portal: String,
    pub(crate) number: u64,
    pub(crate) missing: CaughtUp,
    /// What commands among it want kept.
    pub(crate) commands: Transaction,
    pub(crate) cursor: Option<Cursor>,
    pub(crate) lasting: bool,
    pub(crate) purpose: Purpose,
}

impl Controller {
    pub(crate) fn caught_up(&mut self, progress: Progress) {
        match progress {
            Progress::Polled {
                portal,
                number,
                before,
                result,
            } => self.polled(&portal, number, &before, result),
            Progress::Looked {
                portal,
                number,
                before,
                result,
            } => self.unread_came(&portal, number, &before, result),
            Progress::Kept {
                portal,
                number,
                read,
                cursor,
                purpose,
                result,
            } => self.found_kept(&portal, number, &read, cursor, purpose, result),
        }
    }

    pub(crate) fn compare(&self, portal: &str, snapshot: &Snapshot, before: &BTreeSet<String>) -> CaughtUp {
        catch_up(portal, snapshot, &self.viewer(portal), &self.state.inbox, before)
    }

    /// Hands what was found to the store, in one transaction with the position.
    pub(crate) fn keep(&mut self, found: Found) {
        let Found {
            portal,
            number,
            missing: CaughtUp { notes, read },
            commands,
            cursor,
            lasting,
            purpose,
        } = found;
        let transaction = Transaction {
            cursor: cursor.clone(),
            notes,
            read: read.clone(),
            lasting,
            ..commands
        };
        let work = self.ports.store.commit(transaction);
        self.job(work, move |result| {
            Finished::CaughtUp(Progress::Kept {
                portal,
                number,
                read,
                cursor,
                purpose,
                result,
            })
        });
    }

    fn found_kept(
        &mut self,
        portal: &str,
        number: u64,
        read: &[String],
        cursor: Option<Cursor>,
        purpose: Purpose,
        result: Result<Committed, Failure>,
    ) {
        self.open_ordered(portal, result.is_ok());
        let committed = match result {
            Ok(committed) => committed,
            Err(failure) => {
                self.tell(&failure);
                return match purpose {
                    Purpose::Poll { requests, .. } => self.round_ends(portal, Round::Failed, requests),
                    Purpose::Repair { .. } => self.not_repaired(portal, &failure),
                };
            }
        };
        let withdrawn = self.state.mark_read(|note| read.contains(&note.id));
        for id in &withdrawn {
            self.ports.notifier.withdraw(id);
        }
        if let Some(cursor) = cursor {
            self.state.cursors.insert(cursor.portal.clone(), cursor);
        }
        let added = committed.new_notes.len();
        self.relayed(&committed.relayed);
        self.show_found(portal, committed);
        match purpose {
            Purpose::Poll { polled, requests } => {
                if self.position_kept(portal, number, polled) {
                    let news = if added > 0 { Round::News } else { Round::Quiet };
                    self.round_ends(portal, news, requests);
                }
            }
            Purpose::Repair { gap } => {
                if let Some(watched) = self.watching.portals.get_mut(portal) {
                    watched.repair.under_way = None;
                    watched.repair.gap = false;
                }
                if gap || added > 0 {
                    self.repaired(portal, added, withdrawn.len());
                }
                self.watch();
            }
        }
    }

    /// Shows what is now durable: few one by one, many by one word.
    fn show_found(&mut self, portal: &str, committed: Committed) {
        let mut notes = committed.new_notes;
        let meanwhile = self.watching.portals.get_mut(portal);
        let meanwhile = meanwhile.map(|watched| std::mem::take(&mut watched.repair.withdrawn));
        let over = |note: &Note| meanwhile.iter().flatten().any(|withdrawal| withdrawal.covers(note));
        let mut read = Vec::new();
        for note in notes.iter_mut().filter(|note| over(note)) {
            note.read = true;
            read.push(note.id.clone());
        }
        if !read.is_empty() {
            self.commit(Transaction {
                read,
                ..Transaction::default()
            });
        }
        self.state.add_notes(&notes);
        let journal = notes.iter().map(|note| {
            let object = note.link.clone().unwrap_or_else(|| note.id.clone());
            let mut record = self.entry("notify", portal, "desk", &object, note.at);
            record.details.clone_from(&note.title);
            (record.timestamp, record.duration_ms) = (note.at, 0);
            record
        });
        let journal: Vec<_> = journal.collect();
        if !journal.is_empty() {
            self.commit(Transaction {
                journal,
                ..Transaction::default()
            });
        }
        let due: Vec<&Note> = notes.iter().filter(|note| note.toast && !note.read).collect();
        if due.len() > TOASTS {
            let summary = self.summary(portal, due.len());
            self.ports.notifier.show(&summary);
        } else {
            for note in due {
                self.ports.notifier.show(note);
            }
        }
    }

    /// One toast for many notes; it is not kept, since they are. A click on it shows the inbox.
    fn summary(&self, portal: &str, count: usize) -> Note {
        Note {
            id: format!("own:missed:{portal}"),
            portal: portal.to_owned(),
            title: self.say(Key::NoteMissed, &[("portal", portal)]),
            text: self.say(Key::NoteMissedText, &[("count", &count.to_string())]),
            link: None,
            tag: Some(format!("own:missed:{portal}")),
            at: self.now(),
            read: true,
            toast: true,
            kind: NoteKind::Own,
            buttons: Vec::new(),
        }
    }
}
