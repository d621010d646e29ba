//! Toasts of Windows and notifications of macOS. The library waits for the user on a thread, one for each notice; there
//! are at most as many as notices may stand, and a click on one beyond that is found in the inbox only.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use notify_rust::{Notification, NotificationResponse};
use tokio::sync::mpsc;

use super::{Appearance, Command, Notice, STANDING};

#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

pub(super) fn run(appearance: &Appearance, mut commands: mpsc::Receiver<Command>, clicks: &mpsc::Sender<String>) {
    system::prepare(appearance);
    let waiting = Arc::new(AtomicUsize::new(0));
    while let Some(command) = commands.blocking_recv() {
        match command {
            Command::Show(notice) => show(notice, appearance, clicks, &waiting),
            // The library cannot take a toast back on these systems; it goes by itself.
            Command::Withdraw(note) => tracing::debug!(note, "a notice stays until the system takes it away"),
        }
    }
}

fn show(notice: Notice, appearance: &Appearance, clicks: &mpsc::Sender<String>, waiting: &Arc<AtomicUsize>) {
    let mut notification = Notification::new();
    notification
        .appname(&appearance.program)
        .summary(&notice.title)
        .body(&notice.text);
    system::dress(&mut notification, appearance);
    let handle = match notification.show() {
        Ok(handle) => handle,
        Err(error) => return tracing::warn!(%error, "a notice could not be shown"),
    };
    tracing::debug!(place = notice.place, "a notice was shown");
    if waiting.fetch_add(1, Ordering::AcqRel) >= STANDING {
        waiting.fetch_sub(1, Ordering::AcqRel);
        return;
    }
    let (clicks, counted) = (clicks.clone(), Arc::clone(waiting));
    let waiter = std::thread::Builder::new().name("notice".to_owned()).spawn(move || {
        let answered = handle.wait_for_response(|response: &NotificationResponse| {
            if matches!(response, NotificationResponse::Default) && clicks.try_send(notice.note).is_err() {
                tracing::warn!("a click on a notice came while too many were waiting");
            }
        });
        if let Err(error) = answered {
            tracing::debug!(%error, "a notice ended without an answer");
        }
        counted.fetch_sub(1, Ordering::AcqRel);
    });
    if let Err(error) = waiter {
        tracing::warn!(%error, "nobody waits for a click on a notice");
        waiting.fetch_sub(1, Ordering::AcqRel);
    }
}
