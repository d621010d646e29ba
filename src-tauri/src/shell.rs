//! The one UI port for Tauri: what the controller says becomes windows and a tray.
use hotstart_core::ports::Shell;
use hotstart_core::tray::Tray;
use hotstart_core::view::View;
use hotstart_core::window::{ActivationToken, WindowCommand};
use tauri::AppHandle;

use crate::requests::Requests;
use crate::tray::TrayHandle;
use crate::windows::{Windows, settings};

/// The shell as the controller sees it.
pub(crate) struct TauriShell {
    app: AppHandle,
    requests: Requests,
    windows: Windows,
    tray: TrayHandle,
}

impl TauriShell {
    pub(crate) fn new(app: AppHandle, requests: Requests, tray: TrayHandle) -> Self {
        let windows = Windows::new(app.clone(), requests.clone());
        Self {
            app,
            requests,
            windows,
            tray,
        }
    }

    fn on_window_thread(&self, work: impl FnOnce() + Send + 'static) {
        if let Err(error) = self.app.run_on_main_thread(work) {
            tracing::error!(%error, "the window thread does not take work");
        }
    }
}

impl Shell for TauriShell {
    fn set_tray(&self, tray: &Tray) {
        self.tray.set(tray.clone());
    }

    fn show_view(&self, view: &View) {
        settings::show(&self.app, view);
    }

    fn open_settings(&self, token: Option<ActivationToken>) {
        let (app, requests) = (self.app.clone(), self.requests.clone());
        self.on_window_thread(move || settings::open(&app, &requests, token.as_ref()));
    }

    fn window(&self, command: WindowCommand) {
        let windows = self.windows.clone();
        self.on_window_thread(move || windows.perform(command));
    }

    fn quit(&self) {
        self.app.exit(0);
    }
}
