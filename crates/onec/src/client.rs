//! HTTP services and the OData interface of a published base, over an HTTP client that the caller made.
//!
//! ```text
//! read, find, call ──► address (names percent-encoded) ──► exchange ──► answer, or a ServiceError with its kind
//!                                                            │  ▲
//!                                    session: cookie or `IBSession: start`, once again when a session is lost
//! ```
//!
//! Without a session every request would begin and end one of its own, and each takes a licence for that time. So one
//! session is kept and its requests go one after the other, as 1C itself would work on them; [`Base::finish`] ends it.
//!
//! The HTTP client must follow no redirects and keep no cookies ([`settings`] sees to the first): a redirect within the
//! publication's own origin is followed here, one that leads elsewhere is an error, and no header goes there.

mod error;
mod exchange;
mod filter;
mod login;
mod odata;
mod refusal;
mod service;
mod session;

use std::fmt;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::publication::Publication;

pub use error::{ODataCode, ODataFault, ServiceError};
pub use exchange::Answer;
pub use filter::{Filter, Literal};
pub use login::Login;
pub use odata::Entity;
pub use service::ServicePath;

use session::Session;

/// How a base is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Credentials may go over plain http to another computer, since the owner says that it is inside the company.
    pub intranet: bool,
    /// One session is kept over several calls (`IBSession`); without it each call begins and ends one of its own.
    pub keep_session: bool,
    /// Time for one request and its whole answer.
    pub answer_within: Duration,
    /// Largest answer in bytes.
    pub max_body: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            intranet: false,
            keep_session: true,
            answer_within: Duration::from_secs(10),
            max_body: 4 << 20,
        }
    }
}

/// What the HTTP client of the caller needs besides TLS and proxies: it must not follow redirects.
pub fn settings(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.redirect(reqwest::redirect::Policy::none())
}

/// A published base with its services.
pub struct Base {
    http: reqwest::Client,
    publication: Publication,
    login: Option<Login>,
    options: Options,
    session: Mutex<Option<Session>>,
}

impl Base {
    /// The base of a publication; nothing is sent yet.
    ///
    /// Fails with [`ServiceError::Plain`] if credentials would go over plain http to another computer and
    /// [`Options::intranet`] does not allow it.
    pub fn new(
        http: reqwest::Client,
        publication: Publication,
        login: Option<Login>,
        options: Options,
    ) -> Result<Self, ServiceError> {
        // Names under `localhost` are this computer only where the resolver says so.
        let here = publication.is_loopback() && !publication.host().ends_with(".localhost");
        if login.is_some() && !(publication.is_secure() || here || options.intranet) {
            return Err(ServiceError::Plain);
        }
        Ok(Self {
            http,
            publication,
            login,
            options,
            session: Mutex::new(None),
        })
    }

    /// The publication.
    pub fn publication(&self) -> &Publication {
        &self.publication
    }

    /// Ends the kept session, so that its licence is free at once (`IBSession: finish`). Whether it was ended cannot be
    /// known: a session that is not finished ends by itself after the base's own time.
    pub async fn finish(&self) {
        let ended = self.session.lock().await.take();
        if let Some(session) = ended {
            self.say_goodbye(&session).await;
        }
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base")
            .field("publication", &self.publication)
            .field("login", &self.login.is_some())
            .finish_non_exhaustive()
    }
}
