//! What a window for signing in holds for the portal: told after each page of the portal, kept nowhere here.
use hotstart_core::window::{PageCookie, WindowEvent, WindowId};
use tauri::WebviewWindow;
use url::Url;

use super::Windows;

/// Tells the cookies that would go to the portal, if the page that has loaded is one of the portal. Returns at once:
/// the engine is asked from another thread, since it answers by way of this one.
pub(super) fn tell(windows: &Windows, window: &WebviewWindow, id: &WindowId, home: &Url, loaded: &Url) {
    if loaded.origin() != home.origin() {
        return;
    }
    let (windows, window, id, home) = (windows.clone(), window.clone(), id.clone(), home.clone());
    tokio::task::spawn_blocking(move || match window.cookies_for_url(home) {
        Ok(cookies) => {
            let cookie = |cookie: tauri::webview::Cookie<'static>| PageCookie {
                name: cookie.name().to_owned(),
                value: cookie.value().to_owned().into(),
            };
            let cookies = cookies.into_iter().map(cookie).collect();
            windows.report(WindowEvent::Cookies { id, cookies });
        }
        Err(error) => tracing::warn!(label = id.0, %error, "the engine does not tell the cookies of the portal"),
    });
}
