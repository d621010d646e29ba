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

/// A program on ports of its own choice that other tests do not hold; `None`: they were taken.
fn program_at(port: u16, history: &str) -> Option<(Child, Value)> {
    let mut child = program(&["--json", "--port", &port.to_string(), "--history", history]);
    let mut line = String::new();
    let _ = BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line);
    if line.is_empty() {
        child.wait().expect("ended");
        return None;
    }
    Some((child, serde_json::from_str(&line).expect("a ready line")))
}

#[test]
fn a_killed_program_goes_on_at_the_same_addresses() {
    let path = std::env::temp_dir().join(format!("hotstart-office-killed-{}.jsonl", std::process::id()));
    let history = path.display().to_string();
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).expect("small");
    let (port, (mut child, line)) = (0..50)
        .find_map(|attempt| Some((first + attempt * 3, program_at(first + attempt * 3, &history)?)))
        .expect("three free ports");
    for _ in 0..3 {
        child.kill().expect("killed");
        child.wait().expect("ended");
        let again = program_at(port, &history).expect("the ports are free again at once");
        child = again.0;
        assert_eq!(again.1, line, "nothing moved");
    }
    drop(child.stdin.take());
    assert_eq!(end(&mut child), Some(0));
    std::fs::remove_file(&path).expect("removed");
}
