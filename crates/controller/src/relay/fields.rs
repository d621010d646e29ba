//! The fields of entities, read with the user's own rights before a base is given their events.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{EntityFields, RelayChange, RelayItem, Transaction, Waiting};
use hotstart_core::relay::filled;
use tokio::task::JoinSet;

use super::Done;
use crate::controller::Controller;
use crate::job::Finished;

impl Controller {
    pub(super) fn read_fields(&mut self, base: &str, unread: Vec<RelayItem>) {
        let mut asked = JoinSet::new();
        for item in unread {
            let known = self.state.settings.portal(&item.event.portal).is_some();
            let work: Waiting<Result<EntityFields, Failure>> = match item.event.entity {
                Some(entity) if known => self.ports.portals.entity(item.event.portal.clone(), entity),
                Some(_) | None => {
                    let failure = Failure::new(Code::PortalUnknown).with("portal", &item.event.portal);
                    Box::pin(std::future::ready(Err(failure)))
                }
            };
            asked.spawn(async move { (item, work.await) });
        }
        let base = base.to_owned();
        let all = Box::pin(asked.join_all());
        self.job(all, |read| Finished::Relay(Done::Read(base, read)));
    }

    pub(super) fn relay_read(&mut self, base: &str, read: Vec<(RelayItem, Result<EntityFields, Failure>)>) {
        let mut transaction = Transaction::default();
        let mut passing = None;
        for (item, result) in read {
            match result {
                Ok(fields) => {
                    let data = filled(&item.event.data, fields);
                    transaction.relay.push(RelayChange::Filled(item.number, data));
                }
                Err(failure) if is_final(failure.code) => self.bury_event(item, &failure, &mut transaction),
                Err(failure) => passing = Some(failure),
            }
        }
        let (pace, lot) = (self.ports.services.pace(), self.ports.services.lot());
        let lane = &mut self.relay.lane(base).lane;
        let wait_ms = if let Some(failure) = passing {
            tracing::info!(base, code = failure.code_text(), "fields for 1C could not be read");
            lane.unread(&pace, lot)
        } else {
            lane.read();
            0
        };
        self.relay_keep(base, wait_ms, transaction);
    }
}

/// Whether asking once more cannot help: the event is given up, and the others go on.
const fn is_final(code: Code) -> bool {
    matches!(code, Code::EntityMissing | Code::AuthScope | Code::PortalUnknown)
}
