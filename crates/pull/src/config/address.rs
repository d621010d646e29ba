//! Addresses: which ones may be used, and what the client says in their query.

use std::fmt;

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
        self.url.scheme() == "wss"
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "{}://{host}{}?...", self.url.scheme(), self.url.path())
    }
}

/// The WebSocket addresses that may be used, secure ones first.
pub(super) fn websocket(server: &Value, origin: &Origin) -> Result<Vec<Url>, ConfigError> {
    let mut addresses: Vec<Url> = ["websocket_secure", "websocket"]
        .into_iter()
        .filter_map(|name| server.field(name)?.text())
        .filter_map(|address| read(&address, origin))
        .collect();
    addresses.sort_by_key(|url| url.scheme() != "wss");
    addresses.dedup();
    let refused = addresses
        .iter()
        .find(|url| !may_use(url, origin))
        .and_then(Url::host_str)
        .map(str::to_owned);
    addresses.retain(|url| may_use(url, origin));
    // A portal that is itself reached over https has working encryption, so nothing plain is tried beside it.
    if origin.portal.scheme() == "https" && addresses.iter().any(|url| url.scheme() == "wss") {
        addresses.retain(|url| url.scheme() == "wss");
    }
    match (addresses.is_empty(), refused) {
        (false, _) => Ok(addresses),
        (true, Some(host)) => Err(ConfigError::Insecure { host }),
        (true, None) => Err(ConfigError::NoAddress),
    }
}

fn read(address: &str, origin: &Origin) -> Option<Url> {
    if !address.contains("://") && !address.starts_with('/') {
        return None;
    }
    let host = origin.portal.host_str()?;
    let mut url = origin.portal.join(&address.replace("#DOMAIN#", host)).ok()?;
    let scheme = match url.scheme() {
        "https" | "wss" => "wss",
        "http" | "ws" => "ws",
        _ => return None,
    };
    // Between these four the url crate allows every change.
    url.set_scheme(scheme).ok()?;
    url.set_fragment(None);
    let anonymous = url.username().is_empty() && url.password().is_none();
    (anonymous && url.has_host()).then_some(url)
}

fn may_use(url: &Url, origin: &Origin) -> bool {
    url.scheme() == "wss" || is_loopback(url) || (origin.intranet && origin.portal.scheme() == "http")
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
pub(super) fn endpoints(config: &Config, position: Option<&Position>) -> Vec<Endpoint> {
    let mut query: Vec<(&str, String)> = Vec::new();
    if let Some(token) = &config.token {
        query.push(("token", token.expose().to_owned()));
    } else {
        let ids: Vec<&str> = [&config.private, &config.shared]
            .into_iter()
            .flatten()
            .map(|channel| channel.id.expose())
            .collect();
        query.push(("CHANNEL_ID", ids.join("/")));
    }
    if config.server_version == 4 {
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
        Some(_) | None => {}
    }
    query.push(("revision", REVISION.to_string()));
    let query: Vec<String> = query
        .into_iter()
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(&value, COMPONENT)))
        .collect();
    let query = query.join("&");
    let with_query = |url: &Url| {
        let mut url = url.clone();
        let all = url
            .query()
            .filter(|own| !own.is_empty())
            .map(|own| format!("{own}&{query}"));
        url.set_query(Some(all.as_deref().unwrap_or(&query)));
        Endpoint { url }
    };
    config.websocket.iter().map(with_query).collect()
}
