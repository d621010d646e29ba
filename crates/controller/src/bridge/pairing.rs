//! Tokens, and whether the server listens: while a base has a token and the user has not switched it off.
use std::collections::BTreeMap;
use std::time::Duration;

use hotstart_core::bridge::{BridgeView, Caller, Serve, ShownToken};
use hotstart_core::failure::{Code, Failure};

use super::polls::Client;
use super::{Done, Wanted};
use crate::controller::Controller;
use crate::job::{Finished, Reply};

/// How long the end of the program waits for the server.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// How long after a failure the server is asked to listen once more.
const AGAIN: Duration = Duration::from_secs(30);

impl Controller {
    /// Asks which bases have a token: at the start, and when a token was made elsewhere.
    pub(crate) fn look_at_tokens(&self) {
        self.job(self.ports.bridge.paired(), |result| {
            Finished::Bridge(Done::Paired(result))
        });
    }

    /// Lets the server listen as the settings want it, or not at all.
    pub(crate) fn arrange_bridge(&mut self) {
        let settings = &self.state.settings;
        let known = self.bridge.paired.iter().any(|alias| settings.base(alias).is_some());
        let wanted = (known && !settings.bridge.off).then_some(Wanted(settings.bridge.port));
        if wanted == self.bridge.wanted {
            return;
        }
        self.bridge.wanted = wanted;
        self.serve();
    }

    fn serve(&self) {
        let wanted = self.bridge.wanted;
        let calls = self.bridge.way_in();
        let work = self
            .ports
            .bridge
            .serve(wanted.map(|Wanted(port)| Serve { port, calls }));
        self.job(work, move |result| Finished::Bridge(Done::Served { wanted, result }));
    }

    pub(super) fn served(&mut self, wanted: Option<Wanted>, result: Result<Option<u16>, Failure>) {
        // The user has changed his mind meanwhile; that answer comes next.
        if wanted != self.bridge.wanted {
            return;
        }
        match result {
            Ok(port) => {
                (self.bridge.port, self.bridge.failure) = (port, None);
                tracing::info!(?port, "the bridge");
            }
            Err(failure) => {
                self.bridge.port = None;
                if self.bridge.failure.as_ref() != Some(&failure) {
                    self.tell(&failure);
                }
                self.bridge.failure = Some(failure);
                self.job(Box::pin(tokio::time::sleep(AGAIN)), |()| Finished::Bridge(Done::Again));
            }
        }
    }

    /// Another program had the port; perhaps it has gone.
    pub(super) fn serve_again(&self) {
        if self.bridge.failure.is_some() && self.bridge.wanted.is_some() {
            self.serve();
        }
    }

    /// The program ends: waiting polls are answered, nobody is let in any more, `bridge.json` goes.
    pub(crate) async fn bridge_farewell(&mut self) {
        self.bridge.clients.clear();
        if self.bridge.wanted.is_some() {
            let ended = self.ports.bridge.serve(None);
            let _ = tokio::time::timeout(LAST_MOMENT, ended).await;
        }
    }

    /// The settings window changes the bridge.
    pub(crate) fn set_bridge(&mut self, off: bool, port: Option<u16>) -> Result<(), Failure> {
        if let Some(port) = port.filter(|port| *port < 1024) {
            return Err(Failure::new(Code::BridgePort).with("port", port.to_string()));
        }
        let bridge = &mut self.state.settings.bridge;
        (bridge.off, bridge.port) = (off, port);
        self.save_settings();
        self.bridge.failure = None;
        self.arrange_bridge();
        Ok(())
    }

    /// A token for a base.
    pub(crate) fn pair_base(&self, alias: &str, reply: Reply) {
        let Some(base) = self.state.settings.base(alias) else {
            let failure = Failure::new(Code::BaseUnknown).with("base", alias);
            return self.answer_ui(reply, Err(failure));
        };
        let alias = base.alias.clone();
        let work = self.ports.bridge.pair(alias.clone());
        self.job(work, move |result| {
            Finished::Bridge(Done::Token { alias, reply, result })
        });
    }

    pub(super) fn token_made(&mut self, alias: String, reply: Reply, result: Result<String, Failure>) {
        let answer = match result {
            Ok(token) => {
                let now = self.now();
                let record = self.entry("pair", "desk", &alias, &alias, now);
                self.record(record);
                // Nobody knows the new token yet: who waits does so with one that is void.
                self.end_polls(&alias);
                self.bridge.token = Some(ShownToken {
                    base: alias,
                    token: token.into(),
                });
                self.look_at_tokens();
                Ok(())
            }
            Err(failure) => Err(failure),
        };
        self.answer_ui(reply, answer);
    }

    /// The token of a base is void from now on; with another name the base keeps it.
    pub(crate) fn unpair_base(&mut self, alias: &str, renamed: Option<String>, reply: Option<Reply>) {
        if renamed.is_none() {
            self.hide_token();
        }
        let void = renamed.is_none().then(|| alias.to_owned());
        if void.is_some() {
            self.end_polls(alias);
        } else {
            // Under another alias they are other callers.
            self.bridge.clients.retain(|caller, _| caller.base != alias);
            self.bridge.lent.forget(alias);
        }
        let work = self.ports.bridge.unpair(alias.to_owned(), renamed);
        self.job(work, move |result| Finished::Bridge(Done::Void { void, reply, result }));
    }

    pub(super) fn token_void(&mut self, void: Option<String>, reply: Option<Reply>, result: Result<(), Failure>) {
        // Also those that came while the token was on its way out.
        if let Some(alias) = void.filter(|_| result.is_ok()) {
            self.end_polls(&alias);
        }
        self.look_at_tokens();
        if let Err(failure) = &result {
            self.tell(failure);
        }
        if let Some(reply) = reply {
            self.answer_ui(reply, result);
        }
    }

    /// Which bases have a token now; one that has lost it elsewhere has no clients any more.
    pub(super) fn paired(&mut self, paired: Vec<String>) {
        let before = std::mem::replace(&mut self.bridge.paired, paired);
        for alias in before {
            if !self.bridge.paired.contains(&alias) {
                self.end_polls(&alias);
            }
        }
        self.arrange_bridge();
    }

    /// The token of a base is void: its polls end as one with an unknown token would, and what its clients held is free.
    fn end_polls(&mut self, alias: &str) {
        self.bridge.lent.forget(alias);
        let failure = Failure::new(Code::BridgeToken).with("base", self.base_name(alias));
        let clients = std::mem::take(&mut self.bridge.clients);
        let (void, left) = clients.into_iter().partition(|(caller, _)| caller.base == alias);
        self.bridge.clients = left;
        let void: BTreeMap<Caller, Client> = void;
        for client in void.into_values() {
            // A link that was not fetched goes another way.
            for opening in client.end(&failure) {
                let base = opening.base.clone();
                let missing = Failure::new(Code::ClientMissing).with("base", self.base_name(&base));
                self.opened(opening, &base, Err(missing));
            }
        }
    }

    /// The token that was shown is seen no more.
    pub(crate) fn hide_token(&mut self) {
        self.bridge.token = None;
    }

    /// What the settings window shows.
    pub(crate) fn bridge_view(&self) -> BridgeView {
        let language = self.state.settings.language;
        BridgeView {
            port: self.bridge.port,
            paired: self.bridge.paired.clone(),
            running: self.running_bases().into_iter().collect(),
            token: self.bridge.token.clone(),
            failure: self.bridge.failure.as_ref().map(|failure| failure.view(language)),
        }
    }
}
