//! The user signs in to the portal in a window of the program; the session is looked after from then on.
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{PortalIdentity, SessionLogin};
use hotstart_core::settings::{ConnectionKind, PortalSettings};
use hotstart_core::sign_in::{LOOK_EVERY_S, PortalAddress};
use hotstart_core::window::{PageCookie, WindowCommand, WindowId, WindowRole};
use tokio::time::Instant;

use super::{Login, Progress, WayIn};
use crate::controller::Controller;
use crate::job::{Finished, Reply};

impl Controller {
    /// Opens the portal in a window, for its user to sign in.
    pub(super) fn begin_session(&mut self, address: PortalAddress, intranet: bool, memory_only: bool, reply: Reply) {
        if !self.state.settings.sessions_allowed {
            return self.refuse_connection(&Failure::new(Code::SessionForbidden), reply);
        }
        let id = WindowId(format!("sign-in-{}", self.state.next_number()));
        let way = WayIn::Window {
            id: id.clone(),
            next: None,
        };
        let login = self.wait_for(address, intranet, memory_only, way);
        let home = login.address.origin();
        self.ports.shell.window(WindowCommand::Open {
            id,
            role: WindowRole::SignIn,
            address: format!("{home}/"),
            home,
            title: login.portal(),
            look: None,
            token: None,
        });
        let _ = reply.send(Ok(()));
    }

    /// Whether a window is the one in which a user signs in.
    pub(crate) fn is_sign_in_window(&self, wanted: &WindowId) -> bool {
        let waits = self.sign_in.waits.as_ref();
        waits.is_some_and(|login| matches!(&login.way, WayIn::Window { id, .. } if id == wanted))
    }

    pub(super) fn close_sign_in_window(&self, id: &WindowId) {
        self.ports.shell.window(WindowCommand::Close { id: id.clone() });
    }

    /// A page of the portal has loaded: perhaps the user is signed in now.
    pub(crate) fn cookies(&mut self, window: &WindowId, cookies: Vec<PageCookie>) {
        let Some(login) = &mut self.sign_in.waits else { return };
        let WayIn::Window { id, next } = &mut login.way else {
            return;
        };
        if id != window || cookies.is_empty() {
            return;
        }
        if login.checking {
            *next = Some(cookies);
            return;
        }
        login.checking = true;
        let login = Box::new(login.clone());
        let work = self.ports.logins.session(SessionLogin {
            address: login.address.clone(),
            cookies,
            memory_only: login.memory_only,
        });
        self.job(work, move |result| Finished::SignIn(Progress::Tried { login, result }));
    }

    pub(super) fn session_tried(&mut self, login: &Login, result: Result<PortalIdentity, Failure>) {
        let failure = match result {
            Ok(identity) => {
                if let Some(login) = self.sign_in.take(login.number) {
                    self.put_away(&login);
                }
                return self.portal_connected(login.settings(identity));
            }
            Err(failure) => failure,
        };
        let Some(waits) = self.sign_in.waiting(login.number) else {
            return;
        };
        waits.checking = false;
        let next = match &mut waits.way {
            WayIn::Window { id, next } => next.take().map(|cookies| (id.clone(), cookies)),
            WayIn::Browser { .. } => None,
        };
        // Not signed in yet is what every page before the last one says.
        if failure.code != Code::AuthSignIn {
            self.tell(&failure);
        }
        if let Some((id, cookies)) = next {
            self.cookies(&id, cookies);
        }
    }

    /// Sessions may be used, or not any more.
    pub(super) fn allow_sessions(&mut self, allowed: bool) {
        self.state.settings.sessions_allowed = allowed;
        self.save_settings();
        for portal in self.state.settings.portals.clone() {
            if portal.connection == ConnectionKind::Session {
                self.connections.stop(&portal.portal);
            }
        }
        self.start_connections();
        self.look_later();
    }

    /// The next look at the sessions, if there are any.
    pub(crate) fn look_later(&mut self) {
        let settings = &self.state.settings;
        let any = settings
            .portals
            .iter()
            .any(|portal| portal.connection == ConnectionKind::Session);
        let wanted = any && settings.sessions_allowed && settings.connection_wanted;
        self.sign_in.next_look = wanted.then(|| Instant::now() + Duration::from_secs(LOOK_EVERY_S));
    }

    /// Asks for every session whether it still lives; being asked keeps it alive.
    pub(crate) fn look_at_sessions(&mut self) {
        self.look_later();
        if self.sign_in.next_look.is_none() {
            return;
        }
        for portal in self.state.settings.portals.clone() {
            // One that has ended stays ended until its user signs in.
            if portal.connection == ConnectionKind::Session && self.connections.is_running(&portal.portal) {
                self.look(portal, None);
            }
        }
    }

    pub(super) fn look(&self, portal: PortalSettings, reply: Option<Reply>) {
        let name = portal.portal.clone();
        let work = self.ports.logins.look(portal);
        self.job(work, move |result| {
            Finished::SignIn(Progress::Looked {
                portal: name,
                reply,
                result,
            })
        });
    }

    pub(super) fn looked(&mut self, portal: &str, reply: Option<Reply>, result: Result<Vec<String>, Failure>) {
        let answer = match result {
            Ok(missing) => {
                let portals = &mut self.state.settings.portals;
                let known = portals.iter_mut().find(|known| known.portal == portal);
                if let Some(known) = known.filter(|known| known.missing_scopes != missing) {
                    // What was given since may be what the channel waited for.
                    let given = missing.len() < known.missing_scopes.len();
                    known.missing_scopes = missing;
                    self.save_settings();
                    if given {
                        self.connections.stop(portal);
                        self.start_connections();
                    }
                }
                Ok(())
            }
            Err(failure) => {
                let ended = failure.code == Code::AuthSignIn;
                if ended && self.connections.end(portal, failure.clone()) {
                    self.connected(portal, Err(failure.clone()));
                }
                Err(failure)
            }
        };
        if let Some(reply) = reply {
            self.answer_ui(reply, answer);
        }
    }
}
