//! Bases whose clients ask the bridge: rows that may be given, and rows that were acknowledged.
use hotstart_core::ports::{RelayItem, Transaction};
use hotstart_core::settings::RelayWay;

use crate::controller::Controller;

impl Controller {
    /// Rows for clients of a base, in their order; none for a base whose service is called.
    pub(crate) fn relay_next(&self, base: &str, limit: usize) -> Vec<RelayItem> {
        let polled = self.relay_way(base) == RelayWay::Client;
        let track = self.relay.lanes.get(base).filter(|_| polled);
        let rows = track.into_iter().flat_map(|track| &track.window);
        rows.take(limit).cloned().collect()
    }

    /// Takes rows out of the queue: the transaction is to be committed, and [`Controller::relay_wake`] called after it,
    /// which gives again what could not be stored.
    pub(crate) fn relay_acknowledged(&mut self, base: &str, numbers: &[u64]) -> Transaction {
        let mut transaction = Transaction {
            // The client forgets what it has acknowledged.
            lasting: true,
            ..Transaction::default()
        };
        let track = self.relay.lane(base);
        let (gone, left) = std::mem::take(&mut track.window)
            .into_iter()
            .partition(|item| numbers.contains(&item.number));
        track.window = left;
        let gone: Vec<RelayItem> = gone;
        track.taken.extend(gone.iter().map(|item| item.number));
        for item in &gone {
            self.event_done(item, None, &mut transaction);
        }
        for record in &transaction.journal {
            self.state.add_record(record.clone());
        }
        transaction
    }

    /// Whether events wait for a base that were not read from the disk in this run.
    pub(crate) fn relay_unread(&self, base: &str) -> bool {
        let track = self.relay.lanes.get(base);
        track.is_some_and(|track| track.waiting > 0 && !track.read)
    }

    /// How many events wait for a base.
    pub(crate) fn relay_waits(&self, base: &str) -> u64 {
        self.relay.lanes.get(base).map_or(0, |track| track.waiting)
    }

    /// Rows are ready for the clients of a base.
    pub(super) fn offer(&mut self, base: &str, ready: Vec<RelayItem>) {
        let last = ready.len();
        let track = self.relay.lane(base);
        track.read = true;
        let taken = &track.taken;
        track.window = ready.into_iter().filter(|item| !taken.contains(&item.number)).collect();
        tracing::debug!(base, rows = last, "events for the clients of a base");
        self.relay_rest(base, 0);
        if self.relay_way(base) == RelayWay::Client {
            self.bridge_wake(base);
        }
    }
}
