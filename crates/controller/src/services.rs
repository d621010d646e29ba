//! Whose name the HTTP services of a base are called in. The password goes to the keyring first: settings never name a
//! user whose password is not kept.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::settings::BaseSettings;

use crate::controller::Controller;
use crate::job::{Finished, Reply};

impl Controller {
    pub(crate) fn set_service(
        &mut self,
        alias: &str,
        user: Option<String>,
        password: String,
        memory_only: bool,
        reply: Reply,
    ) {
        let Some(base) = self.state.settings.base(alias).cloned() else {
            let failure = Failure::new(Code::BaseUnknown).with("base", alias);
            return self.answer_ui(reply, Err(failure));
        };
        let user = user.map(|user| user.trim().to_owned()).filter(|user| !user.is_empty());
        let Some(user) = user else {
            return self.forget_service(&base, reply);
        };
        // Basic cannot carry a name with a colon.
        let wanted = BaseSettings {
            service_user: Some(user.clone()),
            ..base
        };
        let Some(key) = wanted.service_key().filter(|_| !user.contains(':')) else {
            let failure = Failure::new(Code::ServiceRefused).with("base", &wanted.name);
            return self.answer_ui(reply, Err(failure));
        };
        let work = self.ports.secrets.keep(key, password, memory_only);
        self.job(work, move |result| Finished::ServiceKept {
            alias: wanted.alias,
            user,
            reply,
            result,
        });
    }

    pub(crate) fn service_kept(&mut self, alias: &str, user: String, reply: Reply, result: Result<(), Failure>) {
        if result.is_ok() {
            let known = self.state.settings.bases.iter_mut().find(|base| base.alias == alias);
            if let Some(base) = known {
                let before = base.clone();
                base.service_user = Some(user);
                if before.service_user != base.service_user {
                    self.forget_password(&before);
                }
                self.save_settings();
            }
        }
        self.answer_ui(reply, result);
    }

    /// The password of a base that is gone, or has moved, goes too.
    pub(crate) fn forget_password(&self, base: &BaseSettings) {
        if let Some(key) = base.service_key() {
            let (reply, _nobody) = tokio::sync::oneshot::channel();
            let work = self.ports.secrets.forget(key);
            self.job(work, move |result| Finished::Forgotten { reply, result });
        }
    }

    fn forget_service(&mut self, base: &BaseSettings, reply: Reply) {
        let Some(key) = base.service_key() else {
            let _ = reply.send(Ok(()));
            return;
        };
        for known in &mut self.state.settings.bases {
            if known.alias == base.alias {
                known.service_user = None;
            }
        }
        self.save_settings();
        let work = self.ports.secrets.forget(key);
        self.job(work, move |result| Finished::Forgotten { reply, result });
    }
}
