//! What the settings window may ask for.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{LinksCommand, ListedBase, Page, RecordsCommand};
use crate::polling::PollingSettings;
use crate::pool::PoolSettings;
use crate::secret::Secret;
use crate::settings::{Method, NotificationSettings, PortalOpening, RelaySettings, WindowMode};
use crate::texts::Language;

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
