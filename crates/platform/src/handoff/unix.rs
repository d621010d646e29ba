//! The Unix socket of the hand-off, for Linux and macOS.
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

/// The client's end.
pub(super) type Connection = std::os::unix::net::UnixStream;
/// The instance's end.
pub(super) type Served = tokio::net::UnixStream;

/// Connects without ever waiting: a listener that has too many waiting answers `WouldBlock`.
pub(super) fn connect(path: &Path, silence: Duration) -> io::Result<Connection> {
    let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&socket, true)?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    rustix::io::ioctl_fionbio(&socket, false)?;
    let stream = Connection::from(socket);
    stream.set_read_timeout(Some(silence))?;
    stream.set_write_timeout(Some(silence))?;
    Ok(stream)
}

/// The bound socket; its file goes when this does.
#[derive(Debug)]
pub(super) struct Bound {
    listener: Option<std::os::unix::net::UnixListener>,
    path: PathBuf,
}

impl Bound {
    /// Binds. The caller holds the lock of the instance, so a file that is there already is a dead one.
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        match std::fs::remove_file(path) {
            Ok(()) => tracing::info!("removed the socket of an instance that ended without cleaning up"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let listener = std::os::unix::net::UnixListener::bind(path)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(Self {
            listener: Some(listener),
            path: path.to_path_buf(),
        })
    }

    /// Makes it ready for the runtime; to be called inside of one.
    pub(super) fn listen(&mut self) -> io::Result<Door> {
        let listener = self
            .listener
            .take()
            .ok_or_else(|| io::Error::other("the hand-off listens already"))?;
        Ok(Door {
            listener: tokio::net::UnixListener::from_std(listener)?,
        })
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        // Still under the lock of the instance: nobody else can have bound this path.
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::debug!(%error, "the hand-off socket was gone already");
        }
    }
}

/// Where connections arrive.
pub(super) struct Door {
    listener: tokio::net::UnixListener,
}

impl Door {
    /// The next connection.
    pub(super) async fn accept(&mut self) -> io::Result<Served> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

/// Whether the other end runs as this user.
pub(super) fn is_own(stream: &Served) -> bool {
    let own = rustix::process::getuid().as_raw();
    match stream.peer_cred() {
        Ok(peer) if peer.uid() == own => true,
        Ok(peer) => {
            tracing::warn!(user = peer.uid(), "a hand-off of another user was refused");
            false
        }
        Err(error) => {
            tracing::warn!(%error, "a hand-off without credentials was refused");
            false
        }
    }
}
