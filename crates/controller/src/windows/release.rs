//! A window goes: hidden, released with a logout, or gone by itself. Only the user may lose unsaved work.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::texts::Key;
use hotstart_core::window::{WindowCommand, WindowId, WindowRole};

use super::Stage;
use crate::controller::Controller;
use crate::state::{Asked, Quitting};

impl Controller {
    /// A window went without a logout: its session must not hold the licence.
    pub(crate) fn gone(&mut self, id: &WindowId) {
        if let Some(window) = self.windows.remove(id) {
            self.session_ended(&window.of, window.session, false);
        }
    }

    pub(crate) fn close_requested(&mut self, id: &WindowId) {
        let now = self.now();
        let Some(window) = self.windows.get_mut(id) else { return };
        match (window.role, window.stage) {
            (WindowRole::Hot, Stage::Ready | Stage::Login) => {
                window.visible = false;
                window.last_used = now;
                self.ports.shell.window(WindowCommand::Hide { id: id.clone() });
            }
            (WindowRole::Portal | WindowRole::SignIn, _) => {
                self.ports.shell.window(WindowCommand::Close { id: id.clone() });
            }
            (WindowRole::Hot | WindowRole::Cold, _) => self.release(id, false),
        }
    }

    /// A release met unsaved work: only the user may lose it.
    pub(crate) fn dirty(&mut self, id: &WindowId) {
        let now = self.now();
        let Some(window) = self.windows.get_mut(id) else { return };
        window.stage = Stage::Ready;
        let of = window.of.clone();
        if let Some(why) = window.policy.take() {
            // Policy asks nobody. The window stays as it is, and counts as used: it was looked at.
            window.last_used = now;
            let record = JournalRecord {
                status: Outcome::Refused,
                details: format!("{}: unsaved work", why.as_str()),
                ..self.entry("release", "pool", &of, &of, now)
            };
            return self.record(record);
        }
        if self.state.quitting.is_some_and(|quitting| quitting.urgent) {
            // The desk ends and takes the page with it, and nobody is there to be asked. The licence can be saved.
            return self.release(id, true);
        }
        let name = self.base_name(&of);
        let text = self.say(Key::AskDirtyText, &[("base", &name)]);
        let choices = vec![
            self.choice("discard", Key::ChoiceDiscard),
            self.choice("keep", Key::ChoiceKeep),
        ];
        self.ask(Key::AskDirtyTitle, text, choices, Asked::Dirty { window: id.clone() });
    }

    pub(crate) fn answered_dirty(&mut self, id: &WindowId, discard: bool) {
        if discard {
            let now = self.now();
            if let Some(quitting) = &mut self.state.quitting {
                // The user may have thought for an hour; the logout gets its time all the same.
                quitting.since = now;
            }
            return self.release(id, true);
        }
        self.state.quitting = None;
        self.ports.shell.window(WindowCommand::Show {
            id: id.clone(),
            token: None,
        });
    }

    pub(crate) fn released(&mut self, id: &WindowId, confirmed: bool) {
        let Some(window) = self.windows.remove(id) else { return };
        let now = self.now();
        let source = if window.policy.is_some() { "pool" } else { "desk" };
        let mut record = self.entry("release", source, &window.of, &window.of, now);
        window
            .policy
            .map_or("", hotstart_core::pool::Why::as_str)
            .clone_into(&mut record.details);
        // Its own way failed, but with the session known there is another one, which has a record of its own.
        let outside = window.session.is_some();
        self.session_ended(&window.of, window.session, confirmed);
        if !confirmed && !outside {
            let failure = Failure::new(Code::ReleaseFailed).with("base", &window.of);
            record = record.with_failure(Outcome::Failed, &failure, self.state.settings.language);
            self.tell(&failure);
        }
        self.record(record);
    }

    pub(crate) fn destroyed(&mut self, id: &WindowId) {
        // A window that went by itself (the engine died) takes its waiting links with it.
        self.give_up(id, &Failure::new(Code::Internal).with("detail", "the window is gone"));
        self.gone(id);
    }

    /// Ends the 1C session of every window of a base.
    pub(crate) fn release_base(&mut self, alias: &str) {
        for id in self.windows.of_base(alias) {
            if let Some(window) = self.windows.get_mut(&id) {
                // From now on it is the user's wish, also when policy began it.
                window.policy = None;
            }
            self.release(&id, false);
        }
    }

    /// Begins the end: every session is logged out first.
    pub(crate) fn quit(&mut self, urgent: bool) {
        let since = self.now();
        self.state.quitting = Some(Quitting { urgent, since });
        for id in self.windows.with_session() {
            self.release(&id, false);
        }
    }

    /// Releases a window, unless that is under way.
    pub(crate) fn release(&mut self, id: &WindowId, force: bool) {
        use crate::windows::Stage;
        let Some(window) = self.windows.get_mut(id) else { return };
        if window.stage == Stage::Releasing && !force {
            return;
        }
        window.policy = None;
        window.stage = Stage::Releasing;
        self.ports
            .shell
            .window(WindowCommand::Release { id: id.clone(), force });
    }
}
