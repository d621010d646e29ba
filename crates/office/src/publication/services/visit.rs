//! The session of one call of a service. Without a word about it, a call begins a session and ends it; `IBSession:
//! start` begins one that the cookie `ibsession` goes on with, `IBSession: finish` ends it. Every session takes a licence.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::super::front::Mount;
use super::super::refusal::Refusal;
use super::super::sessions::App;
use super::super::{Publication, State};
use super::told;

/// A call that has its session.
#[derive(Debug)]
pub(in super::super) struct Visit {
    id: String,
    ends: bool,
    cookie: Option<&'static str>,
    /// Who calls.
    pub(in super::super) user: String,
    /// Whether the roles of the user allow it.
    pub(in super::super) services: bool,
}

/// Why a call gets no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) enum Denied {
    /// Name and password are wrong or missing.
    Unknown(Refusal),
    /// The session of the cookie is gone; the status is the one the publication is set to.
    Stale(u16),
    /// The word of `IBSession` is none, or it needs a cookie.
    Word,
    /// No session can be begun.
    Session(Refusal),
}

/// Begins the session of a call, or goes on with the one of its cookie.
pub(in super::super) fn enter(
    state: &State,
    publication: &Publication,
    headers: &HeaderMap,
    app: App,
) -> Result<Visit, Denied> {
    let word = headers.get("ibsession").map(HeaderValue::as_bytes);
    let cookie = cookie(headers);
    let id = state.uuid();
    let mut desk = publication.desk();
    let user = desk.users.basic(headers).map_err(Denied::Unknown)?.clone();
    let (start, finish) = match word {
        None => (false, false),
        Some(b"start") => (true, false),
        Some(b"finish") if cookie.is_some() => (false, true),
        Some(_) => return Err(Denied::Word),
    };
    if let Some(id) = cookie {
        let stale = Denied::Stale(desk.manners.stale_status);
        let session = desk.book.entered(&id).map_err(|_| stale.clone())?;
        if session.app == App::WebClient || session.user.as_deref() != Some(&user.name) {
            return Err(stale);
        }
        return Ok(Visit {
            id,
            ends: finish,
            cookie: finish.then_some("; Max-Age=0"),
            user: user.name,
            services: user.services,
        });
    }
    if let Some(message) = &desk.locked {
        return Err(Denied::Session(Refusal::Locked(message.clone())));
    }
    desk.book
        .begin(id.clone(), app, String::new(), Some(&user.name))
        .map_err(Denied::Session)?;
    Ok(Visit {
        id,
        ends: !start,
        cookie: start.then_some(""),
        user: user.name,
        services: user.services,
    })
}

impl Visit {
    /// Ends the session unless it goes on, and tells the caller its cookie.
    pub(in super::super) fn leave(self, publication: &Publication, mount: &Mount, mut response: Response) -> Response {
        if self.ends {
            publication.desk().book.lose(Some(&self.id));
        }
        if let Some(more) = self.cookie {
            let text = format!("ibsession={}; Path={}; HttpOnly{more}", self.id, mount.prefix);
            if let Ok(value) = HeaderValue::try_from(text) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix("ibsession="))
        .map(str::to_owned)
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        match self {
            Self::Unknown(refusal) => {
                let mut response = told(StatusCode::UNAUTHORIZED, &refusal.to_string());
                let asked = HeaderValue::from_static("Basic realm=\"1C:Enterprise 8.3\"");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, asked);
                response
            }
            Self::Stale(status) => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::NOT_FOUND);
                told(status, "Сеанс отсутствует или удален")
            }
            Self::Word => told(StatusCode::BAD_REQUEST, "Неверное значение заголовка IBSession"),
            // No session, no service: with a text, as the platform answers an exception.
            Self::Session(refusal @ Refusal::Locked(_)) => {
                told(StatusCode::INTERNAL_SERVER_ERROR, &refusal.to_string())
            }
            Self::Session(refusal) => told(refusal.status(), &refusal.to_string()),
        }
    }
}
