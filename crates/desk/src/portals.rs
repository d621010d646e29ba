//! REST jobs: over the webhook that the keyring holds for a portal.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bitrix24::Entity;
use bitrix24::rest::{Advice, ClientOptions, Rest, RestError};
use bitrix24::webhook::{Plain, Webhook};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{EntityFields, PortalIdentity, Portals, Waiting};
use hotstart_core::settings::secret_key;
use hotstart_platform::keyring::Keyring;
use secrecy::ExposeSecret as _;

use crate::failures::{of_rest, of_webhook};

/// What the product asks of a portal by a webhook, each for a reason: the fields of cards, and the user's channel.
const SCOPES: [&str; 2] = ["crm", "pull_channel"];

/// How long a person waits for a portal before being told.
const PATIENCE: Duration = Duration::from_secs(15);

/// Portals over their webhooks. Cheap to clone.
#[derive(Clone)]
pub struct RestPortals {
    keyring: Keyring,
    /// Clients by portal. An http client keeps its connection, which saves two round trips on every click.
    clients: Arc<Mutex<HashMap<String, Rest>>>,
}

impl RestPortals {
    /// Reads secrets from `keyring` when they are first needed.
    pub fn new(keyring: Keyring) -> Self {
        Self {
            keyring,
            clients: Arc::default(),
        }
    }

    /// The client of a portal.
    pub(crate) async fn rest(&self, portal: &str) -> Result<Rest, Failure> {
        if let Some(rest) = self.clients().get(portal) {
            return Ok(rest.clone());
        }
        let secret = self.keyring.get(&secret_key(portal)).await?;
        let address = secret.ok_or_else(|| Failure::new(Code::AuthRefused).with("portal", portal))?;
        // Whoever kept it there has agreed to plain http where the address has it.
        let rest = client(address.expose_secret(), true)?;
        self.clients().insert(portal.to_owned(), rest.clone());
        Ok(rest)
    }

    /// Turns an error into a failure; a secret that is no longer good is read anew the next time.
    pub(crate) fn failed(&self, portal: &str, error: &RestError) -> Failure {
        tracing::info!(portal, kind = error.kind().code(), "a call failed");
        if error.advice() == Advice::SignIn {
            self.clients().remove(portal);
        }
        of_rest(portal, error)
    }

    async fn ask_identity(&self, address: &str, intranet: bool) -> Result<PortalIdentity, Failure> {
        let rest = client(address, intranet)?;
        let portal = rest.portal().to_string();
        let failed = |error: RestError| of_rest(&portal, &error);
        let profile = rest.profile().await.map_err(failed)?;
        let scopes = rest.scope().await.unwrap_or_else(|_| SCOPES.map(str::to_owned).into());
        let missing = SCOPES.iter().filter(|scope| !scopes.iter().any(|has| has == *scope));
        self.clients().remove(&portal);
        Ok(PortalIdentity {
            scheme: if rest.is_secure() { "https" } else { "http" }.to_owned(),
            user_id: profile.id.to_string(),
            user_name: format!("{} {}", profile.name, profile.last_name).trim().to_owned(),
            missing_scopes: missing.map(|scope| (*scope).to_owned()).collect(),
            portal,
        })
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

    fn clients(&self) -> std::sync::MutexGuard<'_, HashMap<String, Rest>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Portals for RestPortals {
    fn identify(&self, address: String, intranet: bool) -> Waiting<Result<PortalIdentity, Failure>> {
        let portals = self.clone();
        Box::pin(async move { portals.ask_identity(&address, intranet).await })
    }

    fn entity(&self, portal: String, entity: Entity) -> Waiting<Result<EntityFields, Failure>> {
        let portals = self.clone();
        Box::pin(async move { portals.ask_entity(&portal, entity).await })
    }
}

fn client(address: &str, intranet: bool) -> Result<Rest, Failure> {
    let plain = if intranet { Plain::Intranet } else { Plain::Loopback };
    let webhook = Webhook::parse_with(address, plain).map_err(of_webhook)?;
    let portal = webhook.portal().to_string();
    let options = ClientOptions {
        connect_within: Duration::from_secs(5),
        answer_within: PATIENCE,
        user_agent: concat!("Hotstart/", env!("CARGO_PKG_VERSION")).to_owned(),
        ..ClientOptions::default()
    };
    Rest::new(webhook, &options).map_err(|error| of_rest(&portal, &error))
}
