//! Portal events: judged by the rules, committed in one transaction, and only then acknowledged and shown.
use bitrix24_pull::{Acknowledge, Delivery, Event, Gap, SenderType};
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::{Note, Withdrawal};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::notification::{PortalEvent, Viewer, judge};
use hotstart_core::ports::{Committed, Cursor, Transaction};
use hotstart_core::resolve::changed;
use hotstart_core::texts::Key;
use tokio::sync::oneshot;

use crate::connections::Signal;
use crate::controller::Controller;
use crate::job::Finished;

/// A delivery that is being stored.
pub(crate) struct Batch {
    portal: String,
    cursor: Option<Cursor>,
    acknowledge: Acknowledge,
    done: oneshot::Sender<bool>,
    /// Events before it may be missing.
    gap: bool,
}

impl Controller {
    pub(crate) fn signalled(&mut self, signal: Signal) {
        match signal {
            Signal::Status(portal, status) => {
                if let Some(outcome) = self.connections.note(&portal, status) {
                    self.connected(&portal, outcome);
                }
                self.watch();
            }
            Signal::Delivery(portal, delivery, done) => self.deliver(portal, delivery, done),
        }
    }

    /// Keeps in the journal that a connection works, or why it does not. What only the user can mend is also told.
    pub(crate) fn connected(&mut self, portal: &str, outcome: Result<(), Failure>) {
        let record = self.entry("connect", "desk", portal, portal, self.now());
        let Err(failure) = outcome else {
            return self.record(record);
        };
        self.record(record.with_failure(Outcome::Failed, &failure, self.state.settings.language));
        if matches!(
            failure.code,
            Code::AuthRefused
                | Code::AuthSignIn
                | Code::ApplicationRefused
                | Code::SessionForbidden
                | Code::AuthScope
                | Code::KeyringMissing
                | Code::PortalUnexpected
        ) {
            let note = self.failure_note(Key::NoteConnection, &failure);
            self.commit(Transaction {
                notes: vec![note],
                ..Transaction::default()
            });
            self.tell(&failure);
        }
    }

    /// Judges a batch and hands it to the store. The next one of this portal comes when this one is stored.
    fn deliver(&mut self, portal: String, delivery: Delivery, done: oneshot::Sender<bool>) {
        let Delivery {
            events,
            position,
            seen,
            gap,
            forgets,
            acknowledge,
        } = delivery;
        let now = self.now();
        let mut transaction = Transaction {
            lasting: forgets,
            ..Transaction::default()
        };
        if let Some(gap) = gap {
            let mut record = self.entry("events", &portal, "desk", &portal, now);
            record.status = Outcome::Failed;
            record.error_code = Some(Code::EventsMissed.as_str().to_owned());
            record.details = Failure::new(Code::EventsMissed)
                .with("portal", portal.clone())
                .with("detail", reason(gap))
                .text(self.state.settings.language);
            transaction.journal.push(record);
        }
        for event in &events {
            self.judge(&portal, event, now, &mut transaction);
        }
        match serde_json::to_string(&position) {
            Ok(position) => {
                let seen = seen.into_iter().map(String::from).collect();
                transaction.cursor = Some(Cursor {
                    portal: portal.clone(),
                    position,
                    seen,
                });
            }
            Err(error) => tracing::error!(%error, "the position cannot be kept"),
        }
        let batch = Batch {
            portal,
            cursor: transaction.cursor.clone(),
            acknowledge,
            done,
            gap: gap.is_some(),
        };
        let work = self.ports.store.commit(transaction);
        self.job(work, move |result| Finished::Delivered { batch, result });
    }

    fn judge(&mut self, portal: &str, event: &Event, now: Timestamp, transaction: &mut Transaction) {
        let params = serde_json::from_str(event.params.get()).unwrap_or(serde_json::Value::Null);
        let mid = event.mid.as_ref().map_or("", |mid| mid.as_str());
        let from_client = event
            .sender
            .as_ref()
            .is_some_and(|sender| sender.kind == SenderType::Client);
        let server_time = event.server_time.map(|time| Timestamp(time.as_millisecond()));
        let mut heard = PortalEvent {
            portal,
            mid,
            module: &event.module,
            command: &event.command,
            params: &params,
            from_client,
            server_time,
        };
        if let Some(entity) = changed(&heard) {
            self.state.resolving.cache.forget(portal, entity);
        }
        let rest = self.heed(&heard, now, transaction);
        if rest.nothing {
            return;
        }
        heard.params = rest.params.as_ref().unwrap_or(&params);
        let settings = &self.state.settings;
        let user_id = settings.portal(portal).and_then(|known| known.user_id.as_deref());
        let verdict = judge(
            &heard,
            &Viewer {
                user_id,
                language: settings.language,
                settings: &settings.notifications,
                now,
            },
        );
        for withdrawal in verdict.withdrawals {
            self.withdrawn_meanwhile(portal, &withdrawal);
            let read = self.withdraw(&withdrawal, &mut transaction.notes);
            transaction.read.extend(read);
        }
        if let Some(mut note) = verdict.note {
            note.link = rest.link.or(note.link);
            let object = note.link.clone().unwrap_or_else(|| note.id.clone());
            let record = JournalRecord {
                details: note.title.clone(),
                ..self.entry("notify", portal, "desk", &object, server_time.unwrap_or(now))
            };
            transaction.journal.push(record);
            transaction.notes.push(note);
        }
    }

    /// Takes back what was read elsewhere; also notes of the same batch.
    fn withdraw(&mut self, withdrawal: &Withdrawal, batch: &mut [Note]) -> Vec<String> {
        let chosen = |note: &Note| withdrawal.covers(note);
        let mut read = self.state.mark_read(chosen);
        for id in &read {
            self.ports.notifier.withdraw(id);
        }
        for note in batch.iter_mut().filter(|note| chosen(note)) {
            note.toast = false;
            read.push(note.id.clone());
        }
        read
    }

    /// Only what is stored: a connection that is started again begins here.
    fn remember_cursor(&mut self, cursor: Option<&Cursor>) {
        let Some(cursor) = cursor else { return };
        let known = self
            .state
            .cursors
            .entry(cursor.portal.clone())
            .or_insert_with(|| cursor.clone());
        if known != cursor {
            known.position.clone_from(&cursor.position);
            known.seen.extend(cursor.seen.iter().cloned());
            let excess = known.seen.len().saturating_sub(SEEN);
            known.seen.drain(..excess);
        }
    }

    pub(crate) fn delivered(&mut self, batch: Batch, result: Result<Committed, Failure>) {
        let Batch {
            portal,
            cursor,
            acknowledge,
            done,
            gap,
        } = batch;
        let _ = done.send(result.is_ok());
        self.open_ordered(&portal, result.is_ok());
        match result {
            Ok(committed) => {
                acknowledge.done();
                tracing::debug!(portal, notes = committed.new_notes.len(), "events committed");
                self.remember_cursor(cursor.as_ref());
                self.committed(&committed);
                if gap {
                    self.events_missed(&portal);
                }
            }
            Err(failure) => {
                // Not acknowledged: the connection delivers these events again.
                drop(acknowledge);
                self.tell(&failure);
            }
        }
    }

    /// Shows what is now durable.
    pub(crate) fn committed(&mut self, committed: &Committed) {
        self.relayed(&committed.relayed);
        self.queue_full(&committed.given_up);
        // A toast of the same tag takes the place of the older one by itself.
        self.state.add_notes(&committed.new_notes);
        for note in committed.new_notes.iter().filter(|note| note.toast) {
            self.ports.notifier.show(note);
        }
    }
}

/// How many event ids are kept at hand for a connection that is started again.
const SEEN: usize = 5000;

/// Why events may be missing, as a word for the journal.
const fn reason(gap: Gap) -> &'static str {
    match gap {
        Gap::ChannelsReplaced => "channels_replaced",
        Gap::ReplayLimited => "replay_limited",
        Gap::Unverified => "unverified",
    }
}
