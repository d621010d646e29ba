//! The contract of `hotstart-open` and `hotstartctl open`: one link, exactly once, and the exit code.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot start a program has failed")]

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use hotstart_platform::folders::Folders;
use hotstart_platform::handoff::{Handed, Limits, Listener};
use hotstart_platform::instance::Instance;
use tokio::sync::mpsc;

const OPEN: &str = env!("CARGO_BIN_EXE_hotstart-open");
const CTL: &str = env!("CARGO_BIN_EXE_hotstartctl");
const LINK: &str = "hotstart://onec/ut/e1cib/list/Документ.Заказ";

fn command(program: impl AsRef<OsStr>, home: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("HOTSTART_HOME", home)
        .env_remove("XDG_ACTIVATION_TOKEN")
        .env_remove("DESKTOP_STARTUP_ID");
    command
}

/// Runs the command while an instance listens; what the instance got, and the command's end.
fn with_instance(home: &Path, mut command: Command) -> (Vec<Handed>, Output) {
    let folders = Folders::under(home).unwrap();
    let instance = Instance::claim(&folders).unwrap().unwrap();
    let listener = Listener::bind(&folders, Arc::new(instance)).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (queue, mut received) = mpsc::channel(8);
        tokio::spawn(listener.serve(queue, Limits::default()));
        let output = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        let mut got = Vec::new();
        while let Ok(handed) = received.try_recv() {
            got.push(handed);
        }
        (got, output)
    })
}

#[test]
fn a_link_and_its_token_reach_the_instance() {
    let home = tempfile::tempdir().unwrap();
    let mut open = command(OPEN, home.path());
    open.args(["--", LINK, "--gpu-launcher=calc"])
        .env("XDG_ACTIVATION_TOKEN", "gnome-shell/Files/1_TIME2");
    let (got, output) = with_instance(home.path(), open);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(got.len(), 1);
    assert_eq!(
        (got[0].text.as_str(), got[0].token.as_deref()),
        (LINK, Some("gnome-shell/Files/1_TIME2"))
    );
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn hotstartctl_open_does_the_same() {
    let home = tempfile::tempdir().unwrap();
    let mut open = command(CTL, home.path());
    open.args(["open", LINK, "--json"])
        .env("DESKTOP_STARTUP_ID", "panel-1_TIME7");
    let (got, output) = with_instance(home.path(), open);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(output.stdout, b"{\"delivered\":true}\n");
    assert_eq!(
        (got[0].text.as_str(), got[0].token.as_deref()),
        (LINK, Some("panel-1_TIME7"))
    );
    let mut refused = command(CTL, home.path());
    refused.args(["open", "javascript:alert(1)", "--json"]);
    let (got, output) = with_instance(home.path(), refused);
    assert_eq!((output.status.code(), got.len()), (Some(2), 0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("link.refused.scheme"));
}

#[test]
fn what_is_no_link_is_refused_without_starting_anything() {
    let home = tempfile::tempdir().unwrap();
    let long = format!("hotstart://{}", "x".repeat(8 * 1024));
    let raw = OsString::from_vec(b"hotstart://\xff".to_vec());
    for arguments in [
        vec![],
        vec!["--".into()],
        vec!["".into()],
        vec![OsString::from(long)],
        vec![raw],
    ] {
        let output = command(OPEN, home.path()).args(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.starts_with("hotstart-open: ") && told.len() < 200, "{told}");
    }
}

/// A copy of the opener with a program called `hotstart` beside it.
fn beside(folder: &Path, script: &str) -> PathBuf {
    let (opener, program) = (folder.join("hotstart-open"), folder.join("hotstart"));
    std::fs::copy(OPEN, &opener).unwrap();
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    opener
}

#[test]
fn a_program_that_fails_at_once_is_told() {
    let place = tempfile::tempdir().unwrap();
    let opener = beside(place.path(), "exit 3");
    let output = command(opener, place.path()).arg(LINK).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("exit code Some(3)"));
}

/// The stand-in for the program of the next test.
#[test]
#[ignore = "started by clicks_start_the_program_beside_the_opener"]
fn stand_in() {
    let home = std::env::var_os("HOTSTART_HOME").unwrap();
    let folders = Folders::under(home.as_ref()).unwrap();
    let Some(instance) = Instance::claim(&folders).unwrap() else {
        return;
    };
    std::thread::sleep(Duration::from_millis(150));
    let listener = Listener::bind(&folders, Arc::new(instance)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (queue, mut received) = mpsc::channel(8);
        tokio::spawn(listener.serve(queue, Limits::default()));
        let mut got = Vec::new();
        while let Ok(Some(handed)) = tokio::time::timeout(Duration::from_secs(1), received.recv()).await {
            got.push(format!("{} {}", handed.text, handed.token.unwrap_or_default()));
        }
        let inherited = std::env::var_os("XDG_ACTIVATION_TOKEN").is_some();
        std::fs::write(
            folders.data().join("got.new"),
            format!("{inherited}\n{}", got.join("\n")),
        )
        .unwrap();
        std::fs::rename(folders.data().join("got.new"), folders.data().join("got")).unwrap();
    });
}

#[test]
fn clicks_start_the_program_beside_the_opener() {
    let place = tempfile::tempdir().unwrap();
    let home = place.path().join("home");
    let own = std::env::current_exe().unwrap();
    let count = place.path().join("starts");
    let script = format!(
        "echo start >> {}\nexec {} --exact stand_in --ignored",
        count.display(),
        own.display()
    );
    let opener = beside(place.path(), &script);
    let clicks: Vec<_> = (0..6)
        .map(|number| {
            let mut click = command(&opener, &home);
            click
                .arg(format!("hotstart://settings/{number}"))
                .env("XDG_ACTIVATION_TOKEN", format!("t{number}"));
            click.spawn().unwrap()
        })
        .collect();
    for mut click in clicks {
        assert_eq!(click.wait().unwrap().code(), Some(0));
    }
    let got = Folders::under(&home).unwrap().data().join("got");
    let begun = std::time::Instant::now();
    while !got.exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "the stand-in did not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    let got = std::fs::read_to_string(got).unwrap();
    let mut got: Vec<&str> = got.lines().collect();
    got.sort_unstable();
    let mut expected: Vec<String> = (0..6)
        .map(|number| format!("hotstart://settings/{number} t{number}"))
        .collect();
    expected.insert(0, "false".to_owned());
    assert_eq!(got, expected);
    assert_eq!(std::fs::read_to_string(count).unwrap(), "start\n");
}
