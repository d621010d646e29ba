//! How a window of 1C or of a portal is built, and what its page may do.
use hotstart_core::window::{WindowEvent, WindowId, WindowLook, WindowRole};
use tauri::webview::{NewWindowResponse, PageLoadEvent, PermissionResponse, WebviewWindowBuilder};
use tauri::{WebviewUrl, WebviewWindow};
use url::Url;

use super::origin::{Verdict, judge_navigation, judge_new_window, judge_sign_in};
use super::{Windows, cookies, downloads, trouble};

/// The script that answers our questions inside a publication.
const PAGE: &str = include_str!("page.js");

/// The first size of a window, in logical pixels.
const SIZE: (f64, f64) = (1180.0, 780.0);

pub(super) fn build(
    windows: &Windows,
    id: &WindowId,
    role: WindowRole,
    address: Url,
    home: Url,
    title: &str,
    look: Option<WindowLook>,
) -> tauri::Result<WebviewWindow> {
    let size = look.map_or(SIZE, |look| (f64::from(look.width), f64::from(look.height)));
    let mut builder = WebviewWindowBuilder::new(&windows.app, &id.0, WebviewUrl::External(address))
        .title(title)
        .inner_size(size.0, size.1)
        .min_inner_size(480.0, 360.0)
        .visible(false)
        .focused(false)
        // On Linux the keys of the framework would call the program from inside the page, which no page of 1C may.
        .zoom_hotkeys_enabled(cfg!(windows));
    if let Some(look) = look {
        builder = builder.maximized(look.maximized);
        if let Some((x, y)) = look.at {
            builder = builder.position(f64::from(x), f64::from(y)).prevent_overflow();
        }
    }
    if is_of_onec(role) {
        builder = builder.initialization_script(PAGE);
    }
    guard(builder, windows, id, home).build()
}

/// The rules that every page of a stranger gets: where it may go, what it may open, save and ask for.
fn guard<'a>(
    builder: WebviewWindowBuilder<'a, tauri::Wry, tauri::AppHandle>,
    windows: &Windows,
    id: &WindowId,
    home: Url,
) -> WebviewWindowBuilder<'a, tauri::Wry, tauri::AppHandle> {
    let navigation = (windows.clone(), id.clone(), home.clone());
    let opener = (windows.clone(), id.clone(), home.clone());
    let titled = (windows.clone(), id.clone());
    let loaded = (windows.clone(), id.clone(), home);
    builder
        .on_navigation(move |address| {
            let (windows, id, home) = &navigation;
            match judged(windows, id, home, address) {
                Verdict::Stay => true,
                Verdict::Gate => {
                    windows.report(WindowEvent::Link {
                        id: id.clone(),
                        address: address.to_string(),
                    });
                    false
                }
                Verdict::Deny => {
                    tracing::debug!(
                        label = id.0,
                        scheme = address.scheme(),
                        "a page wanted to leave its origin"
                    );
                    false
                }
            }
        })
        .on_new_window(move |address, features| {
            let (windows, id, home) = &opener;
            let verdict = if windows.role(id) == Some(WindowRole::SignIn) {
                judge_sign_in(home, &address)
            } else {
                judge_new_window(home, &address)
            };
            match verdict {
                Verdict::Stay => pop_up(windows, id, home, features),
                Verdict::Gate => {
                    windows.report(WindowEvent::Link {
                        id: id.clone(),
                        address: address.to_string(),
                    });
                    NewWindowResponse::Deny
                }
                Verdict::Deny => NewWindowResponse::Deny,
            }
        })
        .on_document_title_changed(move |window, title| {
            let (windows, id) = &titled;
            let _ = window.set_title(&named(windows, id, &window, &title));
            // A form gives its window a title when it is drawn.
            windows.rise(id);
            windows.report(WindowEvent::Title { id: id.clone(), title });
        })
        .on_page_load(move |window, payload| {
            let (windows, id, home) = &loaded;
            if payload.event() == PageLoadEvent::Finished {
                windows.report(WindowEvent::Loaded { id: id.clone() });
                match windows.role(id) {
                    Some(WindowRole::Hot | WindowRole::Cold) => trouble::watch(windows.clone(), id.clone()),
                    Some(WindowRole::SignIn) => cookies::tell(windows, &window, id, home, payload.url()),
                    Some(WindowRole::Portal) | None => {}
                }
            }
        })
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_download(downloads::watch(windows.clone(), id.clone()))
}

/// Whether a window shows a publication of 1C.
const fn is_of_onec(role: WindowRole) -> bool {
    matches!(role, WindowRole::Hot | WindowRole::Cold)
}

fn judged(windows: &Windows, id: &WindowId, home: &Url, address: &Url) -> Verdict {
    if windows.role(id) == Some(WindowRole::SignIn) {
        judge_sign_in(home, address)
    } else {
        judge_navigation(home, address)
    }
}

/// The title of a window. One that may lead over other sites says on which it is: nothing else shows where a password
/// would go.
fn named(windows: &Windows, id: &WindowId, window: &WebviewWindow, title: &str) -> String {
    let host = (windows.role(id) == Some(WindowRole::SignIn))
        .then(|| window.url().ok()?.host_str().map(str::to_owned))
        .flatten();
    host.map_or_else(|| title.to_owned(), |host| format!("{host}: {title}"))
}

/// A pop-up of the same publication (a print form) is a plain window that shares the session of its opener; closing
/// it closes only it.
fn pop_up(
    windows: &Windows,
    id: &WindowId,
    home: &Url,
    features: tauri::webview::NewWindowFeatures,
) -> NewWindowResponse<tauri::Wry> {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let label = format!("{}-popup-{}", id.0, NEXT.fetch_add(1, Ordering::Relaxed));
    let Ok(blank) = Url::parse("about:blank") else {
        return NewWindowResponse::Deny;
    };
    let size = features.size().map_or((900.0, 700.0), |size| (size.width, size.height));
    let builder = WebviewWindowBuilder::new(&windows.app, &label, WebviewUrl::External(blank))
        .inner_size(size.0, size.1)
        .window_features(features);
    let owner = (windows.clone(), id.clone(), home.clone());
    let built = builder
        .on_navigation(move |address| {
            let (windows, id, home) = &owner;
            let verdict = judged(windows, id, home, address);
            if verdict == Verdict::Gate {
                windows.report(WindowEvent::Link {
                    id: id.clone(),
                    address: address.to_string(),
                });
            }
            verdict == Verdict::Stay
        })
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_download(downloads::watch(windows.clone(), id.clone()))
        .build();
    match built {
        Ok(window) => NewWindowResponse::Create { window },
        Err(error) => {
            tracing::warn!(label, %error, "a pop-up could not be opened");
            NewWindowResponse::Deny
        }
    }
}
