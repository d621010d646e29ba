//! Size, place and zoom of a window: told when the user is done with it, restored when the next one of its base opens.
use hotstart_core::window::{WindowEvent, WindowId, WindowLook};
use tauri::WebviewWindow;

use super::Windows;

/// One press of a key makes the page greater by this factor.
#[cfg(target_os = "linux")]
const STEP: f64 = 1.1;

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

/// Ctrl with plus, minus and zero, as in a browser.
#[cfg(target_os = "linux")]
pub(super) fn take_zoom_keys(window: &WebviewWindow) {
    use gtk::gdk::ModifierType;
    use gtk::gdk::keys::constants as key;
    use gtk::glib::Propagation;
    use gtk::prelude::WidgetExt as _;
    use webkit2gtk::WebViewExt as _;

    let taken = window.with_webview(|view| {
        view.inner().connect_key_press_event(|view, event| {
            if event.state() & (ModifierType::CONTROL_MASK | ModifierType::MOD1_MASK) != ModifierType::CONTROL_MASK {
                return Propagation::Proceed;
            }
            let level = view.zoom_level();
            let wanted = match event.keyval() {
                key::plus | key::equal | key::KP_Add => level * STEP,
                key::minus | key::KP_Subtract => level / STEP,
                key::_0 | key::KP_0 => 1.0,
                _ => return Propagation::Proceed,
            };
            view.set_zoom_level(wanted.clamp(0.3, 5.0));
            Propagation::Stop
        });
    });
    if let Err(error) = taken {
        tracing::debug!(%error, "the page has no keys for its zoom");
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn take_zoom_keys(_: &WebviewWindow) {}

/// The zoom of the page, whoever has set it.
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
