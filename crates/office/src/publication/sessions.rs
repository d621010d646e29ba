//! Sessions and the counter of licences: one session takes one licence from the moment the login form is shown until a
//! logout. A browser that is killed gives nothing back, as on a real server; a session that is idle for too long is
//! forgotten. Calls of services have sessions too: one for each call, or one for many (`IBSession`).

use std::collections::VecDeque;

use serde::Serialize;

use super::refusal::Refusal;

/// How many ended sessions are remembered, so that a late request learns that it was a logout.
const ENDED: usize = 256;

/// How long a session of services that is reused may rest, in microseconds.
const SERVICE_AGE: u64 = 20_000_000;

/// What a session belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum App {
    /// The web client.
    WebClient,
    /// An HTTP service.
    HttpService,
    /// OData.
    Odata,
}

/// One session of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Session {
    /// The `seanceId`, or the value of the cookie `ibsession`.
    pub(super) id: String,
    /// What it belongs to.
    pub(super) app: App,
    /// When it began, in microseconds since 1970.
    pub(super) started: u64,
    /// When it was heard last, in microseconds since 1970.
    pub(super) seen: u64,
    /// True while the login form is shown.
    pub(super) login_form: bool,
    /// Who signed in.
    pub(super) user: Option<String>,
    /// The page load that began it; empty for services.
    pub(super) load: String,
}

/// The sessions of one base and its licences.
#[derive(Debug)]
pub(super) struct Book {
    now: u64,
    licences: usize,
    /// How long a session of the web client may rest, in microseconds.
    idle: Option<u64>,
    /// The same for services.
    service_idle: u64,
    sessions: Vec<Session>,
    ended: VecDeque<String>,
    outdated: VecDeque<String>,
    /// How many sessions were begun, by what they belong to.
    begun: [u64; 3],
}

impl Book {
    /// An empty book with this number of licences.
    pub(super) fn new(licences: usize) -> Self {
        Self {
            now: 0,
            licences,
            idle: None,
            service_idle: SERVICE_AGE,
            sessions: Vec::new(),
            ended: VecDeque::new(),
            outdated: VecDeque::new(),
            begun: [0; 3],
        }
    }

    /// Tells the time, in microseconds since 1970; sessions that rested too long are forgotten.
    pub(super) fn tick(&mut self, now: u64) {
        self.now = self.now.max(now);
        let (now, idle, service_idle) = (self.now, self.idle, self.service_idle);
        self.sessions.retain(|session| {
            let limit = match session.app {
                App::WebClient => idle,
                App::HttpService | App::Odata => Some(service_idle),
            };
            limit.is_none_or(|limit| now.saturating_sub(session.seen) < limit)
        });
    }

    /// Begins a session; `user` is the one who is known already, `None` shows the login form.
    pub(super) fn begin(&mut self, id: String, app: App, load: String, user: Option<&str>) -> Result<Session, Refusal> {
        if self.sessions.len() >= self.licences {
            return Err(Refusal::NoLicence(self.licences));
        }
        let session = Session {
            id,
            app,
            started: self.now,
            seen: self.now,
            login_form: user.is_none(),
            user: user.map(str::to_owned),
            load,
        };
        self.begun[app as usize] += 1;
        self.sessions.push(session.clone());
        // The web client first: readers of the state take the first session for the one of the page.
        self.sessions.sort_by_key(|session| (session.app, session.started));
        Ok(session)
    }

    /// Notes who signed in at the login form of a session.
    pub(super) fn sign_in(&mut self, id: &str, user: &str) -> Result<(), Refusal> {
        self.any(id)?;
        for session in self.sessions.iter_mut().filter(|session| session.id == id) {
            session.login_form = false;
            session.user = Some(user.to_owned());
        }
        Ok(())
    }

    /// The session with this id, signed in or not; it counts as heard.
    pub(super) fn any(&mut self, id: &str) -> Result<&Session, Refusal> {
        if id.is_empty() {
            return Err(Refusal::NoSeance);
        }
        if let Some(session) = self.sessions.iter_mut().find(|session| session.id == id) {
            session.seen = self.now;
            return Ok(session);
        }
        if self.outdated.iter().any(|outdated| outdated == id) {
            return Err(Refusal::Updated);
        }
        if self.ended.iter().any(|ended| ended == id) {
            return Err(Refusal::EndedSeance(id.to_owned()));
        }
        Err(Refusal::UnknownSeance(id.to_owned()))
    }

    /// The session with this id, if somebody has signed in.
    pub(super) fn entered(&mut self, id: &str) -> Result<&Session, Refusal> {
        let session = self.any(id)?;
        if session.login_form {
            return Err(Refusal::NotSignedIn);
        }
        Ok(session)
    }

    /// Ends a session; its licence is free at once.
    pub(super) fn logout(&mut self, id: &str) -> Result<(), Refusal> {
        self.any(id)?;
        self.sessions.retain(|session| session.id != id);
        remember(&mut self.ended, id.to_owned());
        Ok(())
    }

    /// Forgets one session, or all of them, without a word to the client; says how many.
    pub(super) fn lose(&mut self, id: Option<&str>) -> usize {
        let before = self.sessions.len();
        self.sessions.retain(|session| id.is_some_and(|id| session.id != id));
        before - self.sessions.len()
    }

    /// Ends all sessions because the base was updated; they learn it at their next call. Says how many.
    pub(super) fn outdate(&mut self) -> usize {
        let sessions = std::mem::take(&mut self.sessions);
        let count = sessions.len();
        for session in sessions {
            remember(&mut self.outdated, session.id);
        }
        count
    }

    /// Changes the number of licences; sessions that are open stay open.
    pub(super) fn set_licences(&mut self, licences: usize) {
        self.licences = licences;
    }

    /// How many microseconds a session of the web client may rest; 0: for ever.
    pub(super) fn set_idle(&mut self, idle: u64) {
        self.idle = (idle > 0).then_some(idle);
    }

    /// How many microseconds a session of services may rest.
    pub(super) fn set_service_idle(&mut self, idle: u64) {
        self.service_idle = idle;
    }

    /// How many sessions the base allows at the same time.
    pub(super) fn licences(&self) -> usize {
        self.licences
    }

    /// The open sessions: web clients first, each oldest first.
    pub(super) fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// How many sessions were begun for this.
    pub(super) fn begun(&self, app: App) -> u64 {
        self.begun[app as usize]
    }
}

fn remember(list: &mut VecDeque<String>, id: String) {
    if list.len() >= ENDED {
        list.pop_front();
    }
    list.push_back(id);
}

#[cfg(test)]
mod tests;
