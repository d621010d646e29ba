//! The history as a whole: export and import, the store that breaks, the server that starts again.

use jiff::Timestamp;
use serde::Deserialize as _;
use serde_json::Value;
use serde_json::value::to_raw_value;

use super::record::{self, Entry};
use super::{Address, Hub, Outgoing, first_numbers};
use crate::archive::Record;

impl Hub {
    /// Deletes a channel: its history goes, its members are told and closed. False if there was none.
    pub(crate) fn delete(&self, address: Address, name: &str) -> bool {
        let mut inner = self.lock();
        let known = inner.history.delete(address) | (inner.members.holders(address) > 0);
        inner.members.tell(address, &Outgoing::Deleted(name.to_owned()));
        self.archive.add(&Record::Deleted(record::spell(address)));
        known
    }

    /// The store of the server goes down or comes back.
    pub(crate) fn break_store(&self, broken: bool) {
        self.lock().broken = broken;
    }

    /// The server starts again: message ids begin with the new second.
    pub(crate) fn begin_again(&self, started: Timestamp) {
        let (start, counter) = first_numbers(started);
        self.lock().history.begin(start, counter);
    }

    /// Forgets every stored message.
    pub(crate) fn clear_history(&self) {
        self.lock().history.clear();
        self.archive.add(&Record::Cleared);
    }

    /// Every stored message as JSON, in order of ids.
    pub(crate) fn export(&self) -> Vec<Value> {
        let all = self.lock().history.everything();
        all.iter()
            .filter_map(|(to, stored)| serde_json::to_value(Entry::of(to, stored)).ok())
            .collect()
    }

    /// Takes stored messages back, as exported; gives how many were understood.
    pub(crate) fn import(&self, entries: Vec<Value>) -> usize {
        let read = |entry: &Value| Some((to_raw_value(entry).ok()?, Entry::deserialize(entry).ok()?.read()?));
        let mut count = 0;
        for (raw, (to, stored)) in entries.iter().filter_map(read) {
            self.lock().history.restore(&to, &stored);
            self.archive.add(&Record::Message(raw));
            count += 1;
        }
        count
    }

    /// Takes the records of an earlier process.
    pub(crate) fn restore(&self, records: &[Record]) {
        for record in records {
            match record {
                Record::Message(entry) => {
                    let entry = serde_json::from_str::<Entry>(entry.get()).ok().and_then(Entry::read);
                    if let Some((to, stored)) = entry {
                        self.lock().history.restore(&to, &stored);
                    }
                }
                Record::Deleted(room) => {
                    if let Some(address) = record::read_room(room) {
                        self.lock().history.delete(address);
                    }
                }
                Record::Cleared => self.lock().history.clear(),
                Record::Channels(_) => {}
            }
        }
    }
}
