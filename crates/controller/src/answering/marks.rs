//! Marks of reading: gathered by portal, and sent again while the portal does not answer.
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hotstart_core::failure::Failure;
use hotstart_core::inbox::NoteKey;
use hotstart_core::ports::Act;
use tokio::time::Instant;

use super::Answered;
use crate::controller::Controller;
use crate::job::Finished;

/// How long marks of reading are gathered, so that a look through the inbox is one request.
const GATHER: Duration = Duration::from_secs(1);
/// The wait after marks that could not be sent; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// The most notifications and the most dialogs of a portal that wait to be marked.
const MOST: usize = 500;

/// What was read here and is not yet marked on the portal.
#[derive(Debug, Default)]
pub(super) struct Reads {
    bells: BTreeSet<u64>,
    dialogs: BTreeMap<String, u64>,
    pub(super) due: Option<Instant>,
    pub(super) under_way: bool,
    failures: u32,
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

impl Controller {
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

    pub(super) fn marked(&mut self, portal: &str, result: Result<(), (Vec<Act>, Failure)>) {
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
}
