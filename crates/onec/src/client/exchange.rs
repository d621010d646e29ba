//! One call: request, session, redirects, answer.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::refusal::refusal;
use super::session::{IB_SESSION, Said, Session, said};
use super::{Base, ServiceError};

/// Redirects that are followed within one origin (a slash that was missing, a language).
const MAX_REDIRECTS: usize = 3;

/// Everything but what a path segment, a key or a value of a query may hold.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a part of a path, or a value of a query: UTF-8, a space as `%20`.
pub(super) fn encode(part: &str) -> String {
    utf8_percent_encode(part, PART).to_string()
}

/// A call as it is sent.
pub(super) struct Call {
    pub(super) method: Method,
    /// Path and query behind the publication, encoded.
    pub(super) path: String,
    /// Where a session that this call begins is ended.
    pub(super) root: String,
    pub(super) body: Option<String>,
}

/// An answer with a status of success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status, 200 to 299.
    pub status: u16,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Result<Value, ServiceError> {
        let body = self.body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&self.body);
        serde_json::from_slice(body).map_err(|_| ServiceError::Unexpected)
    }
}

/// An answer of any status.
struct Raw {
    status: StatusCode,
    body: Vec<u8>,
}

impl Base {
    /// Sends a call within the kept session. An answer that a base gives for a session it has forgotten is not believed:
    /// the call is sent once more with a new session.
    pub(super) async fn exchange(&self, call: &Call) -> Result<Answer, ServiceError> {
        let mut session = self.session.lock().await;
        let known = session.is_some();
        let mut raw = self.send(call, &mut session).await?;
        if known && may_be_lost(&raw) {
            *session = None;
            raw = self.send(call, &mut session).await?;
        }
        drop(session);
        if raw.status.is_success() {
            return Ok(Answer {
                status: raw.status.as_u16(),
                body: raw.body,
            });
        }
        Err(refusal(raw.status.as_u16(), &raw.body))
    }

    /// Ends a session at the base; whatever is answered, nothing can be done about it.
    pub(super) async fn say_goodbye(&self, session: &Session) {
        let url = self.address(&session.root);
        let request = self.request(Method::GET, &url).header(IB_SESSION, "finish");
        let _ = request.header(COOKIE, session.cookie.clone()).send().await;
    }

    /// Sends a request, and again to where it is redirected within the origin; keeps what is said about the session.
    async fn send(&self, call: &Call, session: &mut Option<Session>) -> Result<Raw, ServiceError> {
        let mut url = self.address(&call.path);
        for _ in 0..=MAX_REDIRECTS {
            let mut request = self.request(call.method.clone(), &url);
            request = match session {
                Some(session) => request.header(COOKIE, session.cookie.clone()),
                None if self.options.keep_session => request.header(IB_SESSION, "start"),
                None => request,
            };
            if let Some(body) = &call.body {
                request = request.header(CONTENT_TYPE, "application/json").body(body.clone());
            }
            let sent = request.send().await;
            let response = sent.map_err(|error| ServiceError::from_transport(&error))?;
            // A client that follows redirects by itself has been elsewhere already.
            if !self.is_own(response.url()) {
                return Err(self.moved(response.url()));
            }
            self.note(&response, call, session);
            if !response.status().is_redirection() {
                return self.whole(response).await;
            }
            url = match target(&response) {
                Some(next) if call.method == Method::GET && self.is_own(&next) => next.into(),
                Some(next) => return Err(self.moved(&next)),
                None => return Err(ServiceError::Moved { host: None }),
            };
        }
        Err(ServiceError::Moved { host: None })
    }

    fn note(&self, response: &Response, call: &Call, session: &mut Option<Session>) {
        match said(response.headers()) {
            Said::Kept(cookie) if self.options.keep_session => {
                let root = session.take().map_or_else(|| call.root.clone(), |session| session.root);
                *session = Some(Session { cookie, root });
            }
            Said::Over => *session = None,
            Said::Kept(_) | Said::Nothing => {}
        }
    }

    fn request(&self, method: Method, url: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, url).header(ACCEPT, "application/json");
        let request = request.timeout(self.options.answer_within);
        match self.login.as_ref().and_then(super::Login::header) {
            Some(header) => request.header(AUTHORIZATION, header),
            None => request,
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.publication.browser_url(None, None))
    }

    fn is_own(&self, url: &Url) -> bool {
        url.origin().ascii_serialization() == self.publication.origin()
    }

    fn moved(&self, to: &Url) -> ServiceError {
        let host = (!self.is_own(to)).then(|| to.host_str().map(str::to_owned)).flatten();
        ServiceError::Moved { host }
    }

    /// Reads the body up to the limit.
    async fn whole(&self, mut response: Response) -> Result<Raw, ServiceError> {
        let status = response.status();
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await;
            match chunk.map_err(|error| ServiceError::from_transport(&error))? {
                Some(chunk) if body.len() + chunk.len() > self.options.max_body => return Err(ServiceError::TooLarge),
                Some(chunk) => body.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(Raw { status, body })
    }
}

/// Whether a base that has forgotten the session answers so. A refusal of the OData interface itself is an answer within
/// the session: beginning another one would hold a second licence.
fn may_be_lost(raw: &Raw) -> bool {
    matches!(raw.status.as_u16(), 400 | 404 | 500)
        && !matches!(
            refusal(raw.status.as_u16(), &raw.body),
            ServiceError::OData(_) | ServiceError::Access
        )
}

fn target(response: &Response) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    response.url().join(location).ok()
}
