//! The relay as the settings window shows it, and what may be asked of it there.
use hotstart_core::failure::{Code, Failure, FailureView};
use hotstart_core::ports::{RelayChange, Transaction};
use hotstart_core::relay::view::{DeadEvent, RelayBaseView, RelayView};
use hotstart_core::settings::RelaySettings;

use super::Done;
use crate::controller::Controller;
use crate::job::{Finished, Reply};

/// Events that were given up and are shown.
const SHOWN: usize = 50;

impl Controller {
    /// What waits, and what was given up.
    pub(crate) fn relay_view(&self) -> RelayView {
        let language = self.state.settings.language;
        let dead = |item: &hotstart_core::ports::RelayItem| {
            let code = item.dead.clone().unwrap_or_default();
            let known = Code::ALL.into_iter().find(|known| known.as_str() == code);
            let failure = Failure::new(known.unwrap_or(Code::Internal))
                .with("base", self.base_name(&item.event.base))
                .with("portal", &item.event.portal)
                .with("detail", "")
                .with(
                    "entity",
                    item.event.entity.map(|entity| entity.to_string()).unwrap_or_default(),
                );
            DeadEvent {
                number: item.number,
                base: item.event.base.clone(),
                kind: item.event.kind.clone(),
                entity: item.event.entity.map(|entity| entity.to_string()),
                at: item.event.at,
                failure: FailureView {
                    code,
                    text: failure.text(language),
                },
            }
        };
        RelayView {
            bases: self
                .relay
                .lanes
                .iter()
                .filter(|(_, track)| track.waiting > 0 || track.lane.is_away())
                .map(|(base, track)| RelayBaseView {
                    base: base.clone(),
                    waiting: track.waiting,
                    away: track.lane.is_away(),
                })
                .collect(),
            answers: self.relay.replies.values().map(|track| track.waiting).sum(),
            dead: self.relay.dead.iter().take(SHOWN).map(dead).collect(),
        }
    }

    /// Sends what was given up once again, or forgets it: one event, or all of them.
    pub(crate) fn relay_revive(&mut self, number: Option<u64>, again: bool) {
        let (chosen, left) = std::mem::take(&mut self.relay.dead)
            .into_iter()
            .partition(|item| number.is_none_or(|number| number == item.number));
        self.relay.dead = left;
        let chosen: Vec<hotstart_core::ports::RelayItem> = chosen;
        let mut transaction = Transaction::default();
        // In the order in which they were once sent.
        for item in chosen.iter().rev() {
            transaction.relay.push(if again {
                self.relay.lane(&item.event.base).waiting += 1;
                RelayChange::Again(item.number)
            } else {
                RelayChange::Forgotten(item.number)
            });
        }
        let work = self.ports.store.commit(transaction);
        self.job(work, |result| Finished::Relay(Done::Revived(result)));
    }

    /// Takes over what the user chose for the relay.
    pub(crate) fn save_relay(&mut self, relay: RelaySettings, reply: Reply) {
        let unknown = relay
            .bases
            .iter()
            .find(|base| self.state.settings.base(&base.base).is_none());
        if let Some(base) = unknown {
            let failure = Failure::new(Code::BaseUnknown).with("base", &base.base);
            return self.answer_ui(reply, Err(failure));
        }
        self.state.settings.relay = relay;
        self.save_settings();
        let _ = reply.send(Ok(()));
        self.start_relay();
    }
}
