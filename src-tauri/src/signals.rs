//! The end of the desk's session, as the operating system tells it.
use crate::requests::Requests;

/// Asks the controller to put everything away when the program is told to end.
#[cfg(unix)]
pub(crate) async fn watch(requests: Requests) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        return;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
        _ = hup.recv() => {}
    }
    requests.send(hotstart_controller::Request::Terminate);
}

/// Asks the controller to put everything away when the program is told to end.
#[cfg(not(unix))]
pub(crate) async fn watch(requests: Requests) {
    if tokio::signal::ctrl_c().await.is_ok() {
        requests.send(hotstart_controller::Request::Terminate);
    }
}
