//! Incoming webhooks: an address that is itself the password of its maker.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use crate::portal::Portal;

/// Longest address that is looked at.
const MAX_ADDRESS: usize = 2048;

/// An incoming webhook: whose rights, on which portal, with which secret (official page "local webhooks").
#[derive(Clone)]
pub struct Webhook {
    portal: Portal,
    secure: bool,
    user: String,
    secret: SecretString,
}

/// Where plain http is acceptable: the secret travels in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Plain {
    /// Only to this computer.
    #[default]
    Loopback,
    /// To any host, since the owner says that the portal is inside the company's network.
    Intranet,
}

impl Plain {
    /// Whether plain http to this portal is acceptable.
    pub(crate) fn admits(self, portal: &Portal) -> bool {
        self == Self::Intranet || portal.is_loopback()
    }
}

/// A text is no webhook that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefused {
    /// It is no address at all.
    #[error("not an address")]
    NotAnAddress,
    /// Neither http nor https.
    #[error("not an http address")]
    Scheme,
    /// Plain http to another computer.
    #[error("plain http would show the secret to the network")]
    Plain,
    /// Something that a webhook address does not have: user name, query, fragment.
    #[error("the address holds more than a webhook")]
    Extra,
    /// The path is not `/rest/<user>/<secret>/`.
    #[error("the path is not that of a webhook")]
    Path,
}

impl WebhookRefused {
    /// Stable code for texts.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "webhook.not_an_address",
            Self::Scheme => "webhook.scheme",
            Self::Plain => "webhook.plain",
            Self::Extra => "webhook.extra",
            Self::Path => "webhook.path",
        }
    }
}

impl Webhook {
    /// Reads the address as the portal shows it; plain http only to this computer.
    pub fn parse(address: &str) -> Result<Self, WebhookRefused> {
        Self::parse_with(address, Plain::Loopback)
    }

    /// Reads the address; a method at its end, as portals show in their examples, is left out.
    pub fn parse_with(address: &str, plain: Plain) -> Result<Self, WebhookRefused> {
        let address = address.trim();
        if address.len() > MAX_ADDRESS || address.chars().any(|c| c.is_control() || c == '\\') {
            return Err(WebhookRefused::NotAnAddress);
        }
        let url = Url::parse(address).map_err(|_| WebhookRefused::NotAnAddress)?;
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(WebhookRefused::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(WebhookRefused::Extra);
        }
        let portal = portal(&url, secure)?;
        if !secure && plain == Plain::Loopback && !is_loopback(&url) {
            return Err(WebhookRefused::Plain);
        }
        let (user, secret) = user_and_secret(&url)?;
        Ok(Self {
            portal,
            secure,
            user,
            secret: SecretString::from(secret),
        })
    }

    /// The portal.
    pub fn portal(&self) -> &Portal {
        &self.portal
    }

    /// Whether it is reached over https.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Address of the portal's front page, without any secret.
    pub fn origin(&self) -> String {
        self.portal.origin(self.secure)
    }

    /// User id, or login, with whose rights it acts, as it stands in the address.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The whole address with its secret, for a keyring.
    pub fn address(&self) -> SecretString {
        SecretString::from(format!("{}{}", self.origin(), self.path_of("")))
    }

    /// The path of a method; as secret as the webhook.
    pub(crate) fn path_of(&self, method: &str) -> String {
        format!("/rest/{}/{}/{method}", self.user, self.secret.expose_secret())
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("portal", &self.portal)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

fn portal(url: &Url, secure: bool) -> Result<Portal, WebhookRefused> {
    let host = url.host_str().ok_or(WebhookRefused::NotAnAddress)?;
    let text = match (url.port(), secure) {
        (Some(port), _) => format!("{host}:{port}"),
        (None, true) => host.to_owned(),
        // The usual port of a portal is that of https.
        (None, false) => format!("{host}:80"),
    };
    Portal::parse(&text).map_err(|_| WebhookRefused::NotAnAddress)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// `/rest/<user>/<secret>/`, or `/rest/api/<user>/<secret>/` as for REST 3.0, with or without a method behind it.
fn user_and_secret(url: &Url) -> Result<(String, String), WebhookRefused> {
    let parts: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let parts = match parts.as_slice() {
        ["rest", "api", rest @ ..] if rest.len() >= 2 => rest,
        ["rest", rest @ ..] => rest,
        _ => return Err(WebhookRefused::Path),
    };
    match parts {
        [user, secret] | [user, secret, _] if is_secret(secret) => Ok(((*user).to_owned(), (*secret).to_owned())),
        _ => Err(WebhookRefused::Path),
    }
}

fn is_secret(text: &str) -> bool {
    text.len() >= 4
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_portals_show_them() {
        for address in [
            "https://portal.example.ru/rest/7/abc123def456/",
            "https://portal.example.ru/rest/7/abc123def456",
            "  https://Portal.Example.ru:443/rest/7/abc123def456/profile.json ",
            "https://portal.example.ru/rest/api/7/abc123def456/",
        ] {
            let webhook = Webhook::parse(address).unwrap();
            assert_eq!(webhook.portal().to_string(), "portal.example.ru");
            assert_eq!(webhook.user(), "7");
            assert_eq!(webhook.origin(), "https://portal.example.ru");
            assert_eq!(
                webhook.address().expose_secret(),
                "https://portal.example.ru/rest/7/abc123def456/"
            );
        }
        let login = Webhook::parse("https://box.example.ru:8443/rest/ivan%40x/abc1/").unwrap();
        assert_eq!(
            (login.user(), login.portal().to_string().as_str()),
            ("ivan%40x", "box.example.ru:8443")
        );
    }

    #[test]
    fn plain_http_needs_a_reason() {
        for address in [
            "http://127.0.0.1:8010/rest/1/abcd/",
            "http://localhost:1/rest/1/abcd/",
            "http://[::1]:9/rest/1/abcd/",
        ] {
            assert!(!Webhook::parse(address).unwrap().is_secure(), "{address}");
        }
        for address in [
            "http://portal.example.ru/rest/1/abcd/",
            "http://10.1.2.3/rest/1/abcd/",
            "http://127.0.0.1.evil.example/rest/1/abcd/",
        ] {
            assert_eq!(Webhook::parse(address).unwrap_err(), WebhookRefused::Plain, "{address}");
            assert!(Webhook::parse_with(address, Plain::Intranet).is_ok(), "{address}");
        }
        let plain = Webhook::parse_with("http://portal.example.ru/rest/1/abcd/", Plain::Intranet).unwrap();
        assert_eq!(
            plain.address().expose_secret(),
            "http://portal.example.ru:80/rest/1/abcd/"
        );
    }

    #[test]
    fn what_is_no_webhook() {
        let refused = [
            ("", WebhookRefused::NotAnAddress),
            ("portal.example.ru/rest/1/abcd/", WebhookRefused::NotAnAddress),
            (
                "https:\\\\portal.example.ru\\rest\\1\\abcd",
                WebhookRefused::NotAnAddress,
            ),
            ("ftp://portal.example.ru/rest/1/abcd/", WebhookRefused::Scheme),
            ("https://good.ru@evil.example/rest/1/abcd/", WebhookRefused::Extra),
            ("https://portal.example.ru/rest/1/abcd/?x=1", WebhookRefused::Extra),
            ("https://portal.example.ru/rest/1/abcd/#x", WebhookRefused::Extra),
            ("https://portal.example.ru/", WebhookRefused::Path),
            ("https://portal.example.ru/rest/1/", WebhookRefused::Path),
            ("https://portal.example.ru/rest/1/ab/", WebhookRefused::Path),
            ("https://portal.example.ru/rest/1/a%2Fbcd/", WebhookRefused::Path),
            (
                "https://portal.example.ru/rest/1/abcd/profile/more",
                WebhookRefused::Path,
            ),
            ("https://portal.example.ru/crm/rest/1/abcd/", WebhookRefused::Path),
        ];
        for (address, why) in refused {
            assert_eq!(Webhook::parse(address).unwrap_err(), why, "{address}");
        }
        assert_eq!(
            Webhook::parse(&format!("https://p.example/rest/1/{}", "a".repeat(3000))).unwrap_err(),
            WebhookRefused::NotAnAddress
        );
    }

    #[test]
    fn the_secret_is_not_shown() {
        let webhook = Webhook::parse("https://portal.example.ru/rest/7/CanaryCanary/").unwrap();
        assert!(!format!("{webhook:?} {:?}", webhook.address()).contains("Canary"));
    }
}
