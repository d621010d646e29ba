//! Links: understood, planned, opened, and kept in the journal with their outcome.
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::link::{Link, Source};
use hotstart_core::plan::{Facts, Place, Plan, Way, Ways, Wish, left_after, plan, start};
use hotstart_core::pool::Occasion;
use hotstart_core::ports::{EntityFields, Transaction};
use hotstart_core::question::{Choice, Question};
use hotstart_core::resolve::{Candidate, candidates};
use hotstart_core::settings::AllowedCommand;
use hotstart_core::texts::Key;
use hotstart_core::view::Page;
use hotstart_core::window::{ActivationToken, WindowCommand, WindowId, WindowRole};

use crate::controller::Controller;
use crate::job::Finished;
use crate::state::Asked;
use crate::windows::{Fresh, Stage};

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
            Plan::Open { base, ways } => match self.draft_of(link, &base) {
                Some((base, wanted)) => self.ask_draft(opening, base, wanted, ways),
                None => self.go_first(Opening { base, ..opening }, ways),
            },
            Plan::AskUnknown { address } => self.ask_unknown(opening, address),
            Plan::Browser { address, .. } => self.browse(opening, address),
            Plan::PortalWindow { portal, home, address } => self.open_portal(opening, portal, home, address),
            Plan::Resolve { portal, entity } => {
                let work = self.ports.portals.entity(portal.clone(), entity);
                self.job(work, move |result| Finished::Resolved {
                    opening,
                    portal,
                    result,
                });
            }
            Plan::Ask { base, command } => self.ask_command(opening, base, command),
            Plan::Refuse(failure) => self.refused(&opening, &failure),
        }
    }

    /// What this desk has at this moment.
    fn facts(&self) -> Facts {
        Facts {
            warm: self.windows.warm().into_iter().collect(),
            ..self.state.onec.clone()
        }
    }

    /// Goes the first way, and keeps the others.
    pub(crate) fn go_first(&mut self, mut opening: Opening, ways: Ways) {
        opening.rest = ways.rest;
        self.go(opening, ways.first);
    }

    /// Goes one way to the place of a base.
    fn go(&mut self, mut opening: Opening, way: Way) {
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
            // No client attaches to the bridge yet, so no plan names this way.
            Way::Running { .. } => self.opened(opening, &base, Err(Failure::new(Code::PlatformMissing))),
        }
    }

    /// The warm window if there is one, else a new one that stays.
    fn open_hot(&mut self, opening: Opening, base: &str, place: Place) {
        let number = self.state.next_number();
        let Some((id, window)) = self.windows.hot(base) else {
            return self.open_fresh(opening, WindowRole::Hot, base, place);
        };
        window.visible = true;
        window.last_used = opening.started;
        if window.stage != Stage::Ready {
            let (id, token, stage) = (id.clone(), opening.token.clone(), window.stage);
            if !window.wait(opening.clone(), place.fragment) {
                return self.refused(&opening, &Failure::new(Code::BaseUnreachable).with("base", base));
            }
            if stage == Stage::Loading || stage == Stage::Login {
                self.ports.shell.window(WindowCommand::Show { id, token });
            }
            return;
        }
        let (id, token) = (id.clone(), opening.token.clone());
        let fragment = place.fragment;
        window.asked.insert(number, (opening, fragment.clone()));
        self.ports.shell.window(WindowCommand::Navigate {
            id,
            navigation: number,
            fragment,
            token,
        });
    }

    /// A window of its own; the publication is asked first, so that none opens in vain.
    pub(crate) fn open_fresh(&mut self, opening: Opening, role: WindowRole, base: &str, place: Place) {
        if role == WindowRole::Hot {
            self.release_by_policy(Occasion::OneMore);
        }
        let number = self.state.next_number();
        let kind = if role == WindowRole::Hot { "hot" } else { "cold" };
        let title = self
            .state
            .settings
            .base(base)
            .map_or_else(|| base.to_owned(), |base| base.name.clone());
        let id = WindowId(format!("{kind}-{number}"));
        let Place { home, address, .. } = place;
        let work = self.ports.publications.probe(base.to_owned(), home.clone());
        let fresh = Fresh {
            id,
            role,
            base: base.to_owned(),
            address,
            home,
            title,
            opening,
        };
        self.windows.insert(&fresh);
        self.job(work, move |result| Finished::Probed { fresh, result });
    }

    pub(crate) fn probed(&mut self, fresh: Fresh, result: Result<(), Failure>) {
        let Fresh {
            id,
            role,
            address,
            home,
            title,
            opening,
            ..
        } = fresh;
        if let Err(failure) = result {
            let Some(window) = self.windows.remove(&id) else { return };
            self.opened(opening, &window.of, Err(failure.clone()));
            for (waiting, _) in window.waiting {
                self.opened(waiting, &window.of, Err(failure.clone()));
            }
            return;
        }
        let Some(window) = self.windows.get_mut(&id) else {
            return;
        };
        window.stage = Stage::Loading;
        let look = self.state.looks.get(&window.of).copied();
        self.ports.shell.window(WindowCommand::Open {
            id,
            role,
            address,
            home,
            title,
            look,
            token: opening.token,
        });
    }

    fn open_portal(&mut self, opening: Opening, portal: String, home: String, address: String) {
        let id = WindowId(format!("portal-{}", self.state.next_number()));
        let fresh = Fresh {
            id: id.clone(),
            role: WindowRole::Portal,
            base: portal.clone(),
            address: address.clone(),
            home: home.clone(),
            title: portal.clone(),
            opening: opening.clone(),
        };
        self.windows.insert(&fresh);
        // A portal is not asked beforehand whether it is there.
        if let Some(window) = self.windows.get_mut(&id) {
            window.stage = Stage::Loading;
        }
        let token = opening.token.clone();
        self.ports.shell.window(WindowCommand::Open {
            id,
            role: WindowRole::Portal,
            address,
            home,
            title: portal,
            look: None,
            token,
        });
    }

    fn browse(&mut self, opening: Opening, address: String) {
        let work = self.ports.browser.open(address);
        self.job(work, move |result| Finished::Browsed { opening, result });
    }

    pub(crate) fn resolved(&mut self, opening: Opening, portal: &str, result: Result<EntityFields, Failure>) {
        let fields = match result {
            Ok(fields) => fields,
            Err(failure) => return self.opened(opening, portal, Err(failure)),
        };
        let found = candidates(portal, &fields, &self.state.settings);
        match found.as_slice() {
            [] => {
                let failure = Failure::new(Code::EntityWithoutObject).with("entity", &opening.text);
                self.opened(opening, portal, Err(failure));
            }
            [only] => self.open_found(opening, &only.link),
            several => self.ask_object(opening, several),
        }
    }

    pub(crate) fn open_found(&mut self, opening: Opening, link: &str) {
        match Link::parse(link) {
            Ok(link) => self.follow(opening, &link),
            Err(refused) => self.refused(&opening, &refusal(refused.code())),
        }
    }

    fn ask_command(&mut self, opening: Opening, base: String, command: String) {
        let text = self.say(Key::AskCommandText, &[("base", &base), ("command", &command)]);
        let choices = vec![
            self.choice("allow", Key::ChoiceAllow),
            self.choice("always", Key::ChoiceAlways),
            self.choice("cancel", Key::ChoiceCancel),
        ];
        self.ask(
            Key::AskCommandTitle,
            text,
            choices,
            Asked::Command { opening, base, command },
        );
    }

    /// A base that nobody has added: only after the answer is a program of 1C told of it.
    fn ask_unknown(&mut self, opening: Opening, address: String) {
        let text = self.say(Key::AskUnknownText, &[("address", &address)]);
        let choices = vec![
            self.choice("allow", Key::ChoiceOpen),
            self.choice("cancel", Key::ChoiceCancel),
        ];
        self.ask(Key::AskUnknownTitle, text, choices, Asked::Unknown { opening });
    }

    fn ask_object(&mut self, opening: Opening, found: &[Candidate]) {
        let text = self.say(Key::AskObjectText, &[("entity", &opening.text)]);
        let choice = |candidate: &Candidate| Choice {
            key: candidate.link.clone(),
            label: candidate.label.clone(),
            hint: Some(candidate.base.clone()),
        };
        let mut choices: Vec<Choice> = found.iter().map(choice).collect();
        choices.push(self.choice("cancel", Key::ChoiceCancel));
        self.ask(Key::AskObjectTitle, text, choices, Asked::Object { opening });
    }

    pub(crate) fn choice(&self, key: &str, label: Key) -> Choice {
        Choice {
            key: key.to_owned(),
            label: self.say(label, &[]),
            hint: None,
        }
    }

    /// Asks a question; one that waited is answered by "do nothing".
    pub(crate) fn ask(&mut self, title: Key, text: String, choices: Vec<Choice>, asked: Asked) {
        if let Some((question, _)) = &self.state.question {
            let id = question.id;
            self.answered(id, "cancel");
        }
        let id = self.state.next_number();
        let title = self.say(title, &[]);
        let token = match &asked {
            Asked::Command { opening, .. } | Asked::Object { opening } | Asked::Unknown { opening } => {
                opening.token.clone()
            }
            Asked::Dirty { .. } => None,
        };
        self.state.question = Some((
            Question {
                id,
                title,
                text,
                choices,
            },
            asked,
        ));
        self.show_page(Page::Question, token);
    }

    pub(crate) fn answered(&mut self, question: u64, choice: &str) {
        let Some((known, asked)) = self.state.question.take_if(|(known, _)| known.id == question) else {
            return;
        };
        self.state.page = Page::default();
        match asked {
            Asked::Command {
                mut opening,
                base,
                command,
            } => match choice {
                "allow" | "always" => {
                    if choice == "always" {
                        self.state.settings.allowed.push(AllowedCommand { base, command });
                        self.save_settings();
                    }
                    opening.allowed = true;
                    let text = opening.text.clone();
                    self.open_found(opening, &text);
                }
                _ => self.declined(&opening),
            },
            Asked::Object { opening }
                if known
                    .choices
                    .iter()
                    .any(|offered| offered.key == choice && choice != "cancel") =>
            {
                self.open_found(opening, choice);
            }
            Asked::Unknown { mut opening } if choice == "allow" => {
                opening.allowed = true;
                let text = opening.text.clone();
                self.open_found(opening, &text);
            }
            Asked::Object { opening } | Asked::Unknown { opening } => self.declined(&opening),
            Asked::Dirty { window } => self.answered_dirty(&window, choice == "discard"),
        }
    }

    fn declined(&mut self, opening: &Opening) {
        let record = JournalRecord {
            status: Outcome::Refused,
            ..self.open_entry(opening, "desk")
        };
        self.record(record);
    }

    /// A link ended: journal, recent objects, and a word to the user if it failed.
    pub(crate) fn opened(&mut self, mut opening: Opening, target: &str, result: Result<(), Failure>) {
        let failure = match result {
            Ok(()) => {
                let record = JournalRecord {
                    details: opening.instead_of.join(", "),
                    ..self.open_entry(&opening, target)
                };
                return self.record(record);
            }
            Err(failure) => failure,
        };
        let mut rest = left_after(failure.code, std::mem::take(&mut opening.rest));
        if rest.is_empty() {
            return self.fail(&opening, target, &failure, Outcome::Failed);
        }
        let next = rest.remove(0);
        tracing::info!(
            way = opening.way,
            code = failure.code_text(),
            next = next.word(),
            "another way is tried"
        );
        opening
            .instead_of
            .push(format!("{}: {}", opening.way, failure.code_text()));
        opening.rest = rest;
        self.go(opening, next);
    }

    fn refused(&mut self, opening: &Opening, failure: &Failure) {
        self.fail(opening, "", failure, Outcome::Refused);
    }

    fn fail(&mut self, opening: &Opening, target: &str, failure: &Failure, status: Outcome) {
        let text = failure.text(self.state.settings.language);
        let record = JournalRecord {
            status,
            details: text.clone(),
            error_code: Some(failure.code_text().to_owned()),
            ..self.open_entry(opening, target)
        };
        self.state.add_record(record.clone());
        let note = self.own_note(
            Key::NoteProblem,
            format!("{text} [{}]", failure.code_text()),
            failure.code,
        );
        self.commit(Transaction {
            journal: vec![record],
            notes: vec![note],
            ..Transaction::default()
        });
        self.tell(failure);
    }

    fn open_entry(&self, opening: &Opening, target: &str) -> JournalRecord {
        self.entry(
            "open",
            source_name(opening.source),
            target,
            &opening.text,
            opening.started,
        )
    }

    /// A note of our own, with the page of the settings window that helps.
    pub(crate) fn own_note(&mut self, title: Key, text: String, code: Code) -> Note {
        let at = self.now();
        let of_bases = [
            Code::BaseUnknown,
            Code::BaseUnpublished,
            Code::PublicationInvalid,
            Code::AliasInvalid,
        ];
        let of_portals = [
            Code::PortalUnknown,
            Code::BaseUnmapped,
            Code::AuthRefused,
            Code::AuthScope,
        ];
        let page = if of_bases.contains(&code) {
            "bases"
        } else if of_portals.contains(&code) {
            "portals"
        } else {
            "journal"
        };
        Note {
            id: format!("own:{}:{}", at.0, self.state.next_number()),
            portal: String::new(),
            title: self.say(title, &[]),
            text,
            link: Some(format!("hotstart://settings/{page}")),
            tag: None,
            at,
            read: false,
            toast: true,
            kind: NoteKind::Own,
        }
    }

    pub(crate) fn note_clicked(&mut self, id: &str, token: Option<ActivationToken>) {
        let read = self.state.mark_read(|note| note.id == id);
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

/// How the journal calls a source.
const fn source_name(source: Source) -> &'static str {
    match source {
        Source::Clicked => "clicked",
        Source::QuickOpen => "quick-open",
        Source::Bridge => "bridge",
        Source::WarmWindow => "warm-window",
        Source::PortalCommand => "portal",
    }
}

fn refusal(fine: &'static str) -> Failure {
    Failure::new(Code::LinkRefused).finer(fine)
}

fn is_web_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
