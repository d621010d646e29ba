//! Whether a page of a publication has a session, shows the login form, or shows that it could not begin.
use std::time::Duration;

use hotstart_core::window::{Session, Trouble, WindowEvent, WindowId};

use super::Windows;
use super::navigation::ask;

/// When the page is asked, after it has loaded.
const ASKED_AFTER_MS: [u64; 9] = [20, 100, 250, 500, 1000, 2000, 4000, 8000, 15000];

/// How often a page with the login form is asked: a person types.
const WHILE_LOGIN: Duration = Duration::from_millis(500);

/// Asks a loaded page until it has a session or shows a refusal, and reports which. While it shows the login form it is
/// asked on, however long that takes.
///
/// A page that shows none of these for a long time is taken as ready: navigation into it is verified anyway.
pub(super) fn watch(windows: Windows, id: WindowId) {
    tokio::spawn(async move {
        let mut asked = 0;
        for after in ASKED_AFTER_MS {
            tokio::time::sleep(Duration::from_millis(after - asked)).await;
            asked = after;
            let found = match look(&windows, &id).await {
                Found::Login => {
                    windows.report(WindowEvent::Login {
                        id: id.clone(),
                        navigation: None,
                    });
                    signed_in(&windows, &id).await
                }
                found @ (Found::Session | Found::Trouble(_) | Found::Nothing | Found::Gone) => found,
            };
            match found {
                Found::Session => return begun(&windows, id).await,
                Found::Trouble(trouble) => return windows.report(WindowEvent::Trouble { id, trouble }),
                Found::Gone => return,
                Found::Login | Found::Nothing => {}
            }
        }
        windows.report(WindowEvent::Ready { id });
    });
}

/// Asks a page that shows the login form until the user has signed in. The login loads no page, so nothing else tells.
pub(super) fn await_login(windows: Windows, id: WindowId) {
    tokio::spawn(async move {
        match signed_in(&windows, &id).await {
            Found::Trouble(trouble) => windows.report(WindowEvent::Trouble { id, trouble }),
            Found::Gone => {}
            Found::Session | Found::Login | Found::Nothing => begun(&windows, id).await,
        }
    });
}

/// After a sleep: whether the session is still there.
pub(super) fn examine(windows: Windows, id: WindowId) {
    tokio::spawn(async move {
        if ask(&windows, &id, "window.__hotstart?.login()").await.as_deref() == Some("yes") {
            windows.report(WindowEvent::Login {
                id: id.clone(),
                navigation: None,
            });
            await_login(windows, id);
        }
    });
}

enum Found {
    Session,
    Login,
    Trouble(Trouble),
    Nothing,
    Gone,
}

async fn look(windows: &Windows, id: &WindowId) -> Found {
    match ask(windows, id, "window.__hotstart?.trouble()").await.as_deref() {
        Some("licence") => Found::Trouble(Trouble::Licence),
        Some("locked") => Found::Trouble(Trouble::Locked),
        Some("login") => Found::Login,
        Some("none") => Found::Session,
        None if windows.window(id).is_none() => Found::Gone,
        Some(_) | None => Found::Nothing,
    }
}

/// Until the login form is gone.
async fn signed_in(windows: &Windows, id: &WindowId) -> Found {
    loop {
        tokio::time::sleep(WHILE_LOGIN).await;
        match look(windows, id).await {
            Found::Login | Found::Nothing => {}
            found @ (Found::Session | Found::Trouble(_) | Found::Gone) => return found,
        }
    }
}

/// The page has a session: it takes links from now on.
async fn begun(windows: &Windows, id: WindowId) {
    let session = ask(windows, &id, "window.__hotstart?.session()")
        .await
        .unwrap_or_default();
    if let Some((root, session)) = session.split_once('\n') {
        windows.report(WindowEvent::Session {
            id: id.clone(),
            session: Session {
                root: root.to_owned(),
                id: session.to_owned(),
            },
        });
    }
    windows.report(WindowEvent::Ready { id });
}
