//! Coming to front. A desktop lets a window do so only for a reason that it can check: the token of the click.
//!
//! A hidden window comes up with its new form: shown at once, it would first paint the form of the link before, which
//! takes the page's time (a third of a hot open) and is what nobody asked for.
use std::time::Duration;

use hotstart_core::window::{ActivationToken, WindowId};
use tauri::WebviewWindow;

use super::Windows;

/// How long a window waits for its page to be asked, or a hidden one for something new to show. A slower page is waited
/// for on the screen.
const AWAITED: Duration = Duration::from_millis(40);

/// The link for which a window will come to front.
#[derive(Debug, Clone)]
pub(super) struct Rising {
    navigation: u64,
    /// It is there to be seen and only comes to front.
    on_screen: bool,
    token: Option<ActivationToken>,
}

impl Windows {
    /// Raises a window whose page is about to be asked to navigate, one on the screen when it has been asked, another with
    /// its new title. Not earlier: the engine waits for the window thread's consent to go anywhere, and coming to front
    /// keeps that thread busy for some milliseconds with questions to the desktop.
    pub(super) fn raise_with_form(
        &self,
        window: &WebviewWindow,
        id: &WindowId,
        navigation: u64,
        token: Option<ActivationToken>,
    ) {
        let rising = Rising {
            navigation,
            on_screen: window.is_visible().unwrap_or(true) && !window.is_minimized().unwrap_or(false),
            token,
        };
        if let Some(known) = self.lock().get_mut(&id.0) {
            known.rising = Some(rising);
        }
        let (windows, id) = (self.clone(), id.clone());
        tokio::spawn(async move {
            tokio::time::sleep(AWAITED).await;
            let app = windows.app.clone();
            let _ = app.run_on_main_thread(move || {
                if windows.rising(&id, |rising| rising.navigation == navigation) {
                    windows.rise(&id);
                }
            });
        });
    }

    /// The page has been asked to navigate; `form` says that a new form will come. Must run on the window thread.
    pub(super) fn asked(&self, id: &WindowId, form: bool) {
        if self.rising(id, |rising| rising.on_screen || !form) {
            self.rise(id);
        }
    }

    /// Raises a window that waited for its page. Must run on the window thread.
    pub(super) fn rise(&self, id: &WindowId) {
        if let Some(rising) = self.stay(id)
            && let Some(window) = self.window(id)
        {
            raise(&window, rising.token.as_ref());
        }
    }

    /// A window that waited for its page waits no longer.
    pub(super) fn stay(&self, id: &WindowId) -> Option<Rising> {
        self.lock().get_mut(&id.0)?.rising.take()
    }

    fn rising(&self, id: &WindowId, is: impl FnOnce(&Rising) -> bool) -> bool {
        let known = self.lock();
        known.get(&id.0).and_then(|known| known.rising.as_ref()).is_some_and(is)
    }
}

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
