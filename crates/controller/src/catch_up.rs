//! The inbox made whole: after a gap of the channel, at the first start, and after each round of polling.
use std::collections::BTreeSet;
use std::time::Duration;

use hotstart_core::failure::Failure;
use hotstart_core::inbox::{Note, NoteKind, Withdrawal};
use hotstart_core::journal::Outcome;
use hotstart_core::notification::{CaughtUp, Snapshot, catch_up};
use hotstart_core::polling::{Look, Polled, Round, TOASTS};
use hotstart_core::ports::{Committed, Cursor, Looked, Transaction};
use hotstart_core::texts::Key;
use tokio::time::Instant;

use crate::controller::Controller;
use crate::job::Finished;
use crate::polling::Asked;

/// The wait before a repair that failed is tried again; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(30 * 60);

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

/// Whether the inbox of a portal is to be repaired.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    due: Option<Instant>,
    gap: bool,
    failures: u32,
    under_way: Option<u64>,
    /// What was read elsewhere since the portal was asked.
    withdrawn: Vec<Withdrawal>,
}

impl Repair {
    /// Events may be missing.
    pub(crate) fn want(&mut self, gap: bool) {
        self.due = Some(Instant::now());
        self.gap |= gap;
        self.failures = 0;
    }

    /// When it is to begin.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.under_way.is_none())
    }
}

impl Controller {
    /// Events of a portal may be missing.
    pub(crate) fn events_missed(&mut self, portal: &str) {
        if let Some(watched) = self.watching.portals.get_mut(portal) {
            watched.repair.want(true);
        }
        self.watch();
    }

    /// Something was read elsewhere while the portal is asked.
    pub(crate) fn withdrawn_meanwhile(&mut self, portal: &str, withdrawal: &Withdrawal) {
        let watched = self.watching.portals.get_mut(portal);
        if let Some(watched) = watched.filter(|watched| watched.repair.under_way.is_some()) {
            watched.repair.withdrawn.push(withdrawal.clone());
        }
    }

    /// Asks the portal for everything that is unread.
    pub(crate) fn repair(&mut self, portal: &str) {
        let number = self.state.next_number();
        let before = self.unread_of(portal);
        let Some(watched) = self.watching.portals.get_mut(portal) else {
            return;
        };
        watched.repair.due = None;
        watched.repair.under_way = Some(number);
        watched.repair.withdrawn.clear();
        let portal = portal.to_owned();
        let work = self.ports.messenger.look(portal.clone(), Look::WHOLE);
        self.job(work, move |result| {
            Finished::CaughtUp(Progress::Looked {
                portal,
                number,
                before,
                result,
            })
        });
    }

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

    fn unread_came(&mut self, portal: &str, number: u64, before: &BTreeSet<String>, result: Result<Looked, Failure>) {
        let watched = self.watching.portals.get(portal);
        let Some(watched) = watched.filter(|watched| watched.repair.under_way == Some(number)) else {
            return;
        };
        let gap = watched.repair.gap;
        match result {
            Ok(Looked { snapshot, .. }) => {
                let found = self.compare(portal, &snapshot, before);
                // At the first start everything unread is news, and none of it a command.
                let commands = if gap {
                    self.heed_bells(portal, &snapshot)
                } else {
                    Transaction::default()
                };
                self.keep(Found {
                    commands,
                    portal: portal.to_owned(),
                    number,
                    missing: found,
                    cursor: None,
                    lasting: false,
                    purpose: Purpose::Repair { gap },
                });
            }
            Err(failure) => self.not_repaired(portal, &failure),
        }
    }

    /// A repair that failed is tried again, unless only the user can help.
    fn not_repaired(&mut self, portal: &str, failure: &Failure) {
        let Some(watched) = self.watching.portals.get_mut(portal) else {
            return;
        };
        let repair = &mut watched.repair;
        let first = repair.failures == 0;
        repair.under_way = None;
        if failure.code.passes() {
            let wait = FIRST.saturating_mul(1 << repair.failures.min(8)).min(LONGEST);
            repair.failures += 1;
            repair.due = Some(Instant::now() + wait);
        }
        if first {
            let record = self.entry("repair", portal, "desk", portal, self.now());
            self.record(record.with_failure(Outcome::Failed, failure, self.state.settings.language));
        }
        self.watch();
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

    /// Says in the journal what the repair has done.
    fn repaired(&mut self, portal: &str, added: usize, read: usize) {
        let (added, read) = (added.to_string(), read.to_string());
        let mut record = self.entry("repair", portal, "desk", portal, self.now());
        record.details = self.say(Key::JournalRepaired, &[("added", &added), ("read", &read)]);
        self.record(record);
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
