//! The stage: everything a desk has, started privately and ended completely, with the real program on it.
//!
//! The demo, the end-to-end test and the benchmarks stand on it, so that the program is watched where it lives: under a
//! window manager, beside a tray host, a notification service and a keyring, each of them the real one from Debian.
//!
//! How data passes through:
//!
//! ```text
//! Desk::raise ──► session bus, X display, openbox, xfce4-panel, xfce4-notifyd, gnome-keyring, default browser
//! Office::start ──► hotstart-office; beacons, loads and requests come back over its control address
//! Desk + Office ──► Program::start ──► hotstart; its tray item and notifications are seen by `bus::Monitor`
//! Program::open ──► hotstart-open <link>, timed
//! NativeClient::attach ──► the bridge of the program, as a 1C client with our extension asks it
//! Chromium::start ──► Debian's Chromium on the same desk, for what is measured beside it
//! ```
//!
//! Every child stands in a process group of its own and is ended by its id when its owner is dropped. Should this
//! process be killed, the [`keeper`] ends them all the same.
#![cfg(unix)]

pub mod browser;
pub mod bus;
pub mod chromium;
pub mod clock;
pub mod desk;
pub mod devtools;
pub mod http;
pub mod journal;
pub mod keeper;
pub mod memory;
pub mod native_client;
pub mod network;
pub mod office;
pub mod picture;
pub mod pointer;
pub mod program;
pub mod secrets;
pub mod tray;

mod session_bus;
mod xfce;

pub use chromium::Chromium;
pub use desk::Desk;
pub use native_client::NativeClient;
pub use office::Office;
pub use program::Program;
