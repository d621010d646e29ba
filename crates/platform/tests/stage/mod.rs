//! A private session bus: the test runs itself again inside of one.
#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by a panic, in its helpers too"
)]
use std::process::{Command, Stdio};

/// Runs the ignored test `inner` of this program on a session bus of its own, after the shell commands `before`. With
/// `services` the bus can start installed services. `false` when the tools for it are missing.
pub(crate) fn on_private_bus(inner: &str, before: &str, services: bool) -> bool {
    let has = |tool: &str| {
        Command::new("sh")
            .args(["-c", &format!("command -v {tool}")])
            .output()
            .is_ok_and(|o| o.status.success())
    };
    if !has("dbus-run-session") {
        eprintln!("skipped: dbus-run-session (package dbus-x11 or dbus-daemon) is not installed");
        return false;
    }
    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("runtime");
    std::fs::create_dir(&runtime).unwrap();
    let mut bus = Command::new("dbus-run-session");
    if !services {
        let config = home.path().join("bus.conf");
        let text = format!(
            "<busconfig><type>session</type><listen>unix:dir={}</listen><auth>EXTERNAL</auth><policy context=\"default\">\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>",
            home.path().display()
        );
        std::fs::write(&config, text).unwrap();
        bus.arg(format!("--config-file={}", config.display()));
    }
    let output = bus
        .args(["--", "sh", "-c"])
        .arg(format!("{before}\nexec \"$0\" --exact \"$1\" --ignored --nocapture"))
        .arg(std::env::current_exe().unwrap())
        .arg(inner)
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env_remove("DISPLAY")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = format!(
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
    eprintln!("{told}");
    true
}
