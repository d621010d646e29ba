//! Addresses: which ones may be used, and what the client says in their query.

use std::fmt;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::{Host, Url};

use super::{Config, ConfigError, Origin, REVISION, read::Field};
use crate::position::Position;

/// What JavaScript's `encodeURIComponent` leaves alone, as official clients encode.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Asks for everything that the server still holds (seen on a server 2.0).
const FROM_THE_BEGINNING: &str = "00000000000000000000000000";

/// An address with its query: as good as a password, so it is shown without the query.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    url: Url,
}

impl Endpoint {
    /// An address as given; for transports and their tests.
    pub fn new(url: Url) -> Self {
        Self { url }
    }

    /// The address with its query.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the connection is encrypted.
    pub fn is_secure(&self) -> bool {
        is_secure(&self.url)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "{}://{host}{}?...", self.url.scheme(), self.url.path())
    }
}

/// The addresses of a push server that may be used, secure ones first.
pub(super) struct Addresses {
    pub(super) websocket: Vec<Url>,
    pub(super) polling: Vec<Url>,
    pub(super) publish: Vec<Url>,
}

impl Addresses {
    pub(super) fn read(server: &Value, origin: &Origin) -> Result<Self, ConfigError> {
        let allowed = |flag| server.field(flag).is_none_or(|value| value.flag() != Some(false));
        let mut refused = None;
        let mut read = |names: [&str; 2], schemes: [&str; 2]| usable(server, origin, names, schemes, &mut refused);
        let websocket = read(["websocket_secure", "websocket"], ["wss", "ws"]);
        // The name with the double "o" is the protocol's own.
        let polling = read(["long_pooling_secure", "long_polling"], ["https", "http"]);
        let publish = read(["publish_secure", "publish"], ["https", "http"]);
        let addresses = Self {
            websocket: websocket.into_iter().filter(|_| allowed("websocket_enabled")).collect(),
            polling,
            publish: publish.into_iter().filter(|_| allowed("publish_enabled")).collect(),
        };
        match (addresses.websocket.is_empty() && addresses.polling.is_empty(), refused) {
            (false, _) => Ok(addresses),
            (true, Some(host)) => Err(ConfigError::Insecure { host }),
            (true, None) => Err(ConfigError::NoAddress),
        }
    }
}

fn usable(
    server: &Value,
    origin: &Origin,
    names: [&str; 2],
    schemes: [&str; 2],
    refused: &mut Option<String>,
) -> Vec<Url> {
    let mut addresses: Vec<Url> = names
        .into_iter()
        .filter_map(|name| server.field(name)?.text())
        .filter_map(|address| read(&address, origin, schemes))
        .collect();
    addresses.sort_by_key(|url| !is_secure(url));
    addresses.dedup();
    addresses.retain(|url| {
        let may = may_use(url, origin);
        if !may && refused.is_none() {
            *refused = url.host_str().map(str::to_owned);
        }
        may
    });
    // A portal that is itself reached over https has working encryption, so nothing plain is tried beside it.
    if origin.portal.scheme() == "https" && addresses.iter().any(is_secure) {
        addresses.retain(is_secure);
    }
    addresses
}

fn is_secure(url: &Url) -> bool {
    matches!(url.scheme(), "wss" | "https")
}

fn read(address: &str, origin: &Origin, [secure, plain]: [&str; 2]) -> Option<Url> {
    if !address.contains("://") && !address.starts_with('/') {
        return None;
    }
    let host = origin.portal.host_str()?;
    let mut url = origin.portal.join(&address.replace("#DOMAIN#", host)).ok()?;
    let scheme = match url.scheme() {
        "https" | "wss" => secure,
        "http" | "ws" => plain,
        _ => return None,
    };
    // Between these four the url crate allows every change.
    url.set_scheme(scheme).ok()?;
    url.set_fragment(None);
    let anonymous = url.username().is_empty() && url.password().is_none();
    (anonymous && url.has_host()).then_some(url)
}

fn may_use(url: &Url, origin: &Origin) -> bool {
    is_secure(url) || is_loopback(url) || (origin.intranet && origin.portal.scheme() == "http")
}

/// Whether an address cannot leave this computer.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The query of the protocol, in the order of official clients.
pub(super) fn endpoints(config: &Config, addresses: &[Url], position: Option<&Position>) -> Vec<Endpoint> {
    let mut query = vec![identity(config)];
    if config.is_json_rpc() {
        query.push(("jsonRpc", "true".to_owned()));
    } else if config.server_version == 4 {
        query.push(("binaryMode", "true".to_owned()));
    }
    if let Some(client_id) = &config.client_id {
        query.push(("clientId", client_id.expose().to_owned()));
    }
    match position {
        Some(Position { mid: Some(mid), .. }) => query.push(("mid", mid.as_str().to_owned())),
        Some(Position {
            tag: Some(tag),
            time: Some(time),
            ..
        }) => {
            query.push(("tag", tag.clone()));
            query.push(("time", time.clone()));
        }
        Some(Position { since: Some(_), .. }) if (3..=4).contains(&config.server_version) => {
            query.push(("mid", FROM_THE_BEGINNING.to_owned()));
        }
        // Servers without ids order by time and tag, so the moment itself is a cursor.
        Some(Position { since: Some(since), .. }) if config.server_version <= 2 => {
            query.push(("tag", "0".to_owned()));
            query.push(("time", http_date(*since)));
        }
        Some(_) | None => {}
    }
    query.push(("revision", REVISION.to_string()));
    with_query(addresses, &query)
}

/// A time as HTTP writes it.
fn http_date(seconds: i64) -> String {
    let time = Timestamp::from_second(seconds).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The query of a request that publishes: who sends, and nothing else, as official clients have it.
pub(super) fn publish_endpoints(config: &Config) -> Vec<Endpoint> {
    with_query(&config.publish, &[identity(config)])
}

/// The token, or the channels, own one first.
fn identity(config: &Config) -> (&'static str, String) {
    if let Some(token) = &config.token {
        return ("token", token.expose().to_owned());
    }
    let channels = [&config.private, &config.shared].into_iter().flatten();
    let ids: Vec<&str> = channels.map(|channel| channel.id.expose()).collect();
    ("CHANNEL_ID", ids.join("/"))
}

fn with_query(addresses: &[Url], query: &[(&str, String)]) -> Vec<Endpoint> {
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, COMPONENT)))
        .collect();
    let query = query.join("&");
    let complete = |url: &Url| {
        let mut url = url.clone();
        let all = url
            .query()
            .filter(|own| !own.is_empty())
            .map(|own| format!("{own}&{query}"));
        url.set_query(Some(all.as_deref().unwrap_or(&query)));
        Endpoint { url }
    };
    addresses.iter().map(complete).collect()
}
