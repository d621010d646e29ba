//! Coming to front. A desktop lets a window do so only for a reason that it can check: the token of the click.
use hotstart_core::window::ActivationToken;
use tauri::WebviewWindow;

/// Shows the window and brings it to front.
pub(crate) fn raise(window: &WebviewWindow, token: Option<&ActivationToken>) {
    #[cfg(target_os = "linux")]
    if let Some(token) = token {
        use gtk::prelude::GtkWindowExt;
        // GTK takes the token over with the next map or present; the only place where our code meets a GTK type.
        if let Ok(gtk_window) = window.gtk_window() {
            gtk_window.set_startup_id(&token.0);
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = token;
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(label = window.label(), %error, "the window could not be raised");
    }
}
