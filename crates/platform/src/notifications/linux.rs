//! The Desktop Notifications Specification over D-Bus.
//!
//! notify-rust 4.19 makes a D-Bus connection for each notice and keeps it in the notice's handle; it takes none from
//! outside. Since GNOME closes a notice when the connection it came from goes, the handle is kept until the notice is
//! closed, and a notice that replaces another goes over the connection of the first. (A handle of a closed notice is not
//! used again: replacing an unknown id is a fault by the specification, and after a restart of the service the id may
//! be somebody else's.) All of this happens on one thread that lives as long as the program. Its first deed, long before
//! the first notice, is to ask the service what it can do, which also starts a service that waits to be started.
use std::collections::VecDeque;
use std::time::Duration;

use hotstart_core::inbox::pressed;
use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Appearance, Command, Notice, STANDING};

/// How long the service may take to put up a notice; the bus starts it if need be.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn run(appearance: &Appearance, commands: mpsc::Receiver<Command>, clicks: &mpsc::Sender<String>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "no runtime for notifications");
            return;
        }
    };
    runtime.block_on(serve(appearance, commands, clicks));
    // A call of the library may still wait for the bus; the end of the program does not.
    runtime.shutdown_background();
}

async fn serve(appearance: &Appearance, mut commands: mpsc::Receiver<Command>, clicks: &mpsc::Sender<String>) {
    let style = Style {
        appearance: appearance.clone(),
        abilities: Abilities::ask().await,
    };
    let mut standing: VecDeque<Standing> = VecDeque::new();
    let mut notices = JoinSet::new();
    let mut serial = 0_u64;
    loop {
        tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Show(notice)) => {
                    let place = standing.iter_mut().find(|known| known.place == notice.place);
                    let Err(notice) = place.map_or_else(|| Err(notice.clone()), |known| known.replace(notice.clone()))
                    else {
                        continue;
                    };
                    standing.retain(|known| known.place != notice.place);
                    if standing.len() == STANDING {
                        // Dropping the sender takes the notice down.
                        standing.pop_front();
                    }
                    serial += 1;
                    let (replace, replaced) = mpsc::channel(4);
                    standing.push_back(Standing {
                        serial,
                        place: notice.place.clone(),
                        note: notice.note.clone(),
                        replace,
                    });
                    let (style, clicks) = (style.clone(), clicks.clone());
                    notices.spawn(async move {
                        stand(notice, replaced, &style, &clicks).await;
                        serial
                    });
                }
                Some(Command::Withdraw(note)) => standing.retain(|known| known.note != note),
                None => break,
            },
            Some(ended) = notices.join_next() => match ended {
                Ok(ended) => standing.retain(|known| known.serial != ended),
                Err(error) => {
                    // The library gives up in a panic when the bus goes away.
                    tracing::warn!(%error, "a notice was lost");
                    standing.retain(|known| !known.replace.is_closed());
                }
            },
        }
    }
}

/// A notice that is up, as the thread's loop sees it. Dropping it takes the notice down.
struct Standing {
    serial: u64,
    place: String,
    note: String,
    replace: mpsc::Sender<Notice>,
}

impl Standing {
    /// Gives the notice back when this one has just gone.
    fn replace(&mut self, notice: Notice) -> Result<(), Notice> {
        let note = notice.note.clone();
        match self.replace.try_send(notice) {
            Ok(()) => {
                self.note = note;
                Ok(())
            }
            Err(mpsc::error::TrySendError::Closed(notice)) => Err(notice),
            Err(mpsc::error::TrySendError::Full(_)) => {
                tracing::warn!("the desktop is too slow with notifications: one was dropped");
                Ok(())
            }
        }
    }
}

/// One notice from showing to its end.
async fn stand(notice: Notice, mut replaced: mpsc::Receiver<Notice>, style: &Style, clicks: &mpsc::Sender<String>) {
    let shown = timeout(PATIENCE, style.notification(&notice).show_async()).await;
    let mut handle = match shown {
        Ok(Ok(handle)) => handle,
        Ok(Err(error)) => return tracing::warn!(%error, "a notice could not be shown"),
        Err(_) => return tracing::warn!("the notification service did not answer in time"),
    };
    let mut buttons = notice.buttons;
    let mut note = notice.note;
    loop {
        let mut response = None;
        let next = tokio::select! {
            () = handle.wait_for_action_async(|given: &NotificationResponse| response = Some(given.clone())) => None,
            next = replaced.recv() => Some(next),
        };
        match next {
            // Withdrawn, pushed out, or the program ends.
            Some(None) => return handle.close_async().await,
            Some(Some(notice)) => {
                *handle = style.notification(&notice);
                (note, buttons) = (notice.note, notice.buttons);
                match update(handle).await {
                    Some(updated) => handle = updated,
                    None => return,
                }
            }
            None => {
                let click = match response {
                    Some(NotificationResponse::Default) => Some(note),
                    Some(NotificationResponse::Action(key)) => {
                        let button = buttons.iter().enumerate().find(|(index, _)| button_key(*index) == key);
                        button.map(|(_, button)| pressed(&note, &button.value))
                    }
                    Some(NotificationResponse::Reply(_) | NotificationResponse::Closed(_)) | None => None,
                };
                if let Some(click) = click {
                    if clicks.try_send(click).is_err() {
                        tracing::warn!("a click on a notice came while too many were waiting");
                    }
                    // Most desktops have taken it down by themselves.
                    handle.close_async().await;
                }
                return;
            }
        }
    }
}

/// Shows the changed notice in place of the old one, over the same connection. The library blocks for this.
async fn update(mut handle: NotificationHandle) -> Option<NotificationHandle> {
    let updated = tokio::task::spawn_blocking(move || handle.update().map(|()| handle));
    match timeout(PATIENCE, updated).await {
        Ok(Ok(Ok(handle))) => return Some(handle),
        Ok(Ok(Err(error))) => tracing::warn!(%error, "a notice could not be replaced"),
        Ok(Err(error)) => tracing::warn!(%error, "a notice could not be replaced"),
        Err(_) => tracing::warn!("the notification service did not answer in time"),
    }
    None
}

/// What the service understands.
#[derive(Debug, Clone, Copy)]
struct Abilities {
    markup: bool,
    actions: bool,
}

impl Abilities {
    /// Asks the service; one that does not answer is taken for a usual one.
    async fn ask() -> Self {
        let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities);
        match timeout(PATIENCE, asked).await {
            Ok(Ok(Ok(known))) => {
                let has = |name: &str| known.iter().any(|ability| ability == name);
                Self {
                    markup: has("body-markup"),
                    actions: has("actions"),
                }
            }
            Ok(Ok(Err(error))) => {
                tracing::warn!(%error, "there is no notification service yet");
                Self {
                    markup: true,
                    actions: true,
                }
            }
            Ok(Err(_)) | Err(_) => {
                tracing::warn!("the notification service does not say what it can do");
                Self {
                    markup: true,
                    actions: true,
                }
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Style {
    appearance: Appearance,
    abilities: Abilities,
}

impl Style {
    fn notification(&self, notice: &Notice) -> Notification {
        let Appearance {
            program,
            application,
            icon,
            open,
        } = &self.appearance;
        let mut notification = Notification::new();
        notification
            .appname(program)
            .icon(icon)
            .summary(&notice.title)
            .hint(Hint::DesktopEntry(application.clone()))
            .hint(Hint::Category("im.received".to_owned()));
        // The title is plain text by the specification, the text is markup where the service knows markup.
        if self.abilities.markup {
            notification.body(&escaped(&notice.text));
        } else {
            notification.body(&notice.text);
        }
        if self.abilities.actions {
            notification.action("default", open);
            for (index, button) in notice
                .buttons
                .iter()
                .enumerate()
                .filter(|(_, one)| !one.title.is_empty())
            {
                notification.action(&button_key(index), &button.title);
            }
        }
        notification
    }
}

/// What the desktop calls a button: never a text of the portal.
fn button_key(index: usize) -> String {
    format!("button-{index}")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use hotstart_core::inbox::NoteButton;

    use super::*;

    fn style(markup: bool, actions: bool) -> Style {
        Style {
            appearance: Appearance::default(),
            abilities: Abilities { markup, actions },
        }
    }

    fn notice() -> Notice {
        Notice {
            note: "1".into(),
            place: "1".into(),
            title: "Иван & Ко".into(),
            text: "<b>a</b> <img src=\"http://x/\"> & b".into(),
            buttons: vec![NoteButton {
                title: "Да".into(),
                value: "Y".into(),
                agrees: true,
            }],
        }
    }

    #[test]
    fn markup_of_a_message_is_text() {
        let shown = style(true, true).notification(&notice());
        assert_eq!(shown.body, "&lt;b&gt;a&lt;/b&gt; &lt;img src=\"http://x/\"&gt; &amp; b");
        assert_eq!(shown.summary, "Иван & Ко");
        assert_eq!(shown.actions, ["default", "Открыть", "button-0", "Да"]);
    }

    #[test]
    fn a_service_without_markup_or_actions_gets_neither() {
        let shown = style(false, false).notification(&notice());
        assert_eq!(shown.body, notice().text);
        assert!(shown.actions.is_empty());
    }
}
