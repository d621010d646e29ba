//! Links: understood, planned, and sent on their way.
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::click;
use hotstart_core::link::{Link, Source};
use hotstart_core::plan::{Facts, Plan, Way, Ways, Wish, plan, start};
use hotstart_core::ports::Transaction;
use hotstart_core::view::Page;
use hotstart_core::window::{ActivationToken, WindowCommand, WindowRole};

use crate::controller::Controller;
use crate::job::Finished;
use crate::resolving::{Purpose, Wanted};

/// A link on its way.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// The canonical link; of a refused one, nothing of the hostile text.
    pub(crate) text: String,
    pub(crate) source: Source,
    pub(crate) started: Timestamp,
    pub(crate) token: Option<ActivationToken>,
    /// The user has agreed to this very link.
    pub(crate) allowed: bool,
    /// The base it leads into, once that is decided, and the ways that are left.
    pub(crate) base: String,
    pub(crate) rest: Vec<Way>,
    /// The way that is gone now, and what became of those before it.
    pub(crate) way: &'static str,
    pub(crate) instead_of: Vec<String>,
}

impl Opening {
    pub(crate) fn new(source: Source, started: Timestamp, token: Option<ActivationToken>) -> Self {
        Self {
            text: String::new(),
            source,
            started,
            token,
            allowed: false,
            base: String::new(),
            rest: Vec::new(),
            way: "",
            instead_of: Vec::new(),
        }
    }
}

impl Controller {
    /// Opens a link, whatever it takes.
    pub(crate) fn open_link(&mut self, text: String, source: Source, token: Option<ActivationToken>) {
        let mut opening = Opening::new(source, self.now(), token);
        if self.state.quitting.is_some() {
            return;
        }
        // A stranger's page, clicked inside 1C, is the default browser's business.
        let stranger = source == Source::WarmWindow && is_web_address(&text);
        let link = match Link::receive(&text, source) {
            Ok(link) if stranger && self.is_unknown(&link) => None,
            Ok(link) => Some(link),
            Err(_) if stranger => None,
            Err(refused) => return self.refused(&opening, &refusal(refused.code())),
        };
        let Some(link) = link else {
            opening.text.clone_from(&text);
            return self.browse(opening, text);
        };
        opening.text = link.canonical();
        self.follow(opening, &link);
    }

    fn is_unknown(&self, link: &Link) -> bool {
        match plan(link, &self.state.settings, &Facts::default(), &Wish::default()) {
            Plan::Refuse(failure) => matches!(failure.code, Code::PortalUnknown | Code::BaseUnknown),
            Plan::Settings(_)
            | Plan::Open { .. }
            | Plan::Browser { .. }
            | Plan::PortalWindow { .. }
            | Plan::Resolve { .. }
            | Plan::Ask { .. }
            | Plan::ChooseBase { .. }
            | Plan::AskUnknown { .. } => false,
        }
    }

    fn follow(&mut self, opening: Opening, link: &Link) {
        match plan(
            link,
            &self.state.settings,
            &self.facts(),
            &Wish::allowed(opening.allowed),
        ) {
            Plan::Settings(page) => {
                self.show_page(page, opening.token.clone());
                self.opened(opening, "desk", Ok(()));
            }
            Plan::Open { base, ways } => self.open_in(opening, link, base, ways),
            Plan::ChooseBase { bases } => self.ask_base(opening, link.clone(), &bases),
            Plan::AskUnknown { address } => self.ask_unknown(opening, address),
            Plan::Browser { address, .. } => self.browse(opening, address),
            Plan::PortalWindow { portal, home, address } => self.open_portal(opening, portal, home, address),
            Plan::Resolve { portal, entity } => self.resolve(Wanted {
                purpose: Purpose::Open(opening),
                portal,
                entity,
            }),
            Plan::Ask { base, command } => self.ask_command(opening, base, command),
            Plan::Refuse(failure) => self.refused(&opening, &failure),
        }
    }

    /// What this desk has at this moment.
    pub(crate) fn facts(&self) -> Facts {
        Facts {
            warm: self.windows.warm().into_iter().collect(),
            running: self.running_bases(),
            ..self.state.onec.clone()
        }
    }

    /// Goes the first way, and keeps the others.
    pub(crate) fn go_first(&mut self, mut opening: Opening, ways: Ways) {
        opening.rest = ways.rest;
        self.go(opening, ways.first);
    }

    /// Goes one way to the place of a base.
    pub(crate) fn go(&mut self, mut opening: Opening, way: Way) {
        let base = opening.base.clone();
        opening.way = way.word();
        match way {
            Way::Hot { place } => self.open_hot(opening, &base, place),
            Way::Cold { place } => self.open_fresh(opening, WindowRole::Cold, &base, place),
            Way::Browser { address } => self.browse(opening, address),
            Way::Native { launch } => {
                let work = self.ports.launcher.launch(launch);
                self.job(work, move |result| Finished::Launched { opening, result });
            }
            Way::Running { nav } => self.open_running(opening, nav),
        }
    }

    fn browse(&mut self, opening: Opening, address: String) {
        let work = self.ports.browser.open(address);
        self.job(work, move |result| Finished::Browsed { opening, result });
    }

    /// Opens a place of a base; something new is asked of the base first, where it has the service for it.
    pub(crate) fn open_in(&mut self, opening: Opening, link: &Link, base: String, ways: Ways) {
        match self.draft_of(link, &base) {
            Some((base, wanted)) => self.ask_draft(opening, base, wanted, ways),
            None => self.go_first(Opening { base, ..opening }, ways),
        }
    }

    pub(crate) fn open_found(&mut self, opening: Opening, link: &str) {
        match Link::parse(link) {
            Ok(link) => self.follow(opening, &link),
            Err(refused) => self.refused(&opening, &refusal(refused.code())),
        }
    }

    /// A toast was clicked, or one of its buttons was pressed.
    pub(crate) fn note_clicked(&mut self, text: &str, token: Option<ActivationToken>) {
        let (id, pressed) = click(text);
        if let Some(value) = pressed {
            return self.pressed_on_toast(id, value.to_owned());
        }
        let read = self.state.mark_read(|note| note.id == id);
        self.read_here(&read);
        self.commit(Transaction {
            read,
            ..Transaction::default()
        });
        let link = self
            .state
            .inbox
            .iter()
            .find(|note| note.id == id)
            .and_then(|note| note.link.clone());
        match link {
            Some(link) => self.open_link(link, Source::PortalCommand, token),
            None => self.show_page(Page::Inbox, token),
        }
    }

    /// The window of a base as it is, or its start page when there is none: in the native client if that is its choice.
    pub(crate) fn show_base(&mut self, alias: &str, token: Option<ActivationToken>) {
        let started = self.now();
        let Some(base) = self.state.settings.base(alias).cloned() else {
            return;
        };
        if let Some((id, window)) = self.windows.hot(&base.alias) {
            window.visible = true;
            window.last_used = started;
            return self.ports.shell.window(WindowCommand::Show { id: id.clone(), token });
        }
        let opening = Opening {
            text: base.alias.clone(),
            base: base.alias.clone(),
            ..Opening::new(Source::QuickOpen, started, token)
        };
        match start(&base, &self.facts()) {
            Ok(ways) => self.go_first(opening, ways),
            Err(failure) => self.refused(&opening, &failure),
        }
    }
}

fn refusal(fine: &'static str) -> Failure {
    Failure::new(Code::LinkRefused).finer(fine)
}

fn is_web_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
