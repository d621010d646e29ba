//! Windows as the controller sees them: commands out, events in. The shell owns the real ones.
//!
//! A window shows either a 1C publication or a portal. It never gets a way to call the program; what it wants to open
//! outside its own origin arrives as [`WindowEvent::Link`] and passes the link gate.

use crate::secret::Secret;

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
    /// The sign-in to a portal, which may lead over other sites: closing gives it up. Its cookies are told.
    SignIn,
}

/// A cookie that a window holds for a portal.
#[derive(Clone, PartialEq, Eq)]
pub struct PageCookie {
    /// Its name.
    pub name: String,
    /// Its value: whoever has it may be the user, so it is never printed.
    pub value: Secret,
}

impl std::fmt::Debug for PageCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PageCookie").finish_non_exhaustive()
    }
}

/// A token of the desktop that lets a window come to front (XDG activation or startup notification id).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationToken(pub String);

/// The 1C session of a page: enough to end it from outside, since a page that does not answer, or one that died with the
/// program, would hold its licence for hours.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// The address of the web client, with its language part, without a slash at the end.
    pub root: String,
    /// The `seanceId`. Whoever has it has the session, so it is never printed.
    pub id: String,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

/// How the user left a window of a base: restored when the next one opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowLook {
    /// Width of the page, in logical pixels.
    pub width: u32,
    /// Height of the page, in logical pixels.
    pub height: u32,
    /// The corner on the desk, in logical pixels, where the desktop tells it.
    pub at: Option<(i32, i32)>,
    /// It fills the screen.
    pub maximized: bool,
    /// Zoom of the page in percent.
    pub zoom: u16,
}

impl WindowLook {
    /// Sizes and zooms that leave a window usable, whatever was stored.
    #[must_use]
    pub fn usable(self) -> Self {
        Self {
            width: self.width.clamp(480, 16_384),
            height: self.height.clamp(360, 16_384),
            zoom: self.zoom.clamp(30, 500),
            ..self
        }
    }
}

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
        /// How the user left the last one of this base.
        look: Option<WindowLook>,
        /// What lets it come to front.
        token: Option<ActivationToken>,
    },
    /// Look whether the page still has its session (after a sleep); says nothing when it has.
    Examine {
        /// The window.
        id: WindowId,
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
    /// The session of the page is known.
    Session {
        /// The window.
        id: WindowId,
        /// Enough to end it.
        session: Session,
    },
    /// The page shows the login form: at first, or because its session was lost.
    Login {
        /// The window.
        id: WindowId,
        /// The navigation that met the form instead of its place.
        navigation: Option<u64>,
    },
    /// How the user left the window: told before it is hidden or goes away.
    Look {
        /// The window.
        id: WindowId,
        /// Size, place, zoom.
        look: WindowLook,
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
    /// A page of the portal has loaded in a window for signing in; these cookies would go to the portal.
    Cookies {
        /// The window.
        id: WindowId,
        /// All of them, those that pages cannot see too.
        cookies: Vec<PageCookie>,
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
