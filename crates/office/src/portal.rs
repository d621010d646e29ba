//! The portal: REST for webhooks, pages for a person, and the events that it publishes on the push server.
//!
//! It stands for a box (an installation of one's own) whose administrator allowed webhooks over plain HTTP; for a cloud
//! portal HTTPS would be required.

mod batch;
mod channels;
mod configuration;
mod crm;
mod entities;
mod events;
mod messenger;
mod orders;
mod pages;
mod people;
mod reply;
mod rest;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

pub(crate) use orders::{Letter, Notice, Post};

use crate::archive::{Archive, Record};
use crate::chance::Chance;
use crate::clock;
use crate::faults::{Fault, Faults};
use crate::journal::{Entry, Journal, Kind};
use crate::office::ServerVersion;
use crate::push::{Hub, Route, Server};
pub(crate) use channels::Setup;

use channels::Channels;
use crm::Crm;
use messenger::Messenger;
use people::People;

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
    /// Access tokens with their application and user.
    tokens: Mutex<BTreeMap<String, (String, u64)>>,
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
            chance,
            channels,
            watches: Mutex::default(),
            tokens: Mutex::default(),
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

    /// An access token of an application for a user, as OAuth would give it; `None` if there is no such user.
    pub(crate) fn authorise(&self, client: &str, user: u64) -> Option<String> {
        self.people.get(user)?;
        let token = self.chance.word(70);
        lock(&self.tokens).insert(token.clone(), (client.to_owned(), user));
        Some(token)
    }

    fn application_user(&self, token: &str) -> Option<(String, u64)> {
        lock(&self.tokens).get(token).cloned()
    }

    fn watches(&self) -> MutexGuard<'_, BTreeMap<(u64, String), i64>> {
        lock(&self.watches)
    }

    /// Answers any request to the portal's listener.
    pub(crate) async fn serve(&self, request: Request<Body>) -> Response {
        let at = clock::now();
        let path = request.uri().path().to_owned();
        // Doubled slashes are one slash, as the portal's web server has it.
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (kind, method, response) = if let Some(route) = Route::find(request.method(), &parts) {
            (Kind::Push, path.clone(), self.push.serve(route, request).await)
        } else if self.faults.strikes(Fault::PortalSilent).is_some() {
            std::future::pending().await
        } else if let ["rest", call @ ..] = parts.as_slice() {
            let (method, response) = self.rest(call, request).await;
            (Kind::Rest, method, response)
        } else {
            (
                Kind::Page,
                path.clone(),
                self.page(&parts, request.uri().query().unwrap_or_default()),
            )
        };
        let entry = Entry {
            kind,
            method,
            status: response.status().as_u16(),
            at_us: clock::micros(at),
            at: clock::iso(at),
        };
        self.journal.add(entry);
        response
    }

    fn page(&self, parts: &[&str], query: &str) -> Response {
        let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        match pages::render(self, parts, query) {
            Some(page) => (html, page).into_response(),
            None => (StatusCode::NOT_FOUND, html, pages::not_found()).into_response(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
