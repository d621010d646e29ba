//! The 1C publications of the office: each stands in for the web client of one base.
//!
//! How data passes through: the browser fetches a page and about 3 MB of script (`assets`, `platform`), begins a
//! session that takes a licence (`sessions`), reads metadata and sections, then asks for one form after another
//! (`links` reads where to, `objects` makes what is there, `forms` describes it). Every painted form comes back as a
//! beacon (`log`), so that times are measured at the picture. Tests steer all of it through `control`.

mod assets;
mod beacons;
mod calls;
mod catalogue;
mod chance;
mod control;
mod forms;
mod links;
mod log;
mod metadata;
mod objects;
mod papers;
mod platform;
mod refusal;
mod sessions;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use serde_json::Value;
use tokio::sync::watch;

use assets::Asset;
use beacons::{Beacon, Load};
use catalogue::Configuration;
use chance::Chance;
use log::Log;
use objects::Written;
use refusal::Refusal;
use sessions::Book;

/// How many licences a base has until the control changes it.
const LICENCES: usize = 5;

/// The names of the published bases: `ut` signs in by the operating system at once, `bp` shows a login form.
pub fn names() -> &'static [&'static str] {
    &["ut", "bp"]
}

/// The pages and calls of the publications, for the root of a listener of their own.
pub fn router(state: Arc<State>) -> Router {
    calls::router(state)
}

/// The control of the publications, nested by the caller under `/publication`.
pub fn control_router(state: Arc<State>) -> Router {
    control::router(state)
}

/// Everything the publications know.
#[derive(Debug)]
pub struct State {
    seed: u64,
    publications: Vec<Publication>,
    scripts: OnceLock<Vec<(String, Asset)>>,
    chance: Mutex<Chance>,
    beacons: Mutex<Log<Beacon>>,
    loads: Mutex<Log<Load>>,
    /// The number of the newest beacon, for those who wait for one.
    newest: watch::Sender<u64>,
}

impl State {
    /// Publications without sessions; the same seed gives the same objects and session ids.
    pub fn new(seed: u64) -> Arc<Self> {
        let publications = names()
            .iter()
            .filter_map(|name| Some(Publication::new(name, catalogue::configuration(name)?)))
            .collect();
        Arc::new(Self {
            seed,
            publications,
            scripts: OnceLock::new(),
            chance: Mutex::new(Chance::new(seed)),
            beacons: Mutex::new(Log::new()),
            loads: Mutex::new(Log::new()),
            newest: watch::Sender::new(0),
        })
    }

    /// Licences, sessions, page loads and settings by publication, as `GET /state` of the control shows them.
    pub fn snapshot(&self) -> Value {
        control::snapshot(self)
    }

    /// Sets the address of the portal that forms of every publication lead to.
    pub fn set_portal(&self, address: &str) {
        for publication in &self.publications {
            address.clone_into(&mut publication.desk().portal);
        }
    }

    fn publication(&self, name: &str) -> Result<&Publication, Refusal> {
        self.publications
            .iter()
            .find(|publication| publication.name == name)
            .ok_or(Refusal::UnknownPublication)
    }

    fn uuid(&self) -> String {
        locked(&self.chance).uuid()
    }
}

/// One published base.
#[derive(Debug)]
struct Publication {
    name: &'static str,
    configuration: Configuration,
    metadata: OnceLock<Asset>,
    desk: Mutex<Desk>,
}

impl Publication {
    fn new(name: &'static str, configuration: Configuration) -> Self {
        Self {
            name,
            configuration,
            metadata: OnceLock::new(),
            desk: Mutex::new(Desk::new()),
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        locked(&self.desk)
    }
}

/// What changes in a published base.
#[derive(Debug)]
struct Desk {
    book: Book,
    written: HashMap<String, Written>,
    follow_hash: bool,
    locked: bool,
    portal: String,
}

impl Desk {
    fn new() -> Self {
        Self {
            book: Book::new(LICENCES),
            written: HashMap::new(),
            follow_hash: true,
            locked: false,
            portal: "http://127.0.0.1".to_owned(),
        }
    }
}

/// A poisoned lock still holds whole values: every change under it is one assignment or one push.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Microseconds since 1970.
fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_microsecond()).unwrap_or_default()
}
