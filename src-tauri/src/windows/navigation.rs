//! Hash navigation inside a loaded client, verified after it.
use std::time::Duration;

use hotstart_core::window::{WindowEvent, WindowId};
use tauri::WebviewWindow;

use super::{Windows, trouble};

/// When the page is asked whether it followed, after the navigation.
const ASKED_AFTER_MS: [u64; 8] = [60, 120, 250, 500, 800, 1200, 1600, 2000];

/// Sets the fragment. The page paints with its next frame.
pub(super) fn navigate(windows: &Windows, window: &WebviewWindow, id: &WindowId, fragment: &str) {
    let script = format!("window.__hotstart?.navigate({})", literal(fragment));
    let (windows, id) = (windows.clone(), id.clone());
    let asked = window.eval_with_callback(script, move |answer| {
        let (app, windows, id) = (windows.app.clone(), windows.clone(), id.clone());
        let _ = app.run_on_main_thread(move || windows.asked(&id, answer == "\"asked\""));
    });
    if let Err(error) = asked {
        tracing::warn!(label = window.label(), %error, "the page could not be asked to navigate");
    }
}

/// Asks the page until it has followed or the last question is answered, and reports which.
pub(super) fn verify(windows: Windows, id: WindowId, navigation: u64) {
    tokio::spawn(async move {
        let mut asked = 0;
        for after in ASKED_AFTER_MS {
            tokio::time::sleep(Duration::from_millis(after - asked)).await;
            asked = after;
            match ask(&windows, &id, "window.__hotstart?.followed()").await.as_deref() {
                Some("yes") => {
                    let _ = ask(&windows, &id, "window.__hotstart?.settle()").await;
                    return windows.report(WindowEvent::Followed { id, navigation });
                }
                // The session was lost. The link waits until the user has signed in.
                Some("login") => {
                    windows.report(WindowEvent::Login {
                        id: id.clone(),
                        navigation: Some(navigation),
                    });
                    return trouble::await_login(windows, id);
                }
                Some(_) | None => {}
            }
        }
        windows.report(WindowEvent::NotFollowed { id, navigation });
    });
}

/// Evaluates a script that gives a string (anything else becomes an empty one); `None` when the window is gone or its
/// page is too busy to answer within two seconds.
pub(super) async fn ask(windows: &Windows, id: &WindowId, script: &str) -> Option<String> {
    let window = windows.window(id)?;
    let (answer, answered) = tokio::sync::oneshot::channel();
    // The callback may be called once only, but its type cannot say so.
    let answer = std::sync::Mutex::new(Some(answer));
    window
        .eval_with_callback(script, move |json| {
            let sender = answer.lock().ok().and_then(|mut answer| answer.take());
            if let Some(sender) = sender {
                let _ = sender.send(json);
            }
        })
        .ok()?;
    let json = tokio::time::timeout(Duration::from_secs(2), answered)
        .await
        .ok()?
        .ok()?;
    Some(serde_json::from_str(&json).unwrap_or_default())
}

/// A JavaScript string literal: JSON is one since ES2019.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
