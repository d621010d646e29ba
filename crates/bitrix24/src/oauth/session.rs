//! The tokens in use. When the access token has run out, many calls learn it at once; one refresh serves them all.
//!
//! The refresh is a task of its own: a caller that gives up waiting must not take with it the answer that holds the only
//! good refresh token. Nothing is locked while the network is waited for; callers wait on the task's outcome.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use percent_encoding::utf8_percent_encode;
use secrecy::ExposeSecret as _;
use tokio::sync::watch;
use tokio::time::sleep;

use super::{Application, AuthServer, FORM, TokenStore, Tokens};
use crate::rest::client::Client;
use crate::rest::{ClientOptions, RestError, RestErrorKind};

/// How often the store is tried with new tokens, and what lies between two tries.
const SAVES: u32 = 3;
const BETWEEN_SAVES: Duration = Duration::from_millis(500);

/// An application with its tokens; cheap to clone.
#[derive(Clone)]
pub(crate) struct Session(Arc<Inner>);

struct Inner {
    application: Application,
    store: Arc<dyn TokenStore>,
    /// Shared with the portal, where both are reached over https.
    client: Option<Client>,
    options: ClientOptions,
    state: Mutex<State>,
}

struct State {
    tokens: Arc<Tokens>,
    /// The refresh that is under way.
    running: Option<watch::Receiver<Option<Renewed>>>,
    /// Why these tokens cannot be renewed any more.
    dead: Option<RestError>,
}

type Renewed = Result<Arc<Tokens>, RestError>;

impl Session {
    pub(crate) fn new(
        application: Application,
        tokens: Tokens,
        store: Arc<dyn TokenStore>,
        client: Option<Client>,
        options: ClientOptions,
    ) -> Self {
        let state = State {
            tokens: Arc::new(tokens),
            running: None,
            dead: None,
        };
        Self(Arc::new(Inner {
            application,
            store,
            client,
            options,
            state: Mutex::new(state),
        }))
    }

    pub(crate) fn application(&self) -> &Application {
        &self.0.application
    }

    /// The tokens for a call.
    pub(crate) fn tokens(&self) -> Arc<Tokens> {
        Arc::clone(&self.0.state().tokens)
    }

    /// Other tokens than those that a call has `seen` to be expired: the ones that came meanwhile, or those of one
    /// refresh for all who wait.
    pub(crate) async fn renew(&self, seen: Arc<Tokens>) -> Renewed {
        let mut running = {
            let mut state = self.0.state();
            if !Arc::ptr_eq(&state.tokens, &seen) {
                return Ok(Arc::clone(&state.tokens));
            }
            if let Some(dead) = &state.dead {
                return Err(dead.clone());
            }
            if let Some(running) = &state.running {
                running.clone()
            } else {
                let (done, running) = watch::channel(None);
                state.running = Some(running.clone());
                let inner = Arc::clone(&self.0);
                tokio::spawn(async move {
                    let outcome = inner.renewed(&seen).await;
                    inner.settle(&outcome);
                    done.send_replace(Some(outcome));
                });
                running
            }
        };
        let outcome = running.wait_for(Option::is_some).await;
        let outcome = outcome.ok().and_then(|outcome| outcome.clone());
        outcome.unwrap_or_else(|| {
            // The task was ended with its runtime.
            self.0.state().running = None;
            Err(RestError::new(RestErrorKind::Server, "the refresh was broken off"))
        })
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, outcome: &Renewed) {
        let mut state = self.state();
        state.running = None;
        match outcome {
            Ok(tokens) => state.tokens = Arc::clone(tokens),
            Err(error) if is_final(error.kind()) => state.dead = Some(error.clone()),
            Err(_) => {}
        }
    }

    async fn renewed(&self, seen: &Tokens) -> Renewed {
        if let Some(kept) = self.kept_by_another(seen).await {
            return Ok(kept);
        }
        let server = seen.server();
        let client = match &self.client {
            Some(client) => client.clone(),
            None => token_client(server, &self.options)?,
        };
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", self.application.client_id()),
            ("client_secret", self.application.client_secret.expose_secret()),
            ("refresh_token", seen.refresh()),
        ];
        match ask(&client, &self.application, server, &form).await {
            Ok(tokens) => {
                self.save(&tokens).await;
                tracing::info!("the tokens of an application were renewed");
                Ok(Arc::new(tokens))
            }
            Err(error) => {
                tracing::info!(
                    kind = error.kind().code(),
                    "the tokens of an application were not renewed"
                );
                // Another process may have been a moment faster; then ours was the second use of the token.
                if error.kind() == RestErrorKind::SignedOut
                    && let Some(kept) = self.kept_by_another(seen).await
                {
                    return Ok(kept);
                }
                Err(error)
            }
        }
    }

    /// Tokens in the store that are not those that we know.
    async fn kept_by_another(&self, seen: &Tokens) -> Option<Arc<Tokens>> {
        let kept = self.store.load().await.ok().flatten()?;
        (kept.refresh() != seen.refresh()).then(|| Arc::new(kept))
    }

    async fn save(&self, tokens: &Tokens) {
        for attempt in 1..=SAVES {
            if self.store.save(tokens.clone()).await.is_ok() {
                return;
            }
            if attempt < SAVES {
                sleep(BETWEEN_SAVES).await;
            }
        }
        // They are good for this process all the same; giving them up would end the sign-in here and now.
        tracing::error!("new tokens could not be stored: the sign-in will not outlive this process");
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Session").field(&self.0.application).finish()
    }
}

/// The client for a token server.
pub(super) fn token_client(server: &AuthServer, options: &ClientOptions) -> Result<Client, RestError> {
    Client::new(server.is_secure(), !server.is_secure(), options)
}

/// Asks for tokens. By POST, since an address with a secret would get into logs.
pub(super) async fn ask(
    client: &Client,
    application: &Application,
    server: &AuthServer,
    form: &[(&str, &str)],
) -> Result<Tokens, RestError> {
    let pairs = form
        .iter()
        .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, FORM)));
    let form = pairs.collect::<Vec<_>>().join("&");
    let reply = client
        .post_form(&format!("{}/oauth/token/", server.origin()), form)
        .await?
        .plain()?;
    Tokens::of_reply(application, server, &reply)
}

/// Asking once more would not help, and might be taken for an attack.
fn is_final(kind: RestErrorKind) -> bool {
    matches!(
        kind,
        RestErrorKind::SignedOut | RestErrorKind::Application | RestErrorKind::Scope | RestErrorKind::Access
    )
}
