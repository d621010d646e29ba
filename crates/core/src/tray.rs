//! The tray as a value: computed from state, compared with the last one, rendered by the shell.
use crate::journal::{FavouriteObject, RecentObject};
use crate::texts::{Key, Language, text};
use crate::view::ConnectionState;

/// How many recent objects the menu offers.
const RECENT: usize = 8;
/// How many objects with a star the menu offers.
const FAVOURITES: usize = 20;

/// What the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tray {
    /// Which picture.
    pub icon: TrayIcon,
    /// Unread notes; drawn on the picture when not zero.
    pub unread: u64,
    /// One or two short lines.
    pub tooltip: String,
    /// The menu.
    pub menu: Vec<MenuItem>,
}

/// The picture of the tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrayIcon {
    /// Connected.
    Online,
    /// On the way or waiting to try again.
    Connecting,
    /// Stopped by the user, or nothing to connect to.
    Off,
    /// The user has to do something.
    Attention,
}

/// One line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuItem {
    /// A line that does something.
    Action {
        /// What it does.
        action: MenuAction,
        /// What it says.
        label: String,
    },
    /// A line that only tells.
    Label(String),
    /// A menu inside the menu.
    Submenu {
        /// What it says.
        label: String,
        /// What it holds.
        items: Vec<MenuItem>,
    },
    /// A thin line.
    Separator,
}

/// What a line of the menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuAction {
    /// The icon itself was clicked.
    Activate,
    /// Bring the warm window of this base to front.
    ShowBase(String),
    /// End the session of this base.
    ReleaseBase(String),
    /// Open this link again.
    OpenRecent(String),
    /// Start the real-time connection.
    StartConnection,
    /// Stop it.
    StopConnection,
    /// Show the notifications.
    Inbox,
    /// Show the settings.
    Settings,
    /// Show the journal.
    Journal,
    /// End the program.
    Quit,
}

/// What the tray is computed from.
#[derive(Debug, Clone)]
pub struct TrayFacts<'a> {
    /// The language of the texts.
    pub language: Language,
    /// Every connected portal with its state.
    pub connections: &'a [(String, ConnectionState)],
    /// Whether the connection is wanted.
    pub wanted: bool,
    /// Unread notes.
    pub unread: u64,
    /// Alias and name of the bases whose window is loaded.
    pub warm: &'a [(String, String)],
    /// Objects with a star.
    pub favourites: &'a [FavouriteObject],
    /// The last opened objects, newest first.
    pub recent: &'a [RecentObject],
}

/// Computes the tray.
pub fn tray(facts: &TrayFacts<'_>) -> Tray {
    let (icon, state) = state(facts);
    let mut tooltip = format!("Hotstart: {state}");
    if facts.unread > 0 {
        tooltip.push('\n');
        tooltip.push_str(&text(
            facts.language,
            Key::TrayUnread,
            &[("count", &facts.unread.to_string())],
        ));
    }
    Tray {
        icon,
        unread: facts.unread,
        tooltip,
        menu: menu(facts, state),
    }
}

fn state(facts: &TrayFacts<'_>) -> (TrayIcon, String) {
    let say = |key, parameters: &[(&str, &str)]| text(facts.language, key, parameters);
    if facts.connections.is_empty() {
        return (TrayIcon::Off, say(Key::TrayNoPortal, &[]));
    }
    if !facts.wanted {
        return (TrayIcon::Off, say(Key::TrayStopped, &[]));
    }
    // The worst state is the one the user has to know of.
    let worst = facts.connections.iter().max_by_key(|(_, state)| state.urgency());
    let Some((portal, state)) = worst else {
        return (TrayIcon::Off, say(Key::TrayStopped, &[]));
    };
    let portal = ("portal", portal.as_str());
    match state {
        ConnectionState::Online => (TrayIcon::Online, say(Key::TrayOnline, &[portal])),
        ConnectionState::Polling { seconds } => (
            TrayIcon::Online,
            say(
                Key::TrayPolling,
                &[portal, ("minutes", &seconds.div_ceil(60).to_string())],
            ),
        ),
        ConnectionState::Stopped => (TrayIcon::Off, say(Key::TrayStopped, &[])),
        ConnectionState::Connecting => (TrayIcon::Connecting, say(Key::TrayConnecting, &[portal])),
        ConnectionState::Waiting { seconds } => (
            TrayIcon::Connecting,
            say(Key::TrayWaiting, &[portal, ("seconds", &seconds.to_string())]),
        ),
        ConnectionState::Failed { .. } => (TrayIcon::Attention, say(Key::TrayFailed, &[portal])),
    }
}

fn menu(facts: &TrayFacts<'_>, state: String) -> Vec<MenuItem> {
    let say = |key| text(facts.language, key, &[]);
    let action = |action, label| MenuItem::Action { action, label };
    let mut menu = vec![MenuItem::Label(state), MenuItem::Separator];
    for (alias, name) in facts.warm {
        menu.push(MenuItem::Submenu {
            label: name.clone(),
            items: vec![
                action(MenuAction::ShowBase(alias.clone()), say(Key::MenuShow)),
                action(MenuAction::ReleaseBase(alias.clone()), say(Key::MenuRelease)),
            ],
        });
    }
    let mut objects = |label, items: Vec<MenuItem>| {
        if !items.is_empty() {
            menu.push(MenuItem::Submenu { label, items });
        }
    };
    let object = |link: &String, title: &String| action(MenuAction::OpenRecent(link.clone()), title.clone());
    let favourites = facts.favourites.iter().take(FAVOURITES);
    objects(
        say(Key::MenuFavourites),
        favourites.map(|one| object(&one.link, &one.title)).collect(),
    );
    let recent = facts.recent.iter().take(RECENT);
    objects(
        say(Key::MenuRecent),
        recent.map(|one| object(&one.link, &one.title)).collect(),
    );
    if menu.len() > 2 {
        menu.push(MenuItem::Separator);
    }
    if !facts.connections.is_empty() {
        menu.push(if facts.wanted {
            action(MenuAction::StopConnection, say(Key::MenuStop))
        } else {
            action(MenuAction::StartConnection, say(Key::MenuStart))
        });
    }
    menu.extend([
        action(MenuAction::Inbox, say(Key::MenuInbox)),
        action(MenuAction::Settings, say(Key::MenuSettings)),
        action(MenuAction::Journal, say(Key::MenuJournal)),
        MenuItem::Separator,
        action(MenuAction::Quit, say(Key::MenuQuit)),
    ]);
    menu
}
