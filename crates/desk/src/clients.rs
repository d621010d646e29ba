//! Clients of portals: one for each, made of what the keyring holds for its kind of connection.
//!
//! All calls to a portal go through its one client, so they share limits, connections and tokens; two clients of one
//! application would each use up the other's refresh token.
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bitrix24::Portal;
use bitrix24::oauth::{Application, Tokens};
use bitrix24::rest::{ClientOptions, Delays, Limits, Rates, Rest};
use bitrix24::session::UserSession;
use bitrix24::webhook::{Plain, Webhook};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::settings::{
    ApplicationSettings, ConnectionKind, PortalSettings, application_key, cookies_key, secret_key, tokens_key,
};
use hotstart_platform::keyring::Keyring;
use secrecy::{ExposeSecret as _, SecretString};

use crate::failures::{of_rest, of_webhook};
use crate::http::USER_AGENT;
use crate::tokens::KeyringTokens;

/// How long a person waits for a portal before being told.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a call waits for its turn within the limits: what a full bucket takes to let a burst in once more.
const TURN: Duration = Duration::from_secs(30);

/// The clients. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Clients(Arc<Inner>);

struct Inner {
    keyring: Keyring,
    state: Mutex<State>,
    /// Held while a client is made, so that a portal gets one and not several.
    making: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    known: BTreeMap<String, PortalSettings>,
    kept: HashMap<String, Kept>,
    limits: HashMap<String, Limits>,
    /// Counts what was dropped: a client that is being made meanwhile is of the past.
    dropped: u64,
}

/// A client, and what belongs to it.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) rest: Rest,
    /// The user's session, where it is one.
    pub(crate) session: Option<UserSession>,
    alive: Arc<AtomicBool>,
}

impl Clients {
    /// Reads secrets from `keyring` when they are first needed.
    pub(crate) fn new(keyring: Keyring) -> Self {
        Self(Arc::new(Inner {
            keyring,
            state: Mutex::default(),
            making: tokio::sync::Mutex::default(),
        }))
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }

    /// These portals are in the settings; clients of others, or of those connected in another way now, are dropped.
    pub(crate) fn know(&self, portals: &[PortalSettings]) {
        let mut state = self.state();
        let known: BTreeMap<_, _> = portals
            .iter()
            .map(|known| (known.portal.clone(), known.clone()))
            .collect();
        let before = std::mem::replace(&mut state.known, known);
        let reaches = |portal: &PortalSettings| {
            (
                portal.scheme.clone(),
                portal.connection,
                portal.intranet,
                portal.application.clone(),
            )
        };
        for (portal, before) in before {
            if state.known.get(&portal).map(reaches) != Some(reaches(&before)) {
                state.forget(&portal);
            }
        }
    }

    /// What the settings say of a portal; one of which nothing was said is asked by its webhook.
    pub(crate) fn settings(&self, portal: &str) -> PortalSettings {
        let known = self.state().known.get(portal).cloned();
        known.unwrap_or_else(|| PortalSettings {
            portal: portal.to_owned(),
            ..PortalSettings::default()
        })
    }

    /// Whether the settings have this portal.
    pub(crate) fn is_known(&self, portal: &str) -> bool {
        self.state().known.contains_key(portal)
    }

    /// The client of a portal is made anew the next time.
    pub(crate) fn forget(&self, portal: &str) {
        self.state().forget(portal);
    }

    /// How calls to a portal are made: its limits are shared by all that call it.
    pub(crate) fn options(&self, portal: &str) -> ClientOptions {
        let mut state = self.state();
        let limits = state.limits.entry(portal.to_owned());
        ClientOptions {
            connect_within: Duration::from_secs(5),
            answer_within: PATIENCE,
            turn_within: TURN,
            user_agent: USER_AGENT.to_owned(),
            limits: limits.or_insert_with(|| Limits::new(Rates::CLOUD)).clone(),
            delays: Delays::usual(rand::random::<f64>),
            ..ClientOptions::default()
        }
    }

    /// The client of a portal.
    pub(crate) async fn of(&self, portal: &str) -> Result<Kept, Failure> {
        if let Some(kept) = self.kept(portal) {
            return Ok(kept);
        }
        let _one = self.0.making.lock().await;
        if let Some(kept) = self.kept(portal) {
            return Ok(kept);
        }
        let dropped = self.state().dropped;
        let kept = self.make(&self.settings(portal)).await?;
        let mut state = self.state();
        if state.dropped == dropped {
            state.kept.insert(portal.to_owned(), kept.clone());
        }
        Ok(kept)
    }

    async fn make(&self, settings: &PortalSettings) -> Result<Kept, Failure> {
        let portal = &settings.portal;
        let alive = Arc::new(AtomicBool::new(true));
        let (rest, session) = match (settings.connection, &settings.application) {
            (ConnectionKind::Session, _) => {
                let cookies = self.secret(&cookies_key(portal), Code::AuthSignIn, portal).await?;
                let session = UserSession::from_secret(&cookies, &named(portal)?);
                let session = session.map_err(|_| signed_out(portal))?;
                let session = if settings.scheme == "https" {
                    session
                } else {
                    session
                        .over_http(plain(settings.intranet))
                        .map_err(|_| insecure(portal))?
                };
                let rest = Rest::for_session(session.clone(), &self.options(portal));
                (rest.map_err(|error| of_rest(portal, &error))?, Some(session))
            }
            (ConnectionKind::Application, Some(application)) => {
                (self.application(settings, application, Arc::clone(&alive)).await?, None)
            }
            (ConnectionKind::Webhook | ConnectionKind::Application, _) => {
                let address = self.secret(&secret_key(portal), Code::AuthRefused, portal).await?;
                // Whoever kept it there has agreed to plain http where the address has it.
                (self.webhook(address.expose_secret(), true)?, None)
            }
        };
        Ok(Kept { rest, session, alive })
    }

    async fn application(
        &self,
        settings: &PortalSettings,
        known: &ApplicationSettings,
        alive: Arc<AtomicBool>,
    ) -> Result<Rest, Failure> {
        let portal = &settings.portal;
        let secret = self.secret(&application_key(portal), Code::AuthSignIn, portal).await?;
        let tokens = self.secret(&tokens_key(portal), Code::AuthSignIn, portal).await?;
        let secure = settings.scheme == "https";
        let application = application(&named(portal)?, secure, settings.intranet, &known.client_id, secret)?;
        let tokens = Tokens::from_secret(&tokens, application.portal()).ok_or_else(|| signed_out(portal))?;
        let store = KeyringTokens::new(
            self.keyring().clone(),
            application.portal(),
            settings.memory_only,
            alive,
        );
        let rest = Rest::for_application(application, tokens, Arc::new(store), &self.options(portal));
        rest.map_err(|error| of_rest(portal, &error))
    }

    /// A client for the address of a webhook. Plain http is accepted for this computer, or with `intranet` for any.
    pub(crate) fn webhook(&self, address: &str, intranet: bool) -> Result<Rest, Failure> {
        let webhook = Webhook::parse_with(address, plain(intranet)).map_err(of_webhook)?;
        let portal = webhook.portal().to_string();
        Rest::new(webhook, &self.options(&portal)).map_err(|error| of_rest(&portal, &error))
    }

    async fn secret(&self, key: &str, missing: Code, portal: &str) -> Result<SecretString, Failure> {
        let secret = self.keyring().get(key).await?;
        secret.ok_or_else(|| Failure::new(missing).with("portal", portal))
    }

    fn kept(&self, portal: &str) -> Option<Kept> {
        self.state().kept.get(portal).cloned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn forget(&mut self, portal: &str) {
        self.dropped += 1;
        if let Some(kept) = self.kept.remove(portal) {
            // A refresh that is under way must not bring back what was forgotten.
            kept.alive.store(false, Ordering::SeqCst);
        }
    }
}

/// An application with its secret, over plain http where that is acceptable.
pub(crate) fn application(
    portal: &Portal,
    secure: bool,
    intranet: bool,
    client_id: &str,
    secret: SecretString,
) -> Result<Application, Failure> {
    let application = Application::new(portal.clone(), client_id, secret);
    let application = application.map_err(|_| Failure::new(Code::ApplicationInvalid))?;
    if secure {
        return Ok(application);
    }
    let plainly = application.over_http(plain(intranet));
    plainly.map_err(|_| insecure(&portal.to_string()))
}

/// Where plain http is acceptable.
pub(crate) const fn plain(intranet: bool) -> Plain {
    if intranet { Plain::Intranet } else { Plain::Loopback }
}

pub(crate) fn insecure(portal: &str) -> Failure {
    Failure::new(Code::AddressInsecure).with("address", format!("http://{portal}"))
}

pub(crate) fn signed_out(portal: &str) -> Failure {
    Failure::new(Code::AuthSignIn).with("portal", portal)
}

/// The portal of a name that was checked when it was connected; a person may have spoiled it in the file.
fn named(portal: &str) -> Result<Portal, Failure> {
    Portal::parse(portal).map_err(|_| Failure::new(Code::PortalInvalid))
}
