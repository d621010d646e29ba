//! Whether a freshly loaded publication got a session, or shows that it could not.
use std::time::Duration;

use hotstart_core::window::{Trouble, WindowEvent, WindowId};

use super::Windows;
use super::navigation::ask;

/// When the page is asked, after it has loaded.
const ASKED_AFTER_MS: [u64; 9] = [20, 100, 250, 500, 1000, 2000, 4000, 8000, 15000];

/// Asks a loaded page until it has a session or shows a refusal, and reports which.
///
/// A page that shows neither for a long time is taken as ready: navigation into it is verified anyway.
pub(super) fn watch(windows: Windows, id: WindowId) {
    tokio::spawn(async move {
        let mut asked = 0;
        for after in ASKED_AFTER_MS {
            tokio::time::sleep(Duration::from_millis(after - asked)).await;
            asked = after;
            let trouble = match ask(&windows, &id, "window.__hotstart?.trouble()").await.as_deref() {
                Some("licence") => Trouble::Licence,
                Some("locked") => Trouble::Locked,
                Some("none") => break,
                Some(_) | None => continue,
            };
            return windows.report(WindowEvent::Trouble { id, trouble });
        }
        windows.report(WindowEvent::Ready { id });
    });
}
