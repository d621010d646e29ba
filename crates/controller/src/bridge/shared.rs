//! Bases whose clients all get every event: an event is worked off when each client that runs has acknowledged it. What a
//! client that is not there then misses is missed for good, as a queue for clients that never come back would not end.
use std::collections::{BTreeMap, BTreeSet};

use hotstart_core::bridge::Caller;
use tokio::time::Instant;

use crate::controller::Controller;

/// How many acknowledged events are remembered for each base.
const MOST: usize = 1000;

/// Who has acknowledged what, by base and number in the queue.
#[derive(Debug, Default)]
pub(super) struct Shared(BTreeMap<String, BTreeMap<u64, BTreeSet<String>>>);

impl Shared {
    /// Whether this client has acknowledged an event.
    pub(super) fn is_done(&self, number: u64, caller: &Caller) -> bool {
        let clients = self.0.get(&caller.base).and_then(|events| events.get(&number));
        clients.is_some_and(|clients| clients.contains(&caller.client))
    }

    fn acknowledge(&mut self, numbers: &[u64], caller: &Caller) {
        let events = self.0.entry(caller.base.clone()).or_default();
        for number in numbers {
            events.entry(*number).or_default().insert(caller.client.clone());
        }
        while events.len() > MOST {
            events.pop_first();
        }
    }

    /// Takes out the events of a base that all of these clients have acknowledged.
    fn take_done(&mut self, base: &str, running: &BTreeSet<String>) -> Vec<u64> {
        let Some(events) = self.0.get_mut(base) else {
            return Vec::new();
        };
        let done = |clients: &BTreeSet<String>| running.is_subset(clients);
        let numbers: Vec<u64> = events
            .iter()
            .filter(|(_, clients)| done(clients))
            .map(|(number, _)| *number)
            .collect();
        for number in &numbers {
            events.remove(number);
        }
        numbers
    }
}

impl Controller {
    /// Whether all clients of a base get all of its events.
    pub(super) fn is_for_everyone(&self, base: &str) -> bool {
        self.state.settings.bridge.everyone.iter().any(|alias| alias == base)
    }

    /// The events that go for good, now that a client has acknowledged some.
    pub(super) fn worked_off(&mut self, caller: &Caller, numbers: Vec<u64>) -> Vec<u64> {
        if !self.is_for_everyone(&caller.base) {
            return numbers;
        }
        let now = Instant::now();
        let clients = self.bridge.clients.iter();
        let running = clients.filter(|(known, client)| known.base == caller.base && client.runs(now));
        let running = running.map(|(known, _)| known.client.clone()).collect();
        self.bridge.shared.acknowledge(&numbers, caller);
        self.bridge.shared.take_done(&caller.base, &running)
    }

    /// The user decides.
    pub(crate) fn set_everyone(&mut self, alias: String, everyone: bool) {
        let known = &mut self.state.settings.bridge.everyone;
        known.retain(|base| *base != alias);
        if everyone {
            known.push(alias);
        }
        self.save_settings();
    }
}
