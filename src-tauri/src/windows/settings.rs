//! The settings window: made when it is asked for, destroyed when it is closed.
use hotstart_core::window::ActivationToken;
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindowBuilder};

use super::raise;
use crate::requests::Requests;

/// Its label; the only one that a capability names.
pub(crate) const LABEL: &str = "settings";

/// Opens the window or brings it to front. Must run on the window thread.
pub(crate) fn open(app: &AppHandle, requests: &Requests, token: Option<&ActivationToken>) {
    if let Some(window) = app.get_webview_window(LABEL) {
        return raise(&window, token);
    }
    let built = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("index.html".into()))
        .title("Hotstart")
        .inner_size(900.0, 640.0)
        .min_inner_size(640.0, 480.0)
        .visible(false)
        .build();
    match built {
        Ok(window) => {
            let requests = requests.clone();
            window.on_window_event(move |event| {
                if matches!(event, tauri::WindowEvent::Destroyed) {
                    requests.send(hotstart_controller::Request::SettingsClosed);
                }
            });
            raise(&window, token);
        }
        Err(error) => tracing::error!(%error, "the settings window could not be opened"),
    }
}

/// Gives the window, if it is open, its new state.
pub(crate) fn show(app: &AppHandle, view: &hotstart_core::view::View) {
    if app.get_webview_window(LABEL).is_some()
        && let Err(error) = app.emit_to(LABEL, "view", view)
    {
        tracing::warn!(%error, "the settings window did not get its state");
    }
}
