//! What the operating system starts for a clicked link: hands it to the running instance, or starts the instance.
//!
//! Exit code 0: the link is in the instance's queue. 2: this is no link, or it was refused. 1: it could not be delivered.
#![cfg_attr(windows, windows_subsystem = "windows")]
use std::process::ExitCode;

use hotstart_platform::folders::Folders;
use hotstart_platform::opener::{self, OpenError};

fn main() -> ExitCode {
    let link = match opener::link_argument(std::env::args_os().skip(1)) {
        Ok(link) => link,
        Err(bad) => return complain(&bad, 2),
    };
    let folders = match Folders::of_desk() {
        Ok(folders) => folders,
        Err(error) => return complain(&error, 1),
    };
    match opener::open(&folders, &link, opener::activation_token().as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused @ OpenError::Refused(_)) => complain(&refused, 2),
        Err(failed) => complain(&failed, 1),
    }
}

/// One line for whoever runs it by hand; the link itself is never repeated.
fn complain(reason: &dyn std::error::Error, code: u8) -> ExitCode {
    use std::io::Write as _;
    // Nothing is left to be done when even this fails.
    let _ = writeln!(std::io::stderr(), "hotstart-open: {reason}");
    ExitCode::from(code)
}
