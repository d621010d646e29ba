//! The default browser: a recorder in place of one.
#![cfg(target_os = "linux")]
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use hotstart_core::failure::Code;
use hotstart_core::ports::Browser as _;
use hotstart_platform::browser::DefaultBrowser;

#[test]
fn the_browser_of_the_environment_gets_the_address_once() {
    let place = tempfile::tempdir().unwrap();
    let (recorder, record) = (place.path().join("recorder"), place.path().join("record"));
    std::fs::write(
        &recorder,
        format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >> {}\n", record.display()),
    )
    .unwrap();
    std::fs::set_permissions(&recorder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "opens", "--ignored"])
        .env("BROWSER", &recorder)
        .status()
        .unwrap();
    assert!(status.success());
    let begun = Instant::now();
    while !record.exists() && begun.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(50));
    let recorded = std::fs::read_to_string(&record).unwrap();
    assert_eq!(
        recorded,
        "https://portal.example.ru/crm/deal/details/123/?a=1&b=$(id)\n"
    );
}

#[tokio::test]
#[ignore = "run with a recorder as the browser"]
async fn opens() {
    let browser = DefaultBrowser;
    browser
        .open("https://portal.example.ru/crm/deal/details/123/?a=1&b=$(id)".into())
        .await
        .unwrap();
    for bad in ["file:///etc/passwd", "smb://host/share", "javascript:alert(1)"] {
        assert_eq!(browser.open(bad.into()).await.unwrap_err().code, Code::BrowserFailed);
    }
}
