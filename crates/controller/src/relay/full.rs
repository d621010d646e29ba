//! More events wait than are kept: the store has put the oldest aside, and the user hears of it.
use std::collections::BTreeMap;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::Note;
use hotstart_core::journal::Outcome;
use hotstart_core::ports::{RelayItem, Transaction};
use hotstart_core::texts::Key;

use crate::controller::Controller;

impl Controller {
    /// These events wait no more. They can be sent again from the list of what was given up.
    pub(crate) fn queue_full(&mut self, given_up: &[RelayItem]) {
        let mut bases: BTreeMap<&str, u64> = BTreeMap::new();
        for item in given_up {
            let track = self.relay.lane(&item.event.base);
            // What is at hand is still handed over.
            if track.window.iter().all(|known| known.number != item.number) {
                track.waiting = track.waiting.saturating_sub(1);
                self.relay.bury(item.clone());
                *bases.entry(&item.event.base).or_default() += 1;
            }
        }
        let mut told = Transaction::default();
        for (base, count) in bases {
            let failure = Failure::new(Code::RelayFull).with("base", self.base_name(base));
            tracing::warn!(base, count, "the queue of a base is full");
            let record = self.entry("relay", "desk", base, base, self.now());
            let language = self.state.settings.language;
            told.journal
                .push(record.with_failure(Outcome::Failed, &failure, language));
            told.notes.push(Note {
                tag: Some(format!("own/relay/{base}")),
                ..self.failure_note(Key::NoteProblem, &failure)
            });
        }
        if told != Transaction::default() {
            self.commit(told);
        }
    }
}
