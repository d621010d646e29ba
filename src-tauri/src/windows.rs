//! Windows of 1C and of portals: made, navigated, raised, hidden and released as the controller says.
//!
//! Everything here runs on the window thread and returns at once; what takes time is asked of the page by small
//! scripts whose answers come back as [`WindowEvent`]s. These windows have no capability, so no command answers them.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hotstart_core::window::{WindowCommand, WindowEvent, WindowId, WindowLook, WindowRole};
use tauri::{AppHandle, Manager, WebviewWindow};
use url::Url;

use crate::requests::Requests;

mod cookies;
mod downloads;
mod look;
mod navigation;
pub(crate) mod origin;
mod page;
mod raise;
mod release;
pub(crate) mod settings;
mod trouble;

pub(crate) use raise::raise;

/// What the shell knows of one window.
#[derive(Debug, Clone)]
struct Known {
    role: WindowRole,
    /// Set once the controller has agreed that the window goes away.
    leaving: bool,
    /// The link for which it will come to front, once its page has been asked or has something new to show.
    rising: Option<raise::Rising>,
}

/// The windows of 1C and portals.
#[derive(Clone)]
pub(crate) struct Windows {
    app: AppHandle,
    requests: Requests,
    known: Arc<Mutex<HashMap<String, Known>>>,
    saving: Arc<downloads::Downloads>,
}

impl Windows {
    pub(crate) fn new(app: AppHandle, requests: Requests) -> Self {
        Self {
            app,
            requests,
            known: Arc::default(),
            saving: Arc::default(),
        }
    }

    /// Carries out a command. Must run on the window thread.
    pub(crate) fn perform(&self, command: WindowCommand) {
        match command {
            WindowCommand::Open {
                id,
                role,
                address,
                home,
                title,
                look,
                token,
            } => match self.open(&id, role, &address, &home, &title, look) {
                Ok(window) => {
                    raise(&window, token.as_ref());
                    look::take_zoom_keys(&window);
                    look::restore_zoom(&window, look.map_or(100, |look| look.zoom));
                }
                Err(reason) => {
                    self.forget(&id);
                    self.report(WindowEvent::Failed { id, reason });
                }
            },
            WindowCommand::Navigate {
                id,
                navigation,
                fragment,
                token,
            } => {
                let Some(window) = self.window(&id) else {
                    return self.report(WindowEvent::Destroyed { id });
                };
                self.raise_with_form(&window, &id, navigation, token);
                navigation::navigate(self, &window, &id, &fragment);
                navigation::verify(self.clone(), id, navigation);
            }
            WindowCommand::Show { id, token } => match self.window(&id) {
                Some(window) => {
                    let _ = self.stay(&id);
                    raise(&window, token.as_ref());
                }
                None => self.report(WindowEvent::Destroyed { id }),
            },
            WindowCommand::Examine { id } => trouble::examine(self.clone(), id),
            WindowCommand::Hide { id } => {
                let _ = self.stay(&id);
                if let Some(window) = self.window(&id) {
                    look::tell(self, &window, &id);
                }
                if let Some(Err(error)) = self.window(&id).map(|window| window.hide()) {
                    tracing::warn!(label = id.0, %error, "the window could not be hidden");
                }
            }
            WindowCommand::Release { id, force } => {
                let _ = self.stay(&id);
                if let Some(window) = self.window(&id).filter(|window| window.is_visible().unwrap_or(false)) {
                    look::tell(self, &window, &id);
                }
                release::release(self.clone(), id, force);
            }
            WindowCommand::Close { id } => self.destroy(&id),
        }
    }

    fn open(
        &self,
        id: &WindowId,
        role: WindowRole,
        address: &str,
        home: &str,
        title: &str,
        look: Option<WindowLook>,
    ) -> Result<WebviewWindow, String> {
        let address = Url::parse(address).map_err(|error| error.to_string())?;
        let home = Url::parse(home).map_err(|error| error.to_string())?;
        let known = Known {
            role,
            leaving: false,
            rising: None,
        };
        self.lock().insert(id.0.clone(), known);
        let window = page::build(self, id, role, address, home, title, look).map_err(|error| error.to_string())?;
        self.watch(&window, id);
        Ok(window)
    }

    /// Closing is the controller's decision: it hides, releases or destroys.
    fn watch(&self, window: &WebviewWindow, id: &WindowId) {
        let (windows, id) = (self.clone(), id.clone());
        window.on_window_event(move |event| {
            if let tauri::WindowEvent::CloseRequested { api, .. } = event
                && !windows.is_leaving(&id)
            {
                api.prevent_close();
                windows.report(WindowEvent::CloseRequested { id: id.clone() });
            } else if matches!(event, tauri::WindowEvent::Destroyed) {
                windows.forget(&id);
                windows.report(WindowEvent::Destroyed { id: id.clone() });
            }
        });
    }

    fn destroy(&self, id: &WindowId) {
        if let Some(known) = self.lock().get_mut(&id.0) {
            known.leaving = true;
        }
        if let Some(Err(error)) = self.window(id).map(|window| window.destroy()) {
            tracing::warn!(label = id.0, %error, "the window could not be destroyed");
        }
    }

    fn window(&self, id: &WindowId) -> Option<WebviewWindow> {
        self.app.get_webview_window(&id.0)
    }

    fn role(&self, id: &WindowId) -> Option<WindowRole> {
        self.lock().get(&id.0).map(|known| known.role)
    }

    fn is_leaving(&self, id: &WindowId) -> bool {
        self.lock().get(&id.0).is_none_or(|known| known.leaving)
    }

    fn forget(&self, id: &WindowId) {
        self.lock().remove(&id.0);
    }

    fn report(&self, event: WindowEvent) {
        self.requests.send(hotstart_controller::Request::Window(event));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
