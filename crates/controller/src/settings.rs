//! What the settings window asks for.
use bitrix24_pull::{Mid, Position, Resume};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::Outcome;
use hotstart_core::link::Source;
use hotstart_core::pool::PoolSettings;
use hotstart_core::ports::{PortalIdentity, Transaction};
use hotstart_core::secret::Secret;
use hotstart_core::settings::{BaseSettings, ConnectionKind, PortalSettings, secret_key, secret_keys};
use hotstart_core::view::{Page, UiCommand};

use crate::controller::Controller;
use crate::job::{Finished, Reply};

mod bases;

impl Controller {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the commands without an answer of their own go on"
    )]
    pub(crate) fn ui(&mut self, command: UiCommand, reply: Reply) {
        let Some((command, reply)) = self.sign_in_command(command, reply) else {
            return;
        };
        let result = match command {
            UiCommand::ConnectWebhook {
                address,
                intranet,
                memory_only,
            } => {
                let work = self.ports.portals.identify(address.expose().to_owned(), intranet);
                return self.job(work, move |result| Finished::Identified {
                    address,
                    intranet,
                    memory_only,
                    reply,
                    result,
                });
            }
            UiCommand::RemovePortal { portal } => {
                if self.sign_in.view().is_some_and(|login| login.portal == portal) {
                    self.drop_login();
                }
                self.connections.stop(&portal);
                self.state.resolving.cache.forget_portal(&portal);
                let own = self.state.settings.portal(&portal).map(PortalSettings::secret_key);
                self.state.settings.portals.retain(|known| known.portal != portal);
                self.save_settings();
                let work = self.forget_all(secret_keys(&portal).into(), own);
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
                cold_window_mode,
                keep,
                connect,
                platform,
            } => {
                let known = previous.as_deref().and_then(|alias| self.state.settings.base(alias));
                let base = BaseSettings {
                    alias,
                    name,
                    publication,
                    intranet,
                    methods,
                    window_mode,
                    cold_window_mode,
                    keep,
                    connect,
                    platform,
                    id: known.and_then(|known| known.id.clone()),
                    service_user: known.and_then(|known| known.service_user.clone()),
                };
                self.save_base(previous.as_deref(), base)
            }
            UiCommand::SetService {
                alias,
                user,
                password,
                memory_only,
            } => return self.set_service(&alias, user, password, memory_only, reply),
            UiCommand::PressButton { id, value } => return self.press_button(&id, value, reply),
            UiCommand::Reply { id, text } => return self.reply(&id, text, reply),
            UiCommand::AddListed { base } => self.add_listed(&base),
            UiCommand::Links { command } => return self.links_command(command, reply),
            UiCommand::Records { command } => return self.records_command(command, reply),
            UiCommand::SetRelay { relay } => return self.save_relay(relay, reply),
            UiCommand::SetBridge { off, port } => self.set_bridge(off, port),
            UiCommand::PairBase { alias } => return self.pair_base(&alias, reply),
            UiCommand::UnpairBase { alias } => return self.unpair_base(&alias, None, Some(reply)),
            other => {
                self.change(other);
                Ok(())
            }
        };
        self.answer_ui(reply, result);
    }

    /// Tells who waits for a command how it went.
    pub(crate) fn answer_ui(&self, reply: Reply, result: Result<(), Failure>) {
        let language = self.state.settings.language;
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
            UiCommand::RemoveBase { alias } => self.remove_base(&alias),
            UiCommand::ShowBase { alias } => self.show_base(&alias, None),
            UiCommand::ReleaseBase { alias } => self.release_base(&alias),
            UiCommand::SetGeneral {
                language,
                portal_opening,
                notifications,
                e1c_links,
            } => {
                let settings = &mut self.state.settings;
                (settings.language, settings.portal_opening) = (language, portal_opening);
                (settings.notifications, settings.e1c_links) = (notifications, e1c_links);
                self.save_settings();
            }
            UiCommand::SetPool { pool } => {
                let company_cap = self.state.settings.pool.company_cap;
                self.state.settings.pool = PoolSettings { company_cap, ..pool };
                self.save_settings();
            }
            UiCommand::SearchListed { text } => self.state.listed_search = text,
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
                self.read_here(&read);
                self.commit(Transaction {
                    read,
                    ..Transaction::default()
                });
            }
            UiCommand::DropReply { id } => self.drop_reply(&id),
            UiCommand::SetPolling { polling } => {
                self.state.settings.polling = polling;
                self.save_settings();
                self.watch();
            }
            UiCommand::RelayAgain { number } => self.relay_revive(number, true),
            UiCommand::RelayForget { number } => self.relay_revive(number, false),
            UiCommand::ShowPage { page } => {
                self.state.page = page;
                if page == Page::Inbox {
                    self.poll_soon();
                }
            }
            UiCommand::HideToken => self.hide_token(),
            UiCommand::SetEveryone { alias, everyone } => self.set_everyone(alias, everyone),
            UiCommand::DismissFailure => self.state.failure = None,
            _ => {}
        }
    }

    pub(crate) fn identified(
        &mut self,
        address: Secret,
        intranet: bool,
        memory_only: bool,
        reply: Reply,
        result: Result<PortalIdentity, Failure>,
    ) {
        let identity = match result {
            Ok(identity) => identity,
            Err(failure) => return self.refuse_connection(&failure, reply),
        };
        let work = self
            .ports
            .secrets
            .keep(secret_key(&identity.portal), address.into_exposed(), memory_only);
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
        self.portal_connected(PortalSettings {
            portal: identity.portal,
            scheme: identity.scheme,
            connection: ConnectionKind::Webhook,
            intranet,
            base: None,
            user_id: Some(identity.user_id),
            memory_only,
            application: None,
            // What only narrows the product is told in the portal's card.
            missing_scopes: identity.missing_scopes,
        });
        let _ = reply.send(Ok(()));
    }

    pub(crate) fn refuse_connection(&mut self, failure: &Failure, reply: Reply) {
        self.record_refusal(failure);
        let _ = reply.send(Err(failure.view(self.state.settings.language)));
    }

    /// Keeps in the journal that a portal was not connected.
    pub(crate) fn record_refusal(&mut self, failure: &Failure) {
        let target = failure.parameters.get("portal").cloned().unwrap_or_default();
        let record = self.entry("connect", "desk", &target, &target, self.now());
        self.record(record.with_failure(Outcome::Refused, failure, self.state.settings.language));
    }

    /// Starts or stops the real-time connection, for good.
    pub(crate) fn set_connection(&mut self, wanted: bool) {
        self.state.settings.connection_wanted = wanted;
        self.save_settings();
        if wanted {
            self.start_connections();
        } else {
            self.connections.stop_all();
            self.watch();
        }
    }

    /// Starts every connection that is wanted and does not run.
    pub(crate) fn start_connections(&mut self) {
        if !self.state.settings.connection_wanted {
            return;
        }
        for portal in self.state.settings.portals.clone() {
            if self.connections.is_running(&portal.portal) || self.connections.is_ended(&portal.portal) {
                continue;
            }
            if portal.connection == ConnectionKind::Session && !self.state.settings.sessions_allowed {
                self.connections
                    .end(&portal.portal, Failure::new(Code::SessionForbidden));
                continue;
            }
            let resume = self.resume(&portal.portal);
            let connection = self.ports.connector.connect(&portal, resume);
            self.connections.start(&portal.portal, connection, self.signals.clone());
        }
        self.watch();
    }

    fn resume(&self, portal: &str) -> Resume {
        let Some(cursor) = self.state.cursors.get(portal) else {
            return Resume::default();
        };
        let position: Option<Position> = serde_json::from_str(&cursor.position).ok();
        let seen = cursor.seen.iter().filter_map(|mid| Mid::new(mid).ok()).collect();
        Resume { position, seen }
    }

    /// Tells the desktop whose the links of 1C are, when that has changed. Those that were never taken are left alone.
    pub(crate) fn take_links(&mut self) {
        let wanted = self.state.settings.e1c_links;
        if wanted != self.state.e1c_taken.unwrap_or(false) {
            self.state.e1c_taken = Some(wanted);
            self.job(self.ports.links.take_e1c(wanted), Finished::LinksTaken);
        }
    }

    /// Keeps the settings. What the company has set stays as it is, whatever was asked for.
    pub(crate) fn save_settings(&mut self) {
        self.state.settings = self.state.policy.over(&self.state.settings);
        self.take_links();
        self.ports.logins.know(&self.state.settings.portals);
        let work = self.ports.store.save_settings(self.state.settings.clone());
        self.job(work, Finished::SettingsSaved);
    }
}
