//! OAuth of a portal for an application that its administrator has made there (official page "complete OAuth 2.0
//! protocol").
//!
//! ```text
//! Application ──► authorize address ──► browser ──► redirect (or pasted text) ──► Grant ──► Tokens ──► Rest
//!                                                                                   token server ◄──┘ refresh, once for all
//! ```
//!
//! The portal knows no PKCE and takes the redirect address from the application's card. The client secret goes to a
//! token server of the vendor and to nobody else: which one stands in texts from outside, so it is held against a list.

mod redirect;
mod session;
mod tokens;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::portal::Portal;
use crate::rest::{ClientOptions, RestError};
use crate::webhook::Plain;

pub use redirect::{Grant, LoginState, RedirectRefused};
pub(crate) use session::Session;
pub use tokens::{StoreFailed, Stored, TokenStore, Tokens};

/// The token servers of the vendor: for the west, and for Russia and its neighbours.
const SERVERS: [&str; 2] = ["oauth.bitrix.info", "oauth.bitrix24.tech"];

/// What a form or a query need not encode.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-').remove(b'.').remove(b'~');

/// An application on a portal.
#[derive(Clone)]
pub struct Application {
    portal: Portal,
    secure: bool,
    client_id: String,
    client_secret: SecretString,
}

/// The server that gives tokens; only known ones can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthServer {
    origin: String,
}

/// What was given is no application that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApplicationRefused {
    /// The id is not that of an application (`local.…`, `app.…`).
    #[error("not the id of an application")]
    ClientId,
    /// The secret is empty, or holds what no secret holds.
    #[error("not the secret of an application")]
    ClientSecret,
    /// Plain http to another computer.
    #[error("plain http would show the tokens to the network")]
    Plain,
}

impl ApplicationRefused {
    /// Stable code for texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::ClientId => "application.client_id",
            Self::ClientSecret => "application.client_secret",
            Self::Plain => "application.plain",
        }
    }
}

impl Application {
    /// An application on a portal over https, with id and secret as its card shows them.
    pub fn new(portal: Portal, client_id: &str, client_secret: SecretString) -> Result<Self, ApplicationRefused> {
        let (client_id, secret) = (client_id.trim(), client_secret.expose_secret().trim());
        if !is_word(client_id) || !client_id.contains('.') {
            return Err(ApplicationRefused::ClientId);
        }
        if !is_word(secret) {
            return Err(ApplicationRefused::ClientSecret);
        }
        Ok(Self {
            secure: true,
            client_id: client_id.to_owned(),
            client_secret: SecretString::from(secret),
            portal,
        })
    }

    /// The same over plain http, where that is acceptable.
    pub fn over_http(self, plain: Plain) -> Result<Self, ApplicationRefused> {
        if !plain.admits(&self.portal) {
            return Err(ApplicationRefused::Plain);
        }
        Ok(Self { secure: false, ..self })
    }

    /// The portal.
    pub fn portal(&self) -> &Portal {
        &self.portal
    }

    /// Whether the portal is reached over https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Its id, which is no secret.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The page on which the user agrees. The portal then sends the browser to the address of the application's card.
    pub fn authorize_address(&self, state: &LoginState) -> String {
        format!(
            "{}/oauth/authorize/?client_id={}&state={}",
            self.portal.origin(self.secure),
            utf8_percent_encode(&self.client_id, FORM),
            state.text()
        )
    }

    /// Exchanges what the user's agreement gave for the first tokens, within the 30 s that it is good for.
    pub async fn exchange(&self, grant: &Grant, options: &ClientOptions) -> Result<Tokens, RestError> {
        let client = session::token_client(&grant.server, options)?;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.expose_secret()),
            ("code", grant.code.expose_secret()),
        ];
        session::ask(&client, self, &grant.server, &form).await
    }
}

impl AuthServer {
    /// Reads a host or an address. The servers of the vendor are known; a loopback one is taken for a portal on this
    /// computer, which only trials have.
    pub fn parse(text: &str, portal: &Portal) -> Option<Self> {
        let text = text.trim();
        let url = Url::parse(text).ok().filter(|url| url.host().is_some());
        let url = url.or_else(|| Url::parse(&format!("https://{text}")).ok())?;
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        match url.host()? {
            Host::Domain(name) if SERVERS.contains(&name) && url.port().is_none() => Some(Self {
                origin: format!("https://{name}"),
            }),
            Host::Ipv4(ip) if ip.is_loopback() && portal.is_loopback() => Some(Self {
                origin: format!("http://{ip}:{}", url.port()?),
            }),
            Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    fn is_secure(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

impl fmt::Debug for Application {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("portal", &self.portal)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
pub(crate) mod tests;
