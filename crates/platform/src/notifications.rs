//! Notifications of the desktop, by the `notify-rust` crate. A toast is only a hint: what it says is in the inbox
//! already, so a desktop that does not answer costs a log line and nothing else.
//!
//! `show` and `withdraw` return at once: they put a command into a bounded queue of one long-lived thread. Notes with
//! the same tag replace each other. A click comes back in the queue that was given at the start: the note's id, with the
//! value of a button if one was pressed (`hotstart_core::inbox::click`).
use hotstart_core::inbox::{Note, NoteButton};
use hotstart_core::ports::Notifier;
use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
#[path = "notifications/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "notifications/toasts.rs"]
mod system;

/// Commands that may wait for the thread; more are dropped with a log line.
const WAITING: usize = 64;
/// Notices that stand at a time; the oldest goes when one more comes.
const STANDING: usize = 20;

/// How our notices look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// The name of the program, for people.
    pub program: String,
    /// The name of the desktop entry without `.desktop` on Linux; the application user model id on Windows.
    pub application: String,
    /// The name or the absolute path of the icon.
    pub icon: String,
    /// What a click does, in the user's language; few desktops show it.
    pub open: String,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            program: "Hotstart".to_owned(),
            application: "hotstart".to_owned(),
            icon: "hotstart".to_owned(),
            open: "Открыть".to_owned(),
        }
    }
}

/// The notification service of the desk.
#[derive(Debug, Clone)]
pub struct Notifications {
    commands: mpsc::Sender<Command>,
}

impl Notifications {
    /// Starts the thread. The ids of clicked notes come through `clicks`; a click is dropped when that queue is full.
    pub fn start(appearance: Appearance, clicks: mpsc::Sender<String>) -> std::io::Result<Self> {
        let (commands, received) = mpsc::channel(WAITING);
        std::thread::Builder::new()
            .name("notifications".to_owned())
            .spawn(move || system::run(&appearance, received, &clicks))?;
        Ok(Self { commands })
    }

    fn send(&self, command: Command) {
        if self.commands.try_send(command).is_err() {
            tracing::warn!("the desktop is too slow with notifications: one was dropped");
        }
    }
}

impl Notifier for Notifications {
    fn show(&self, note: &Note) {
        let notice = Notice {
            note: note.id.clone(),
            place: note.tag.clone().unwrap_or_else(|| note.id.clone()),
            title: note.title.clone(),
            text: note.text.clone(),
            buttons: note.buttons.clone(),
        };
        self.send(Command::Show(notice));
    }

    fn withdraw(&self, id: &str) {
        self.send(Command::Withdraw(id.to_owned()));
    }
}

#[derive(Debug)]
enum Command {
    Show(Notice),
    Withdraw(String),
}

/// What stands on the desk for a note.
#[derive(Debug, Clone)]
struct Notice {
    /// The id of the note.
    note: String,
    /// The tag, or the id: a notice with the same place replaces this one.
    place: String,
    title: String,
    text: String,
    /// Ways to answer; only some desktops show them, and the inbox has them all.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "these toasts have no buttons yet")
    )]
    buttons: Vec<NoteButton>,
}
