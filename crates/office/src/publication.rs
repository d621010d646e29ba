//! The 1C publications of the office: each stands in for the web client of one base.
//!
//! How data passes through: the browser fetches a page and about 3 MB of script (`assets`, `platform`), begins a
//! session that takes a licence (`sessions`), reads metadata and sections, then asks for one form after another
//! (`links` reads where to, `objects` makes what is there, `forms` describes it). Every painted form comes back as a
//! beacon (`log`), so that times are measured at the picture. Tests steer all of it through `control`.
//!
//! The same objects are reached over OData (`odata`) and HTTP services (`services`), by users with passwords (`users`);
//! what was changed anywhere is kept in `records`. `front` finds the publication of a path and applies its `manners`;
//! `secure` serves everything once more over TLS, with certificates that are right and wrong.

mod assets;
mod beacons;
mod calls;
mod catalogue;
mod chance;
mod control;
mod forms;
mod front;
mod links;
mod log;
mod manners;
mod metadata;
mod objects;
mod odata;
mod papers;
mod platform;
mod records;
mod refusal;
mod secure;
mod services;
mod sessions;
#[cfg(test)]
mod tests;
mod users;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use axum::Router;
use serde_json::Value;
use tokio::sync::watch;

use assets::Asset;
use beacons::{Beacon, Load};
use catalogue::{Configuration, Kind};
use chance::Chance;
use forms::Maker;
use log::Log;
use manners::Manners;
use objects::Object;
use records::Records;
use refusal::Refusal;
use secure::Secure;
use services::Inbox;
use sessions::Book;
use users::Users;

/// How many licences a base has until the control changes it.
const LICENCES: usize = 5;

/// What is said while a base is closed for maintenance, until the control says otherwise.
const LOCK_MESSAGE: &str = "Выполняется обслуживание информационной базы. Повторите попытку позже.";

/// The names of the published bases: `ut` signs in by the operating system at once, `bp` shows a login form. Each has
/// licences, users and data of its own.
pub fn names() -> &'static [&'static str] {
    &["ut", "bp"]
}

/// The pages and calls of the publications, for the root of a listener of their own.
pub fn router(state: Arc<State>) -> Router {
    let inner = calls::router(Arc::clone(&state));
    front::router(state, inner)
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
    secure: tokio::sync::OnceCell<Secure>,
}

impl State {
    /// Publications without sessions; the same seed gives the same objects and session ids.
    pub fn new(seed: u64) -> Arc<Self> {
        let publications = names()
            .iter()
            .filter_map(|name| Some(Publication::new(name, seed, catalogue::configuration(name)?)))
            .collect();
        Arc::new(Self {
            seed,
            publications,
            scripts: OnceLock::new(),
            chance: Mutex::new(Chance::new(seed)),
            beacons: Mutex::new(Log::new()),
            loads: Mutex::new(Log::new()),
            newest: watch::Sender::new(0),
            secure: tokio::sync::OnceCell::new(),
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
    /// What its objects are made from.
    seed: u64,
    configuration: Configuration,
    metadata: OnceLock<Asset>,
    desk: Mutex<Desk>,
}

impl Publication {
    fn new(name: &'static str, seed: u64, configuration: Configuration) -> Self {
        // Every base but the first has data of its own under the same references.
        let own = if names().first() == Some(&name) {
            seed
        } else {
            Chance::of(seed, name).next()
        };
        Self {
            name,
            seed: own,
            configuration,
            metadata: OnceLock::new(),
            desk: Mutex::new(Desk::new()),
        }
    }

    /// What changes; sessions that rested too long are gone from it.
    fn desk(&self) -> MutexGuard<'_, Desk> {
        let mut desk = locked(&self.desk);
        desk.book.tick(now());
        desk
    }

    /// What forms and objects are made from.
    fn maker<'a>(&'a self, desk: &'a Desk) -> Maker<'a> {
        Maker {
            seed: self.seed,
            configuration: &self.configuration,
            portal: &desk.portal,
            records: &desk.records,
        }
    }

    /// An object after all that happened to it.
    fn object(&self, desk: &Desk, kind: Kind, uuid: &str) -> Option<Object> {
        self.maker(desk).find(kind, uuid)
    }
}

/// What changes in a published base.
#[derive(Debug)]
struct Desk {
    book: Book,
    users: Users,
    records: Records,
    inbox: Inbox,
    manners: Manners,
    /// What is said instead of beginning a session.
    locked: Option<String>,
    portal: String,
    /// What a hostile page has reported last.
    hostile: Option<Value>,
    /// Counts the updates of the base.
    release: u64,
    /// Counts the requests.
    requests: u64,
}

impl Desk {
    fn new() -> Self {
        Self {
            book: Book::new(LICENCES),
            users: Users::new(),
            records: Records::default(),
            inbox: Inbox::default(),
            manners: Manners::new(),
            locked: None,
            portal: "http://127.0.0.1".to_owned(),
            hostile: None,
            release: 1,
            requests: 0,
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
