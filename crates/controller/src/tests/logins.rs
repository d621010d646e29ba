//! Sign-ins as a test wants them, and a keyring that notes what it is told.
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{ApplicationLogin, LoginBegun, Logins, PortalIdentity, Secrets, SessionLogin, Waiting};
use hotstart_core::secret::Secret;
use hotstart_core::settings::PortalSettings;
use tokio::sync::oneshot;

use super::desk::answer;

/// What was asked, and what is answered.
#[derive(Default)]
pub(super) struct Said {
    /// Each call: its name and what it was about.
    pub(super) asked: Vec<String>,
    /// Why the next sign-in cannot be prepared.
    pub(super) begin: Option<Code>,
    /// Nothing listens for the browser.
    pub(super) deaf: bool,
    /// How the next sign-ins end; without one they are good.
    pub(super) finish: VecDeque<Code>,
    /// How the next cookies are judged; without one they are good.
    pub(super) session: VecDeque<Code>,
    /// What the next looks find; without one nothing is missing.
    pub(super) look: VecDeque<Result<Vec<String>, Code>>,
    browser: Option<oneshot::Sender<Secret>>,
}

#[derive(Clone, Default)]
pub(super) struct FakeLogins(Arc<Mutex<Said>>);

/// The page on which a user agrees; what ties it to the sign-in is secret.
pub(super) const AUTHORIZE: &str = "https://cloud.example.ru/oauth/authorize/?client_id=local.1.2&state=CanaryState";

impl FakeLogins {
    pub(super) fn said(&self) -> MutexGuard<'_, Said> {
        self.0.lock().unwrap()
    }

    /// What was asked since the last time.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.said().asked)
    }

    /// The browser comes back to the listener.
    pub(super) fn comes_back(&self, address: &str) {
        let browser = self.said().browser.take().expect("somebody listens");
        let _ = browser.send(Secret::from(address));
    }

    fn note(&self, call: String) -> MutexGuard<'_, Said> {
        let mut said = self.said();
        said.asked.push(call);
        said
    }
}

fn identity(portal: &str, scheme: &str, missing: &[&str]) -> PortalIdentity {
    PortalIdentity {
        portal: portal.to_owned(),
        scheme: scheme.to_owned(),
        user_id: "17".to_owned(),
        user_name: "Пётр Лебедев".to_owned(),
        missing_scopes: missing.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

impl Logins for FakeLogins {
    fn know(&self, _: &[PortalSettings]) {}

    fn begin(&self, wanted: ApplicationLogin) -> Waiting<Result<LoginBegun, Failure>> {
        let secret = if wanted.client_secret.is_some() {
            "given"
        } else {
            "kept"
        };
        let (portal, id) = (&wanted.address.portal, &wanted.client_id);
        let mut said = self.note(format!("begin {portal} {id} {secret} {}", wanted.port));
        if let Some(code) = said.begin.take() {
            return answer(Err(Failure::new(code)));
        }
        answer(Ok(LoginBegun {
            authorize: AUTHORIZE.to_owned(),
            listening: !said.deaf,
        }))
    }

    fn came_back(&self, _: u64) -> Waiting<Option<Secret>> {
        let (browser, answer) = oneshot::channel();
        self.said().browser = Some(browser);
        Box::pin(async move { answer.await.ok() })
    }

    fn finish(&self, _: u64, address: Secret) -> Waiting<Result<PortalIdentity, Failure>> {
        let mut said = self.note(format!("finish {}", address.expose()));
        let refused = said.finish.pop_front();
        answer(refused.map_or_else(
            || Ok(identity("cloud.example.ru", "https", &["pull"])),
            |code| Err(Failure::new(code)),
        ))
    }

    fn give_up(&self, _: u64) {
        self.note("give up".to_owned()).browser = None;
    }

    fn session(&self, wanted: SessionLogin) -> Waiting<Result<PortalIdentity, Failure>> {
        let portal = wanted.address.portal.to_string();
        let mut said = self.note(format!("session {portal} {}", wanted.cookies.len()));
        let refused = said.session.pop_front();
        let scheme = wanted.address.scheme();
        answer(refused.map_or_else(|| Ok(identity(&portal, scheme, &[])), |code| Err(Failure::new(code))))
    }

    fn look(&self, portal: PortalSettings) -> Waiting<Result<Vec<String>, Failure>> {
        let mut said = self.note(format!("look {}", portal.portal));
        let found = said.look.pop_front().unwrap_or(Ok(Vec::new()));
        answer(found.map_err(|code| Failure::new(code).with("portal", portal.portal)))
    }
}

impl Secrets for FakeLogins {
    fn keep(&self, key: String, _: String, _: bool) -> Waiting<Result<(), Failure>> {
        drop(self.note(format!("keep {key}")));
        answer(Ok(()))
    }

    fn forget(&self, key: String) -> Waiting<Result<(), Failure>> {
        drop(self.note(format!("forget {key}")));
        answer(Ok(()))
    }
}
