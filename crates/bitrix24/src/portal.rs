//! The name of a portal: its host, and the port if it is not the usual one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::Host;

/// A portal by host and port. The host is in lower case and, if international, in its ASCII form, so that two portals
/// are the same exactly when they print the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Portal {
    host: String,
    port: Option<u16>,
}

/// The text is not `host` or `host:port`, or a browser would read it as something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a portal: a host, or host:port, is expected")]
pub struct PortalRefused;

/// The port of https, which a portal does not spell out.
const USUAL_PORT: u16 = 443;

impl Portal {
    /// Reads `host` or `host:port` from decoded text.
    pub fn parse(text: &str) -> Result<Self, PortalRefused> {
        // The colons inside `[..]` belong to an IPv6 address.
        let bracket_end = text.find(']').map_or(0, |at| at + 1);
        let Some(at) = text[bracket_end..].rfind(':') else {
            return Ok(Self {
                host: normal_host(text)?,
                port: None,
            });
        };
        let (host, port) = text.split_at(bracket_end + at);
        let digits = &port[1..];
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PortalRefused);
        }
        let port = digits
            .parse::<u16>()
            .ok()
            .filter(|port| *port != 0)
            .ok_or(PortalRefused)?;
        Ok(Self {
            host: normal_host(host)?,
            port: (port != USUAL_PORT).then_some(port),
        })
    }

    /// The host in lower case and ASCII, an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if it is not the usual one.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The portal is on this computer: plain http is no risk there.
    pub fn is_loopback(&self) -> bool {
        match Host::parse(&self.host) {
            Ok(Host::Domain(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
            Ok(Host::Ipv4(address)) => address.is_loopback(),
            Ok(Host::Ipv6(address)) => address.is_loopback(),
            Err(_) => false,
        }
    }

    /// `https://host[:port]`, or `http://` where the connection allows it.
    pub fn origin(&self, secure: bool) -> String {
        format!("{}://{self}", if secure { "https" } else { "http" })
    }
}

impl FromStr for Portal {
    type Err = PortalRefused;

    fn from_str(text: &str) -> Result<Self, PortalRefused> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Portal {
    type Error = PortalRefused;

    fn try_from(text: String) -> Result<Self, PortalRefused> {
        Self::parse(&text)
    }
}

impl From<Portal> for String {
    fn from(portal: Portal) -> Self {
        portal.to_string()
    }
}

impl fmt::Display for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)?;
        self.port.iter().try_for_each(|port| write!(f, ":{port}"))
    }
}

fn normal_host(text: &str) -> Result<String, PortalRefused> {
    // The URL parser would decode `%` a second time.
    if text.contains('%') {
        return Err(PortalRefused);
    }
    match Host::parse(text).map_err(|_| PortalRefused)? {
        Host::Domain(domain) => {
            let label = |label: &str| {
                (1..=63).contains(&label.len())
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                    && !label.starts_with('-')
            };
            if domain.len() <= 253 && domain.split('.').all(label) {
                Ok(domain)
            } else {
                Err(PortalRefused)
            }
        }
        // `0x7f.1` and `2130706433` are addresses for a browser and names for a person.
        Host::Ipv4(address) if address.to_string() == text => Ok(text.to_owned()),
        Host::Ipv4(_) => Err(PortalRefused),
        Host::Ipv6(address) => Ok(format!("[{address}]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        for (given, expected) in [
            ("Portal.Example.RU", "portal.example.ru"),
            ("portal.example.ru:443", "portal.example.ru"),
            ("portal.example.ru:8443", "portal.example.ru:8443"),
            ("portal.example.ru:0080", "portal.example.ru:80"),
            ("портал.рф", "xn--80awhdgm.xn--p1ai"),
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("[::1]:8080", "[::1]:8080"),
            ("box", "box"),
        ] {
            let portal = Portal::parse(given).unwrap();
            assert_eq!(portal.to_string(), expected, "{given}");
            assert_eq!(Portal::parse(expected), Ok(portal), "again: {expected}");
        }
    }

    #[test]
    fn look_alikes_are_other_portals() {
        let real = Portal::parse("portal.example.ru").unwrap();
        for other in [
            "portal.example.ru.evil.com",
            "portаl.example.ru",
            "portal.example.ru:8080",
            "example.ru",
        ] {
            assert_ne!(Portal::parse(other), Ok(real.clone()), "{other}");
        }
    }

    #[test]
    fn refuses() {
        for text in [
            "",
            ":",
            ":80",
            "host:",
            "host:0",
            "host:65536",
            "host:99999999999",
            "host:+80",
            "host:80:80",
            "host.",
            ".host",
            "a..b",
            "a b",
            "a/b",
            "a\\b",
            "a?b",
            "a#b",
            "a@b",
            "user:pw@host",
            "a%2eb",
            "-host",
            "127.1",
            "0x7f000001",
            "[::1",
            "a\u{202e}b",
            "a\u{0}b",
            "https://host",
        ] {
            assert_eq!(Portal::parse(text), Err(PortalRefused), "{text:?}");
        }
    }

    #[test]
    fn loopback_and_origin() {
        for text in ["localhost", "127.0.0.1:8080", "[::1]", "b24.localhost"] {
            assert!(Portal::parse(text).unwrap().is_loopback(), "{text}");
        }
        for text in ["portal.example.ru", "10.0.0.1", "localhost.evil.com"] {
            assert!(!Portal::parse(text).unwrap().is_loopback(), "{text}");
        }
        assert_eq!(Portal::parse("Host:8080").unwrap().origin(false), "http://host:8080");
    }
}
