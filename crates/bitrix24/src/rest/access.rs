//! As whom calls are made.

use std::sync::Arc;

use super::client::{Client, ClientOptions, Proof, Reply};
use super::error::RestError;
use crate::oauth::{Application, Session, TokenStore, Tokens};
use crate::portal::Portal;
use crate::session::UserSession;
use crate::webhook::Webhook;

/// A webhook, whose secret is in the path; an application, whose token is in the body; or a user, whose cookies go along.
#[derive(Debug)]
pub(super) enum Access {
    /// An incoming webhook.
    Webhook(Webhook),
    /// An application of OAuth.
    Application(Session),
    /// The user's own session.
    User(UserSession),
}

impl Access {
    /// An application with its tokens. Its token server is asked over the client of the portal, or over one of its own
    /// where the portal is plain and the token server is not.
    pub(super) fn application(
        application: Application,
        tokens: Tokens,
        store: Arc<dyn TokenStore>,
        options: &ClientOptions,
        client: &Client,
    ) -> Self {
        let shared = application.is_secure().then(|| client.clone());
        Self::Application(Session::new(application, tokens, store, shared, options.clone()))
    }

    /// The portal.
    pub(super) fn portal(&self) -> &Portal {
        match self {
            Self::Webhook(webhook) => webhook.portal(),
            Self::Application(session) => session.application().portal(),
            Self::User(session) => session.portal(),
        }
    }

    /// Whether it is reached over https.
    pub(super) fn is_secure(&self) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.is_secure(),
            Self::Application(session) => session.application().is_secure(),
            Self::User(session) => session.is_secure(),
        }
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        self.portal().origin(self.is_secure())
    }

    /// The path of a method; as secret as the webhook.
    pub(super) fn path(&self, method: &str) -> String {
        match self {
            Self::Webhook(webhook) => webhook.path_of(&format!("{method}.json")),
            Self::Application(_) | Self::User(_) => format!("/rest/{method}.json"),
        }
    }

    /// The tokens for the next call of an application.
    pub(super) fn token(&self) -> Option<Arc<Tokens>> {
        match self {
            Self::Webhook(_) | Self::User(_) => None,
            Self::Application(session) => Some(session.tokens()),
        }
    }

    /// What shows who calls, beside the path.
    pub(super) fn proof<'a>(&'a self, token: Option<&'a Tokens>) -> Proof<'a> {
        match (self, token) {
            (Self::User(session), _) => Proof::Session {
                cookies: session.cookie_line(),
                sessid: session.sessid(),
            },
            (_, Some(tokens)) => Proof::Token(tokens),
            (_, None) => Proof::Path,
        }
    }

    /// What an error means for who calls so; learns from the answer what the next call should show.
    pub(super) fn judge(&self, error: RestError, proof: &Proof<'_>, reply: &Reply) -> RestError {
        let (Self::User(session), Proof::Session { sessid, .. }) = (self, proof) else {
            return error;
        };
        let code = error.portal_code().unwrap_or_default();
        if code.eq_ignore_ascii_case("session_failed") {
            let right = reply.right_sessid().unwrap_or_default();
            return if session.learn_sessid(sessid, &right) {
                error.with_stale_sessid()
            } else {
                error
            };
        }
        // What a method refuses comes with another status.
        if code.eq_ignore_ascii_case("access_denied") && error.status() == Some(401) {
            return error.signed_out();
        }
        error
    }

    /// Takes what an answer tells a browser to keep.
    pub(super) fn learn(&self, reply: &Reply) {
        if let Self::User(session) = self {
            session.learn_cookies(&reply.cookies);
        }
    }

    /// It is the user's own session.
    pub(super) const fn is_user(&self) -> bool {
        matches!(self, Self::User(_))
    }

    /// Other tokens than those that were `seen` to be expired.
    pub(super) async fn renew(&self, seen: Arc<Tokens>) -> Result<(), RestError> {
        match self {
            Self::Webhook(_) | Self::User(_) => Ok(()),
            Self::Application(session) => session.renew(seen).await.map(drop),
        }
    }
}
