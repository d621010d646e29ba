//! A base with another alias, or one that is gone: what was chosen for it and what waits for it go along.
use hotstart_core::failure::Failure;
use hotstart_core::ports::{Committed, RelayChange, Transaction};

use super::Done;
use crate::controller::Controller;
use crate::job::Finished;

impl Controller {
    /// A base has another alias now, or is gone; the settings are saved by whoever calls.
    pub(crate) fn rename_in_relay(&mut self, from: &str, to: Option<&str>) {
        let settings = &mut self.state.settings;
        let Some(to) = to else {
            settings.relay.bases.retain(|base| base.base != from);
            settings.bridge.everyone.retain(|base| base != from);
            // What waits is given up, and can be sent again should the base come back.
            if self.relay.lanes.contains_key(from) {
                self.relay_wake(from);
            }
            return;
        };
        let chosen = settings.relay.bases.iter_mut().map(|base| &mut base.base);
        for base in chosen.chain(&mut settings.bridge.everyone).filter(|base| *base == from) {
            to.clone_into(base);
        }
        for item in self.relay.dead.iter_mut().filter(|item| item.event.base == from) {
            to.clone_into(&mut item.event.base);
        }
        let former = self.relay.lanes.remove(from).unwrap_or_default();
        self.relay.lane(to).waiting += former.waiting;
        if former.session {
            let ended = self.ports.services.end_events(from.to_owned());
            self.job(ended, |()| Finished::Relay(Done::Ended));
        }
        let work = self.ports.store.commit(Transaction {
            relay: vec![RelayChange::Renamed {
                from: from.to_owned(),
                to: to.to_owned(),
            }],
            ..Transaction::default()
        });
        let to = to.to_owned();
        self.job(work, |result| Finished::Relay(Done::Renamed(to, result)));
    }

    pub(super) fn relay_renamed(&mut self, base: &str, result: Result<Committed, Failure>) {
        if let Err(failure) = result {
            self.tell(&failure);
        }
        self.relay_wake(base);
    }
}
