//! The computer woke up, or the network is back: what waits for a connection may try again at once.
use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
#[path = "awakening/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "awakening/none.rs"]
mod system;

/// Sends one word for every awakening, until nobody listens any more. Returns early where the system does not tell: then
/// the connections find out by themselves, within half a minute.
pub async fn watch(awakenings: mpsc::Sender<()>) {
    if let Err(error) = system::watch(&awakenings).await {
        tracing::debug!(%error, "the system does not tell when it wakes up");
    }
}
