//! What can go wrong with a call, and what helps.

mod kind;

use std::{error::Error, fmt, time::Duration};

use serde_json::Value;

pub use kind::RestErrorKind;

/// Longest text of a portal that is kept.
const MAX_MESSAGE: usize = 300;

/// A call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestError {
    kind: RestErrorKind,
    status: Option<u16>,
    portal_code: Option<String>,
    message: String,
    wait: Option<Duration>,
    cause: Cause,
}

/// What the client itself does about some errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// The access token has run out.
    ExpiredToken,
    /// The page's `sessid` has changed, and the right one is known now.
    StaleSessid,
    /// The working time of the method is used up.
    Operating,
    /// Anything else.
    Other,
}

/// What helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// The same call later, not before `after` if the portal named a time.
    Retry {
        /// The least wait.
        after: Option<Duration>,
    },
    /// New credentials.
    SignIn,
    /// The same call will fail again.
    GiveUp,
}

impl RestError {
    pub(crate) fn new(kind: RestErrorKind, message: &str) -> Self {
        Self {
            kind,
            status: None,
            portal_code: None,
            message: tidy(message),
            wait: None,
            cause: Cause::Other,
        }
    }

    pub(crate) fn with_wait(mut self, wait: Duration) -> Self {
        self.wait = Some(wait);
        self
    }

    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// No answer at all. The address never gets into the text, since it is the secret.
    pub(crate) fn from_transport(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let kind = if error.is_timeout() {
            RestErrorKind::Timeout
        } else if is_tls(&error) {
            RestErrorKind::Tls
        } else {
            RestErrorKind::Unreachable
        };
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            message = format!("{message}: {error}");
            cause = error.source();
        }
        Self::new(kind, &message)
    }

    /// An answer that is not from REST.
    pub(crate) fn from_page(status: u16, wait: Option<Duration>) -> Self {
        let kind = match status {
            429 | 503 => RestErrorKind::Limit,
            408 | 504 => RestErrorKind::Timeout,
            500..=599 => RestErrorKind::Server,
            _ => RestErrorKind::NotJson,
        };
        Self {
            wait,
            ..Self::new(kind, "a page instead of an answer").with_status(status)
        }
    }

    /// An error of the portal: a code, or an object with code and message as in REST 3.0.
    pub(crate) fn from_portal(
        status: Option<u16>,
        error: &Value,
        description: Option<&Value>,
        wait: Option<Duration>,
    ) -> Self {
        let code = error
            .as_str()
            .or_else(|| error.get("code")?.as_str())
            .map(str::to_owned);
        // Some methods write prose or a number in the place of the code.
        let code = code.unwrap_or_else(|| error.to_string());
        let text = description
            .and_then(Value::as_str)
            .or_else(|| error.get("message")?.as_str())
            .unwrap_or_default();
        let kind = match (RestErrorKind::of_portal_code(&code), status) {
            (RestErrorKind::Refused, Some(429 | 503)) => RestErrorKind::Limit,
            (kind, _) => kind,
        };
        let cause = match code.to_ascii_uppercase().as_str() {
            "EXPIRED_TOKEN" => Cause::ExpiredToken,
            "OPERATION_TIME_LIMIT" => Cause::Operating,
            _ => Cause::Other,
        };
        Self {
            cause,
            kind,
            status,
            portal_code: Some(tidy(&code)),
            message: tidy(text),
            wait,
        }
    }

    /// Another access token would help.
    pub(crate) fn is_expired_token(&self) -> bool {
        self.cause == Cause::ExpiredToken
    }

    /// The same call with the right `sessid` would help.
    pub(crate) fn is_stale_sessid(&self) -> bool {
        self.cause == Cause::StaleSessid
    }

    pub(crate) fn with_stale_sessid(mut self) -> Self {
        self.cause = Cause::StaleSessid;
        self
    }

    /// The sign-in is over, whatever the portal calls it.
    pub(crate) fn signed_out(mut self) -> Self {
        self.kind = RestErrorKind::SignedOut;
        self
    }

    /// It was refused for its method's working time, not for the number of calls.
    pub(crate) fn is_operating(&self) -> bool {
        self.cause == Cause::Operating
    }

    /// The call was not carried out, since there were too many.
    pub(crate) fn is_limit(&self) -> bool {
        matches!(self.kind, RestErrorKind::Limit | RestErrorKind::Blocked)
    }

    /// The least wait that the portal named.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.wait
    }

    /// Why.
    pub fn kind(&self) -> RestErrorKind {
        self.kind
    }

    /// HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The code that the portal gave.
    pub fn portal_code(&self) -> Option<&str> {
        self.portal_code.as_deref()
    }

    /// Text for a journal, without secrets; in the portal's language, or English.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What helps.
    pub fn advice(&self) -> Advice {
        match self.kind {
            RestErrorKind::Unreachable
            | RestErrorKind::Timeout
            | RestErrorKind::Tls
            | RestErrorKind::NotJson
            | RestErrorKind::Limit
            | RestErrorKind::Blocked
            | RestErrorKind::Server => Advice::Retry { after: self.wait },
            RestErrorKind::Credentials | RestErrorKind::SignedOut => Advice::SignIn,
            RestErrorKind::Moved
            | RestErrorKind::TooLarge
            | RestErrorKind::Scope
            | RestErrorKind::AuthKind
            | RestErrorKind::Access
            | RestErrorKind::Application
            | RestErrorKind::NotMade
            | RestErrorKind::NoMethod
            | RestErrorKind::NotFound
            | RestErrorKind::Request
            | RestErrorKind::Gone
            | RestErrorKind::Unexpected
            | RestErrorKind::Refused => Advice::GiveUp,
        }
    }
}

impl fmt::Display for RestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.code())?;
        if let Some(status) = self.status {
            write!(f, " (HTTP {status})")?;
        }
        if let Some(code) = &self.portal_code {
            write!(f, " {code}")?;
        }
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl Error for RestError {}

fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<rustls::Error>() || error.downcast_ref().is_some_and(holds_tls) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The TLS library hides its error in an I/O error, and its connector hides that in another one; neither is a `source`.
fn holds_tls(error: &std::io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(|inner| inner.is::<rustls::Error>() || inner.downcast_ref().is_some_and(holds_tls))
}

/// One line of bearable length: the text comes from outside.
fn tidy(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_MESSAGE)
        .collect()
}
