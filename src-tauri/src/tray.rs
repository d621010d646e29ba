//! The tray: renders the menu value of the core, and turns clicks into requests.
//!
//! It lives beside the window thread, appears before the first GTK call, and does not need a tray host: one that is
//! missing or late never stops the start.
use hotstart_core::tray::{Tray, TrayIcon};
use tokio::sync::watch;

#[cfg(target_os = "linux")]
#[path = "tray/linux.rs"]
mod imp;
#[cfg(not(target_os = "linux"))]
#[path = "tray/native.rs"]
mod imp;
mod picture;

pub(crate) use imp::start;

/// What its picture shows. The words beside it change more often.
const fn face(tray: &Tray) -> (TrayIcon, u64) {
    (tray.icon, tray.unread)
}

/// Gives the tray its next value; the newest one wins.
#[derive(Clone)]
pub(crate) struct TrayHandle(watch::Sender<Tray>);

impl TrayHandle {
    /// A handle and what the backend watches.
    pub(crate) fn new() -> (Self, watch::Receiver<Tray>) {
        let empty = Tray {
            icon: TrayIcon::Off,
            unread: 0,
            tooltip: "Hotstart".to_owned(),
            menu: Vec::new(),
        };
        let (sender, receiver) = watch::channel(empty);
        (Self(sender), receiver)
    }

    /// Shows this tray.
    pub(crate) fn set(&self, tray: Tray) {
        self.0.send_if_modified(|shown| {
            let changed = *shown != tray;
            *shown = tray;
            changed
        });
    }
}
