//! The tray application: `hotstart [link]`.
//!
//! On Linux this is a small program that starts the shell in its own place (see `hotstart_platform::start`); elsewhere
//! it is the shell itself.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use std::io::Write as _;

    let error = hotstart_platform::start::shell(std::env::args_os().skip(1));
    let _ = writeln!(std::io::stderr(), "{error}");
    ExitCode::FAILURE
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    hotstart_shell::run(std::env::args_os().skip(1))
}
