//! The portal: REST for webhooks, pages for a person, and the events that it publishes on the push server.
//!
//! It takes webhooks over plain HTTP, as a box does whose administrator allowed it; the control interface can forbid it.

mod answers;
mod batch;
mod channels;
mod configuration;
mod crm;
mod entities;
mod events;
mod front;
mod limits;
mod manners;
mod messenger;
mod oauth;
mod offline;
mod orders;
mod pages;
mod people;
mod reply;
mod rest;
mod sessions;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

pub(crate) use answers::Answer;
pub(crate) use channels::Setup;
pub(crate) use crm::Bulk;
pub(crate) use limits::Setup as LimitSetup;
pub(crate) use manners::Change as MannersChange;
pub(crate) use oauth::{Application, Ending, Lives, Registration};
pub(crate) use orders::{Letter, Notice, Post};

use crate::archive::{Archive, Record};
use crate::chance::Chance;
use crate::clock;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::office::ServerVersion;
use crate::push::{Hub, Server};
use answers::Answers;
use channels::Channels;
use crm::Crm;
use limits::Limits;
use manners::Manners;
use messenger::Messenger;
use oauth::Authority;
use offline::Offline;
use people::{People, SCOPES};
use sessions::Sessions;

/// What the portal needs to know about the office around it.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// `127.0.0.1:18080`: host and port of portal and push server.
    pub(crate) host: String,
    /// `http://127.0.0.1:18081`: the origin of the publications.
    pub(crate) publications: String,
    /// The version of the push server.
    pub(crate) version: ServerVersion,
}

/// The portal and, behind the same address, the push server.
#[derive(Debug)]
pub(crate) struct Portal {
    around: Surroundings,
    people: People,
    chance: Arc<Chance>,
    channels: Channels,
    watches: Mutex<BTreeMap<(u64, String), i64>>,
    authority: Authority,
    sessions: Sessions,
    limits: Limits,
    manners: Manners,
    answers: Answers,
    offline: Offline,
    crm: Crm,
    messenger: Messenger,
    faults: Arc<Faults>,
    journal: Journal,
    hub: Arc<Hub>,
    push: Server,
}

impl Portal {
    /// A portal with its people, deals and channels; the same chance gives the same secrets and channels, unless the
    /// records of an earlier process name other ones.
    pub(crate) fn new(
        around: Surroundings,
        hub: Arc<Hub>,
        faults: Arc<Faults>,
        chance: Arc<Chance>,
        archive: Arc<Archive>,
        records: &[Record],
    ) -> Self {
        let now = clock::now();
        let people = People::new(&chance);
        let channels = Channels::new(people.ids(), Arc::clone(&chance), now, archive, records);
        let crm = Crm::new(&around, now);
        let push = Server::new(Arc::clone(&hub), Arc::clone(&faults));
        Self {
            people,
            authority: Authority::new(Arc::clone(&chance)),
            sessions: Sessions::new(Arc::clone(&chance)),
            limits: Limits::default(),
            manners: Manners::default(),
            answers: Answers::default(),
            offline: Offline::default(),
            chance,
            channels,
            watches: Mutex::default(),
            crm,
            push,
            hub,
            faults,
            messenger: Messenger::new(),
            journal: Journal::default(),
            around,
        }
    }

    /// `http://127.0.0.1:18080`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.around.host)
    }

    /// The webhook address of a user, ending with a slash.
    pub(crate) fn webhook(&self, user: u64) -> Option<String> {
        let user = self.people.get(user)?;
        Some(format!("{}/rest/{}/{}/", self.origin(), user.id, user.secret))
    }

    /// The log of requests.
    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The users that exist, for the control page.
    pub(crate) fn users(&self) -> Value {
        self.people
            .all()
            .map(|user| serde_json::json!({"id": user.id, "name": user.full_name()}))
            .collect()
    }

    /// Takes the scopes of webhooks away or gives them back.
    pub(crate) fn set_scopes(&self, scopes: Vec<String>) {
        self.people.set_scopes(scopes);
    }

    /// Moves the portal's clock in what it tells about time.
    pub(crate) fn set_clock_skew(&self, seconds: i64) {
        self.channels.set_skew(seconds);
    }

    /// Changes the revision of the web interface that the portal reports.
    pub(crate) fn set_revision(&self, revision: u32) {
        self.channels.set_revision(revision);
    }

    /// Tunes what the configuration says.
    pub(crate) fn set_up(&self, change: impl FnOnce(&mut Setup)) {
        self.channels.set_up(change, clock::now());
    }

    /// An access token of an application for a user, without the way through the pages; an application that nobody
    /// registered gets every scope. `None` if there is no such user.
    pub(crate) fn authorise(&self, client: &str, user: u64) -> Option<String> {
        self.people.get(user)?;
        if self.authority.application(client).is_none() {
            self.register(Registration::of(client));
        }
        Some(self.authority.grant(client, user, clock::now()))
    }

    /// Adds, changes or removes a local application; `None`: there is none to remove.
    pub(crate) fn register(&self, registration: Registration) -> Option<Application> {
        self.authority
            .register(registration, SCOPES.map(str::to_owned).to_vec())
    }

    /// Ends tokens of an application, or of all; gives how many.
    pub(crate) fn end_tokens(&self, ending: Ending, client: Option<&str>) -> usize {
        self.authority.end(ending, client, clock::now())
    }

    /// Changes the lifetimes of codes and tokens.
    pub(crate) fn set_lives(&self, lives: Lives) {
        self.authority.set_lives(lives);
    }

    /// Ends sign-ins of a user, or of all; gives how many.
    pub(crate) fn end_sessions(&self, user: Option<u64>) -> usize {
        self.sessions.end(user)
    }

    /// Open pages must be loaded anew before their calls are taken.
    pub(crate) fn renew_sessids(&self) {
        self.sessions.renew();
    }

    /// Changes the manners.
    pub(crate) fn set_manners(&self, change: MannersChange) {
        self.manners.set(change);
    }

    /// What kind of portal it is, and what it counted.
    pub(crate) fn describe(&self) -> Value {
        json!({
            "manners": self.manners.get(), "oauth": self.authority.report(), "sessions": self.sessions.count(),
            "limits": self.limits.report(None), "answers": self.answers.waiting(),
        })
    }

    /// The limits of REST.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The answers on command.
    pub(crate) fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Adds many entities; gives the first and the last id.
    pub(crate) fn fill_crm(&self, bulk: &Bulk) -> Option<(u64, u64)> {
        self.crm.fill(bulk)
    }

    /// Changes an entity as a person would; false if there is none.
    pub(crate) fn change_entity(&self, type_id: u32, id: u64, fields: &Map<String, Value>, user: u64) -> bool {
        let changed = self.crm.change(type_id, id, fields, user);
        self.tell_changes(user, &Map::new(), None);
        changed
    }

    fn watches(&self) -> MutexGuard<'_, BTreeMap<(u64, String), i64>> {
        lock(&self.watches)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
