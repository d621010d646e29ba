//! What the controller may be asked.
use hotstart_core::failure::{Failure, FailureView};
use hotstart_core::link::Source;
use hotstart_core::plan::Facts;
use hotstart_core::relay::OfflineEvent;
use hotstart_core::tray::MenuAction;
use hotstart_core::view::{UiCommand, View};
use hotstart_core::window::{ActivationToken, WindowEvent};
use tokio::sync::oneshot;

/// A request from outside. Everything that changes state arrives as one.
#[derive(Debug)]
pub enum Request {
    /// Open a link.
    OpenLink {
        /// Its text, as it came.
        text: String,
        /// Where it came from: decides what it may do.
        source: Source,
        /// What lets a window come to front.
        token: Option<ActivationToken>,
    },
    /// Open the page of the entity that leads to an object.
    EntityOf {
        /// A link to the object, as it came.
        link: String,
        /// Where it came from.
        source: Source,
        /// What lets a window come to front.
        token: Option<ActivationToken>,
    },
    /// A line of the tray's menu, or the icon itself.
    Menu(MenuAction, Option<ActivationToken>),
    /// Something happened to a window of 1C or of a portal.
    Window(WindowEvent),
    /// The settings window has started and wants the state; from now on it gets every change.
    View(oneshot::Sender<View>),
    /// The settings window was closed.
    SettingsClosed,
    /// The settings window asks for something.
    Ui(UiCommand, oneshot::Sender<Result<(), FailureView>>),
    /// A notification was clicked.
    NoteClicked {
        /// The id of the note, with the value of a button if one was pressed (`hotstart_core::inbox::click`).
        id: String,
        /// What lets a window come to front.
        token: Option<ActivationToken>,
    },
    /// The program was started once more without a link: show that it runs.
    StartedAgain,
    /// The computer woke up, or its network is back.
    Awake,
    /// What is known of 1C on this desk: programs, lists of bases. Told at the start and whenever it has changed.
    OneC(Box<Facts>),
    /// A base was paired with the bridge by another program of ours.
    Paired,
    /// A relay for the whole company took these events from the queue of a portal: they are to be kept, then the portal
    /// may forget them.
    Offline {
        /// The portal.
        portal: String,
        /// The events, in their order.
        events: Vec<OfflineEvent>,
        /// Whether they are durable.
        reply: oneshot::Sender<Result<(), Failure>>,
    },
    /// The screen was locked: nobody sits at the desk.
    ScreenLocked,
    /// The desk ends the session: put away what can be put away without asking.
    Terminate,
}
