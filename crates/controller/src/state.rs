//! Everything the controller knows.
use std::collections::BTreeMap;

use hotstart_core::Timestamp;
use hotstart_core::failure::FailureView;
use hotstart_core::inbox::Note;
use hotstart_core::journal::{FavouriteObject, JournalRecord, RecentObject};
use hotstart_core::plan::Facts;
use hotstart_core::policy::Policy;
use hotstart_core::ports::{Cursor, DeskChange, LeftSession, Stored};
use hotstart_core::question::Question;
use hotstart_core::report::Report;
use hotstart_core::settings::Settings;
use hotstart_core::view::Page;
use hotstart_core::window::WindowLook;

use crate::names::Names;
use crate::opening::Opening;
use crate::resolving::Resolving;

/// How many notes, records and objects are kept at hand; the store keeps more.
pub(crate) const AT_HAND: usize = 200;

/// What the program starts with.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The settings in force: the user's own under what the company has set.
    pub settings: Settings,
    /// What the company has set.
    pub policy: Policy,
    /// What the store knows.
    pub stored: Stored,
    /// Something went wrong while loading that the user has to know.
    pub failure: Option<FailureView>,
}

/// The state.
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) policy: Policy,
    pub(crate) inbox: Vec<Note>,
    pub(crate) unread: u64,
    pub(crate) journal: Vec<JournalRecord>,
    /// The report that the settings window shows.
    pub(crate) report: Option<Report>,
    pub(crate) recent: Vec<RecentObject>,
    pub(crate) favourites: Vec<FavouriteObject>,
    /// How the windows of each base look, by alias.
    pub(crate) looks: BTreeMap<String, WindowLook>,
    /// Sessions that an earlier run did not end.
    pub(crate) left_sessions: Vec<LeftSession>,
    /// Whether the desktop was told to give us `e1c://` links; none until it was told anything.
    pub(crate) e1c_taken: Option<bool>,
    /// Whether the web client of a base follows links, as its warm window has shown last.
    pub(crate) observed: BTreeMap<String, bool>,
    /// What is known of 1C on this desk; which windows are warm is asked when it matters.
    pub(crate) onec: Facts,
    /// What the settings window searches in the lists of bases.
    pub(crate) listed_search: String,
    /// What is known of entities and their objects.
    pub(crate) resolving: Resolving,
    /// What entities are called.
    pub(crate) names: Names,
    pub(crate) cursors: BTreeMap<String, Cursor>,
    pub(crate) page: Page,
    pub(crate) question: Option<(Question, Asked)>,
    pub(crate) failure: Option<FailureView>,
    pub(crate) quitting: Option<Quitting>,
    /// The last number given to a navigation, a window or a question.
    last_number: u64,
}

/// What a question is about.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    /// Whether a command link may run.
    Command {
        opening: Opening,
        base: String,
        command: String,
    },
    /// Which of several objects is meant.
    Object { opening: Opening },
    /// What to do for an entity that leads to no object.
    Missing {
        opening: Opening,
        portal: String,
        entity: bitrix24::Entity,
        offered: Vec<hotstart_core::resolve::Creation>,
    },
    /// In which base something new is made.
    NewIn {
        opening: Opening,
        link: hotstart_core::link::Link,
    },
    /// Whether a base that is not in the settings may be opened by the 1C starter.
    Unknown { opening: Opening },
    /// Whether unsaved work may be lost.
    Dirty { window: hotstart_core::window::WindowId },
}

/// The program is ending.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quitting {
    /// Nobody can be asked any more: the desk ends the session.
    pub(crate) urgent: bool,
    /// When it began.
    pub(crate) since: Timestamp,
}

impl State {
    pub(crate) fn new(start: Start) -> Self {
        let Start {
            settings,
            policy,
            stored,
            failure,
        } = start;
        let cursors = stored
            .cursors
            .into_iter()
            .map(|cursor| (cursor.portal.clone(), cursor))
            .collect();
        Self {
            settings,
            policy,
            inbox: stored.inbox.into_iter().take(AT_HAND).collect(),
            unread: stored.unread,
            journal: stored.journal,
            report: None,
            recent: stored.recent,
            favourites: stored.favourites,
            looks: stored.looks.into_iter().collect(),
            left_sessions: stored.sessions,
            e1c_taken: None,
            observed: BTreeMap::new(),
            onec: Facts::default(),
            listed_search: String::new(),
            resolving: Resolving::default(),
            names: Names::default(),
            cursors,
            page: Page::default(),
            question: None,
            failure,
            quitting: None,
            last_number: 0,
        }
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(crate) fn add_record(&mut self, record: JournalRecord) {
        self.journal.insert(0, record);
        self.journal.truncate(AT_HAND);
    }

    /// Adds notes; one with a tag takes the place of an older one with the same tag.
    pub(crate) fn add_notes(&mut self, notes: &[Note]) {
        for note in notes {
            if note.tag.is_some() {
                let older = |known: &Note| known.tag == note.tag && known.id != note.id;
                let unread = self.inbox.iter().filter(|known| older(known) && !known.read).count() as u64;
                self.unread = self.unread.saturating_sub(unread);
                self.inbox.retain(|known| !older(known));
            }
            self.unread += u64::from(!note.read);
            self.inbox.insert(0, note.clone());
        }
        self.inbox.truncate(AT_HAND);
    }

    pub(crate) fn add_recent(&mut self, recent: RecentObject) {
        self.recent.retain(|known| known.link != recent.link);
        self.recent.insert(0, recent);
        self.recent.truncate(AT_HAND);
    }

    /// Gives an object a star, or takes it away; says what has changed.
    pub(crate) fn set_favourite(&mut self, link: &str, favourite: bool) -> Option<DeskChange> {
        let known = self.favourites.iter().any(|known| known.link == link);
        if !favourite {
            self.favourites.retain(|known| known.link != link);
            return known.then(|| DeskChange::Unstarred(link.to_owned()));
        }
        let recent = self.recent.iter().find(|recent| recent.link == link)?;
        let object = FavouriteObject {
            link: recent.link.clone(),
            title: recent.title.clone(),
            base: recent.base.clone(),
        };
        if !known {
            self.favourites.push(object.clone());
        }
        (!known).then_some(DeskChange::Starred(object))
    }

    /// Marks notes as read and gives the ids of those that were not.
    pub(crate) fn mark_read(&mut self, chosen: impl Fn(&Note) -> bool) -> Vec<String> {
        let mut read = Vec::new();
        for note in &mut self.inbox {
            if !note.read && chosen(note) {
                note.read = true;
                read.push(note.id.clone());
            }
        }
        self.unread = self.unread.saturating_sub(read.len() as u64);
        read
    }
}
