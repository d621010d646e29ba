//! What became of an event: its row, its record, and a word to the user where it is given up.
use hotstart_core::Timestamp;
use hotstart_core::failure::Failure;
use hotstart_core::inbox::Note;
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{RelayChange, RelayItem, RelayReply, Transaction};
use hotstart_core::relay::reply;
use hotstart_core::texts::Key;
use serde_json::Value;

use crate::controller::Controller;

impl Controller {
    /// The base has it. Its answer goes back in the same transaction, so that neither is lost without the other.
    pub(super) fn event_done(&mut self, item: &RelayItem, answer: Option<&Value>, transaction: &mut Transaction) {
        let event = &item.event;
        let mut record = self.event_entry(item);
        let mut back = None;
        if let (true, Some(entity)) = (event.answer, event.entity) {
            match reply(&self.state.settings.relay, item, answer) {
                Ok(fields) => {
                    self.relay.reply(&event.portal).waiting += 1;
                    back = Some(RelayReply {
                        number: 0,
                        id: event.id.clone(),
                        base: event.base.clone(),
                        portal: event.portal.clone(),
                        entity,
                        fields,
                        attempts: 0,
                    });
                }
                Err(failure) => {
                    record.error_code = Some(failure.code_text().to_owned());
                    let text = failure.text(self.state.settings.language);
                    record.details = format!("{}: {text}", record.details);
                }
            }
        }
        transaction.relay.push(RelayChange::Done(item.number, back));
        transaction.journal.push(record);
        let track = self.relay.lane(&event.base);
        track.waiting = track.waiting.saturating_sub(1);
    }

    /// It is given up: kept aside with the reason, and told.
    pub(super) fn bury_event(&mut self, mut item: RelayItem, failure: &Failure, transaction: &mut Transaction) {
        let language = self.state.settings.language;
        let (text, code) = (failure.text(language), failure.code_text().to_owned());
        let record = JournalRecord {
            status: Outcome::Failed,
            error_code: Some(code.clone()),
            details: format!("{}: {text}", item.event.kind),
            ..self.event_entry(&item)
        };
        transaction.relay.push(RelayChange::Dead(item.number, code.clone()));
        transaction.journal.push(record);
        let note = Note {
            // One line for a base in the inbox, however many events it is about.
            tag: Some(format!("own/relay/{}", item.event.base)),
            ..self.failure_note(Key::NoteProblem, failure)
        };
        transaction.notes.push(note);
        let track = self.relay.lane(&item.event.base);
        track.waiting = track.waiting.saturating_sub(1);
        item.dead = Some(code);
        self.relay.bury(item);
    }

    pub(super) fn base_news(&mut self, base: &str, since: Timestamp, news: Result<(), Failure>) -> JournalRecord {
        let record = self.entry("relay", "desk", base, base, since);
        let Err(failure) = news else {
            return record;
        };
        tracing::info!(base, code = failure.code_text(), "a base takes no events");
        record.with_failure(Outcome::Failed, &failure, self.state.settings.language)
    }

    fn event_entry(&self, item: &RelayItem) -> JournalRecord {
        let event = &item.event;
        let entity = event.entity.map(|entity| format!(" {entity}")).unwrap_or_default();
        JournalRecord {
            details: format!("{}{entity}", event.kind),
            ..self.entry("relay", &event.portal, &event.base, &event.id, event.at)
        }
    }
}
