//! What the settings window shows, as one value, and what it may ask for. The types are exported to TypeScript.
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::bridge::BridgeView;
use crate::failure::FailureView;
use crate::inbox::Note;
use crate::journal::{FavouriteObject, JournalRecord, RecentObject};
use crate::question::Question;
use crate::relay::view::RelayView;
use crate::report::Report;
use crate::settings::{ConnectionKind, Settings};

mod command;
mod connection;
mod links;
mod listed;
mod records;

pub use command::UiCommand;
pub use connection::{ConnectionState, ConnectionView, MissingScope, Transport};
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
