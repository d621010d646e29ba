//! Ending a 1C session: the logout is asked inside the page, its answer awaited, then the window goes.
use std::time::Duration;

use hotstart_core::window::{WindowEvent, WindowId, WindowRole};

use super::Windows;
use super::navigation::ask;

/// How often and how long the answer to a logout is awaited.
const PATIENCE: (u32, Duration) = (60, Duration::from_millis(50));

/// Logs out and destroys; with unsaved work in the page only when `force` says that the user agreed.
pub(super) fn release(windows: Windows, id: WindowId, force: bool) {
    tokio::spawn(async move {
        if windows.role(&id).is_none() {
            return windows.report(WindowEvent::Destroyed { id });
        }
        let holds_work = matches!(windows.role(&id), Some(WindowRole::Hot | WindowRole::Cold));
        if holds_work && !force {
            let dirty = ask(&windows, &id, "window.__hotstart?.dirty()").await;
            // A page that is too busy to answer (it shows a dialog, it computes) may hold unsaved work like any other;
            // one without our script is an error page of the engine and holds none.
            if matches!(dirty.as_deref(), Some("yes") | None) && windows.window(&id).is_some() {
                return windows.report(WindowEvent::Dirty { id });
            }
        }
        let confirmed = log_out(&windows, &id).await;
        // Reported first: the controller knows the end of a session from the end of a window by its order.
        windows.report(WindowEvent::Released {
            id: id.clone(),
            confirmed,
        });
        let gone = windows.clone();
        if let Err(error) = windows.app.run_on_main_thread(move || gone.destroy(&id)) {
            tracing::warn!(%error, "the window could not be destroyed");
        }
    });
}

async fn log_out(windows: &Windows, id: &WindowId) -> bool {
    for _ in 0..PATIENCE.0 {
        match ask(windows, id, "window.__hotstart?.logout()").await.as_deref() {
            // A page that never had a session holds no licence.
            Some("done" | "none") => return true,
            Some("failed") | None => return false,
            Some(_) => tokio::time::sleep(PATIENCE.1).await,
        }
    }
    false
}
