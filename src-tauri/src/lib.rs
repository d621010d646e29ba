//! The tray application: the only part of the program that names Tauri.
//!
//! [`run`] takes the lock, listens for links, shows the tray and only then begins with windows, so that a link that
//! comes early waits in the queue and a desk without a tray host is no obstacle. From there on the window thread and
//! the controller talk by [`requests`] in one direction and by the port in [`shell`] in the other.
mod app;
mod commands;
mod pages;
mod requests;
mod shell;
mod signals;
mod start;
mod tray;
mod windows;

use std::ffi::OsString;
use std::process::ExitCode;

use hotstart_platform::workarounds;

/// Runs the program. The arguments are those behind its own name: at most one link.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    start::log();
    workarounds::log();
    match start::claim(arguments) {
        Ok(start::Claim::First(first)) => match app::run(first) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tracing::error!("{error:#}");
                ExitCode::FAILURE
            }
        },
        Ok(start::Claim::HandedOver) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::from(error.exit_code())
        }
    }
}
