//! Push connections: the configuration comes from the portal over the connection that it has.
use std::sync::Arc;

use bitrix24::rest::{Advice, Rest, RestError};
use bitrix24_pull::{ConfigFailure, ConfigFuture, ConfigSource, Connection, Options, Remedy, Resume, connect};
use hotstart_controller::Connector;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::settings::{ConnectionKind, PortalSettings};
use serde_json::Value;
use url::Url;

use crate::portals::RestPortals;

/// Opens push connections.
pub struct PullConnector {
    portals: RestPortals,
}

impl PullConnector {
    /// Asks for configurations through `portals`.
    pub const fn new(portals: RestPortals) -> Self {
        Self { portals }
    }
}

impl Connector for PullConnector {
    fn connect(&self, portal: &PortalSettings, resume: Resume) -> Connection {
        let source = Source {
            portals: self.portals.clone(),
            portal: portal.portal.clone(),
            kind: portal.connection,
        };
        let mut options = Options::new(address(portal));
        options.intranet = portal.intranet;
        connect(options, Arc::new(source), resume)
    }
}

/// The address of a portal whose settings were checked when it was connected; one that a person has spoiled in the file
/// leads nowhere (RFC 6761) and shows up as a portal that does not answer.
fn address(portal: &PortalSettings) -> Url {
    Url::parse(&portal.address("/")).unwrap_or_else(|error| {
        tracing::error!(%error, "the address of a portal cannot be read");
        #[expect(clippy::expect_used, reason = "a constant")]
        Url::parse("https://portal.invalid/").expect("an address")
    })
}

/// The channel of one portal: the user's own, or that of the application.
struct Source {
    portals: RestPortals,
    portal: String,
    kind: ConnectionKind,
}

impl ConfigSource for Source {
    fn fetch(&self) -> ConfigFuture<'_> {
        Box::pin(async move {
            let rest = self.rest().await?;
            let answer = configuration(&rest, self.kind).await;
            answer.map_err(|error| self.failed(&error))
        })
    }

    fn public_channels(&self, users: Vec<u64>) -> ConfigFuture<'_> {
        Box::pin(async move {
            let rest = self.rest().await?;
            let answer = rest.pull_channel_public_list(&users).await;
            answer.map_err(|error| self.failed(&error))
        })
    }

    fn extend_watch(&self, tags: Vec<String>) -> ConfigFuture<'_> {
        Box::pin(async move {
            let rest = self.rest().await?;
            rest.pull_watch_extend(&tags).await.map_err(|error| self.failed(&error))
        })
    }
}

impl Source {
    async fn rest(&self) -> Result<Rest, ConfigFailure> {
        let rest = self.portals.rest(&self.portal).await;
        rest.map_err(|failure| no_secret(&failure))
    }

    fn failed(&self, error: &RestError) -> ConfigFailure {
        let failure = self.portals.failed(&self.portal, error);
        ConfigFailure {
            kind: failure.code_text().to_owned(),
            message: error.message().to_owned(),
            remedy: remedy(error),
        }
    }
}

/// The configuration of the channel that a kind of connection has.
pub(crate) async fn configuration(rest: &Rest, kind: ConnectionKind) -> Result<Value, RestError> {
    match kind {
        ConnectionKind::Webhook | ConnectionKind::Session => rest.pull_config_get().await,
        ConnectionKind::Application => rest.pull_application_config_get().await,
    }
}

/// What helps after an error of REST.
pub(crate) fn remedy(error: &RestError) -> Remedy {
    match error.advice() {
        Advice::Retry { after } => Remedy::Retry { after },
        Advice::SignIn => Remedy::SignIn,
        Advice::GiveUp => Remedy::GiveUp,
    }
}

/// A locked keyring may be unlocked at any moment; a missing secret has to be typed.
fn no_secret(failure: &Failure) -> ConfigFailure {
    let remedy = if failure.code == Code::KeyringLocked {
        Remedy::Retry { after: None }
    } else if matches!(failure.code, Code::AuthRefused | Code::AuthSignIn) {
        Remedy::SignIn
    } else {
        Remedy::GiveUp
    };
    ConfigFailure {
        kind: failure.code_text().to_owned(),
        message: String::new(),
        remedy,
    }
}
