//! What the settings window shows, as one value, and what it may ask for. The types are exported to TypeScript.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::failure::FailureView;
use crate::inbox::Note;
use crate::journal::{FavouriteObject, JournalRecord, RecentObject};
use crate::pool::PoolSettings;
use crate::question::Question;
use crate::settings::{Method, NotificationSettings, PortalOpening, Settings, WindowMode};
use crate::texts::Language;

mod listed;

pub use listed::{ListedBase, ListedBases, ListedKind, SHOWN};

/// The whole state as the pages see it. Sent whole on every change: it is small, and nothing can drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The program's version.
    pub version: String,
    /// The page to show.
    pub page: Page,
    /// What the user chose.
    pub settings: Settings,
    /// The state of every portal of the settings, in their order.
    pub connections: Vec<ConnectionView>,
    /// Aliases of bases whose window is loaded.
    pub warm: Vec<String>,
    /// What the last search found in the lists of bases of this computer; nothing while another page is shown.
    pub listed: ListedBases,
    /// The newest notes, newest first.
    pub inbox: Vec<Note>,
    /// Unread notes.
    #[ts(type = "number")]
    pub unread: u64,
    /// The newest records, newest first.
    pub journal: Vec<JournalRecord>,
    /// The last opened objects, newest first.
    pub recent: Vec<RecentObject>,
    /// Objects with a star.
    pub favourites: Vec<FavouriteObject>,
    /// A question that waits for an answer.
    pub question: Option<Question>,
    /// The last failure that the user has not dismissed.
    pub failure: Option<FailureView>,
}

/// A page of the settings window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// Portals and their connections.
    #[default]
    Portals,
    /// Infobases.
    Bases,
    /// Notifications.
    Inbox,
    /// Operations.
    Journal,
    /// Language, notifications, where pages open.
    General,
    /// A question.
    Question,
}

/// The state of one portal's connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// The portal.
    pub portal: String,
    /// The state.
    pub state: ConnectionState,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How events travel, once a connection stood.
    pub transport: Option<Transport>,
    /// The version of the push server, once known.
    pub server_version: Option<u32>,
    /// When the last event came.
    pub last_event: Option<Timestamp>,
    /// How often the connection was made again.
    pub reconnects: u32,
}

/// How events travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// A WebSocket.
    WebSocket,
    /// Repeated HTTP requests, where something on the way lets no WebSocket through.
    LongPolling,
}

/// Where a connection stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum ConnectionState {
    /// Events arrive.
    Online,
    /// On the way.
    Connecting,
    /// The next attempt comes by itself.
    Waiting {
        /// After this many seconds.
        seconds: u32,
    },
    /// Not wanted.
    Stopped,
    /// The user has to do something.
    Failed {
        /// What, and how.
        failure: FailureView,
    },
}

impl ConnectionState {
    /// How much the user has to know of it; the greater the more.
    pub const fn urgency(&self) -> u8 {
        match self {
            Self::Stopped => 0,
            Self::Online => 1,
            Self::Connecting => 2,
            Self::Waiting { .. } => 3,
            Self::Failed { .. } => 4,
        }
    }
}

/// What the settings window may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum UiCommand {
    /// Connect a portal by its incoming webhook.
    ConnectWebhook {
        /// The whole address with its secret; goes to the keyring and nowhere else.
        address: String,
        /// The user agreed that plain http is fine in the company's own network.
        intranet: bool,
        /// The user agreed that the secret is kept in memory only.
        memory_only: bool,
    },
    /// Forget a portal and its secret.
    RemovePortal {
        /// The portal.
        portal: String,
    },
    /// The base for links of a portal that name none.
    SetPortalBase {
        /// The portal.
        portal: String,
        /// The alias, or none.
        base: Option<String>,
    },
    /// Add a base, or change the one of this alias.
    SaveBase {
        /// The alias it had before, when it is changed.
        previous: Option<String>,
        /// The name in links.
        alias: String,
        /// The name for people.
        name: String,
        /// The address of the publication; none for a base that opens only in the native client.
        publication: Option<String>,
        /// The user agreed that plain http is fine in the company's own network.
        intranet: bool,
        /// How its links open.
        methods: Vec<Method>,
        /// Window mode of the warm window and of the browser.
        window_mode: WindowMode,
        /// Window mode of a window for one link.
        cold_window_mode: WindowMode,
        /// Its session is never released by policy.
        keep: bool,
        /// The connection string for the native client.
        connect: Option<String>,
        /// The version of the native client, or its first parts.
        platform: Option<String>,
    },
    /// Look for bases in the lists of this computer.
    SearchListed {
        /// Words of names and addresses; everything without.
        text: String,
    },
    /// Add a base of the lists of this computer.
    AddListed {
        /// As it was shown.
        base: ListedBase,
    },
    /// The 1C user in whose name the HTTP services of a base are called.
    SetService {
        /// The alias of the base.
        alias: String,
        /// The user; none forgets the one that is known, with the password.
        user: Option<String>,
        /// The password; goes to the keyring and nowhere else.
        password: String,
        /// The user agreed that the password is kept in memory only.
        memory_only: bool,
    },
    /// Forget a base.
    RemoveBase {
        /// Its alias.
        alias: String,
    },
    /// Bring the window of a base to front, loading it if need be.
    ShowBase {
        /// Its alias.
        alias: String,
    },
    /// End the 1C session of a base.
    ReleaseBase {
        /// Its alias.
        alias: String,
    },
    /// Language, places, notifications.
    SetGeneral {
        /// The language.
        language: Language,
        /// Where portal pages open.
        portal_opening: PortalOpening,
        /// Notifications.
        notifications: NotificationSettings,
        /// `e1c://` links are ours.
        e1c_links: bool,
    },
    /// How many windows stay warm, and for how long.
    SetPool {
        /// All of it; the company's cap stays as it is.
        pool: PoolSettings,
    },
    /// Give an object a star, or take it away.
    SetFavourite {
        /// The canonical link.
        link: String,
        /// Whether it has one from now on.
        favourite: bool,
    },
    /// Start or stop the real-time connection.
    SetConnection {
        /// Whether it is wanted.
        wanted: bool,
    },
    /// Open a link that the user typed or clicked in the inbox or the journal.
    OpenLink {
        /// Its text.
        text: String,
    },
    /// Answer a question.
    Answer {
        /// Which one.
        #[ts(type = "number")]
        question: u64,
        /// The key of the choice.
        choice: String,
    },
    /// Mark a note as read; all of them without an id.
    MarkRead {
        /// Which one.
        id: Option<String>,
    },
    /// Show a page.
    ShowPage {
        /// Which one.
        page: Page,
    },
    /// Dismiss the shown failure.
    DismissFailure,
}
