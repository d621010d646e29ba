//! What the controller knows of the windows: the hot pool, cold windows, portal windows.
//!
//! The rule that nothing loses unsaved work is kept here: the controller never reloads a page; it navigates by the
//! fragment, opens a second window when the page did not follow, and destroys a page only after a release that the
//! page, or the user, has agreed to.
use std::collections::BTreeMap;

use hotstart_core::Timestamp;
use hotstart_core::pool::{Warm, Why};
use hotstart_core::window::{Session, WindowId, WindowRole};

use crate::opening::Opening;

mod event;
mod fresh;
mod release;

/// How many links wait for one loading window; more are told to come later.
const WAITING: usize = 16;

/// A window that is about to be made.
#[derive(Debug, Clone)]
pub(crate) struct Fresh {
    pub(crate) id: WindowId,
    pub(crate) role: WindowRole,
    pub(crate) base: String,
    /// Where it begins.
    pub(crate) address: String,
    pub(crate) home: String,
    pub(crate) title: String,
    pub(crate) opening: Opening,
}

/// One known window.
#[derive(Debug)]
pub(crate) struct Window {
    pub(crate) role: WindowRole,
    /// The alias of the base, or the portal.
    pub(crate) of: String,
    pub(crate) stage: Stage,
    pub(crate) title: String,
    /// The opening that made it, until it has a session.
    pub(crate) first: Option<Opening>,
    /// Navigations that were asked and not answered yet.
    pub(crate) asked: BTreeMap<u64, (Opening, String)>,
    /// Links that came while it was not ready: opening and fragment.
    pub(crate) waiting: Vec<(Opening, String)>,
    /// The link that it shows, for the list of recent objects.
    pub(crate) shows: Option<String>,
    pub(crate) visible: bool,
    /// When a link or the user last had to do with it.
    pub(crate) last_used: Timestamp,
    /// Its 1C session, once the page has one.
    pub(crate) session: Option<Session>,
    /// When its page has asked for links lately.
    pub(crate) links: Vec<Timestamp>,
    /// Why policy releases it; a release that the user wants has none.
    pub(crate) policy: Option<Why>,
}

/// How far a window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The publication is asked whether it is there.
    Probing,
    /// The page loads.
    Loading,
    /// It shows the login form: links wait until the user has signed in.
    Login,
    /// It takes navigations.
    Ready,
    /// It is logging out.
    Releasing,
}

/// The windows.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    known: BTreeMap<WindowId, Window>,
}

impl Windows {
    pub(crate) fn insert(&mut self, fresh: &Fresh) {
        let window = Window {
            role: fresh.role,
            of: fresh.base.clone(),
            stage: Stage::Probing,
            title: fresh.title.clone(),
            first: Some(fresh.opening.clone()),
            asked: BTreeMap::new(),
            waiting: Vec::new(),
            shows: Some(fresh.opening.text.clone()),
            visible: true,
            last_used: fresh.opening.started,
            session: None,
            links: Vec::new(),
            policy: None,
        };
        self.known.insert(fresh.id.clone(), window);
    }

    pub(crate) fn get_mut(&mut self, id: &WindowId) -> Option<&mut Window> {
        self.known.get_mut(id)
    }

    pub(crate) fn get(&self, id: &WindowId) -> Option<&Window> {
        self.known.get(id)
    }

    pub(crate) fn remove(&mut self, id: &WindowId) -> Option<Window> {
        self.known.remove(id)
    }

    /// The hot window of a base that is not on its way out.
    pub(crate) fn hot(&mut self, base: &str) -> Option<(&WindowId, &mut Window)> {
        self.known
            .iter_mut()
            .find(|(_, window)| window.role == WindowRole::Hot && window.of == base && window.stage != Stage::Releasing)
    }

    /// Aliases of bases whose hot window is loaded or loading.
    pub(crate) fn warm(&self) -> Vec<String> {
        let hot = |window: &&Window| window.role == WindowRole::Hot && window.stage != Stage::Probing;
        self.known
            .values()
            .filter(hot)
            .map(|window| window.of.clone())
            .collect()
    }

    /// The warm windows as the policy of the pool sees them; those on their way out are not in it.
    pub(crate) fn pool(&self, keeps: impl Fn(&str) -> bool) -> Vec<Warm> {
        let warm = |(id, window): (&WindowId, &Window)| {
            (window.role == WindowRole::Hot && window.stage != Stage::Releasing).then(|| Warm {
                window: id.clone(),
                last_used: window.last_used,
                visible: window.visible,
                keep: keeps(&window.of),
            })
        };
        self.known.iter().filter_map(warm).collect()
    }

    /// The warm windows that take navigations.
    pub(crate) fn ready(&self) -> Vec<WindowId> {
        let ready = |(id, window): (&WindowId, &Window)| {
            (window.role == WindowRole::Hot && window.stage == Stage::Ready).then(|| id.clone())
        };
        self.known.iter().filter_map(ready).collect()
    }

    /// Every window that holds a session.
    pub(crate) fn with_session(&self) -> Vec<WindowId> {
        let holds = |(id, window): (&WindowId, &Window)| {
            (window.role != WindowRole::Portal && window.stage != Stage::Probing).then(|| id.clone())
        };
        self.known.iter().filter_map(holds).collect()
    }

    /// Every window of a base.
    pub(crate) fn of_base(&self, base: &str) -> Vec<WindowId> {
        let of = |(id, window): (&WindowId, &Window)| {
            (window.role != WindowRole::Portal && window.of == base).then(|| id.clone())
        };
        self.known.iter().filter_map(of).collect()
    }
}

impl Window {
    /// A link is on its way into it.
    pub(crate) fn awaits_link(&self) -> bool {
        self.stage == Stage::Probing || !self.waiting.is_empty() || !self.asked.is_empty()
    }

    /// Keeps a link until the page takes it; `false` when too many wait already.
    pub(crate) fn wait(&mut self, opening: Opening, fragment: String) -> bool {
        let room = self.waiting.len() < WAITING;
        if room {
            self.waiting.push((opening, fragment));
        }
        room
    }
}
