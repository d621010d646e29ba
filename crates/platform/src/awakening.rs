//! What the desk tells of itself: the computer woke up, the network is back, the screen was locked.
use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
#[path = "awakening/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "awakening/none.rs"]
mod system;

/// One of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// What waits for a connection may try again at once.
    Awake,
    /// Nobody sits at the desk any more.
    ScreenLocked,
}

/// Sends every sign until nobody listens any more. Returns early where the system does not tell: then connections find
/// out by themselves, within half a minute, and a lock goes unnoticed.
pub async fn watch(signs: mpsc::Sender<Sign>) {
    if let Err(error) = system::watch(&signs).await {
        tracing::debug!(%error, "the system does not tell when it wakes up");
    }
}
