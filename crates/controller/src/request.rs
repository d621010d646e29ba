//! What the controller may be asked.
use hotstart_core::failure::FailureView;
use hotstart_core::link::Source;
use hotstart_core::plan::Facts;
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
        /// The id of the note.
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
    /// The screen was locked: nobody sits at the desk.
    ScreenLocked,
    /// The desk ends the session: put away what can be put away without asking.
    Terminate,
}
