//! Size, place and zoom of a window: told when the user is done with it, restored when the next one of its base opens.
use hotstart_core::window::{WindowEvent, WindowId, WindowLook};
use tauri::WebviewWindow;

use super::Windows;

/// Tells how the user left the window. Must run on the window thread.
pub(super) fn tell(windows: &Windows, window: &WebviewWindow, id: &WindowId) {
    match of(window) {
        Ok(look) => windows.report(WindowEvent::Look { id: id.clone(), look }),
        Err(error) => tracing::debug!(label = id.0, %error, "the look of the window cannot be kept"),
    }
}

/// Restores what belongs to the page; size and place are set before the window is made.
pub(super) fn restore_zoom(window: &WebviewWindow, zoom: u16) {
    if zoom != 100
        && let Err(error) = window.set_zoom(f64::from(zoom) / 100.0)
    {
        tracing::debug!(%error, "the zoom cannot be restored");
    }
}

fn of(window: &WebviewWindow) -> tauri::Result<WindowLook> {
    let scale = window.scale_factor()?;
    let size = window.inner_size()?.to_logical::<u32>(scale);
    // Not every desktop tells a program where its windows are.
    let at = window.outer_position().ok().map(|at| at.to_logical::<i32>(scale));
    Ok(WindowLook {
        width: size.width,
        height: size.height,
        at: at.map(|at| (at.x, at.y)),
        maximized: window.is_maximized()?,
        zoom: zoom(window),
    })
}

/// The zoom that the user chose by the keys of the engine, which the program is not told of.
#[cfg(target_os = "linux")]
fn zoom(window: &WebviewWindow) -> u16 {
    use std::sync::mpsc;

    use webkit2gtk::WebViewExt as _;

    let (told, zoom) = mpsc::sync_channel(1);
    let asked = window.with_webview(move |view| {
        let _ = told.send(view.inner().zoom_level());
    });
    // On the window thread this has run already.
    let level = asked.ok().and_then(|()| zoom.try_recv().ok()).unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
    let percent = (level * 100.0).round().clamp(30.0, 500.0) as u16;
    percent
}

#[cfg(not(target_os = "linux"))]
fn zoom(_: &WebviewWindow) -> u16 {
    100
}
