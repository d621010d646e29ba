//! Answers of 1C on their way back to entities of a portal, one at a time for each portal.
use std::time::Duration;

use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::link::entity_link;
use hotstart_core::ports::{RelayChange, RelayReply, Transaction};
use hotstart_core::texts::Key;
use tokio::time::Instant;

use super::Done;
use crate::controller::Controller;
use crate::job::Finished;

impl Controller {
    /// Every portal with answers that wait.
    pub(crate) fn replies_wake(&mut self) {
        let waits = |track: &super::ReplyTrack| track.waiting > 0 && !track.busy && track.due.is_none();
        let tracks = self.relay.replies.iter().filter(|(_, track)| waits(track));
        let portals: Vec<String> = tracks.map(|(portal, _)| portal.clone()).collect();
        for portal in portals {
            self.reply_wake(&portal);
        }
    }

    pub(super) fn replies_look(&mut self, now: Instant) {
        for track in self.relay.replies.values_mut() {
            track.due = track.due.filter(|due| *due > now);
        }
        self.replies_wake();
    }

    pub(super) fn reply_wake(&mut self, portal: &str) {
        let track = self.relay.reply(portal);
        if track.busy || track.due.is_some() {
            return;
        }
        track.busy = true;
        let work = self.ports.store.relay_replies(portal.to_owned(), 1);
        let portal = portal.to_owned();
        self.job(work, |result| Finished::Relay(Done::Replies(portal, result)));
    }

    pub(super) fn replies_loaded(&mut self, portal: &str, result: Result<Vec<RelayReply>, Failure>) {
        let first = match result {
            Ok(replies) => replies.into_iter().next(),
            Err(failure) => {
                self.tell(&failure);
                return self.reply_rest(portal, self.ports.services.pace().first_ms);
            }
        };
        let Some(reply) = first else {
            self.relay.reply(portal).waiting = 0;
            return self.reply_rest(portal, 0);
        };
        let since = self.now();
        let (entity, fields) = (reply.entity, reply.fields.clone());
        if self.state.settings.portal(portal).is_none() {
            let failure = Failure::new(Code::PortalUnknown).with("portal", portal);
            return self.replied(reply, since, Err(failure));
        }
        let work = self.ports.portals.write_entity(portal.to_owned(), entity, fields);
        self.job(work, move |result| Finished::Relay(Done::Replied(reply, since, result)));
    }

    pub(super) fn replied(&mut self, reply: RelayReply, since: Timestamp, result: Result<(), Failure>) {
        let pace = self.ports.services.pace();
        let portal = reply.portal.clone();
        let object = entity_link(&portal, reply.entity);
        let names: Vec<&str> = reply.fields.keys().map(String::as_str).collect();
        let record = JournalRecord {
            details: names.join(", "),
            ..self.entry("answer", &reply.base, &portal, &object, since)
        };
        let mut transaction = Transaction::default();
        let failure = match result {
            Ok(()) => {
                let track = self.relay.reply(&portal);
                (track.failures, track.waiting) = (0, track.waiting.saturating_sub(1));
                transaction.relay.push(RelayChange::Replied(reply.number));
                transaction.journal.push(record);
                self.state.resolving.cache.forget(&portal, reply.entity);
                return self.reply_keep(&portal, 0, transaction);
            }
            Err(failure) => failure,
        };
        let attempts = reply.attempts.saturating_add(1);
        // It also waits until the user has signed in again.
        let passes = failure.code.passes() || failure.code == Code::AuthRefused;
        if passes || attempts < pace.attempts && failure.code == Code::PortalUnexpected {
            let lot = self.ports.services.lot();
            let track = self.relay.reply(&portal);
            track.failures = track.failures.saturating_add(1);
            let wait_ms = pace.delay(track.failures, lot);
            transaction.relay.push(RelayChange::ReplyTried(reply.number, attempts));
            return self.reply_keep(&portal, wait_ms, transaction);
        }
        let track = self.relay.reply(&portal);
        track.waiting = track.waiting.saturating_sub(1);
        let text = failure.text(self.state.settings.language);
        transaction.notes.push(self.failure_note(Key::NoteProblem, &failure));
        transaction.relay.push(RelayChange::Replied(reply.number));
        transaction.journal.push(JournalRecord {
            status: Outcome::Failed,
            error_code: Some(failure.code_text().to_owned()),
            details: format!("{}: {text}", record.details),
            ..record
        });
        self.reply_keep(&portal, 0, transaction);
    }

    pub(super) fn reply_kept(&mut self, portal: &str, wait_ms: u64, result: Result<(), Failure>) {
        let mut wait_ms = wait_ms;
        if let Err(failure) = result {
            // Written once more, the same value is the same.
            self.tell(&failure);
            self.relay.reply(portal).waiting += 1;
            wait_ms = wait_ms.max(self.ports.services.pace().first_ms);
        }
        self.reply_rest(portal, wait_ms);
    }

    fn reply_keep(&mut self, portal: &str, wait_ms: u64, transaction: Transaction) {
        for record in &transaction.journal {
            self.state.add_record(record.clone());
        }
        let work = self.ports.store.commit(transaction);
        let portal = portal.to_owned();
        self.job(work, move |result| {
            Finished::Relay(Done::ReplyKept(portal, wait_ms, result))
        });
    }

    fn reply_rest(&mut self, portal: &str, wait_ms: u64) {
        let track = self.relay.reply(portal);
        track.busy = false;
        if wait_ms > 0 {
            track.due = Some(Instant::now() + Duration::from_millis(wait_ms));
        } else if track.waiting > 0 {
            self.reply_wake(portal);
        }
    }
}
