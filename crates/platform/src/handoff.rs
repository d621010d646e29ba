//! The hand-off: one link per connection from a short-lived program to the running instance.
//!
//! A frame is four bytes of length (big-endian) and that many bytes of JSON `{"id","link","token"?}`; the answer is one
//! byte. The instance answers "taken" only after the link is in its queue, and remembers the last ids: a client that
//! lost the answer asks again with the same id and the link is still delivered once.
//!
//! The place is private to the user (socket 0600 in a folder 0700, Windows: a local pipe), the peer is checked all the
//! same, a frame is at most 64 KiB, silence is cut after a second, and no client can make the instance wait: at most 32
//! connections are served at a time, links over the rate are answered with "busy".
use std::time::Instant;

mod client;
mod rate;
mod server;
mod wire;

#[cfg(unix)]
#[path = "handoff/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "handoff/windows.rs"]
mod system;

pub use client::{HandError, Hander};
pub use server::{Limits, Listener};

/// The longest link that is handed over, in bytes.
pub const LINK_LIMIT: usize = 8 * 1024;

/// Handed over instead of a link when a base was paired with the bridge: the program looks at the tokens again. It is no
/// link, so a page that holds it makes the program read one small file and nothing else.
pub const PAIRED: &str = "hotstart:bridge-paired";

/// What arrived from another process of the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// The link as it was given, not understood yet.
    pub text: String,
    /// What lets a window come to front, if the desktop gave one.
    pub token: Option<String>,
    /// When the whole message had arrived.
    pub received: Instant,
}
