//! Which way the events of a portal take and why, and whether that way is open.
use std::sync::Arc;
use std::time::Duration;

use bitrix24::rest::{Rest, RestError, RestErrorKind};
use bitrix24_pull::TransportKind;
use bitrix24_pull::config::{Config, ConfigError, Origin};
use bitrix24_pull::session::NotOpened;
use bitrix24_pull::transport::{Connector, Link};
use hotstart_core::doctor::{Check, Finding};
use hotstart_core::settings::{ConnectionKind, PortalSettings};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::access::{Access, limited, said};
use crate::connector::configuration;

/// The largest frame that is read; nothing is made of it.
const MAX_MESSAGE: usize = 1 << 20;
/// How long a held request proves that the server understood it, and how long a good-bye may take.
const PROOF: Duration = Duration::from_secs(1);

/// Asks for the channel and tries both ways to the push server.
pub(super) async fn look(
    rest: &Rest,
    portal: &PortalSettings,
    access: &Access,
    patience: Duration,
    checks: &mut Vec<Check>,
) {
    if !access.is_good {
        checks.extend(unseen());
        return;
    }
    let answer = match configuration(rest, portal.connection).await {
        Ok(answer) => answer,
        Err(error) => return checks.extend(no_channel(access, &error)),
    };
    match read(portal, &answer) {
        Ok(config) => {
            let ways = Box::pin(ways(&config, patience)).await;
            let open = ways
                .iter()
                .any(|way| matches!(way.finding, Finding::SocketOpens | Finding::PollOpens));
            checks.push(if open {
                used(portal)
            } else {
                late(access, Finding::ChannelPollingPush)
            });
            let host = host(&config);
            let version = config.server_version.to_string();
            checks.push(
                Check::new(Finding::PushVersion)
                    .with("host", &host)
                    .with("version", version),
            );
            checks.extend(ways);
            if !open {
                checks.push(Check::new(Finding::PushNoWay).with("host", host));
            }
        }
        Err(error) => {
            checks.push(late(access, Finding::ChannelPollingPush));
            checks.push(spoiled(&error));
            checks.extend([Finding::SocketUnseen, Finding::PollUnseen].map(Check::new));
        }
    }
}

/// Nothing of all this was asked.
pub(super) fn unseen() -> [Check; 4] {
    [
        Finding::ChannelUnseen,
        Finding::PushUnseen,
        Finding::SocketUnseen,
        Finding::PollUnseen,
    ]
    .map(Check::new)
}

fn used(portal: &PortalSettings) -> Check {
    Check::new(match portal.connection {
        ConnectionKind::Application => Finding::ChannelApplication,
        ConnectionKind::Webhook | ConnectionKind::Session => Finding::ChannelUser,
    })
}

/// The portal is asked for news instead, where it lets us.
fn late(access: &Access, why: Finding) -> Check {
    let scopes = access.scopes.as_deref();
    let asks = scopes.is_none_or(|scopes| scopes.iter().any(|scope| scope == "im"));
    Check::new(if asks { why } else { Finding::ChannelNone })
}

fn no_channel(access: &Access, error: &RestError) -> Vec<Check> {
    let kind = error.kind();
    let (channel, push) = if kind == RestErrorKind::Scope {
        (Finding::ChannelPollingScope, None)
    } else if matches!(
        kind,
        RestErrorKind::AuthKind | RestErrorKind::NoMethod | RestErrorKind::Access
    ) {
        (Finding::ChannelPollingMethod, None)
    } else if error.portal_code() == Some("SERVER_ERROR") {
        (Finding::ChannelPollingPush, Some(Finding::PushDisabled))
    } else {
        (Finding::ChannelPollingPush, Some(Finding::PushFailed))
    };
    let detail = said(error);
    let push = push.map_or(Check::new(Finding::PushUnseen), Check::new);
    let mut checks = vec![
        late(access, channel).with("detail", &detail),
        push.with("detail", detail),
    ];
    checks.extend([Finding::SocketUnseen, Finding::PollUnseen].map(Check::new));
    checks.extend(limited(error));
    checks
}

fn read(portal: &PortalSettings, answer: &Value) -> Result<Config, ConfigError> {
    let origin = Origin {
        portal: Url::parse(&portal.address("/")).map_err(|_| ConfigError::NoAddress)?,
        intranet: portal.intranet,
    };
    Config::parse(answer, &origin)
}

fn spoiled(error: &ConfigError) -> Check {
    match error {
        ConfigError::Disabled => Check::new(Finding::PushDisabled),
        ConfigError::Insecure { host } => Check::new(Finding::PushDowngrade).with("host", host),
        ConfigError::NoAddress => Check::new(Finding::PushNoAddress),
        ConfigError::NoChannels | ConfigError::NoClientId => {
            Check::new(Finding::PushNoChannels).with("detail", error.code())
        }
        ConfigError::NotAConfig => Check::new(Finding::PushFailed).with("detail", error.code()),
    }
}

fn host(config: &Config) -> String {
    let address = config.websocket.first().or_else(|| config.polling.first());
    let host = address.and_then(Url::host_str).unwrap_or("?");
    match address.and_then(Url::port) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Both at once: a WebSocket that a proxy holds back costs the other no time.
async fn ways(config: &Config, patience: Duration) -> [Check; 2] {
    let connector = Arc::new(Connector::new());
    let socket = async {
        if config.websocket.is_empty() {
            return Check::new(Finding::SocketOff);
        }
        let endpoints = config.endpoints(TransportKind::WebSocket, None);
        let open = Link::open(connector.clone(), TransportKind::WebSocket, endpoints, MAX_MESSAGE);
        socket_check(
            timeout(patience, open).await.unwrap_or(Err(NotOpened::TimedOut)),
            patience,
        )
        .await
    };
    let polling = async {
        if config.polling.is_empty() {
            return Check::new(Finding::PollNone);
        }
        let endpoints = config.endpoints(TransportKind::LongPolling, None);
        let look = Link::look(connector.clone(), endpoints, MAX_MESSAGE, PROOF);
        poll_check(timeout(patience, look).await.unwrap_or(Err(NotOpened::TimedOut)))
    };
    let (socket, polling) = tokio::join!(socket, polling);
    [socket, polling]
}

async fn socket_check(opened: Result<Link, NotOpened>, patience: Duration) -> Check {
    match opened {
        Ok(link) => {
            link.close(1000, PROOF).await;
            Check::new(Finding::SocketOpens)
        }
        Err(NotOpened::Refused { status, .. }) => Check::new(Finding::SocketRefused).with("status", status.to_string()),
        Err(NotOpened::NotAPushServer) => Check::new(Finding::SocketProxy),
        Err(NotOpened::Unreachable) => Check::new(Finding::SocketUnreachable),
        Err(NotOpened::TimedOut) => Check::new(Finding::SocketTimeout).with("seconds", patience.as_secs().to_string()),
        Err(NotOpened::Tls(fault)) => Check::new(Finding::SocketTls).with("detail", fault.code()),
    }
}

fn poll_check(opened: Result<Link, NotOpened>) -> Check {
    let lost = |detail: &str| Check::new(Finding::PollUnreachable).with("detail", detail);
    match opened {
        Ok(_) => Check::new(Finding::PollOpens),
        Err(NotOpened::Refused { status, .. }) => Check::new(Finding::PollRefused).with("status", status.to_string()),
        Err(NotOpened::NotAPushServer) => Check::new(Finding::PollProxy),
        Err(NotOpened::Unreachable) => lost("unreachable"),
        Err(NotOpened::TimedOut) => lost("timeout"),
        Err(NotOpened::Tls(fault)) => lost(fault.code()),
    }
}
