//! Signing in to portals: one sign-in waits at a time; it is answered once, and in time.
//!
//! ```text
//! application: begin ──► browser ──► listener, or pasted address ──► finish ──► connected
//! session:     window ──► cookies after each page ──► tried ──► connected, window closes
//! later:       look (session, every few minutes; others when asked) ──► missing rights, or «sign in again»
//! ```
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{LoginBegun, PortalIdentity, Waiting};
use hotstart_core::secret::Secret;
use hotstart_core::settings::{ApplicationSettings, ConnectionKind, PortalSettings, application_key, secret_keys};
use hotstart_core::sign_in::PortalAddress;
use hotstart_core::view::{LoginView, UiCommand};
use hotstart_core::window::{PageCookie, WindowId};
use tokio::time::Instant;

use crate::controller::Controller;
use crate::job::{Finished, Reply};

mod application;
mod session;

/// The sign-in that waits, and when sessions are looked at.
#[derive(Debug, Default)]
pub(crate) struct SignIn {
    waits: Option<Login>,
    pub(crate) next_look: Option<Instant>,
}

/// One sign-in.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    number: u64,
    address: PortalAddress,
    intranet: bool,
    memory_only: bool,
    began: Timestamp,
    /// Its answer has come and is being checked.
    checking: bool,
    way: WayIn,
}

#[derive(Debug, Clone)]
enum WayIn {
    /// An application, by the default browser.
    Browser {
        application: ApplicationSettings,
        listening: bool,
    },
    /// The user's own session, in a window of the program.
    Window {
        id: WindowId,
        /// Cookies that came while others were tried.
        next: Option<Vec<PageCookie>>,
    },
}

/// Something that a sign-in waited for.
pub(crate) enum Progress {
    /// The sign-in of an application is prepared.
    Begun {
        login: u64,
        reply: Reply,
        result: Result<LoginBegun, Failure>,
    },
    /// The default browser was started.
    Browsed(Result<(), Failure>),
    /// The browser came back, or nothing listens any more.
    CameBack { login: u64, address: Option<Secret> },
    /// The user's patience with the browser is over.
    Late { login: u64 },
    /// The answer was exchanged, or refused.
    Finished {
        login: Box<Login>,
        reply: Option<Reply>,
        result: Result<PortalIdentity, Failure>,
    },
    /// Cookies were tried.
    Tried {
        login: Box<Login>,
        result: Result<PortalIdentity, Failure>,
    },
    /// A portal was asked what the connection lacks.
    Looked {
        portal: String,
        reply: Option<Reply>,
        result: Result<Vec<String>, Failure>,
    },
}

impl Login {
    fn portal(&self) -> String {
        self.address.portal.to_string()
    }

    /// What the settings say of the portal from now on.
    fn settings(&self, identity: PortalIdentity) -> PortalSettings {
        let (connection, application) = match &self.way {
            WayIn::Browser { application, .. } => (ConnectionKind::Application, Some(application.clone())),
            WayIn::Window { .. } => (ConnectionKind::Session, None),
        };
        PortalSettings {
            portal: identity.portal,
            scheme: identity.scheme,
            connection,
            intranet: self.intranet,
            user_id: Some(identity.user_id),
            memory_only: self.memory_only,
            application,
            missing_scopes: identity.missing_scopes,
            base: None,
        }
    }
}

impl SignIn {
    /// The sign-in that waits, as the settings window shows it.
    pub(crate) fn view(&self) -> Option<LoginView> {
        let login = self.waits.as_ref()?;
        let (connection, listening) = match &login.way {
            WayIn::Browser { listening, .. } => (ConnectionKind::Application, *listening),
            WayIn::Window { .. } => (ConnectionKind::Session, true),
        };
        Some(LoginView {
            portal: login.portal(),
            connection,
            listening,
            checking: login.checking,
        })
    }

    /// The sign-in with this number, if it still waits.
    fn waiting(&mut self, number: u64) -> Option<&mut Login> {
        self.waits.as_mut().filter(|login| login.number == number)
    }

    fn take(&mut self, number: u64) -> Option<Login> {
        self.waits.take_if(|login| login.number == number)
    }
}

impl Controller {
    /// What the settings window asks about signing in; anything else comes back.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other commands are not about signing in"
    )]
    pub(crate) fn sign_in_command(&mut self, command: UiCommand, reply: Reply) -> Option<(UiCommand, Reply)> {
        match command {
            UiCommand::ConnectApplication {
                portal,
                client_id,
                client_secret,
                port,
                intranet,
                memory_only,
            } => match PortalAddress::parse(&portal, intranet) {
                Ok(address) => {
                    let application = ApplicationSettings { client_id, port };
                    self.begin_application(address, intranet, memory_only, application, Some(client_secret), reply);
                }
                Err(failure) => self.refuse_connection(&failure, reply),
            },
            UiCommand::ConnectSession {
                portal,
                intranet,
                memory_only,
            } => match PortalAddress::parse(&portal, intranet) {
                Ok(address) => self.begin_session(address, intranet, memory_only, reply),
                Err(failure) => self.refuse_connection(&failure, reply),
            },
            UiCommand::SignInAgain { portal } => self.sign_in_again(&portal, reply),
            UiCommand::FinishLogin { address } => self.pasted(address, reply),
            UiCommand::CancelLogin => {
                if !self.sign_in.waits.as_ref().is_some_and(|login| login.checking) {
                    self.drop_login();
                }
                let _ = reply.send(Ok(()));
            }
            UiCommand::CheckPortal { portal } => match self.state.settings.portal(&portal).cloned() {
                Some(known) => self.look(known, Some(reply)),
                None => self.refuse_connection(&Failure::new(Code::PortalUnknown).with("portal", portal), reply),
            },
            UiCommand::SetSessionsAllowed { allowed } => {
                self.allow_sessions(allowed);
                let _ = reply.send(Ok(()));
            }
            other => return Some((other, reply)),
        }
        None
    }

    pub(crate) fn sign_in_progress(&mut self, progress: Progress) {
        match progress {
            Progress::Begun { login, reply, result } => self.login_begun(login, reply, result),
            Progress::Browsed(Ok(())) => {}
            Progress::Browsed(Err(failure)) => self.tell(&failure),
            Progress::CameBack { login, address } => self.came_back(login, address),
            Progress::Late { login } => self.login_late(login),
            Progress::Finished { login, reply, result } => self.login_finished(&login, reply, result),
            Progress::Tried { login, result } => self.session_tried(&login, result),
            Progress::Looked { portal, reply, result } => self.looked(&portal, reply, result),
        }
    }

    fn sign_in_again(&mut self, portal: &str, reply: Reply) {
        let Some(known) = self.state.settings.portal(portal).cloned() else {
            let failure = Failure::new(Code::PortalUnknown).with("portal", portal);
            return self.refuse_connection(&failure, reply);
        };
        let address = match PortalAddress::parse(&known.address("/"), known.intranet) {
            Ok(address) => address,
            Err(failure) => return self.refuse_connection(&failure, reply),
        };
        match (known.connection, known.application) {
            (ConnectionKind::Session, _) => self.begin_session(address, known.intranet, known.memory_only, reply),
            (ConnectionKind::Application, Some(application)) => {
                self.begin_application(address, known.intranet, known.memory_only, application, None, reply);
            }
            // A new webhook is made on the portal and pasted.
            (ConnectionKind::Webhook | ConnectionKind::Application, _) => {
                self.refuse_connection(&Failure::new(Code::AuthRefused).with("portal", portal), reply);
            }
        }
    }

    /// Begins to wait for a sign-in; one that waited before is given up.
    fn wait_for(&mut self, address: PortalAddress, intranet: bool, memory_only: bool, way: WayIn) -> Login {
        self.drop_login();
        let login = Login {
            number: self.state.next_number(),
            address,
            intranet,
            memory_only,
            began: self.now(),
            checking: false,
            way,
        };
        self.sign_in.waits = Some(login.clone());
        login
    }

    /// Gives up the sign-in that waits.
    pub(crate) fn drop_login(&mut self) {
        if let Some(login) = self.sign_in.waits.take() {
            self.put_away(&login);
        }
    }

    /// Nothing waits for this sign-in any more.
    fn put_away(&self, login: &Login) {
        match &login.way {
            WayIn::Browser { .. } => self.ports.logins.give_up(login.number),
            WayIn::Window { id, .. } => self.close_sign_in_window(id),
        }
    }

    /// A sign-in has ended badly: the journal and the user are told.
    fn login_failed(&mut self, failure: &Failure, reply: Option<Reply>) {
        if let Some(reply) = reply {
            return self.refuse_connection(failure, reply);
        }
        self.record_refusal(failure);
        self.tell(failure);
    }

    /// A portal is connected: anew, or in another way than before. What it is mapped to stays.
    pub(crate) fn portal_connected(&mut self, connected: PortalSettings) {
        let portal = connected.portal.clone();
        let kind = connected.connection;
        let before = self.state.settings.portal(&portal).cloned();
        let connected = PortalSettings {
            base: before.as_ref().and_then(|known| known.base.clone()),
            ..connected
        };
        let portals = &mut self.state.settings.portals;
        match portals.iter_mut().find(|known| known.portal == portal) {
            Some(known) => *known = connected.clone(),
            None => portals.push(connected.clone()),
        }
        self.save_settings();
        if before.is_some_and(|before| before.connection != kind) {
            let keeps = |key: &String| {
                *key == connected.secret_key()
                    || (kind == ConnectionKind::Application && *key == application_key(&portal))
            };
            let keys = secret_keys(&portal).into_iter().filter(|key| !keeps(key)).collect();
            let (reply, _nobody) = tokio::sync::oneshot::channel();
            let work = self.forget_all(keys, None);
            self.job(work, move |result| Finished::Forgotten { reply, result });
        }
        let now = self.now();
        let record = self.entry("connect", "desk", &portal, &portal, now);
        self.record(record);
        self.connections.stop(&portal);
        self.start_connections();
        if kind == ConnectionKind::Session {
            self.look_later();
        }
    }

    /// Forgets secrets one after the other; that there is no secret store counts for `own` only.
    pub(crate) fn forget_all(&self, keys: Vec<String>, own: Option<String>) -> Waiting<Result<(), Failure>> {
        let forget = |key: String| (own.as_ref() == Some(&key), self.ports.secrets.forget(key));
        let works: Vec<_> = keys.into_iter().map(forget).collect();
        Box::pin(async move {
            let mut outcome = Ok(());
            for (own, work) in works {
                match work.await {
                    Err(failure) if own || failure.code != Code::KeyringMissing => outcome = Err(failure),
                    Ok(()) | Err(_) => {}
                }
            }
            outcome
        })
    }
}
