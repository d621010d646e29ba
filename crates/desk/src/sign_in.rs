//! Sign-ins to portals: an application's way through the default browser, and the cookies of a window.
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bitrix24::oauth::{Application, Grant, LoginState, RedirectRefused, Tokens};
use bitrix24::rest::{ClientOptions, Rest, RestErrorKind};
use bitrix24::session::UserSession;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{ApplicationLogin, LoginBegun, Logins, PortalIdentity, Secrets as _, SessionLogin, Waiting};
use hotstart_core::scopes;
use hotstart_core::secret::Secret;
use hotstart_core::settings::{ConnectionKind, PortalSettings, application_key, cookies_key, tokens_key};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clients::{application, insecure, plain, signed_out};
use crate::failures::{of_connection, of_rest};
use crate::portals::RestPortals;
use crate::tokens::KeyringTokens;

mod listener;

/// Sign-ins of this desk. Cheap to clone.
#[derive(Clone)]
pub struct DeskLogins {
    portals: RestPortals,
    pending: Arc<Mutex<HashMap<u64, Pending>>>,
}

/// A sign-in of an application that waits for its user.
struct Pending {
    application: Application,
    state: LoginState,
    secret: SecretString,
    memory_only: bool,
    came_back: Option<oneshot::Receiver<Secret>>,
    _listener: Option<Listening>,
}

/// The listener ends with whoever waits for it.
struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl DeskLogins {
    /// Keeps what sign-ins give where `portals` looks for it.
    pub fn new(portals: RestPortals) -> Self {
        Self {
            portals,
            pending: Arc::default(),
        }
    }

    async fn prepare(&self, wanted: ApplicationLogin) -> Result<LoginBegun, Failure> {
        let keyring = self.portals.clients().keyring();
        let portal = wanted.address.portal.to_string();
        let secret = match wanted.client_secret {
            Some(secret) => SecretString::from(secret.into_exposed()),
            None => keyring
                .get(&application_key(&portal))
                .await?
                .ok_or_else(|| Failure::new(Code::ApplicationInvalid))?,
        };
        let application = application(
            &wanted.address.portal,
            wanted.address.secure,
            wanted.intranet,
            &wanted.client_id,
            secret.clone(),
        )?;
        if !wanted.memory_only {
            // A keyring that takes nothing is told before the user has signed in, not after.
            let trial = format!("trial:{portal}");
            keyring.keep(trial.clone(), "trial".to_owned(), false).await?;
            keyring.forget(trial).await?;
        }
        let state = LoginState::new(rand::random());
        let authorize = application.authorize_address(&state);
        let (listener, came_back) = match bind(wanted.port).await {
            Ok(bound) => {
                let (found, came_back) = oneshot::channel();
                let (own, of_login) = (application.clone(), state.clone());
                // An answer without a code belongs to the sign-in as well: the portal has refused.
                let belongs = move |target: &str| {
                    let read = own.read_redirect(&of_login, target);
                    matches!(read, Ok(_) | Err(RedirectRefused::NoCode))
                };
                let listening = tokio::spawn(listener::listen(bound, wanted.port, belongs, found));
                (Some(Listening(listening)), Some(came_back))
            }
            Err(error) => {
                tracing::warn!(port = wanted.port, %error, "the way back from the browser is not listened to");
                (None, None)
            }
        };
        let begun = LoginBegun {
            authorize,
            listening: listener.is_some(),
        };
        let pending = Pending {
            application,
            state,
            secret,
            memory_only: wanted.memory_only,
            came_back,
            _listener: listener,
        };
        self.pending().insert(wanted.login, pending);
        Ok(begun)
    }

    /// Checks the answer. A code is good once, so the sign-in is over with it, whatever becomes of the exchange.
    fn answered(&self, login: u64, address: &str) -> Result<(Pending, Grant), Failure> {
        let mut pending = self.pending();
        let waits = pending.get(&login).ok_or_else(|| Failure::new(Code::LoginNone))?;
        let grant = waits.application.read_redirect(&waits.state, address);
        let grant = grant.map_err(|refused| {
            let code = match refused {
                RedirectRefused::NoCode => Code::LoginDenied,
                RedirectRefused::State | RedirectRefused::Portal | RedirectRefused::Server => Code::LoginForeign,
            };
            Failure::new(code).with("detail", refused.code())
        })?;
        let pending = pending.remove(&login).ok_or_else(|| Failure::new(Code::LoginNone))?;
        Ok((pending, grant))
    }

    async fn exchange(&self, pending: Pending, grant: Grant) -> Result<PortalIdentity, Failure> {
        let application = &pending.application;
        let portal = application.portal().to_string();
        let clients = self.portals.clients();
        let options = ClientOptions {
            // The code is good for 30 s: what is refused now is not worth a second try.
            delays: bitrix24::rest::Delays::none(),
            ..clients.options(&portal)
        };
        let tokens = application.exchange(&grant, &options).await.map_err(|error| {
            let failure = of_connection(ConnectionKind::Application, &portal, &error);
            // It was the code that has run out, not a sign-in.
            let late = error.kind() == RestErrorKind::SignedOut;
            let code = if late { Code::LoginExpired } else { failure.code };
            Failure { code, ..failure }
        })?;
        // What was held before is of the past, and must not write over what comes now.
        clients.forget(&portal);
        let kept = self.keep(&pending, &portal, &tokens).await;
        clients.forget(&portal);
        if let Err(failure) = kept {
            self.forget_application(&portal).await;
            return Err(failure);
        }
        let identity = self.identity(&pending, &portal, tokens, &options).await;
        if identity.is_err() && !clients.is_known(&portal) {
            self.forget_application(&portal).await;
        }
        identity
    }

    async fn keep(&self, pending: &Pending, portal: &str, tokens: &Tokens) -> Result<(), Failure> {
        let keyring = self.portals.clients().keyring();
        let secret = pending.secret.expose_secret().trim().to_owned();
        let tokens = tokens.to_secret().expose_secret().to_owned();
        keyring.keep(tokens_key(portal), tokens, pending.memory_only).await?;
        keyring.keep(application_key(portal), secret, pending.memory_only).await
    }

    async fn identity(
        &self,
        pending: &Pending,
        portal: &str,
        tokens: Tokens,
        options: &ClientOptions,
    ) -> Result<PortalIdentity, Failure> {
        let application = pending.application.clone();
        let secure = application.is_secure();
        let missing = scopes::missing(ConnectionKind::Application, tokens.scope());
        let keyring = self.portals.clients().keyring().clone();
        let alive = Arc::new(AtomicBool::new(true));
        let store = KeyringTokens::new(keyring, application.portal(), pending.memory_only, alive);
        let rest = Rest::for_application(application, tokens, Arc::new(store), options);
        let profile = match rest {
            Ok(rest) => rest.profile().await,
            Err(error) => Err(error),
        };
        let profile = profile.map_err(|error| of_rest(portal, &error))?;
        Ok(PortalIdentity {
            portal: portal.to_owned(),
            scheme: if secure { "https" } else { "http" }.to_owned(),
            user_id: profile.id.to_string(),
            user_name: profile.full_name(),
            missing_scopes: missing,
        })
    }

    async fn forget_application(&self, portal: &str) {
        let keyring = self.portals.clients().keyring();
        for key in [tokens_key(portal), application_key(portal)] {
            if let Err(failure) = keyring.forget(key).await {
                tracing::debug!(code = failure.code_text(), "a secret was not forgotten");
            }
        }
    }

    /// Whether cookies are those of a signed-in user; they are kept then.
    async fn try_session(&self, wanted: SessionLogin) -> Result<PortalIdentity, Failure> {
        let portal = wanted.address.portal.to_string();
        let cookies = wanted.cookies.into_iter();
        let cookies = cookies.map(|cookie| (cookie.name, SecretString::from(cookie.value.into_exposed())));
        let session = UserSession::new(wanted.address.portal.clone(), cookies).map_err(|_| signed_out(&portal))?;
        let session = if wanted.address.secure {
            session
        } else {
            // Whether that is acceptable was asked when the address was read.
            session.over_http(plain(true)).map_err(|_| insecure(&portal))?
        };
        let clients = self.portals.clients();
        let rest = Rest::for_session(session.clone(), &clients.options(&portal));
        let rest = rest.map_err(|error| of_rest(&portal, &error))?;
        let failed = |error| of_connection(ConnectionKind::Session, &portal, &error);
        let profile = rest.profile().await.map_err(failed)?;
        self.keep_cookies(&portal, &session, wanted.memory_only).await?;
        clients.forget(&portal);
        Ok(PortalIdentity {
            scheme: wanted.address.scheme().to_owned(),
            user_id: profile.id.to_string(),
            user_name: profile.full_name(),
            missing_scopes: Vec::new(),
            portal,
        })
    }

    /// Cookies that no keyring takes stay in memory: the next sign-in is one window away.
    async fn keep_cookies(&self, portal: &str, session: &UserSession, memory_only: bool) -> Result<(), Failure> {
        let keyring = self.portals.clients().keyring();
        let text = || session.to_secret().expose_secret().to_owned();
        let kept = keyring.keep(cookies_key(portal), text(), memory_only).await;
        if let Err(failure) = kept {
            tracing::info!(code = failure.code_text(), "the cookies of a session stay in memory");
            return keyring.keep(cookies_key(portal), text(), true).await;
        }
        Ok(())
    }

    async fn ask_missing(&self, known: &PortalSettings) -> Result<Vec<String>, Failure> {
        let portal = &known.portal;
        let kept = self.portals.clients().of(portal).await?;
        let failed = |error| self.portals.failed(portal, &error);
        if let Some(session) = &kept.session {
            kept.rest.profile().await.map_err(failed)?;
            if session.take_changed() {
                self.keep_cookies(portal, session, known.memory_only).await?;
            }
            return Ok(Vec::new());
        }
        self.portals.missing(&kept.rest, known.connection).await.map_err(failed)
    }

    fn pending(&self) -> MutexGuard<'_, HashMap<u64, Pending>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Binds the way back. The listener of a sign-in that was just given up may still be on its way out.
async fn bind(port: u16) -> std::io::Result<TcpListener> {
    for _ in 0..10 {
        if let Ok(bound) = TcpListener::bind(("127.0.0.1", port)).await {
            return Ok(bound);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    TcpListener::bind(("127.0.0.1", port)).await
}

impl Logins for DeskLogins {
    fn know(&self, portals: &[PortalSettings]) {
        self.portals.clients().know(portals);
    }

    fn begin(&self, wanted: ApplicationLogin) -> Waiting<Result<LoginBegun, Failure>> {
        let logins = self.clone();
        Box::pin(async move { logins.prepare(wanted).await })
    }

    fn came_back(&self, login: u64) -> Waiting<Option<Secret>> {
        let waits = self
            .pending()
            .get_mut(&login)
            .and_then(|pending| pending.came_back.take());
        Box::pin(async move { waits?.await.ok() })
    }

    fn finish(&self, login: u64, address: Secret) -> Waiting<Result<PortalIdentity, Failure>> {
        let logins = self.clone();
        Box::pin(async move {
            let (pending, grant) = logins.answered(login, address.expose())?;
            logins.exchange(pending, grant).await
        })
    }

    fn give_up(&self, login: u64) {
        self.pending().remove(&login);
    }

    fn session(&self, wanted: SessionLogin) -> Waiting<Result<PortalIdentity, Failure>> {
        let logins = self.clone();
        Box::pin(async move { logins.try_session(wanted).await })
    }

    fn look(&self, portal: PortalSettings) -> Waiting<Result<Vec<String>, Failure>> {
        let logins = self.clone();
        Box::pin(async move { logins.ask_missing(&portal).await })
    }
}
