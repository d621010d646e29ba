//! The named pipe of the hand-off. Its name comes from the user's profile; the default access list of a pipe lets only
//! its maker, administrators and the system write, and remote clients are turned away.
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::windows::named_pipe::{NamedPipeServer, ServerOptions};

/// The client's end.
pub(super) type Connection = File;
/// The instance's end.
pub(super) type Served = NamedPipeServer;

/// Connects; a pipe whose instances are all taken answers `ERROR_PIPE_BUSY`.
pub(super) fn connect(path: &Path, _silence: Duration) -> io::Result<Connection> {
    File::options().read(true).write(true).open(path)
}

/// The name of the pipe; the pipe itself needs a running runtime.
#[derive(Debug)]
pub(super) struct Bound {
    path: PathBuf,
}

impl Bound {
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_path_buf(),
        })
    }

    /// Makes the pipe, and fails when somebody else made one of this name before us.
    pub(super) fn listen(&mut self) -> io::Result<Door> {
        Ok(Door {
            next: make(&self.path, true)?,
            path: self.path.clone(),
        })
    }
}

/// Where connections arrive.
pub(super) struct Door {
    next: NamedPipeServer,
    path: PathBuf,
}

impl Door {
    /// The next connection.
    pub(super) async fn accept(&mut self) -> io::Result<Served> {
        self.next.connect().await?;
        // The next one is made before this one is handed on, so that there is never a moment without a pipe.
        let next = make(&self.path, false)?;
        Ok(std::mem::replace(&mut self.next, next))
    }
}

/// The access list has turned away everybody else already.
pub(super) fn is_own(_stream: &Served) -> bool {
    true
}

fn make(path: &Path, first: bool) -> io::Result<NamedPipeServer> {
    ServerOptions::new()
        .first_pipe_instance(first)
        .reject_remote_clients(true)
        .create(path)
}
