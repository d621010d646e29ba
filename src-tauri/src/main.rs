//! The tray application: `hotstart [link]`.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    // Environment variables for the web engine must be set while there is only one thread.
    let workarounds = hotstart_platform::workarounds::apply();
    hotstart_shell::run(std::env::args_os().skip(1), &workarounds)
}
