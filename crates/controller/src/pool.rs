//! The hot pool at work: when the policy is asked, and what becomes of its answer.
//!
//! The clock is watched only while a window is warm and a setting needs it, so that an idle desk stays idle.
use std::time::Duration;

use hotstart_core::pool::{Occasion, TimeOfDay, releases};
use hotstart_core::window::WindowCommand;

use crate::controller::Controller;
use crate::job::Finished;
use crate::windows::Window;

/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(60);

/// When the policy looks next.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    next: Option<tokio::time::Instant>,
    /// The time of the day of the last look.
    last: Option<TimeOfDay>,
}

impl Controller {
    /// When the clock is to be looked at; none while nothing depends on it.
    pub(crate) fn pool_deadline(&mut self) -> Option<tokio::time::Instant> {
        if !self.state.settings.pool.watches_clock() || self.pool().is_empty() {
            self.watch = Watch::default();
            return None;
        }
        if self.watch.last.is_none() {
            self.watch.last = Some(self.ports.clock.time_of_day());
        }
        Some(
            *self
                .watch
                .next
                .get_or_insert_with(|| tokio::time::Instant::now() + EVERY),
        )
    }

    /// A minute has passed.
    pub(crate) fn pool_looks(&mut self) {
        let (now, until) = (self.now(), self.ports.clock.time_of_day());
        let after = self.watch.last.replace(until).unwrap_or(until);
        self.watch.next = None;
        self.release_by_policy(Occasion::Clock { now, after, until });
        if self.state.settings.pool.memory_mb.is_some() {
            self.job(self.ports.memory.pages_kb(), Finished::Measured);
        }
    }

    pub(crate) fn measured(&mut self, used_kb: Option<u64>) {
        if let Some(used_kb) = used_kb {
            self.release_by_policy(Occasion::Memory { used_kb });
        }
    }

    /// Releases what the policy names. Nobody is asked: a page that may hold unsaved work refuses, and stays.
    pub(crate) fn release_by_policy(&mut self, occasion: Occasion) {
        let chosen = releases(&self.state.settings.pool, occasion, &self.pool());
        for (id, why) in chosen {
            if self.windows.get(&id).is_some_and(Window::awaits_link) {
                continue;
            }
            self.release(&id, false);
            if let Some(window) = self.windows.get_mut(&id) {
                window.policy = Some(why);
            }
        }
    }

    /// After a sleep a session may be gone: every warm page is looked at before a link needs it.
    pub(crate) fn examine_windows(&self) {
        for id in self.windows.ready() {
            self.ports.shell.window(WindowCommand::Examine { id });
        }
    }

    fn pool(&self) -> Vec<hotstart_core::pool::Warm> {
        let settings = &self.state.settings;
        self.windows
            .pool(|alias| settings.base(alias).is_some_and(|base| base.keep))
    }
}
