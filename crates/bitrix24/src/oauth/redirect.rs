//! The way back from the browser: the address to which the portal sent it, caught by a listener or pasted by hand.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{Application, AuthServer};
use crate::portal::Portal;

/// Longest text that is looked at.
const MAX_TEXT: usize = 4096;

/// What ties the way back to the way out: random, known to nobody else, good for one login.
#[derive(Clone)]
pub struct LoginState(SecretString);

/// What the user's agreement gave; good once and for 30 s.
#[derive(Clone)]
pub struct Grant {
    pub(super) code: SecretString,
    pub(super) server: AuthServer,
}

/// A redirect that is not the answer to our login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectRefused {
    /// There is no code in it.
    #[error("there is no code in it")]
    NoCode,
    /// It belongs to another login, or somebody has made it up.
    #[error("it does not belong to this login")]
    State,
    /// It comes from another portal.
    #[error("it comes from another portal")]
    Portal,
    /// It names a token server that is none of the vendor's.
    #[error("it names a token server that is not known")]
    Server,
}

impl RedirectRefused {
    /// Stable code for texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoCode => "redirect.no_code",
            Self::State => "redirect.state",
            Self::Portal => "redirect.portal",
            Self::Server => "redirect.server",
        }
    }
}

impl LoginState {
    /// From 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        let mut text = String::with_capacity(32);
        for byte in random {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or_default());
            }
        }
        Self(SecretString::from(text))
    }

    pub(super) fn text(&self) -> &str {
        self.0.expose_secret()
    }

    /// In the same time whatever differs.
    fn is(&self, other: &str) -> bool {
        let (own, other) = (self.text().as_bytes(), other.as_bytes());
        own.len() == other.len() && own.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }
}

impl Application {
    /// Reads the address that came back: whole, or only its path and query.
    pub fn read_redirect(&self, state: &LoginState, text: &str) -> Result<Grant, RedirectRefused> {
        let text = text.trim();
        if text.len() > MAX_TEXT {
            return Err(RedirectRefused::NoCode);
        }
        let url = Url::parse(text)
            .or_else(|_| Url::parse("http://127.0.0.1/").and_then(|base| base.join(text)))
            .map_err(|_| RedirectRefused::NoCode)?;
        let mut found: [Option<String>; 4] = Default::default();
        for (key, value) in url.query_pairs() {
            let place = match &*key {
                "state" => 0,
                "code" => 1,
                "domain" => 2,
                "server_domain" => 3,
                _ => continue,
            };
            // Two of a kind are a trick.
            if found[place].replace(value.into_owned()).is_some() {
                return Err(RedirectRefused::State);
            }
        }
        let [given, code, domain, server] = found;
        if !given.is_some_and(|given| state.is(&given)) {
            return Err(RedirectRefused::State);
        }
        let code = code.filter(|code| !code.is_empty()).ok_or(RedirectRefused::NoCode)?;
        if domain.is_some_and(|domain| !self.is_own(&domain)) {
            return Err(RedirectRefused::Portal);
        }
        let server = server.unwrap_or_else(|| super::SERVERS[0].to_owned());
        let server = AuthServer::parse(&server, self.portal()).ok_or(RedirectRefused::Server)?;
        Ok(Grant {
            code: SecretString::from(code),
            server,
        })
    }

    /// Whether a host, with its port if it is unusual, is that of the portal.
    pub(super) fn is_own(&self, domain: &str) -> bool {
        Portal::parse(domain).is_ok_and(|named| named.host() == self.portal().host())
    }
}

impl fmt::Debug for LoginState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginState")
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
