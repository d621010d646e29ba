//! Which base a link means.

use onec::connection::{Cluster, Connection};
use onec::{Address, Connect, Publication};

use super::Desk;
use super::facts::Facts;
use crate::failure::{Code, Failure};
use crate::link::BaseName;
use crate::settings::{BaseSettings, PortalSettings, Settings};

/// The base for links of a portal that name none: the one of the settings, else the only one there is.
pub fn base_of_portal<'a>(portal: &PortalSettings, settings: &'a Settings) -> Option<&'a BaseSettings> {
    match (&portal.base, settings.bases.as_slice()) {
        (Some(alias), _) => settings.base(alias),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

/// The known base at an address: by its publication, or by its connection string.
pub fn base_at<'a>(address: &Address, settings: &'a Settings) -> Option<&'a BaseSettings> {
    at(address, settings, &Facts::default())
}

/// The same, and by the connection string that the starter's list has for the base.
pub(super) fn at<'a>(address: &Address, settings: &'a Settings, facts: &Facts) -> Option<&'a BaseSettings> {
    let wanted = Connect::from(address);
    let published = |base: &BaseSettings| base.publication.clone().map(|ws| Connect::Web { ws });
    settings.bases.iter().find(|base| {
        let known = [published(base), connect(base, facts).ok().flatten()];
        known.into_iter().flatten().any(|known| same(&known, &wanted))
    })
}

/// The base that a link names by alias, by address, or by being the only one there is.
pub(super) fn named<'a>(
    desk: Desk<'a>,
    name: Option<&BaseName>,
    address: Option<&Address>,
) -> Result<&'a BaseSettings, Failure> {
    let unknown = |base: &str| Failure::new(Code::BaseUnknown).with("base", base);
    let Desk { settings, facts, .. } = desk;
    match (name, address) {
        (Some(name), _) => settings.base(name.as_str()).ok_or_else(|| unknown(name.as_str())),
        (None, Some(address)) => at(address, settings, facts).ok_or_else(|| unknown(&address.to_string())),
        (None, None) => match settings.bases.as_slice() {
            [only] => Ok(only),
            _ => Err(Failure::new(Code::BaseUnmapped).with("portal", "")),
        },
    }
}

/// Where the native client finds a base: what the settings say, else the list under its id. Fails for a connection
/// string that is none.
pub(super) fn connect(base: &BaseSettings, facts: &Facts) -> Result<Option<Connect>, onec::ConnectionRefused> {
    if let Some(text) = &base.connect {
        return Connection::parse(text).map(|connection| Some(connection.connect));
    }
    let listed = facts
        .listed
        .iter()
        .find(|listed| base.id.is_some() && listed.id == base.id);
    Ok(listed.map(|listed| listed.connect.clone()))
}

/// Whether two connection strings lead to one base, as far as their text tells.
pub(super) fn same(one: &Connect, other: &Connect) -> bool {
    match (one, other) {
        (Connect::File { path: one }, Connect::File { path: other }) => folder(one) == folder(other),
        (
            Connect::Server {
                srvr: one,
                reference: name,
            },
            Connect::Server {
                srvr: other,
                reference: other_name,
            },
        ) => name.to_lowercase() == other_name.to_lowercase() && meet(one, other),
        (Connect::Web { ws: one }, Connect::Web { ws: other }) => match Publication::parse(one) {
            Ok(one) => Publication::parse(other).is_ok_and(|other| one == other),
            Err(_) => false,
        },
        (Connect::File { .. } | Connect::Server { .. } | Connect::Web { .. }, _) => false,
    }
}

/// Two lists of servers name the same cluster if they have a server in common.
fn meet(one: &str, other: &str) -> bool {
    let servers = |srvr: &str| -> Vec<(String, u16)> {
        let clusters = Cluster::list(srvr);
        let server = |cluster: &Cluster| (cluster.host.to_lowercase(), cluster.port_or_usual());
        clusters.iter().map(server).collect()
    };
    let other = servers(other);
    servers(one).iter().any(|server| other.contains(server))
}

/// Windows does not tell letters by case nor its two slashes apart; elsewhere a path is what it is.
fn folder(path: &str) -> String {
    if path.starts_with('/') {
        return path.trim_end_matches('/').to_owned();
    }
    path.replace('/', r"\").trim_end_matches('\\').to_lowercase()
}
