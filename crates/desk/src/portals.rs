//! REST jobs, over the connection that a portal has.
use bitrix24::Entity;
use bitrix24::rest::{Advice, Answer, Rest, RestError};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{EntityFields, PortalIdentity, Portals, Waiting};
use hotstart_core::scopes;
use hotstart_core::settings::{ConnectionKind, PortalSettings};
use hotstart_platform::keyring::Keyring;
use serde_json::{Value, json};

use crate::clients::Clients;
use crate::failures::of_connection;

/// Portals over whatever connection the settings and the keyring have for them. Cheap to clone.
#[derive(Clone)]
pub struct RestPortals {
    clients: Clients,
}

impl RestPortals {
    /// Reads secrets from `keyring` when they are first needed.
    pub fn new(keyring: Keyring) -> Self {
        Self {
            clients: Clients::new(keyring),
        }
    }

    /// These portals are in the settings: what is known of them decides how they are asked. One that was never told is
    /// asked by its webhook.
    pub fn know(&self, portals: &[PortalSettings]) {
        self.clients.know(portals);
    }

    pub(crate) const fn clients(&self) -> &Clients {
        &self.clients
    }

    /// The client of a portal.
    pub(crate) async fn rest(&self, portal: &str) -> Result<Rest, Failure> {
        Ok(self.clients.of(portal).await?.rest)
    }

    /// Turns an error into a failure of this portal's kind of connection. The secret of a webhook that is no longer good
    /// is read anew the next time; tokens and cookies come back only with a sign-in, so their client stays and knows it.
    pub(crate) fn failed(&self, portal: &str, error: &RestError) -> Failure {
        tracing::info!(portal, kind = error.kind().code(), "a call failed");
        let kind = self.clients.settings(portal).connection;
        if kind == ConnectionKind::Webhook && error.advice() == Advice::SignIn {
            self.clients.forget(portal);
        }
        of_connection(kind, portal, error)
    }

    async fn ask_identity(&self, address: &str, intranet: bool) -> Result<PortalIdentity, Failure> {
        let rest = self.clients.webhook(address, intranet)?;
        let portal = rest.portal().to_string();
        let failed = |error: RestError| of_connection(ConnectionKind::Webhook, &portal, &error);
        let profile = rest.profile().await.map_err(failed)?;
        // A portal that does not tell its scopes shows in use what is missing.
        let missing = self.missing(&rest, ConnectionKind::Webhook).await.unwrap_or_default();
        self.clients.forget(&portal);
        Ok(PortalIdentity {
            scheme: if rest.is_secure() { "https" } else { "http" }.to_owned(),
            user_id: profile.id.to_string(),
            user_name: profile.full_name(),
            missing_scopes: missing,
            portal,
        })
    }

    /// What a connection lacks: the scopes that were not given, and the user's channel where the portal does not give
    /// it by a webhook, whatever its scopes say.
    pub(crate) async fn missing(&self, rest: &Rest, kind: ConnectionKind) -> Result<Vec<String>, RestError> {
        const CHANNEL: &str = "pull_channel";
        let mut missing = scopes::missing(kind, &rest.scope().await?);
        if kind == ConnectionKind::Webhook && !missing.iter().any(|scope| scope == CHANNEL) {
            let channel = rest.method_get("pull.config.get").await;
            if channel.is_ok_and(|channel| !channel.available) {
                missing.push(CHANNEL.to_owned());
            }
        }
        Ok(missing)
    }

    async fn ask_entity(&self, portal: &str, entity: Entity) -> Result<EntityFields, Failure> {
        let missing = || Failure::new(Code::EntityMissing).with("entity", entity.to_string());
        let number = entity.entity_type.crm_number().ok_or_else(missing)?;
        let rest = self.rest(portal).await?;
        let result = rest.crm_item_get(number.into(), entity.id.get()).await;
        let result = result.map_err(|error| self.failed(portal, &error).with("entity", entity.to_string()))?;
        let item = result.get("item").unwrap_or(&result);
        item.as_object().cloned().ok_or_else(missing)
    }
}

impl RestPortals {
    async fn ask(&self, portal: &str, method: &str, params: Value) -> Result<Value, Failure> {
        let rest = self.rest(portal).await?;
        let answer: Answer = rest.call_fully(method, params).await.map_err(|error| {
            let failure = self.failed(portal, &error);
            match error.portal_code() {
                Some(code) => failure.with("portal_code", code),
                None => failure,
            }
        })?;
        let mut whole = json!({"result": answer.result});
        let counts = [("total", answer.total), ("next", answer.next)];
        for (name, count) in counts.into_iter().filter_map(|(name, count)| Some((name, count?))) {
            whole[name] = count.into();
        }
        Ok(whole)
    }
}

impl Portals for RestPortals {
    fn call(&self, portal: String, method: String, params: Value) -> Waiting<Result<Value, Failure>> {
        let portals = self.clone();
        Box::pin(async move { portals.ask(&portal, &method, params).await })
    }

    fn identify(&self, address: String, intranet: bool) -> Waiting<Result<PortalIdentity, Failure>> {
        let portals = self.clone();
        Box::pin(async move { portals.ask_identity(&address, intranet).await })
    }

    fn entity(&self, portal: String, entity: Entity) -> Waiting<Result<EntityFields, Failure>> {
        let portals = self.clone();
        Box::pin(async move { portals.ask_entity(&portal, entity).await })
    }

    fn write_entity(&self, portal: String, entity: Entity, fields: EntityFields) -> Waiting<Result<(), Failure>> {
        let portals = self.clone();
        Box::pin(async move {
            let missing = || Failure::new(Code::EntityMissing).with("entity", entity.to_string());
            let number = entity.entity_type.crm_number().ok_or_else(missing)?;
            let rest = portals.rest(&portal).await?;
            let written = rest
                .crm_item_update(number.into(), entity.id.get(), fields.into())
                .await;
            written.map_err(|error| portals.failed(&portal, &error).with("entity", entity.to_string()))
        })
    }
}
