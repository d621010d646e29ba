//! What windows report, and what follows from it.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome, RecentObject};
use hotstart_core::link::Source;
use hotstart_core::plan::Place;
use hotstart_core::ports::{DeskChange, Transaction};
use hotstart_core::texts::Key;
use hotstart_core::window::{Trouble, WindowCommand, WindowEvent, WindowId, WindowLook, WindowRole};

use super::Stage;
use crate::controller::Controller;

/// How many links a page may open within [`LINKS_WITHIN_MS`].
const LINKS: usize = 6;
const LINKS_WITHIN_MS: u64 = 10_000;

impl Controller {
    pub(crate) fn window_event(&mut self, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested { id } | WindowEvent::Destroyed { id } if self.is_sign_in_window(&id) => {
                self.drop_login();
            }
            // Pages of other sites may take part in a sign-in; none of them opens anything.
            WindowEvent::Link { id, .. } if self.is_sign_in_window(&id) => {}
            WindowEvent::Failed { id, reason } if self.is_sign_in_window(&id) => {
                self.drop_login();
                self.tell(&Failure::new(Code::Internal).with("detail", reason));
            }
            WindowEvent::Loaded { id } => self.loaded(&id),
            WindowEvent::Ready { id } => self.ready(&id),
            WindowEvent::Session { id, session } => self.session_began(&id, session),
            WindowEvent::Login { id, navigation } => self.login(&id, navigation),
            WindowEvent::Look { id, look } => self.looks(&id, look),
            WindowEvent::Trouble { id, trouble } => self.trouble(&id, trouble),
            WindowEvent::Title { id, title } => self.titled(&id, title),
            WindowEvent::Followed { id, navigation } => self.followed(&id, navigation),
            WindowEvent::NotFollowed { id, navigation } => self.not_followed(&id, navigation),
            WindowEvent::CloseRequested { id } => self.close_requested(&id),
            WindowEvent::Dirty { id } => self.dirty(&id),
            WindowEvent::Released { id, confirmed } => self.released(&id, confirmed),
            WindowEvent::Link { id, address } => self.page_link(&id, address),
            WindowEvent::Cookies { id, cookies } => self.cookies(&id, cookies),
            WindowEvent::Downloaded { path, ok, .. } => self.downloaded(path, ok),
            WindowEvent::Failed { id, reason } => self.failed(&id, &reason),
            WindowEvent::Destroyed { id } => self.destroyed(&id),
        }
    }

    /// A portal page is there when it has loaded; a publication when it has a session.
    fn loaded(&mut self, id: &WindowId) {
        if self
            .windows
            .get(id)
            .is_some_and(|window| window.role == WindowRole::Portal)
        {
            self.ready(id);
        }
    }

    fn ready(&mut self, id: &WindowId) {
        let Some(window) = self.windows.get_mut(id) else { return };
        if window.stage != Stage::Loading && window.stage != Stage::Login {
            return;
        }
        window.stage = Stage::Ready;
        let (of, first, waiting) = (
            window.of.clone(),
            window.first.take(),
            std::mem::take(&mut window.waiting),
        );
        if let Some(opening) = first {
            self.show_recent(id, opening.text.clone());
            self.opened(opening, &of, Ok(()));
        }
        for (opening, fragment) in waiting {
            let number = self.state.next_number();
            let token = opening.token.clone();
            if let Some(window) = self.windows.get_mut(id) {
                window.asked.insert(number, (opening, fragment.clone()));
            }
            self.ports.shell.window(WindowCommand::Navigate {
                id: id.clone(),
                navigation: number,
                fragment,
                token,
            });
        }
    }

    /// The login form: at first the user expects it; later it means that the session was lost. Links wait either way.
    fn login(&mut self, id: &WindowId, navigation: Option<u64>) {
        let Some(window) = self.windows.get_mut(id) else { return };
        if window.stage == Stage::Releasing {
            return;
        }
        let lost = window.stage == Stage::Ready;
        window.stage = Stage::Login;
        let asked = std::mem::take(&mut window.asked);
        let wanted = navigation.is_some() || !asked.is_empty();
        for (opening, fragment) in asked.into_values() {
            // As many may wait as may be on their way.
            window.waiting.push((opening, fragment));
        }
        if !lost {
            return;
        }
        let of = window.of.clone();
        if wanted {
            window.visible = true;
            let id = id.clone();
            self.ports.shell.window(WindowCommand::Show { id, token: None });
        }
        let name = self.base_name(&of);
        let text = self.say(Key::NoteLoginText, &[("base", &name)]);
        let mut note = self.own_note(Key::NoteLogin, text, Code::Internal);
        note.link = None;
        self.commit(Transaction {
            notes: vec![note],
            ..Transaction::default()
        });
    }

    /// A page wants to open something. A person clicks a few times a minute; a script that asks without end gets nothing
    /// more until it has been quiet for a while, and one record in the journal.
    fn page_link(&mut self, id: &WindowId, address: String) {
        let now = self.now();
        if let Some(window) = self.windows.get_mut(id) {
            window.links.retain(|at| now.since(*at) < LINKS_WITHIN_MS);
            let asked = window.links.len();
            if asked <= LINKS {
                window.links.push(now);
            }
            if asked == LINKS {
                let of = window.of.clone();
                let record = JournalRecord {
                    status: Outcome::Refused,
                    error_code: Some("link.refused.flood".to_owned()),
                    ..self.entry("open", "warm-window", &of, "", now)
                };
                return self.record(record);
            }
            if asked > LINKS {
                return;
            }
        }
        self.open_link(address, Source::WarmWindow, None);
    }

    /// How the user left a window: the next one of the base opens so.
    fn looks(&mut self, id: &WindowId, look: WindowLook) {
        let Some(window) = self.windows.get(id) else { return };
        if window.role == WindowRole::Portal {
            return;
        }
        let (of, look) = (window.of.clone(), look.usable());
        if self.state.looks.insert(of.clone(), look) != Some(look) {
            self.change_desk(vec![DeskChange::Looks(of, look)]);
        }
    }

    fn followed(&mut self, id: &WindowId, navigation: u64) {
        let Some(window) = self.windows.get_mut(id) else { return };
        let Some((opening, _)) = window.asked.remove(&navigation) else {
            return;
        };
        let (of, hot) = (window.of.clone(), window.role == WindowRole::Hot);
        self.show_recent(id, opening.text.clone());
        self.opened(opening, &of, Ok(()));
        if hot {
            self.observe(&of, true);
        }
    }

    /// Whether the web client of a base follows links without a reload is known only from a live one: what was seen last
    /// is kept for the doctor.
    fn observe(&mut self, base: &str, followed: bool) {
        if self.state.observed.insert(base.to_owned(), followed) == Some(followed) {
            return;
        }
        let now = self.now();
        let mut record = self.entry("observe", "desk", base, "hash-navigation", now);
        if !followed {
            record.status = Outcome::Failed;
        }
        self.record(record);
    }

    /// The loaded page may hold unsaved work, so it is left as it is and a second window shows the place.
    fn not_followed(&mut self, id: &WindowId, navigation: u64) {
        let Some(window) = self.windows.get_mut(id) else { return };
        let Some((opening, fragment)) = window.asked.remove(&navigation) else {
            return;
        };
        let of = window.of.clone();
        self.observe(&of, false);
        let start = self
            .state
            .settings
            .base(&of)
            .ok_or(Code::BaseUnknown)
            .and_then(|base| hotstart_core::plan::place(base, None).map_err(|failure| failure.code));
        match start {
            Ok(start) => {
                let place = Place {
                    address: format!("{}#{fragment}", start.address),
                    fragment,
                    home: start.home,
                };
                self.open_fresh(opening, WindowRole::Cold, &of, place);
            }
            Err(code) => self.opened(opening, &of, Err(Failure::new(code).with("base", &of))),
        }
    }

    fn trouble(&mut self, id: &WindowId, trouble: Trouble) {
        let code = match trouble {
            Trouble::Licence => Code::LicenceBusy,
            Trouble::Locked => Code::BaseLocked,
        };
        self.give_up(id, &Failure::new(code));
        self.release(id, true);
    }

    fn failed(&mut self, id: &WindowId, reason: &str) {
        self.give_up(id, &Failure::new(Code::Internal).with("detail", reason));
        self.gone(id);
    }

    /// Every link that waits for this window has failed.
    pub(crate) fn give_up(&mut self, id: &WindowId, failure: &Failure) {
        let Some(window) = self.windows.get_mut(id) else { return };
        let of = window.of.clone();
        let mut openings: Vec<_> = window.first.take().into_iter().collect();
        openings.extend(
            std::mem::take(&mut window.waiting)
                .into_iter()
                .map(|(opening, _)| opening),
        );
        openings.extend(
            std::mem::take(&mut window.asked)
                .into_values()
                .map(|(opening, _)| opening),
        );
        let name = self.base_name(&of);
        for opening in openings {
            self.opened(opening, &of, Err(failure.clone().with("base", &name)));
        }
    }

    fn titled(&mut self, id: &WindowId, title: String) {
        let Some(window) = self.windows.get_mut(id) else { return };
        window.title = title;
        if let Some(link) = window.shows.clone()
            && window.stage == Stage::Ready
        {
            self.show_recent(id, link);
        }
    }

    /// Keeps an object in the list of recent ones, under the title that its window has now.
    fn show_recent(&mut self, id: &WindowId, link: String) {
        let now = self.now();
        let Some(window) = self.windows.get_mut(id) else { return };
        if window.role == WindowRole::Portal || !link.starts_with("hotstart://onec/") {
            return;
        }
        window.shows = Some(link.clone());
        let title = if window.title.is_empty() {
            link.clone()
        } else {
            window.title.clone()
        };
        let recent = RecentObject {
            link,
            title,
            base: window.of.clone(),
            at: now,
        };
        self.state.add_recent(recent.clone());
        self.commit(Transaction {
            recent: Some(recent),
            ..Transaction::default()
        });
    }

    fn downloaded(&mut self, path: String, ok: bool) {
        let key = if ok {
            Key::NoteDownloaded
        } else {
            Key::NoteDownloadFailed
        };
        let note = self.own_note(key, path.clone(), Code::Internal);
        let now = self.now();
        let mut record = self.entry("download", "1c", "desk", &path, now);
        if !ok {
            record.status = Outcome::Failed;
        }
        self.state.add_record(record.clone());
        self.commit(Transaction {
            journal: vec![record],
            notes: vec![note],
            ..Transaction::default()
        });
    }
}
