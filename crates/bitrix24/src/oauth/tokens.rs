//! Tokens, and the place where they outlive the program.

use std::fmt;
use std::pin::Pin;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{Application, AuthServer};
use crate::portal::Portal;
use crate::rest::{RestError, RestErrorKind, php};

/// What an application holds for a user.
#[derive(Clone)]
pub struct Tokens {
    access: SecretString,
    refresh: SecretString,
    server: AuthServer,
    user: Option<u64>,
    scope: Vec<String>,
}

/// The tokens could not be kept or read, for a reason that the store knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the tokens could not be stored")]
pub struct StoreFailed;

/// What a store does, in time.
pub type Stored<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreFailed>> + Send + 'a>>;

/// Where tokens are kept: one place for one user of one application. A refresh token is good once, and the new one is
/// the only way in; so it is given to the store before anything else happens.
pub trait TokenStore: Send + Sync + fmt::Debug {
    /// Keeps tokens in the place of those before.
    fn save(&self, tokens: Tokens) -> Stored<'_, ()>;

    /// What is kept. Another process may have renewed it.
    fn load(&self) -> Stored<'_, Option<Tokens>>;
}

impl Tokens {
    /// Reads what [`Tokens::to_secret`] wrote.
    pub fn from_secret(text: &SecretString, portal: &Portal) -> Option<Self> {
        let value: Value = serde_json::from_str(text.expose_secret()).ok()?;
        Self::read(&value, AuthServer::parse(value.get("server")?.as_str()?, portal)?)
    }

    /// For a keyring, in well under a thousand bytes.
    pub fn to_secret(&self) -> SecretString {
        let value = json!({
            "access_token": self.access.expose_secret(),
            "refresh_token": self.refresh.expose_secret(),
            "server": self.server.origin(),
            "user_id": self.user,
            "scope": self.scope.join(","),
        });
        SecretString::from(value.to_string())
    }

    /// The user, if the token server has told it.
    pub fn user(&self) -> Option<u64> {
        self.user
    }

    /// What the application may do.
    pub fn scope(&self) -> &[String] {
        &self.scope
    }

    /// The reply of a token server. It must speak of the same portal, and may name another server of the vendor for the
    /// next time; one that is not known is not listened to.
    pub(super) fn of_reply(application: &Application, asked: &AuthServer, reply: &Value) -> Result<Self, RestError> {
        let unexpected = |text: &str| RestError::new(RestErrorKind::Unexpected, text);
        let endpoint = reply.get("client_endpoint").and_then(Value::as_str);
        let host = endpoint
            .and_then(|address| url::Url::parse(address).ok())
            .and_then(|url| url.host_str().map(str::to_owned));
        if host.is_some_and(|host| !application.is_own(&host)) {
            return Err(unexpected("the tokens are for another portal"));
        }
        let named = reply.get("server_endpoint").and_then(Value::as_str);
        let server = named.and_then(|named| AuthServer::parse(named, application.portal()));
        let server = server.unwrap_or_else(|| asked.clone());
        Self::read(reply, server).ok_or_else(|| unexpected("the token server gave no tokens"))
    }

    fn read(value: &Value, server: AuthServer) -> Option<Self> {
        let secret = |name| {
            let text = value.get(name)?.as_str()?;
            (!text.is_empty()).then(|| SecretString::from(text))
        };
        let scope = value.get("scope").and_then(Value::as_str).unwrap_or_default();
        Some(Self {
            access: secret("access_token")?,
            refresh: secret("refresh_token")?,
            server,
            user: value.get("user_id").and_then(|id| php::maybe_number(id).ok().flatten()),
            scope: scope
                .split([',', ' '])
                .filter(|scope| !scope.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    pub(crate) fn access(&self) -> &str {
        self.access.expose_secret()
    }

    pub(super) fn refresh(&self) -> &str {
        self.refresh.expose_secret()
    }

    pub(super) fn server(&self) -> &AuthServer {
        &self.server
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("user", &self.user)
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
