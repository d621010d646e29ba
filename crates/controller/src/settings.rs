//! What the settings window asks for.
use bitrix24_pull::{Mid, Position, Resume};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::link::Source;
use hotstart_core::ports::{PortalIdentity, Transaction};
use hotstart_core::settings::{BaseSettings, ConnectionKind, PortalSettings, secret_key, valid_alias};
use hotstart_core::view::UiCommand;
use onec::publication::Publication;

use crate::controller::Controller;
use crate::job::{Finished, Reply};

impl Controller {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the commands without an answer of their own go on"
    )]
    pub(crate) fn ui(&mut self, command: UiCommand, reply: Reply) {
        let language = self.state.settings.language;
        let result = match command {
            UiCommand::ConnectWebhook {
                address,
                intranet,
                memory_only,
            } => {
                let work = self.ports.portals.identify(address.clone(), intranet);
                return self.job(work, move |result| Finished::Identified {
                    address,
                    intranet,
                    memory_only,
                    reply,
                    result,
                });
            }
            UiCommand::RemovePortal { portal } => {
                self.connections.stop(&portal);
                self.state.settings.portals.retain(|known| known.portal != portal);
                self.save_settings();
                let work = self.ports.secrets.forget(secret_key(&portal));
                return self.job(work, move |result| Finished::Forgotten { reply, result });
            }
            UiCommand::SaveBase {
                previous,
                alias,
                name,
                publication,
                intranet,
                methods,
                window_mode,
            } => {
                let known = previous.as_deref().and_then(|alias| self.state.settings.base(alias));
                let base = BaseSettings {
                    alias,
                    name,
                    publication: Some(publication),
                    intranet,
                    methods,
                    window_mode,
                    ..known.cloned().unwrap_or_default()
                };
                self.save_base(previous, base)
            }
            other => {
                self.change(other);
                Ok(())
            }
        };
        let _ = reply.send(result.map_err(|failure| failure.view(language)));
    }

    /// The commands that cannot fail.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the commands with an answer of their own are handled before"
    )]
    fn change(&mut self, command: UiCommand) {
        match command {
            UiCommand::SetPortalBase { portal, base } => {
                if let Some(known) = self
                    .state
                    .settings
                    .portals
                    .iter_mut()
                    .find(|known| known.portal == portal)
                {
                    known.base = base;
                    self.save_settings();
                }
            }
            UiCommand::RemoveBase { alias } => {
                self.release_base(&alias);
                self.state.settings.bases.retain(|base| base.alias != alias);
                self.save_settings();
            }
            UiCommand::ShowBase { alias } => self.show_base(&alias, None),
            UiCommand::ReleaseBase { alias } => self.release_base(&alias),
            UiCommand::SetGeneral {
                language,
                portal_opening,
                notifications,
            } => {
                let settings = &mut self.state.settings;
                (settings.language, settings.portal_opening) = (language, portal_opening);
                settings.notifications = notifications;
                self.save_settings();
            }
            UiCommand::SetPool { pool } => {
                self.state.settings.pool = pool;
                self.save_settings();
            }
            UiCommand::SetFavourite { link, favourite } => {
                if let Some(change) = self.state.set_favourite(&link, favourite) {
                    self.change_desk(vec![change]);
                }
            }
            UiCommand::SetConnection { wanted } => self.set_connection(wanted),
            UiCommand::OpenLink { text } => self.open_link(text, Source::QuickOpen, None),
            UiCommand::Answer { question, choice } => self.answered(question, &choice),
            UiCommand::MarkRead { id } => {
                let read = self.state.mark_read(|note| id.as_ref().is_none_or(|id| note.id == *id));
                for id in &read {
                    self.ports.notifier.withdraw(id);
                }
                self.commit(Transaction {
                    read,
                    ..Transaction::default()
                });
            }
            UiCommand::ShowPage { page } => self.state.page = page,
            UiCommand::DismissFailure => self.state.failure = None,
            _ => {}
        }
    }

    fn save_base(&mut self, previous: Option<String>, mut base: BaseSettings) -> Result<(), Failure> {
        let address = base.publication.clone().unwrap_or_default();
        let publication = Publication::parse(address.trim()).map_err(|_| Failure::new(Code::PublicationInvalid))?;
        if !publication.is_secure() && !base.intranet && !publication.is_loopback() {
            return Err(Failure::new(Code::AddressInsecure).with("address", publication.origin()));
        }
        base.publication = Some(publication.to_string());
        base.alias = base.alias.trim().into();
        let taken = self
            .state
            .settings
            .base(&base.alias)
            .is_some_and(|known| Some(&known.alias) != previous.as_ref());
        if taken || !valid_alias(&base.alias) {
            return Err(Failure::new(Code::AliasInvalid).with("alias", base.alias));
        }
        if base.name.trim().is_empty() {
            base.name.clone_from(&base.alias);
        }
        let bases = &mut self.state.settings.bases;
        match bases.iter_mut().find(|known| Some(&known.alias) == previous.as_ref()) {
            Some(known) => *known = base,
            None => bases.push(base),
        }
        self.save_settings();
        Ok(())
    }

    pub(crate) fn identified(
        &mut self,
        address: String,
        intranet: bool,
        memory_only: bool,
        reply: Reply,
        result: Result<PortalIdentity, Failure>,
    ) {
        let identity = match result {
            Ok(identity) => identity,
            Err(failure) => return self.refuse_connection(&failure, reply),
        };
        // What only narrows the product is told, but does not keep the portal out.
        let work = self
            .ports
            .secrets
            .keep(secret_key(&identity.portal), address, memory_only);
        self.job(work, move |result| Finished::Kept {
            identity,
            intranet,
            memory_only,
            reply,
            result,
        });
    }

    pub(crate) fn kept(
        &mut self,
        identity: PortalIdentity,
        intranet: bool,
        memory_only: bool,
        reply: Reply,
        result: Result<(), Failure>,
    ) {
        if let Err(failure) = result {
            return self.refuse_connection(&failure, reply);
        }
        let PortalIdentity {
            portal,
            scheme,
            user_id,
            missing_scopes,
            ..
        } = identity;
        let settings = &mut self.state.settings;
        let base = settings.portal(&portal).and_then(|known| known.base.clone());
        settings.portals.retain(|known| known.portal != portal);
        settings.portals.push(PortalSettings {
            portal: portal.clone(),
            scheme,
            connection: ConnectionKind::Webhook,
            intranet,
            base,
            user_id: Some(user_id),
            memory_only,
        });
        self.save_settings();
        let now = self.now();
        let record = self.entry("connect", "desk", &portal, &portal, now);
        self.record(record);
        if !missing_scopes.is_empty() {
            self.tell(
                &Failure::new(Code::AuthScope)
                    .with("portal", &portal)
                    .with("scope", missing_scopes.join(", ")),
            );
        }
        self.connections.stop(&portal);
        self.start_connections();
        let _ = reply.send(Ok(()));
    }

    fn refuse_connection(&mut self, failure: &Failure, reply: Reply) {
        let now = self.now();
        let target = failure.parameters.get("portal").cloned().unwrap_or_default();
        let language = self.state.settings.language;
        let record = JournalRecord {
            status: Outcome::Refused,
            details: failure.text(language),
            error_code: Some(failure.code_text().to_owned()),
            ..self.entry("connect", "desk", &target, &target, now)
        };
        self.record(record);
        let _ = reply.send(Err(failure.view(language)));
    }

    /// Starts or stops the real-time connection, for good.
    pub(crate) fn set_connection(&mut self, wanted: bool) {
        self.state.settings.connection_wanted = wanted;
        self.save_settings();
        if wanted {
            self.start_connections();
        } else {
            self.connections.stop_all();
        }
    }

    /// Starts every connection that is wanted and does not run.
    pub(crate) fn start_connections(&mut self) {
        if !self.state.settings.connection_wanted {
            return;
        }
        for portal in self.state.settings.portals.clone() {
            if self.connections.is_running(&portal.portal) {
                continue;
            }
            let resume = self.resume(&portal.portal);
            let connection = self.ports.connector.connect(&portal, resume);
            self.connections.start(&portal.portal, connection, self.signals.clone());
        }
    }

    fn resume(&self, portal: &str) -> Resume {
        let Some(cursor) = self.state.cursors.get(portal) else {
            return Resume::default();
        };
        let position: Option<Position> = serde_json::from_str(&cursor.position).ok();
        let seen = cursor.seen.iter().filter_map(|mid| Mid::new(mid).ok()).collect();
        Resume { position, seen }
    }

    pub(crate) fn save_settings(&mut self) {
        let work = self.ports.store.save_settings(self.state.settings.clone());
        self.job(work, Finished::SettingsSaved);
    }
}
