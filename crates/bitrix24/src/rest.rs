//! REST of a portal, over an incoming webhook or for an application of OAuth.
//!
//! ```text
//! call, batch, pages ──► turn (Limits) ──► POST of JSON ──► answer ──► your type
//!                          ▲                     │
//!                          └── Delays ◄── limit ─┤── expired_token ──► one refresh for all, then again
//!                                                └── 302 ──► again at the new name of the portal, if that is trusted
//! ```
//!
//! An answer is `{"result": ...}` or `{"error": ...}`: with any status, 200 included, and sometimes an HTML page of
//! whatever stands before the portal. All of that ends in one [`RestError`] that says what helps. Answers are decoded
//! straight into the type of the caller. No error, log or `Debug` output holds an address, a token or a body.

mod access;
mod answer;
mod batch;
pub(crate) mod client;
mod delays;
mod error;
mod limits;
mod methods;
mod moved;
mod pages;
pub mod php;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, sleep};

pub use answer::{Answer, Time};
pub use batch::{Batch, Call, Outcome, reference};
pub use client::ClientOptions;
pub use delays::Delays;
pub use error::{Advice, RestError, RestErrorKind};
pub use limits::{Limits, Rates};
pub use methods::{
    Activities, AppEvent, Counters, FeedItem, FeedPage, FieldSpec, Items, Many, MethodInfo, NoticeButton, NoticePage,
    Notification, Person, Profile, RecentChat, RecentDialog, RecentMessage, RecentPage, Unread, User, UserField,
};
pub use pages::{Listing, Pages};

use crate::oauth::{Application, TokenStore, Tokens};
use crate::portal::Portal;
use crate::session::UserSession;
use crate::webhook::Webhook;
use access::Access;
use client::Client;

/// How often a call is sent on to another name of the portal.
const MOST_MOVES: usize = 2;

/// A portal to call; cheap to clone, and clones share limits, connection and tokens.
#[derive(Debug, Clone)]
pub struct Rest {
    inner: Arc<Inner>,
    /// Calls that are refused for a limit are not made again.
    once: bool,
}

#[derive(Debug)]
struct Inner {
    client: Client,
    access: Access,
    options: ClientOptions,
    /// Where the portal was last seen to have gone.
    moved: Mutex<Option<String>>,
}

impl Rest {
    /// A client for a webhook. Reads the trusted roots of the system for an https portal: some tens of milliseconds.
    pub fn new(webhook: Webhook, options: &ClientOptions) -> Result<Self, RestError> {
        let client = Client::new(webhook.is_secure(), webhook.portal().is_loopback(), options)?;
        Ok(Self::with(client, Access::Webhook(webhook), options))
    }

    /// A client for an application that was given `tokens`; new ones are handed to `store` before they are used.
    pub fn for_application(
        application: Application,
        tokens: Tokens,
        store: Arc<dyn TokenStore>,
        options: &ClientOptions,
    ) -> Result<Self, RestError> {
        let client = Client::new(application.is_secure(), application.portal().is_loopback(), options)?;
        let access = Access::application(application, tokens, store, options, &client);
        Ok(Self::with(client, access, options))
    }

    /// A client that calls as the portal's own pages do, for a user who has signed in to them in a browser.
    pub fn for_session(session: UserSession, options: &ClientOptions) -> Result<Self, RestError> {
        let client = Client::new(session.is_secure(), session.portal().is_loopback(), options)?;
        Ok(Self::with(client, Access::User(session), options))
    }

    fn with(client: Client, access: Access, options: &ClientOptions) -> Self {
        let inner = Inner {
            client,
            access,
            options: options.clone(),
            moved: Mutex::default(),
        };
        Self {
            inner: Arc::new(inner),
            once: false,
        }
    }

    /// The same portal, for calls that fail at once where they are refused for a limit, whatever the delays say: for
    /// whoever wants to know of the limit.
    #[must_use]
    pub fn once(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            once: true,
        }
    }

    /// The portal, by the name under which it was connected.
    pub fn portal(&self) -> &Portal {
        self.inner.access.portal()
    }

    /// Whether it is reached over https.
    pub fn is_secure(&self) -> bool {
        self.inner.access.is_secure()
    }

    /// Where calls go since the portal was renamed: scheme, host and port. It is worth remembering.
    pub fn moved_to(&self) -> Option<String> {
        self.moved().clone()
    }

    /// The limits that its calls keep, to be shared with other clients of the same portal.
    pub fn limits(&self) -> &Limits {
        &self.inner.options.limits
    }

    /// Calls a method with its parameters (an object, or an array for old methods with positional ones) and gives its
    /// `result`.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, RestError> {
        self.call_as(method, params).await
    }

    /// Calls a method and decodes its `result` into a type of the caller.
    pub async fn call_as<T: DeserializeOwned>(&self, method: &str, params: Value) -> Result<T, RestError> {
        self.call_fully(method, params).await.map(|answer| answer.result)
    }

    /// Calls a method and gives the whole answer.
    pub async fn call_fully<T: DeserializeOwned>(&self, method: &str, params: Value) -> Result<Answer<T>, RestError> {
        let answer = self.send(method, &params, &[method]).await?;
        Ok(answer)
    }

    /// A call whose time is booked to `charged`.
    async fn send<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &Value,
        charged: &[&str],
    ) -> Result<Answer<T>, RestError> {
        if !is_method(method) {
            return Err(RestError::new(RestErrorKind::Request, "not a method name"));
        }
        let Inner { access, options, .. } = &*self.inner;
        let (mut refusals, mut fresh) = (0, false);
        loop {
            options.limits.turn(charged, options.turn_within).await?;
            let token = access.token();
            let outcome = self.exchange(method, params, token.as_ref()).await;
            let error = match outcome {
                Ok(answer) => {
                    tracing::debug!(method, "REST");
                    options.limits.used(method, answer.time.as_ref(), Instant::now());
                    return Ok(answer);
                }
                Err(error) => error,
            };
            tracing::debug!(method, kind = error.kind().code(), status = error.status(), "REST");
            if let (true, false, Some(seen)) = (error.is_expired_token(), fresh, token) {
                access.renew(seen).await?;
                fresh = true;
                continue;
            }
            if error.is_stale_sessid() && !fresh {
                fresh = true;
                continue;
            }
            if !error.is_limit() {
                return Err(error);
            }
            options.limits.refused(charged, error.is_operating(), Instant::now());
            let delay = options.delays.after(error.kind(), refusals);
            let Some(delay) = delay.filter(|_| !self.once) else {
                return Err(error);
            };
            refusals += 1;
            sleep(delay.max(error.wait().unwrap_or_default())).await;
        }
    }

    /// One request and its answer; more only where the portal has moved.
    async fn exchange<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &Value,
        token: Option<&Arc<Tokens>>,
    ) -> Result<Answer<T>, RestError> {
        let Inner {
            client,
            access,
            options,
            ..
        } = &*self.inner;
        let mut moves = 0;
        loop {
            let origin = self.moved().clone().unwrap_or_else(|| access.origin());
            let path = access.path(method);
            let proof = access.proof(token.map(|token| &**token));
            let reply = client.post(&origin, &path, params, &proof).await?;
            access.learn(&reply);
            let Some(location) = reply.location() else {
                return reply.decode().map_err(|error| access.judge(error, &proof, &reply));
            };
            // Cookies are for the portal of this name and no other.
            if access.is_user() {
                return Err(moved::refused(reply.status(), location));
            }
            let target = moved::target(&origin, &path, location, &options.also_at);
            let (Some(target), true) = (target, moves < MOST_MOVES) else {
                return Err(moved::refused(reply.status(), location));
            };
            moves += 1;
            tracing::info!(to = target, "the portal has moved");
            *self.moved() = Some(target);
        }
    }

    fn moved(&self) -> MutexGuard<'_, Option<String>> {
        self.inner.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Letters, digits, dots and underscores: nothing that could change the path.
fn is_method(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'_')
}

#[cfg(test)]
mod tests;
