//! What clients of 1C say of events over the bridge, as changes of the queue. The transaction is the caller's to commit,
//! who then calls [`Controller::relay_wake`], which gives again what could not be stored.
use bitrix24::Entity;
use hotstart_core::failure::Failure;
use hotstart_core::journal::Outcome;
use hotstart_core::ports::{EntityFields, RelayChange, RelayItem, RelayReply, Transaction};
use hotstart_core::relay::{reply, reply_of};
use serde_json::Value;

use crate::controller::Controller;

impl Controller {
    /// The base has it for good, also if it was given up meanwhile.
    pub(crate) fn event_taken(&mut self, item: &RelayItem, answer: Option<&Value>, transaction: &mut Transaction) {
        self.unoffer(item);
        self.event_done(item, answer, transaction);
        if item.dead.is_some() {
            self.relay.dead.retain(|dead| dead.number != item.number);
            // It did not wait any more.
            self.relay.lane(&item.event.base).waiting += 1;
        }
    }

    /// A client has it, and others are still to get it: only its answer is taken.
    pub(crate) fn event_answered(&mut self, item: &RelayItem, answer: Option<&Value>, transaction: &mut Transaction) {
        let event = &item.event;
        let (true, Some(entity)) = (event.answer, event.entity) else {
            return;
        };
        // One without a value that is wanted may be followed by one that has it.
        let Ok(fields) = reply(&self.state.settings.relay, item, answer) else {
            return;
        };
        let track = self.relay.lane(&event.base);
        for known in track.window.iter_mut().filter(|known| known.number == item.number) {
            known.event.answer = false;
        }
        self.answer_back(&event.base, &event.id, &event.portal, entity, fields, transaction);
    }

    /// It was acknowledged without its answer, which comes now.
    pub(crate) fn event_answered_late(
        &mut self,
        base: &str,
        id: &str,
        portal: &str,
        entity: Entity,
        answer: &Value,
        transaction: &mut Transaction,
    ) {
        match reply_of(&self.state.settings.relay, base, Some(entity), Some(answer)) {
            Ok(fields) => self.answer_back(base, id, portal, entity, fields, transaction),
            Err(failure) => {
                let record = self.entry("answer", base, portal, id, self.now());
                let language = self.state.settings.language;
                let record = record.with_failure(Outcome::Failed, &failure, language);
                transaction.journal.push(record);
            }
        }
    }

    /// The base will not do it, or has failed with it too often.
    pub(crate) fn event_given_up(&mut self, item: RelayItem, failure: &Failure, transaction: &mut Transaction) {
        self.unoffer(&item);
        self.bury_event(item, failure, transaction);
    }

    fn answer_back(
        &mut self,
        base: &str,
        id: &str,
        portal: &str,
        entity: Entity,
        fields: EntityFields,
        transaction: &mut Transaction,
    ) {
        self.relay.reply(portal).waiting += 1;
        transaction.relay.push(RelayChange::Answered(RelayReply {
            number: 0,
            id: id.to_owned(),
            base: base.to_owned(),
            portal: portal.to_owned(),
            entity,
            fields,
            attempts: 0,
        }));
    }

    /// It was given up while the clients had it at hand, and none of them gets it again.
    pub(crate) fn event_withdrawn(&mut self, item: &RelayItem) {
        if self.unoffer(item) {
            let track = self.relay.lane(&item.event.base);
            track.waiting = track.waiting.saturating_sub(1);
            self.relay.bury(item.clone());
        }
    }

    /// No client gets it any more; says whether one could.
    fn unoffer(&mut self, item: &RelayItem) -> bool {
        let track = self.relay.lane(&item.event.base);
        let before = track.window.len();
        track.window.retain(|known| known.number != item.number);
        track.taken.insert(item.number);
        track.window.len() < before
    }
}
