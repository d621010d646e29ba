//! The repair of an inbox, after a gap of the channel and at the first start.
use std::collections::BTreeSet;
use std::time::Duration;

use hotstart_core::failure::Failure;
use hotstart_core::inbox::Withdrawal;
use hotstart_core::journal::Outcome;
use hotstart_core::polling::Look;
use hotstart_core::ports::{Looked, Transaction};
use hotstart_core::texts::Key;
use tokio::time::Instant;

use super::{Found, Progress, Purpose};
use crate::controller::Controller;
use crate::job::Finished;

/// The wait before a repair that failed is tried again; each further one is twice as long.
const FIRST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// Whether the inbox of a portal is to be repaired.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    due: Option<Instant>,
    pub(super) gap: bool,
    failures: u32,
    pub(super) under_way: Option<u64>,
    /// What was read elsewhere since the portal was asked.
    pub(super) withdrawn: Vec<Withdrawal>,
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

    pub(super) fn unread_came(
        &mut self,
        portal: &str,
        number: u64,
        before: &BTreeSet<String>,
        result: Result<Looked, Failure>,
    ) {
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
    pub(super) fn not_repaired(&mut self, portal: &str, failure: &Failure) {
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

    /// Says in the journal what the repair has done.
    pub(super) fn repaired(&mut self, portal: &str, added: usize, read: usize) {
        let (added, read) = (added.to_string(), read.to_string());
        let mut record = self.entry("repair", portal, "desk", portal, self.now());
        record.details = self.say(Key::JournalRepaired, &[("added", &added), ("read", &read)]);
        self.record(record);
    }
}
