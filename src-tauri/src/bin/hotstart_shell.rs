//! The shell of the tray application. On Linux `hotstart` starts it; it is not meant to be started by hand.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    hotstart_shell::run(std::env::args_os().skip(1))
}
