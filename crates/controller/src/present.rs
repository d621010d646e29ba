//! State becomes what is shown: the tray always, the view only while the settings window is open.
use hotstart_core::scopes::explained;
use hotstart_core::tray::{TrayFacts, tray};
use hotstart_core::view::{ConnectionView, View};

use crate::controller::Controller;

impl Controller {
    /// Gives the shell whatever has changed.
    pub(crate) fn present(&mut self) {
        self.ask_names();
        let connections = self.connection_views();
        let states: Vec<_> = connections
            .iter()
            .map(|view| (view.portal.clone(), view.state.clone()))
            .collect();
        let warm = self.warm_bases();
        let next = tray(&TrayFacts {
            language: self.state.settings.language,
            connections: &states,
            wanted: self.state.settings.connection_wanted,
            unread: self.state.unread,
            warm: &warm,
            favourites: &self.state.favourites,
            recent: &self.state.recent,
        });
        if self.shown_tray.as_ref() != Some(&next) {
            self.ports.shell.set_tray(&next);
            self.shown_tray = Some(next);
        }
        if self.shown_view.is_some() {
            let view = self.view();
            if self.shown_view.as_ref() != Some(&view) {
                self.ports.shell.show_view(&view);
                self.shown_view = Some(view);
            }
        }
    }

    /// The whole state as the settings window sees it.
    pub(crate) fn view(&self) -> View {
        View {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            page: self.state.page,
            settings: self.state.settings.clone(),
            locked: self.state.policy.locked(),
            connections: self.connection_views(),
            warm: self.windows.warm(),
            bridge: self.bridge_view(),
            relay: self.relay_view(),
            listed: self.listed_bases(),
            links: self.links_view(),
            inbox: self.state.inbox.clone(),
            unread: self.state.unread,
            journal: self.state.journal.clone(),
            report: self.state.report.clone(),
            recent: self.state.recent.clone(),
            favourites: self.state.favourites.clone(),
            question: self.state.question.as_ref().map(|(question, _)| question.clone()),
            failure: self.state.failure.clone(),
            login: self.sign_in.view(),
            answers: self.answer_views(),
        }
    }

    pub(crate) fn connection_views(&self) -> Vec<ConnectionView> {
        let (now, language) = (self.now(), self.state.settings.language);
        self.state
            .settings
            .portals
            .iter()
            .map(|portal| ConnectionView {
                missing: explained(portal.connection, &portal.missing_scopes, language),
                ..self.polling_view(self.connections.view(&portal.portal, now, language))
            })
            .collect()
    }

    fn warm_bases(&self) -> Vec<(String, String)> {
        let named = |alias: String| (alias.clone(), self.base_name(&alias));
        self.windows.warm().into_iter().map(named).collect()
    }

    /// The name of a base for people.
    pub(crate) fn base_name(&self, alias: &str) -> String {
        let base = self.state.settings.base(alias);
        base.map_or_else(|| alias.to_owned(), |base| base.name.clone())
    }
}
