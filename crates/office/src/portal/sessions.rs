//! Sign-in in a browser: the login form, the cookies, and the `sessid` that calls from a page must show.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::percent_decode_str;

use super::{Portal, pages};
use crate::chance::Chance;
use crate::params::{self, Params};

/// The cookie that names a session.
const COOKIE: &str = "PHPSESSID";
/// The password of everybody.
const PASSWORD: &str = "demo";

/// A session of a user who signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// Whose.
    pub(crate) user: u64,
    /// What a page shows with its calls.
    pub(crate) sessid: String,
}

/// All sessions by their cookie.
#[derive(Debug)]
pub(crate) struct Sessions {
    chance: Arc<Chance>,
    open: Mutex<BTreeMap<String, Session>>,
}

impl Sessions {
    /// Nobody is signed in.
    pub(crate) fn new(chance: Arc<Chance>) -> Self {
        Self {
            chance,
            open: Mutex::default(),
        }
    }

    /// The session that the cookies of a request name.
    pub(crate) fn signed_in(&self, headers: &HeaderMap) -> Option<Session> {
        let open = self.lock();
        cookies(headers).find_map(|(name, value)| (name == COOKIE).then(|| open.get(value).cloned())?)
    }

    /// Ends the sessions of a user, or all; gives how many.
    pub(crate) fn end(&self, user: Option<u64>) -> usize {
        let mut open = self.lock();
        let before = open.len();
        open.retain(|_, session| user.is_some_and(|user| user != session.user));
        before - open.len()
    }

    /// Every session shows another `sessid` from now on.
    pub(crate) fn renew(&self) {
        for session in self.lock().values_mut() {
            session.sessid = self.chance.word(32);
        }
    }

    /// How many are open.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Opens a session; gives its cookie.
    fn begin(&self, user: u64) -> String {
        let (cookie, sessid) = (self.chance.word(32), self.chance.word(32));
        self.lock().insert(cookie.clone(), Session { user, sessid });
        cookie
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Portal {
    /// The answer to the form: back to where the user wanted, with the cookies of a session.
    pub(crate) fn sign_in(&self, form: &Params, headers: &HeaderMap) -> Response {
        let text = |name: &str| params::text(form, name).unwrap_or_default();
        let back = text("backurl");
        // Only a path: nobody is sent elsewhere.
        let back = if back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']) {
            back
        } else {
            "/stream/".to_owned()
        };
        let login = text("USER_LOGIN");
        let known = self.people.all().find(|user| user.login == login);
        let Some(user) = known.filter(|_| text("USER_PASSWORD") == PASSWORD) else {
            return login_page(&back, Some("Неверный логин или пароль."), headers);
        };
        let cookie = self.sessions.begin(user.id);
        let mut response = StatusCode::FOUND.into_response();
        let headers = response.headers_mut();
        let location = HeaderValue::from_bytes(back.as_bytes());
        headers.insert(
            header::LOCATION,
            location.unwrap_or(HeaderValue::from_static("/stream/")),
        );
        for line in [
            format!("{COOKIE}={cookie}; path=/; HttpOnly"),
            format!("BITRIX_SM_LOGIN={login}; path=/; Max-Age=31104000"),
            format!("BITRIX_SM_UIDL={login}; path=/; Max-Age=31104000"),
        ] {
            if let Ok(value) = HeaderValue::from_str(&line) {
                headers.append(header::SET_COOKIE, value);
            }
        }
        response
    }

    /// Ends the session of the request.
    pub(crate) fn sign_out(&self, headers: &HeaderMap) -> Response {
        for (name, value) in cookies(headers) {
            if name == COOKIE {
                self.sessions.lock().remove(value);
            }
        }
        (StatusCode::FOUND, [(header::LOCATION, "/auth/")]).into_response()
    }
}

/// The form; `back` is where a good sign-in leads.
pub(crate) fn login_page(back: &str, mistake: Option<&str>, headers: &HeaderMap) -> Response {
    let login = cookies(headers)
        .find_map(|(name, value)| (name == "BITRIX_SM_LOGIN").then(|| percent_decode_str(value).decode_utf8_lossy()));
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    (html, pages::login(back, mistake, &login.unwrap_or_default())).into_response()
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
}
