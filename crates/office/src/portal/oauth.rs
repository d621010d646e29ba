//! The authorization server and the local applications of the portal.
//!
//! A code lives 30 seconds and works once, an access token an hour, a refresh token 180 days and once. Access tokens that
//! were given before a refresh stay good until their hour is over. Here the server stands behind the portal's own
//! address; at the vendor it has a host of its own.

mod authorize;
mod token;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::chance::Chance;

/// What an application was registered with.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Application {
    /// `local.<14 hex>.<8 digits>`.
    pub(crate) client_id: String,
    /// Its secret.
    pub(crate) client_secret: String,
    /// Where codes are sent: the handler path of its form.
    pub(crate) redirect_uri: String,
    /// What it may use.
    pub(crate) scopes: Vec<String>,
    /// False: its installation is not finished; it gets no events.
    pub(crate) installed: bool,
    /// Its name.
    pub(crate) title: String,
    /// What the portal's calls to it would carry.
    #[serde(rename = "application_token")]
    pub(crate) mark: String,
    /// The trial or subscription is over.
    pub(crate) unpaid: bool,
}

/// A new application, or a change of one; absent fields are made up or stay.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Registration {
    client_id: Option<String>,
    client_secret: Option<String>,
    redirect_uri: Option<String>,
    scopes: Option<Vec<String>>,
    installed: Option<bool>,
    title: Option<String>,
    unpaid: Option<bool>,
    /// The application is removed from the portal; its tokens are good for nothing.
    remove: bool,
}

/// Lifetimes in seconds, and what the replies tell of them.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Lives {
    /// Of a code.
    pub(crate) code_s: i64,
    /// Of an access token.
    pub(crate) access_s: i64,
    /// Of a refresh token.
    pub(crate) refresh_s: i64,
    /// The reply to a code has neither `expires` nor `user_id`.
    pub(crate) terse: bool,
}

/// What a token stands for.
#[derive(Clone, Debug)]
struct Grant {
    client_id: String,
    user: u64,
    until: Timestamp,
}

/// Why a token does not open the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Its hour is over, or nobody knows it.
    Expired,
    /// It was taken back.
    Invalid,
    /// Its application is not there any more.
    NoApplication,
}

/// What of the grants ends on command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// Access tokens expire.
    Access,
    /// Refresh tokens are dead.
    Refresh,
    /// Access tokens are taken back: `invalid_token`.
    Revoke,
}

/// The authorization server.
#[derive(Debug)]
pub(crate) struct Authority {
    chance: Arc<Chance>,
    /// The portal's own number there.
    pub(crate) member_id: String,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    lives: Lives,
    applications: BTreeMap<String, Application>,
    codes: BTreeMap<String, Grant>,
    access: BTreeMap<String, Grant>,
    refresh: BTreeMap<String, Grant>,
    revoked: BTreeMap<String, Grant>,
    exchanges: u64,
    refreshes: u64,
    refused: u64,
}

impl Registration {
    /// An application of which only the id is given.
    pub(crate) fn of(client_id: &str) -> Self {
        Self {
            client_id: Some(client_id.to_owned()),
            ..Self::default()
        }
    }
}

impl Default for Lives {
    fn default() -> Self {
        Self {
            code_s: 30,
            access_s: 3600,
            refresh_s: 180 * 86_400,
            terse: false,
        }
    }
}

impl Authority {
    /// An authority that knows no application.
    pub(crate) fn new(chance: Arc<Chance>) -> Self {
        Self {
            member_id: chance.word(32),
            chance,
            inner: Mutex::default(),
        }
    }

    /// Adds, changes or removes an application; gives it as it is now.
    pub(crate) fn register(&self, wanted: Registration, all_scopes: Vec<String>) -> Option<Application> {
        let mut inner = self.lock();
        let client_id = wanted
            .client_id
            .unwrap_or_else(|| format!("local.{}.{}", self.chance.word(14), self.chance.word(8)));
        if wanted.remove {
            return inner.applications.remove(&client_id);
        }
        let application = inner
            .applications
            .entry(client_id.clone())
            .or_insert_with(|| Application {
                client_id,
                client_secret: self.chance.word(50),
                redirect_uri: "http://127.0.0.1:8400/b24/callback".to_owned(),
                scopes: all_scopes,
                installed: true,
                title: "Приложение".to_owned(),
                mark: self.chance.word(32),
                unpaid: false,
            });
        put(&mut application.client_secret, wanted.client_secret);
        put(&mut application.redirect_uri, wanted.redirect_uri);
        put(&mut application.scopes, wanted.scopes);
        put(&mut application.installed, wanted.installed);
        put(&mut application.title, wanted.title);
        put(&mut application.unpaid, wanted.unpaid);
        Some(application.clone())
    }

    /// One application.
    pub(crate) fn application(&self, client_id: &str) -> Option<Application> {
        self.lock().applications.get(client_id).cloned()
    }

    /// An access token without the way through the pages.
    pub(crate) fn grant(&self, client_id: &str, user: u64, now: Timestamp) -> String {
        let mut inner = self.lock();
        let until = after(now, inner.lives.access_s);
        let token = self.chance.word(70);
        inner.access.insert(token.clone(), grant(client_id, user, until));
        token
    }

    /// A code for a user who is signed in.
    pub(crate) fn code(&self, client_id: &str, user: u64, now: Timestamp) -> String {
        let mut inner = self.lock();
        let until = after(now, inner.lives.code_s);
        let code = self.chance.word(70);
        inner.codes.insert(code.clone(), grant(client_id, user, until));
        code
    }

    /// Whose token it is: the application and the user.
    pub(crate) fn holder(&self, token: &str, now: Timestamp) -> Result<(Application, u64), Unfit> {
        let inner = self.lock();
        if inner.revoked.contains_key(token) {
            return Err(Unfit::Invalid);
        }
        let grant = inner.access.get(token).ok_or(Unfit::Expired)?;
        let application = inner.applications.get(&grant.client_id).ok_or(Unfit::NoApplication)?;
        if grant.until <= now {
            return Err(Unfit::Expired);
        }
        Ok((application.clone(), grant.user))
    }

    /// Ends tokens of an application, or of all; gives how many.
    pub(crate) fn end(&self, ending: Ending, client_id: Option<&str>, now: Timestamp) -> usize {
        let mut inner = self.lock();
        let meant = |grant: &Grant| client_id.is_none_or(|client_id| client_id == grant.client_id);
        let mut ended = 0;
        match ending {
            Ending::Access => {
                for grant in inner.access.values_mut().filter(|grant| meant(grant)) {
                    grant.until = now;
                    ended += 1;
                }
            }
            Ending::Refresh => {
                let before = inner.refresh.len();
                inner.refresh.retain(|_, grant| !meant(grant));
                ended = before - inner.refresh.len();
            }
            Ending::Revoke => {
                let (gone, kept) = std::mem::take(&mut inner.access)
                    .into_iter()
                    .partition::<BTreeMap<_, _>, _>(|(_, grant)| meant(grant));
                ended = gone.len();
                inner.access = kept;
                inner.revoked.extend(gone);
            }
        }
        ended
    }

    /// Changes lifetimes for what is given from now on.
    pub(crate) fn set_lives(&self, lives: Lives) {
        self.lock().lives = lives;
    }

    /// What was registered and counted.
    pub(crate) fn report(&self) -> Value {
        let inner = self.lock();
        json!({
            "member_id": self.member_id, "lives": inner.lives,
            "applications": inner.applications.values().collect::<Vec<_>>(),
            "exchanges": inner.exchanges, "refreshes": inner.refreshes, "refused": inner.refused,
            "access_tokens": inner.access.len(), "refresh_tokens": inner.refresh.len(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn grant(client_id: &str, user: u64, until: Timestamp) -> Grant {
    Grant {
        client_id: client_id.to_owned(),
        user,
        until,
    }
}

fn after(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

#[cfg(test)]
mod tests;
