//! A user's own session: the cookies of a browser window in which the user has signed in to the portal.
//!
//! Calls go the way that the portal's own pages go: `/rest/<method>` with the cookies and the `sessid` that a page would
//! show. The right `sessid` is learned from the refusal of a wrong one, so that no page has to be read; cookies that an
//! answer sets replace those before, as in a browser. Nobody has documented this for programs: it is as stable as the
//! portal's own pages are.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::portal::Portal;
use crate::webhook::Plain;

/// The most cookies, and the most bytes of all of them: what web servers take.
const MOST_COOKIES: usize = 64;
const MOST_BYTES: usize = 8192;

/// What is shown before the right one is known.
const NO_SESSID: &str = "00000000000000000000000000000000";

/// The session of a user; cheap to clone, and clones share the cookies.
#[derive(Clone)]
pub struct UserSession(Arc<Inner>);

struct Inner {
    portal: Portal,
    secure: bool,
    state: Mutex<State>,
}

#[derive(Clone)]
struct State {
    cookies: BTreeMap<String, SecretString>,
    sessid: SecretString,
    /// The cookies are not those that were given or last taken for keeping.
    changed: bool,
}

/// What was given cannot be used as a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SessionRefused {
    /// There is no cookie, or they are more than a portal takes.
    #[error("not the cookies of a session")]
    Cookies,
    /// Plain http to another computer.
    #[error("plain http would show the cookies to the network")]
    Plain,
}

impl UserSession {
    /// A session on a portal over https, with the cookies that a browser would send to it.
    pub fn new(
        portal: Portal,
        cookies: impl IntoIterator<Item = (String, SecretString)>,
    ) -> Result<Self, SessionRefused> {
        let fit = |(name, value): &(String, SecretString)| is_name(name) && is_value(value.expose_secret());
        let cookies: BTreeMap<_, _> = cookies.into_iter().filter(fit).collect();
        if cookies.is_empty() || !fits(&cookies) {
            return Err(SessionRefused::Cookies);
        }
        Ok(Self(Arc::new(Inner {
            portal,
            secure: true,
            state: Mutex::new(State {
                cookies,
                sessid: SecretString::from(NO_SESSID),
                changed: false,
            }),
        })))
    }

    /// The same over plain http, where that is acceptable.
    pub fn over_http(self, plain: Plain) -> Result<Self, SessionRefused> {
        if !plain.admits(&self.0.portal) {
            return Err(SessionRefused::Plain);
        }
        Ok(Self(Arc::new(Inner {
            portal: self.0.portal.clone(),
            secure: false,
            state: Mutex::new(self.0.state().clone()),
        })))
    }

    /// Reads what [`UserSession::to_secret`] wrote.
    pub fn from_secret(text: &SecretString, portal: &Portal) -> Result<Self, SessionRefused> {
        let value: Value = serde_json::from_str(text.expose_secret()).map_err(|_| SessionRefused::Cookies)?;
        let cookies = value.as_object().into_iter().flatten();
        let cookies = cookies.filter_map(|(name, value)| Some((name.clone(), SecretString::from(value.as_str()?))));
        Self::new(portal.clone(), cookies)
    }

    /// The cookies for a keyring.
    pub fn to_secret(&self) -> SecretString {
        let state = self.0.state();
        let cookies = state.cookies.iter();
        let cookies = cookies.map(|(name, value)| (name.clone(), Value::from(value.expose_secret())));
        SecretString::from(Value::Object(cookies.collect()).to_string())
    }

    /// Whether answers have changed the cookies since this was asked last: then they are worth keeping anew.
    pub fn take_changed(&self) -> bool {
        std::mem::take(&mut self.0.state().changed)
    }

    /// The portal.
    pub fn portal(&self) -> &Portal {
        &self.0.portal
    }

    /// Whether the portal is reached over https.
    pub fn is_secure(&self) -> bool {
        self.0.secure
    }

    /// The header with the cookies.
    pub(crate) fn cookie_line(&self) -> String {
        let state = self.0.state();
        let pairs = state.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={}", value.expose_secret()))
            .collect();
        pairs.join("; ")
    }

    pub(crate) fn sessid(&self) -> SecretString {
        self.0.state().sessid.clone()
    }

    /// Takes the right `sessid` from a refusal; false if it is the one that was shown.
    pub(crate) fn learn_sessid(&self, shown: &SecretString, right: &str) -> bool {
        let mut state = self.0.state();
        if !right.is_empty() && right.len() <= 64 && right.bytes().all(|b| b.is_ascii_alphanumeric()) {
            state.sessid = SecretString::from(right);
        }
        state.sessid.expose_secret() != shown.expose_secret()
    }

    /// Takes cookies from the `Set-Cookie` lines of an answer.
    pub(crate) fn learn_cookies(&self, lines: &[String]) {
        for line in lines {
            let mut parts = line.split(';');
            let Some((name, value)) = parts.next().and_then(|pair| pair.trim().split_once('=')) else {
                continue;
            };
            let gone = value == "deleted" || parts.any(|part| part.trim().eq_ignore_ascii_case("max-age=0"));
            let mut state = self.0.state();
            if gone {
                state.changed |= state.cookies.remove(name).is_some();
                continue;
            }
            let known = state.cookies.get(name).map(|known| known.expose_secret().to_owned());
            if known.as_deref() == Some(value) || !is_name(name) || !is_value(value) {
                continue;
            }
            let before = state.cookies.insert(name.to_owned(), SecretString::from(value));
            if fits(&state.cookies) {
                state.changed = true;
            } else if let Some(before) = before {
                state.cookies.insert(name.to_owned(), before);
            } else {
                state.cookies.remove(name);
            }
        }
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for UserSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSession")
            .field("portal", &self.0.portal)
            .finish_non_exhaustive()
    }
}

fn fits(cookies: &BTreeMap<String, SecretString>) -> bool {
    let bytes = cookies
        .iter()
        .map(|(name, value)| name.len() + value.expose_secret().len() + 3);
    cookies.len() <= MOST_COOKIES && bytes.sum::<usize>() <= MOST_BYTES
}

/// What a header can carry as the name of a cookie.
fn is_name(name: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(token)
}

/// What a header can carry as the value of a cookie.
fn is_value(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_graphic() && b != b';' || b == b' ') && !value.starts_with(' ')
}

#[cfg(test)]
mod tests;
