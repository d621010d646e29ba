//! What the pages report: loads, and every form that was painted.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{State, locked};

/// A painted form.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Beacon {
    /// The name of the publication.
    pub(super) publication: &'static str,
    /// The `seanceId`.
    pub(super) session: String,
    /// When the beacon arrived, in microseconds since 1970.
    pub(super) at_us: u64,
    /// What the page said.
    #[serde(flatten)]
    pub(super) painted: Painted,
}

/// A beacon as the page sends it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Painted {
    /// Names the page load.
    pub(super) load: String,
    /// Counts the beacons of the load.
    pub(super) seq: u64,
    /// The navigation link that was asked for, decoded; empty for the login form.
    pub(super) nav: String,
    /// The title of the window.
    pub(super) title: String,
    /// The second frame after drawing, in microseconds since 1970 by the clock of the page.
    pub(super) page_us: u64,
    /// True when the form holds unsaved changes.
    pub(super) dirty: bool,
    /// `form` or `login`.
    pub(super) screen: String,
    /// The page draws itself in desktop mode.
    #[serde(default)]
    pub(super) workplace: bool,
}

/// A load of the page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Load {
    /// The name of the publication.
    pub(super) publication: &'static str,
    /// The id the page gave itself.
    #[serde(rename = "load")]
    pub(super) id: String,
    /// When it asked for a session first, in microseconds since 1970.
    pub(super) at_us: u64,
    /// The newest session it was given.
    pub(super) session: Option<String>,
    /// `opened`, `login_form`, or the code of the refusal.
    pub(super) outcome: &'static str,
}

impl State {
    /// Notes a painted form and wakes those who wait for one.
    pub(super) fn painted(&self, beacon: Beacon) {
        let newest = locked(&self.beacons).push(beacon);
        self.newest.send_replace(newest);
    }

    /// Notes a page that asked for a session; the same page asking again is no new load.
    pub(super) fn loaded(&self, load: Load) {
        let mut loads = locked(&self.loads);
        let known = loads
            .entries_mut()
            .find(|known| known.id == load.id && known.publication == load.publication);
        match known {
            Some(known) => {
                known.outcome = load.outcome;
                if load.session.is_some() {
                    known.session = load.session;
                }
            }
            None => {
                loads.push(load);
            }
        }
    }

    /// How many pages a publication has loaded.
    pub(super) fn load_count(&self, publication: &str) -> usize {
        locked(&self.loads)
            .after(0)
            .filter(|(_, load)| load.publication == publication)
            .count()
    }

    /// The beacons after a number.
    pub(super) fn beacons_after(&self, after: u64) -> Value {
        let log = locked(&self.beacons);
        json!({"beacons": numbered(&log, after), "last": log.last()})
    }

    /// Every load that is still kept.
    pub(super) fn all_loads(&self) -> Value {
        let log = locked(&self.loads);
        json!({"loads": numbered(&log, 0), "last": log.last()})
    }
}

fn numbered<T: Serialize>(log: &super::log::Log<T>, after: u64) -> Vec<Value> {
    log.after(after).map(|(n, entry)| with_number(*n, entry)).collect()
}

fn with_number<T: Serialize>(n: u64, entry: &T) -> Value {
    let mut value = json!(entry);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("n".to_owned(), json!(n));
    }
    value
}
