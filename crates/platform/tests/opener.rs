//! Clicks while nothing runs: real processes, a stand-in for the program.
#![cfg(unix)]
use std::io;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hotstart_platform::folders::Folders;
use hotstart_platform::handoff::{Limits, Listener};
use hotstart_platform::instance::Instance;
use hotstart_platform::opener::{OpenError, Patience, open_with};
use tokio::sync::mpsc;

const HOME: &str = "HOTSTART_TEST_HOME";
const EXPECTED: &str = "HOTSTART_TEST_EXPECTED";

/// The stand-in: takes the lock, is slow, listens, writes what it gets into a file and ends after so many links.
#[test]
#[ignore = "the program that the other tests start"]
fn stand_in() {
    let home = std::env::var_os(HOME).expect("set by the parent");
    let expected: usize = std::env::var(EXPECTED).unwrap().parse().unwrap();
    let folders = Folders::under(home.as_ref()).unwrap();
    let Some(instance) = Instance::claim(&folders).unwrap() else {
        std::process::exit(0);
    };
    std::thread::sleep(Duration::from_millis(200));
    let listener = Listener::bind(&folders, Arc::new(instance)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (queue, mut received) = mpsc::channel(8);
        let serving = tokio::spawn(listener.serve(queue, Limits::default()));
        let mut links = Vec::new();
        while links.len() < expected {
            links.push(received.recv().await.unwrap().text);
        }
        // Time for a copy to arrive, if there were one.
        while let Ok(Some(more)) = tokio::time::timeout(Duration::from_millis(300), received.recv()).await {
            links.push(more.text);
        }
        std::fs::write(folders.data().join("got"), links.join("\n")).unwrap();
        drop(received);
        let _ = serving.await;
    });
}

fn start_stand_in(home: &std::path::Path, expected: usize) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["--exact", "stand_in", "--ignored"])
        .env(HOME, home)
        .env(EXPECTED, expected.to_string())
        .stdout(Stdio::null())
        .spawn()
}

#[test]
fn ten_clicks_start_one_program_and_arrive_once_each() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path()).unwrap();
    let started = AtomicUsize::new(0);
    let child = std::sync::Mutex::new(None);
    std::thread::scope(|scope| {
        for number in 0..10 {
            let (folders, started, child, home) = (&folders, &started, &child, home.path());
            scope.spawn(move || {
                let mut start = || {
                    started.fetch_add(1, Ordering::SeqCst);
                    // The test waits for the program; the opener gets a process that ends well, as one that lost the lock.
                    *child.lock().unwrap() = Some(start_stand_in(home, 10)?);
                    Command::new("true").spawn()
                };
                open_with(
                    folders,
                    &format!("link {number}"),
                    None,
                    Patience::default(),
                    &mut start,
                )
                .unwrap();
            });
        }
    });
    let status = child.into_inner().unwrap().unwrap().wait().unwrap();
    assert!(status.success());
    assert_eq!(started.load(Ordering::SeqCst), 1);
    let got = std::fs::read_to_string(folders.data().join("got")).unwrap();
    let mut got: Vec<&str> = got.lines().collect();
    got.sort_unstable();
    let expected: Vec<String> = (0..10).map(|number| format!("link {number}")).collect();
    assert_eq!(got, expected);
}

#[test]
fn a_second_program_loses_the_lock() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path()).unwrap();
    let held = Instance::claim(&folders).unwrap().unwrap();
    let second = start_stand_in(home.path(), 1).unwrap().wait().unwrap();
    assert!(second.success());
    assert!(!folders.data().join("got").exists());
    assert!(Instance::claim(&folders).unwrap().is_none(), "in the same process too");
    drop(held);
    assert!(Instance::claim(&folders).unwrap().is_some());
}

#[test]
fn a_killed_program_leaves_no_lock() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path()).unwrap();
    let mut child = start_stand_in(home.path(), 1).unwrap();
    // Trying the lock from here could take it from under the child; the file names its holder instead.
    while std::fs::read_to_string(folders.lock_file())
        .unwrap_or_default()
        .is_empty()
    {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(Instance::claim(&folders).unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(Instance::claim(&folders).unwrap().is_some());
}

#[test]
fn a_program_that_cannot_start_is_told_at_once() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path()).unwrap();
    let patience = Patience::default();
    let ended = open_with(&folders, "x", None, patience, &mut || Command::new("false").spawn());
    assert!(matches!(ended, Err(OpenError::Ended(Some(1)))), "{ended:?}");
    let missing = open_with(&folders, "x", None, patience, &mut || {
        Command::new("/nowhere/hotstart").spawn()
    });
    assert!(matches!(missing, Err(OpenError::NotStarted(_))), "{missing:?}");
}

#[test]
fn patience_ends() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path()).unwrap();
    let patience = Patience {
        start: Duration::from_millis(80),
        answer: Duration::from_millis(80),
    };
    let outcome = open_with(&folders, "x", None, patience, &mut || Command::new("true").spawn());
    assert!(matches!(outcome, Err(OpenError::NoAnswer(_))), "{outcome:?}");
}
