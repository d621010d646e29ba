//! The outside, as traits: what the controller is given instead of an operating system, a network and a disk.
//!
//! Methods that only hand something over return at once; those that wait return a future and are run as jobs.
use std::future::Future;
use std::pin::Pin;

use bitrix24::entity::Entity;
use onec::Launch;

use crate::Timestamp;
use crate::bridge::Serve;
use crate::failure::Failure;
use crate::inbox::Note;
use crate::journal::{FavouriteObject, JournalRecord, RecentObject};
use crate::pool::TimeOfDay;
use crate::relay::{Pace, Trouble};
use crate::settings::{BaseSettings, Settings};
use crate::tray::Tray;
use crate::view::View;
use crate::window::{ActivationToken, Session, WindowCommand, WindowLook};

mod entities;
mod logins;
mod messenger;
mod records;
mod relay;

pub use entities::{Entities, FieldWanted, MadeField, Objects, Process};
pub use logins::{ApplicationLogin, LoginBegun, Logins, SessionLogin};
pub use messenger::{Act, Looked, Messenger};
pub use records::{Kept, Records};
pub use relay::{RelayAnswerable, RelayChange, RelayEvent, RelayItem, RelayReply, RelayStored};

/// A future that a job waits for.
pub type Waiting<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The visible half: tray and windows. Implemented by the root with Tauri, and by a recorder in tests.
pub trait Shell: Send + 'static {
    /// Show this tray; called only when it has changed.
    fn set_tray(&self, tray: &Tray);
    /// Give the settings window, if it is open, its new state.
    fn show_view(&self, view: &View);
    /// Open the settings window, or bring it to front.
    fn open_settings(&self, token: Option<ActivationToken>);
    /// Do something with a 1C or portal window.
    fn window(&self, command: WindowCommand);
    /// End the program, now that everything is put away.
    fn quit(&self);
}

/// Notifications of the desktop.
pub trait Notifier: Send + 'static {
    /// Show a toast. A click comes back as a request with the note's id.
    fn show(&self, note: &Note);
    /// Take back a toast, since it was read elsewhere.
    fn withdraw(&self, id: &str);
}

/// The default browser.
pub trait Browser: Send + Sync + 'static {
    /// Open an http or https address.
    fn open(&self, address: String) -> Waiting<Result<(), Failure>>;
}

/// The secret store of the desk.
pub trait Secrets: Send + Sync + 'static {
    /// Keep a secret. With `memory_only` it is gone when the program ends.
    fn keep(&self, key: String, secret: String, memory_only: bool) -> Waiting<Result<(), Failure>>;
    /// Forget a secret.
    fn forget(&self, key: String) -> Waiting<Result<(), Failure>>;
}

/// What a portal is asked.
pub trait Portals: Send + Sync + 'static {
    /// Checks an incoming webhook by asking who it is: never keeps anything.
    fn identify(&self, address: String, intranet: bool) -> Waiting<Result<PortalIdentity, Failure>>;
    /// Calls a method in the name of the user: `result`, and what stands beside it (`total`, `next`). The failure has the
    /// portal's own code as the parameter `portal_code`, if the portal gave one.
    fn call(
        &self,
        portal: String,
        method: String,
        params: serde_json::Value,
    ) -> Waiting<Result<serde_json::Value, Failure>>;
    /// The fields of an entity by their names.
    fn entity(&self, portal: String, entity: Entity) -> Waiting<Result<EntityFields, Failure>>;
    /// Writes fields of an entity; done twice it is as if done once.
    fn write_entity(&self, portal: String, entity: Entity, fields: EntityFields) -> Waiting<Result<(), Failure>>;
}

/// Publications of 1C, seen from outside a window.
pub trait Publications: Send + Sync + 'static {
    /// Asks the publication for its first page, which takes no session and no licence: fails with
    /// [`Code::BaseUnreachable`](crate::failure::Code::BaseUnreachable) or
    /// [`Code::BaseLocked`](crate::failure::Code::BaseLocked), the base's alias as the parameter `base`.
    fn probe(&self, alias: String, address: String) -> Waiting<Result<(), Failure>>;
    /// Ends a 1C session from outside its page: one that does not answer, or one that a crash has left over. A session
    /// that is gone already counts as ended.
    fn end_session(&self, alias: String, session: Session) -> Waiting<Result<(), Failure>>;
}

/// HTTP services of a base.
pub trait Services: Send + Sync + 'static {
    /// Asks the base to make an object for an entity, filled as its configuration knows how: the canonical navigation
    /// link of the draft, or none where the base has no such service.
    fn draft(&self, base: BaseSettings, wanted: Draft) -> Waiting<Result<Option<String>, Failure>>;
    /// Gives events to a base in one call, in one session that is kept: the whole answer, not judged yet.
    fn events(&self, base: BaseSettings, events: Vec<RelayItem>) -> Waiting<Result<serde_json::Value, Trouble>>;
    /// Ends the session in which a base was given events, so that its licence is free.
    fn end_events(&self, base: String) -> Waiting<()>;
    /// How patient the relay is.
    fn pace(&self) -> Pace {
        Pace::default()
    }
    /// A number from 0 to 1 that nobody can foresee: what failed together must not come again together.
    fn lot(&self) -> f64;
}

/// What a base is asked to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Kind and name, as `Документ.ЗаказКлиента`.
    pub object: String,
    /// The portal.
    pub portal: String,
    /// The entity it is made from.
    pub entity: Entity,
}

/// The loopback interface for 1C.
pub trait Bridge: Send + Sync + 'static {
    /// Listens as told from now on, or not at all; gives the port. Fails with
    /// [`Code::BridgePort`](crate::failure::Code::BridgePort) when another program has it.
    fn serve(&self, wanted: Option<Serve>) -> Waiting<Result<Option<u16>, Failure>>;
    /// Makes a token for the base of this alias; an older one is void.
    fn pair(&self, base: String) -> Waiting<Result<String, Failure>>;
    /// Makes the token of a base void, or gives it to the new alias of the base.
    fn unpair(&self, base: String, renamed: Option<String>) -> Waiting<Result<(), Failure>>;
    /// Bases that have a token.
    fn paired(&self) -> Waiting<Result<Vec<String>, Failure>>;
}

/// Programs of 1C.
pub trait Launcher: Send + Sync + 'static {
    /// Starts one; it outlives us. Fails with [`Code::LaunchFailed`](crate::failure::Code::LaunchFailed).
    fn launch(&self, launch: Launch) -> Waiting<Result<(), Failure>>;
}

/// Who the desktop starts for links of 1C.
pub trait LinkHandler: Send + Sync + 'static {
    /// Makes this program the one for `e1c://` links, or gives them back to whoever had them.
    fn take_e1c(&self, take: bool) -> Waiting<Result<(), Failure>>;
}

/// The memory of the desk.
pub trait Memory: Send + Sync + 'static {
    /// What the pages of all windows use together, in KiB; none where the system does not tell.
    fn pages_kb(&self) -> Waiting<Option<u64>>;
}

/// Whom a webhook acts for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortalIdentity {
    /// Host, with the port if it is not the usual one.
    pub portal: String,
    /// `https` or `http`.
    pub scheme: String,
    /// The user's id.
    pub user_id: String,
    /// The user's name.
    pub user_name: String,
    /// Scopes that the product uses and the webhook lacks.
    pub missing_scopes: Vec<String>,
}

/// The fields of an entity: names and values as the portal gave them.
pub type EntityFields = serde_json::Map<String, serde_json::Value>;

/// The durable half: settings file and database.
pub trait Store: Send + Sync + 'static {
    /// Commits everything in one transaction, or nothing.
    fn commit(&self, transaction: Transaction) -> Waiting<Result<Committed, Failure>>;
    /// Writes the settings file.
    fn save_settings(&self, settings: Settings) -> Waiting<Result<(), Failure>>;
    /// The first events that wait for a base, in their order, after this number; at most so many, and not more than
    /// memory can bear.
    fn relay_waiting(&self, base: String, after: u64, most: usize) -> Waiting<Result<Vec<RelayItem>, Failure>>;
    /// The first answers that wait for a portal.
    fn relay_replies(&self, portal: String, most: usize) -> Waiting<Result<Vec<RelayReply>, Failure>>;
    /// What is known of events that a base answers, in the order of their ids.
    fn relay_answerable(
        &self,
        base: String,
        ids: Vec<String>,
    ) -> Waiting<Result<Vec<Option<RelayAnswerable>>, Failure>>;
}

/// What is committed together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    /// The position in a portal's channel, with the event ids seen since the last one.
    pub cursor: Option<Cursor>,
    /// New or changed notes; one with a known id is left as it is.
    pub notes: Vec<Note>,
    /// Notes that were read.
    pub read: Vec<String>,
    /// New records.
    pub journal: Vec<JournalRecord>,
    /// An object that was opened.
    pub recent: Option<RecentObject>,
    /// What became of the sessions, the looks and the stars.
    pub desk: Vec<DeskChange>,
    /// What becomes of events on their way to 1C.
    pub relay: Vec<RelayChange>,
    /// It must outlive a loss of power once it is committed, since the server forgets what was acknowledged.
    pub lasting: bool,
}

/// A change of what the windows leave behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeskChange {
    /// A page has a session: remembered until it ends, in case the program dies first.
    SessionBegan(LeftSession),
    /// The session with this root and id has ended.
    SessionEnded(Session),
    /// How the windows of a base look.
    Looks(String, WindowLook),
    /// An object has a star.
    Starred(FavouriteObject),
    /// The object of this link has none any more.
    Unstarred(String),
    /// An answer to a note that is being sent: kept until the portal has it.
    Unsent(Unsent),
    /// The answer to the note with this id was sent, or the user let go of it.
    Sent(String),
    /// The note with this id asks for no answer any more.
    Answered(String),
}

/// An answer that was typed and that the portal may not have yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// The id of the note that it answers.
    pub note: String,
    /// What was typed.
    pub text: String,
}

/// A session that was begun and, as far as is known, not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftSession {
    /// The alias of the base.
    pub base: String,
    /// Enough to end it.
    pub session: Session,
    /// When it was begun.
    pub at: Timestamp,
}

/// The position in a portal's channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The portal.
    pub portal: String,
    /// What the pull client wants back at the next start, opaque.
    pub position: String,
    /// Event ids seen since the last commit.
    pub seen: Vec<String>,
}

/// What a commit did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Committed {
    /// The notes that were new.
    pub new_notes: Vec<Note>,
    /// The bases that have new events, each once for every event.
    pub relayed: Vec<String>,
    /// Events that were given up because too many wait.
    pub given_up: Vec<RelayItem>,
}

/// What the store knows when the program starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The newest notes, newest first.
    pub inbox: Vec<Note>,
    /// All unread notes.
    pub unread: u64,
    /// The newest records, newest first.
    pub journal: Vec<JournalRecord>,
    /// The last opened objects, newest first.
    pub recent: Vec<RecentObject>,
    /// The positions in the channels.
    pub cursors: Vec<Cursor>,
    /// Sessions that an earlier run did not end.
    pub sessions: Vec<LeftSession>,
    /// How the windows of each base look, by alias.
    pub looks: Vec<(String, WindowLook)>,
    /// Objects with a star, in the order in which they got it.
    pub favourites: Vec<FavouriteObject>,
    /// Answers that an earlier run did not see arrive.
    pub unsent: Vec<Unsent>,
    /// What waits for 1C.
    pub relay: RelayStored,
}

/// The clock of the desk.
pub trait Clock: Send + Sync + 'static {
    /// The moment now.
    fn now(&self) -> Timestamp;
    /// The time of the day where the desk stands.
    fn time_of_day(&self) -> TimeOfDay;
}
