//! Where the configuration comes from: this crate reads it, somebody else asks the portal.

use std::{fmt, pin::Pin, time::Duration};

/// What [`ConfigSource::fetch`] returns.
pub type ConfigFuture<'a> = Pin<Box<dyn Future<Output = Result<serde_json::Value, ConfigFailure>> + Send + 'a>>;

/// Gives the `result` of `pull.config.get` (or `pull.application.config.get`) on every call, never from a cache.
pub trait ConfigSource: Send + Sync {
    /// Asks the portal; dropped when the owner stops the connection meanwhile.
    fn fetch(&self) -> ConfigFuture<'_>;

    /// The `result` of `pull.channel.public.list` for these users: needed to send something to users whom the
    /// configuration does not name. Without it, such requests fail.
    fn public_channels(&self, users: Vec<u64>) -> ConfigFuture<'_> {
        let _ = users;
        unsupported()
    }

    /// The `result` of `pull.watch.extend` for these tags: a map from tag to whether it lives on.
    fn extend_watch(&self, tags: Vec<String>) -> ConfigFuture<'_> {
        let _ = tags;
        unsupported()
    }
}

fn unsupported() -> ConfigFuture<'static> {
    Box::pin(std::future::ready(Err(ConfigFailure {
        kind: "unsupported".to_owned(),
        message: "the source of the configuration cannot ask for this".to_owned(),
        remedy: Remedy::GiveUp,
    })))
}

/// The configuration could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFailure {
    /// Stable kind for the user interface, chosen by the source (`unreachable`, `scope`).
    pub kind: String,
    /// Text for the journal, without secrets.
    pub message: String,
    /// What can be done about it.
    pub remedy: Remedy,
}

/// What helps after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Asking again later; not before `after` when the portal named a time.
    Retry {
        /// The least wait that the portal asked for.
        after: Option<Duration>,
    },
    /// The user signs in again or replaces the webhook.
    SignIn,
    /// Nothing but a change of settings or of the portal.
    GiveUp,
}

impl Remedy {
    /// The least wait before asking again.
    pub(crate) fn least(self) -> Duration {
        match self {
            Self::Retry { after } => after.unwrap_or_default(),
            Self::SignIn | Self::GiveUp => Duration::ZERO,
        }
    }
}

impl fmt::Display for ConfigFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for ConfigFailure {}
