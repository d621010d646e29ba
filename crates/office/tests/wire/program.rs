//! The program: its ready line, its flags, its end.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

fn program(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_hotstart-office"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

fn ready(child: &mut Child) -> Value {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("stdout"))
        .read_line(&mut line)
        .expect("a line");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

fn end(child: &mut Child) -> Option<i32> {
    let limit = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(status) = child.try_wait().expect("a status") {
            return status.code();
        }
        assert!(Instant::now() < limit, "the program does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_ready_line_names_every_address_and_the_end_of_input_ends_it() {
    let mut child = program(&["--json", "--seed", "7"]);
    let line = ready(&mut child);
    let portal = line["portal"].as_str().unwrap();
    assert!(portal.starts_with("http://127.0.0.1:"));
    let webhook = line["webhook"].as_str().unwrap();
    assert!(webhook.starts_with(&format!("{portal}/rest/1/")) && webhook.ends_with('/'));
    assert!(line["push"]["subws"].as_str().unwrap().starts_with("ws://127.0.0.1:"));
    for (name, path) in [
        ("sub", "/bitrix/sub/"),
        ("pub", "/bitrix/pub/"),
        ("rest", "/bitrix/rest/"),
        ("stats", "/server-stat/"),
    ] {
        assert_eq!(line["push"][name], format!("{portal}{path}"));
    }
    let publications = line["publications"].as_array().unwrap();
    assert_eq!(publications.len(), 2);
    assert!(publications[0].as_str().unwrap().ends_with("/ut"));
    assert_ne!(line["control"].as_str().unwrap(), portal);
    drop(child.stdin.take());
    assert_eq!(end(&mut child), Some(0));
}

#[test]
fn the_same_seed_gives_the_same_secret() {
    let secret = |seed: &str| {
        let mut child = program(&["--json", "--seed", seed]);
        let webhook = ready(&mut child)["webhook"].as_str().unwrap().to_owned();
        drop(child.stdin.take());
        end(&mut child);
        webhook.split('/').nth(5).unwrap().to_owned()
    };
    assert_eq!(secret("3"), secret("3"));
    assert_ne!(secret("3"), secret("4"));
}

#[cfg(unix)]
#[test]
fn sigterm_ends_it() {
    let mut child = program(&["--json"]);
    ready(&mut child);
    let killed = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .expect("kill");
    assert!(killed.success());
    assert_eq!(end(&mut child), Some(0));
}

#[test]
fn every_version_starts_and_others_are_refused() {
    for version in ["1", "2", "3", "4", "5"] {
        let mut child = program(&["--json", "--server-version", version]);
        ready(&mut child);
        drop(child.stdin.take());
        assert_eq!(end(&mut child), Some(0));
    }
    let mut child = program(&["--server-version", "6"]);
    assert_eq!(end(&mut child), Some(2));
}
