//! Windows as the controller sees them: commands out, events in. The shell owns the real ones.
//!
//! A window shows either a 1C publication or a portal. It never gets a way to call the program; what it wants to open
//! outside its own origin arrives as [`WindowEvent::Link`] and passes the link gate.

/// The name of a window, unique while the program runs; also its label in the shell.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WindowId(pub String);

/// What a window is for; decides what closing means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowRole {
    /// Stays loaded: closing hides it.
    Hot,
    /// For one link: closing logs out and destroys it.
    Cold,
    /// A page of a portal: closing destroys it.
    Portal,
}

/// A token of the desktop that lets a window come to front (XDG activation or startup notification id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationToken(pub String);

/// What the shell shall do with a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowCommand {
    /// Make a window and load the address. It is shown at once.
    Open {
        /// Its name.
        id: WindowId,
        /// What it is for.
        role: WindowRole,
        /// What it shows first; the origin (and, for 1C, the path of the publication) is where it stays.
        address: String,
        /// The address of the publication or portal it belongs to.
        home: String,
        /// The title until the page has one.
        title: String,
        /// What lets it come to front.
        token: Option<ActivationToken>,
    },
    /// Navigate inside the loaded client by its fragment, verify that it followed, and come to front.
    Navigate {
        /// The window.
        id: WindowId,
        /// Tells this navigation from others in the answer.
        navigation: u64,
        /// The fragment without `#`, percent-encoded for an address.
        fragment: String,
        /// What lets it come to front.
        token: Option<ActivationToken>,
    },
    /// Come to front as it is.
    Show {
        /// The window.
        id: WindowId,
        /// What lets it come to front.
        token: Option<ActivationToken>,
    },
    /// Hide, keep loaded.
    Hide {
        /// The window.
        id: WindowId,
    },
    /// Log out of 1C, then destroy the window. `force` does so even if the page may hold unsaved work.
    Release {
        /// The window.
        id: WindowId,
        /// The user has agreed to lose what was typed.
        force: bool,
    },
    /// Destroy a window that holds no session (a portal page).
    Close {
        /// The window.
        id: WindowId,
    },
}

/// Why a page could not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Every licence is in use.
    Licence,
    /// The infobase is locked for maintenance.
    Locked,
}

/// What a window reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WindowEvent {
    /// A page has loaded to its end. Counted: a warm window loads once.
    Loaded {
        /// The window.
        id: WindowId,
    },
    /// The page has a session, so it takes navigations.
    Ready {
        /// The window.
        id: WindowId,
    },
    /// The page shows that it could not begin.
    Trouble {
        /// The window.
        id: WindowId,
        /// Why.
        trouble: Trouble,
    },
    /// The page has a new title.
    Title {
        /// The window.
        id: WindowId,
        /// Plain text.
        title: String,
    },
    /// The page followed a navigation.
    Followed {
        /// The window.
        id: WindowId,
        /// Which one.
        navigation: u64,
    },
    /// The page did not follow a navigation in time.
    NotFollowed {
        /// The window.
        id: WindowId,
        /// Which one.
        navigation: u64,
    },
    /// The user wants to close the window.
    CloseRequested {
        /// The window.
        id: WindowId,
    },
    /// A release was refused because the page may hold unsaved work.
    Dirty {
        /// The window.
        id: WindowId,
    },
    /// The session was asked to end and the window is gone.
    Released {
        /// The window.
        id: WindowId,
        /// Whether the publication confirmed the logout.
        confirmed: bool,
    },
    /// The page wants to open an address that is not its own.
    Link {
        /// The window.
        id: WindowId,
        /// The address.
        address: String,
    },
    /// A file was saved, or could not be.
    Downloaded {
        /// The window.
        id: WindowId,
        /// The path of the file.
        path: String,
        /// Whether it is complete.
        ok: bool,
    },
    /// The window could not be made or its page could not be loaded.
    Failed {
        /// The window.
        id: WindowId,
        /// What the engine said.
        reason: String,
    },
    /// The window is gone.
    Destroyed {
        /// The window.
        id: WindowId,
    },
}
