//! Before anything else: the log, the lock, and the link that came with the start.
use std::ffi::OsString;
use std::sync::Arc;

use hotstart_platform::folders::Folders;
use hotstart_platform::instance::Instance;
use hotstart_platform::opener::{self, BadArgument, OpenError};
use tracing_subscriber::EnvFilter;

/// What the start has come to.
pub(crate) enum Claim {
    /// This is the one instance.
    First(First),
    /// Another instance runs and has taken the link.
    HandedOver,
}

/// What the one instance begins with.
pub(crate) struct First {
    pub(crate) folders: Folders,
    pub(crate) instance: Arc<Instance>,
    pub(crate) link: Option<String>,
}

/// Why the program cannot start.
#[derive(Debug)]
pub(crate) enum StartError {
    /// The argument is no link.
    Argument(BadArgument),
    /// The folders or the lock cannot be used.
    Folders(std::io::Error),
    /// The running instance does not take the link.
    Open(OpenError),
}

impl StartError {
    /// 2 for a refused argument, 1 for a failure.
    pub(crate) const fn exit_code(&self) -> u8 {
        match self {
            Self::Argument(_) => 2,
            Self::Folders(_) | Self::Open(_) => 1,
        }
    }
}

impl std::fmt::Display for StartError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Argument(bad) => bad.fmt(formatter),
            Self::Folders(error) => write!(formatter, "the folders of the program cannot be used: {error}"),
            Self::Open(error) => error.fmt(formatter),
        }
    }
}

/// Logs to standard error; `HOTSTART_LOG` chooses what, in the syntax of tracing filters.
pub(crate) fn log() {
    let filter = EnvFilter::try_from_env("HOTSTART_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}

/// Takes the lock, or gives the link (or the wish to be seen) to the instance that has it.
pub(crate) fn claim(arguments: impl Iterator<Item = OsString>) -> Result<Claim, StartError> {
    let mut arguments = arguments.peekable();
    let link = match arguments.peek() {
        Some(_) => Some(opener::link_argument(arguments).map_err(StartError::Argument)?),
        None => None,
    };
    let folders = Folders::of_desk().map_err(StartError::Folders)?;
    if let Some(instance) = Instance::claim(&folders).map_err(StartError::Folders)? {
        return Ok(Claim::First(First {
            folders,
            instance: Arc::new(instance),
            link,
        }));
    }
    let token = opener::activation_token();
    let text = link.as_deref().unwrap_or(crate::app::SHOW_YOURSELF);
    opener::open(&folders, text, token.as_deref()).map_err(StartError::Open)?;
    Ok(Claim::HandedOver)
}
