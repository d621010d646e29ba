//! As whom calls are made.

use std::sync::Arc;

use super::client::{Client, ClientOptions};
use super::error::RestError;
use crate::oauth::{Application, Session, TokenStore, Tokens};
use crate::portal::Portal;
use crate::webhook::Webhook;

/// A webhook, whose secret is in the path, or an application, whose token is in the body.
#[derive(Debug)]
pub(super) enum Access {
    /// An incoming webhook.
    Webhook(Webhook),
    /// An application of OAuth.
    Application(Session),
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
        }
    }

    /// Whether it is reached over https.
    pub(super) fn is_secure(&self) -> bool {
        match self {
            Self::Webhook(webhook) => webhook.is_secure(),
            Self::Application(session) => session.application().is_secure(),
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
            Self::Application(_) => format!("/rest/{method}.json"),
        }
    }

    /// The tokens for the next call of an application.
    pub(super) fn token(&self) -> Option<Arc<Tokens>> {
        match self {
            Self::Webhook(_) => None,
            Self::Application(session) => Some(session.tokens()),
        }
    }

    /// Other tokens than those that were `seen` to be expired.
    pub(super) async fn renew(&self, seen: Arc<Tokens>) -> Result<(), RestError> {
        match self {
            Self::Webhook(_) => Ok(()),
            Self::Application(session) => session.renew(seen).await.map(drop),
        }
    }
}
