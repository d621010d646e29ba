//! An application is let in by its user in the default browser.
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{ApplicationLogin, LoginBegun, PortalIdentity};
use hotstart_core::secret::Secret;
use hotstart_core::settings::ApplicationSettings;
use hotstart_core::sign_in::{BROWSER_PATIENCE_S, PortalAddress};

use super::{Login, Progress, WayIn};
use crate::controller::Controller;
use crate::job::{Finished, Reply};

impl Controller {
    /// Prepares the sign-in of an application; without a secret the one that is kept is taken.
    pub(super) fn begin_application(
        &mut self,
        address: PortalAddress,
        intranet: bool,
        memory_only: bool,
        application: ApplicationSettings,
        client_secret: Option<Secret>,
        reply: Reply,
    ) {
        let application = ApplicationSettings {
            client_id: application.client_id.trim().to_owned(),
            ..application
        };
        let way = WayIn::Browser {
            application: application.clone(),
            listening: false,
        };
        let login = self.wait_for(address, intranet, memory_only, way).number;
        let Some(waits) = &self.sign_in.waits else { return };
        let work = self.ports.logins.begin(ApplicationLogin {
            login,
            address: waits.address.clone(),
            intranet,
            client_id: application.client_id,
            client_secret,
            port: application.port,
            memory_only,
        });
        self.job(work, move |result| {
            Finished::SignIn(Progress::Begun { login, reply, result })
        });
    }

    pub(super) fn login_begun(&mut self, number: u64, reply: Reply, result: Result<LoginBegun, Failure>) {
        let begun = match result {
            Ok(begun) => begun,
            Err(failure) => {
                self.sign_in.take(number);
                return self.refuse_connection(&failure, reply);
            }
        };
        let now = self.now();
        let Some(login) = self.sign_in.waiting(number) else {
            // Given up meanwhile.
            self.ports.logins.give_up(number);
            let _ = reply.send(Ok(()));
            return;
        };
        login.began = now;
        if let WayIn::Browser { listening, .. } = &mut login.way {
            *listening = begun.listening;
        }
        self.job(self.ports.browser.open(begun.authorize), |result| {
            Finished::SignIn(Progress::Browsed(result))
        });
        if begun.listening {
            self.job(self.ports.logins.came_back(number), move |address| {
                Finished::SignIn(Progress::CameBack { login: number, address })
            });
        }
        let patience = Box::pin(tokio::time::sleep(Duration::from_secs(BROWSER_PATIENCE_S)));
        self.job(patience, move |()| Finished::SignIn(Progress::Late { login: number }));
        let _ = reply.send(Ok(()));
    }

    /// The browser came back to the listener.
    pub(super) fn came_back(&mut self, number: u64, address: Option<Secret>) {
        match (self.sign_in.waiting(number), address) {
            (Some(login), Some(address)) if !login.checking => self.check(address, None),
            (Some(login), None) => {
                if let WayIn::Browser { listening, .. } = &mut login.way {
                    *listening = false;
                }
            }
            (_, _) => {}
        }
    }

    /// The user has pasted the address to which the browser went.
    pub(super) fn pasted(&mut self, address: Secret, reply: Reply) {
        let waits = self.sign_in.waits.as_ref();
        if waits.is_some_and(|login| !login.checking && matches!(login.way, WayIn::Browser { .. })) {
            self.check(address, Some(reply));
        } else {
            self.login_failed(&Failure::new(Code::LoginNone), Some(reply));
        }
    }

    /// The answer has come: it is good once, and not for long.
    fn check(&mut self, address: Secret, reply: Option<Reply>) {
        let now = self.now();
        let Some(login) = &mut self.sign_in.waits else { return };
        if now.since(login.began) > BROWSER_PATIENCE_S * 1000 {
            self.drop_login();
            return self.login_failed(&Failure::new(Code::LoginExpired), reply);
        }
        login.checking = true;
        let login = Box::new(login.clone());
        let work = self.ports.logins.finish(login.number, address);
        self.job(work, move |result| {
            Finished::SignIn(Progress::Finished { login, reply, result })
        });
    }

    pub(super) fn login_finished(
        &mut self,
        login: &Login,
        reply: Option<Reply>,
        result: Result<PortalIdentity, Failure>,
    ) {
        match result {
            // What the portal has given counts, even if another sign-in has begun meanwhile.
            Ok(identity) => {
                self.sign_in.take(login.number);
                self.portal_connected(login.settings(identity));
                if let Some(reply) = reply {
                    let _ = reply.send(Ok(()));
                }
            }
            Err(failure) => {
                // A wrong address costs nothing: the right one may still come.
                if failure.code == Code::LoginForeign {
                    if let Some(waits) = self.sign_in.waiting(login.number) {
                        waits.checking = false;
                    }
                } else if let Some(login) = self.sign_in.take(login.number) {
                    self.put_away(&login);
                }
                self.login_failed(&failure.with("portal", login.portal()), reply);
            }
        }
    }

    /// Nobody came back in time.
    pub(super) fn login_late(&mut self, number: u64) {
        if self.sign_in.waiting(number).is_some_and(|login| !login.checking) {
            self.drop_login();
            self.login_failed(&Failure::new(Code::LoginExpired), None);
        }
    }
}
