//! What the settings window shows, as one value, and what it may ask for. The types are exported to TypeScript.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::bridge::BridgeView;
use crate::failure::FailureView;
use crate::inbox::Note;
use crate::journal::{FavouriteObject, JournalRecord, RecentObject};
use crate::polling::PollingSettings;
use crate::pool::PoolSettings;
use crate::question::Question;
use crate::relay::view::RelayView;
use crate::report::Report;
use crate::secret::Secret;
use crate::settings::{
    ConnectionKind, Method, NotificationSettings, PortalOpening, RelaySettings, Settings, WindowMode,
};
use crate::texts::Language;

mod links;
mod listed;
mod records;

pub use links::{
    CreationView, FieldView, FieldsView, LinksCommand, LinksView, NoteCard, PortalProcesses, Preview, WritingState,
    WritingView,
};
pub use listed::{ListedBase, ListedBases, ListedKind, SHOWN};
pub use records::{ExportFormat, Period, RecordsCommand};

/// The whole state as the pages see it. Sent whole on every change: it is small, and nothing can drift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// The program's version.
    pub version: String,
    /// The page to show.
    pub page: Page,
    /// What the user chose, under what the company has set.
    pub settings: Settings,
    /// Settings that the company has set, which cannot be changed here: `pool.companyCap`, `bases[ut].publication`.
    pub locked: Vec<String>,
    /// The state of every portal of the settings, in their order.
    pub connections: Vec<ConnectionView>,
    /// Aliases of bases whose window is loaded.
    pub warm: Vec<String>,
    /// The loopback interface for 1C.
    pub bridge: BridgeView,
    /// What waits for 1C.
    pub relay: RelayView,
    /// What the last search found in the lists of bases of this computer; nothing while another page is shown.
    pub listed: ListedBases,
    /// What the page of links between entities and objects shows.
    pub links: LinksView,
    /// The newest notes, newest first.
    pub inbox: Vec<Note>,
    /// Unread notes.
    #[ts(type = "number")]
    pub unread: u64,
    /// The newest records, newest first.
    pub journal: Vec<JournalRecord>,
    /// The report that was asked for.
    pub report: Option<Report>,
    /// The last opened objects, newest first.
    pub recent: Vec<RecentObject>,
    /// Objects with a star.
    pub favourites: Vec<FavouriteObject>,
    /// A question that waits for an answer.
    pub question: Option<Question>,
    /// The last failure that the user has not dismissed.
    pub failure: Option<FailureView>,
    /// A sign-in that waits for its user.
    pub login: Option<LoginView>,
    /// Answers that are on their way or could not be sent.
    pub answers: Vec<AnswerView>,
}

/// An answer to a note that the portal does not have yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AnswerView {
    /// The id of the note.
    pub note: String,
    /// What was typed; empty for a button.
    pub text: String,
    /// Why it was not sent; none while it is on its way.
    pub failure: Option<FailureView>,
}

/// A sign-in that waits for its user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LoginView {
    /// The portal.
    pub portal: String,
    /// How it is connected.
    pub connection: ConnectionKind,
    /// The browser's way back is listened for; else its address has to be pasted.
    pub listening: bool,
    /// The answer has come and is being checked.
    pub checking: bool,
}

/// A right that a connection lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MissingScope {
    /// The portal's name of it.
    pub scope: String,
    /// What it is for, in the user's language.
    pub purpose: String,
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
    /// Links between entities and objects.
    Links,
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
    /// Rights that the product uses and the connection lacks.
    pub missing: Vec<MissingScope>,
    /// Why the portal is polled and not listened to, and what would help.
    pub why: Option<FailureView>,
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
    /// No channel can be had; the portal is asked now and then.
    Polling {
        /// About every so many seconds.
        seconds: u32,
    },
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
            Self::Polling { .. } => 2,
            Self::Connecting => 3,
            Self::Waiting { .. } => 4,
            Self::Failed { .. } => 5,
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
        #[ts(as = "String")]
        address: Secret,
        /// The user agreed that plain http is fine in the company's own network.
        intranet: bool,
        /// The user agreed that the secret is kept in memory only.
        memory_only: bool,
    },
    /// Connect a portal by its local application: the default browser opens for the user's agreement.
    ConnectApplication {
        /// The address of the portal.
        portal: String,
        /// The id of the application.
        client_id: String,
        /// Its secret; goes to the keyring and nowhere else.
        #[ts(as = "String")]
        client_secret: Secret,
        /// The port of the redirect address in its card.
        port: u16,
        /// The user agreed that plain http is fine in the company's own network.
        intranet: bool,
        /// The user agreed that secrets are kept in memory only.
        memory_only: bool,
    },
    /// Connect a portal by the user's own sign-in in a window of the program.
    ConnectSession {
        /// The address of the portal.
        portal: String,
        /// The user agreed that plain http is fine in the company's own network.
        intranet: bool,
        /// The user agreed that the cookies are kept in memory only.
        memory_only: bool,
    },
    /// Sign in again to a portal whose sign-in has run out.
    SignInAgain {
        /// The portal.
        portal: String,
    },
    /// The address to which the browser went after the sign-in, pasted by hand.
    FinishLogin {
        /// Whole, or only its path and query.
        #[ts(as = "String")]
        address: Secret,
    },
    /// Give up the sign-in that waits.
    CancelLogin,
    /// Ask a portal again which rights the connection lacks.
    CheckPortal {
        /// The portal.
        portal: String,
    },
    /// Allow or forbid sign-ins in a window of the program.
    SetSessionsAllowed {
        /// Whether they are allowed from now on.
        allowed: bool,
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
    /// The loopback interface for 1C.
    SetBridge {
        /// Switched off.
        off: bool,
        /// A fixed port; none leaves the choice to the system.
        port: Option<u16>,
    },
    /// Make a token for a base; an older one is void. It is shown once.
    PairBase {
        /// The alias of the base.
        alias: String,
    },
    /// Make the token of a base void.
    UnpairBase {
        /// The alias of the base.
        alias: String,
    },
    /// The shown token was copied.
    HideToken,
    /// Whether every client of a base gets all of its events, or they divide them.
    SetEveryone {
        /// The alias of the base.
        alias: String,
        /// All of them get everything.
        everyone: bool,
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
    /// Something about links between entities and objects.
    Links {
        /// What.
        command: LinksCommand,
    },
    /// A report of the journal, or a file of it.
    Records {
        /// What.
        command: RecordsCommand,
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
    /// Press a button of a note that asks.
    PressButton {
        /// The id of the note.
        id: String,
        /// The value of the button.
        value: String,
    },
    /// Answer a note by a text: a message into its dialog, or an answer to the notification.
    Reply {
        /// The id of the note.
        id: String,
        /// What was typed; kept until the portal has it.
        text: String,
    },
    /// Let go of an answer that was not sent.
    DropReply {
        /// The id of the note.
        id: String,
    },
    /// How portals are asked where no channel can be had.
    SetPolling {
        /// All of it.
        polling: PollingSettings,
    },
    /// What of the portals goes to 1C, and who may give commands.
    SetRelay {
        /// All of it.
        relay: RelaySettings,
    },
    /// Send an event that was given up once again; all of them without a number.
    RelayAgain {
        /// Which one.
        #[ts(type = "number | null")]
        number: Option<u64>,
    },
    /// Forget an event that was given up; all of them without a number.
    RelayForget {
        /// Which one.
        #[ts(type = "number | null")]
        number: Option<u64>,
    },
    /// Show a page.
    ShowPage {
        /// Which one.
        page: Page,
    },
    /// Dismiss the shown failure.
    DismissFailure,
}
