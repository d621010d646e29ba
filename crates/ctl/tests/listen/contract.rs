//! Arguments, lines, exit codes.
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::life::{Life, program, run};
use crate::office::Office;

fn code_of(out: &str) -> String {
    let value: Value = serde_json::from_str(out).unwrap_or_else(|error| panic!("{error}: {out:?}"));
    assert!(value["error"]["message"].as_str().is_some_and(|text| !text.is_empty()));
    value["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn an_event_is_a_line() {
    let office = Office::start();
    let life = Life::start(program(&["--webhook", office.webhook(), "--count", "2"]));
    life.says("connected, push server version 4");
    let mid = office.publish("notifyAdd", &json!({"text": "Новая\nсделка", "a": [1, {"b": null}]}));
    let line = life.line();
    let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
    let mut expected = [
        "mid",
        "module",
        "command",
        "params",
        "sender",
        "server_time",
        "replayed",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(line["mid"], mid);
    assert_eq!((&line["module"], &line["command"]), (&json!("im"), &json!("notifyAdd")));
    assert_eq!(line["params"], json!({"text": "Новая\nсделка", "a": [1, {"b": null}]}));
    assert_eq!(line["sender"]["type"], 2);
    let time = line["server_time"].as_str().unwrap();
    assert!(
        time.starts_with("20") && time.contains('T') && time.ends_with('Z'),
        "{time}"
    );
    assert_eq!(line["replayed"], false);
    // Enough lines end it.
    let second = office.publish("second", &json!([]));
    let (rest, status) = life.end();
    assert_eq!(status.code(), Some(0));
    assert_eq!(rest.len(), 1);
    assert_eq!((&rest[0]["mid"], &rest[0]["params"]), (&json!(second), &json!([])));
}

#[test]
fn the_webhook_comes_from_a_file_or_from_the_environment() {
    let office = Office::start();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("webhook");
    fs_err::write(&path, format!("{}\n", office.webhook())).unwrap();
    let from_file = program(&["--webhook-file", path.to_str().unwrap()]);
    let mut from_environment = program(&[]);
    from_environment.env("HOTSTART_WEBHOOK", office.webhook());
    for command in [from_file, from_environment] {
        let life = Life::start(command);
        life.says("connected");
        life.signal(Signal::TERM);
        assert_eq!(life.end().1.code(), Some(0));
    }
}

#[test]
fn what_is_refused_has_a_code_and_tells_no_secret() {
    let canary = "CanaryCanary";
    let plain = format!("http://portal.example.ru/rest/1/{canary}/");
    let short = format!("https://portal.example.ru/{canary}/");
    let good = format!("http://127.0.0.1:1/rest/1/{canary}/");
    let cases: [(&[&str], &str); 8] = [
        (&[], "usage"),
        (&["--webhook", ""], "usage"),
        (&["--webhook", "x"], "webhook.invalid"),
        (&["--webhook", &short], "webhook.invalid"),
        (&["--webhook", &plain], "address.insecure"),
        (&["--webhook-file", "no/such/file"], "webhook.unreadable"),
        (&["--webhook", &good, "--webhook-file", "x"], "usage"),
        (&[&good], "usage"),
    ];
    for (arguments, code) in cases {
        let (exit, out, errors) = run(program(arguments));
        assert_eq!((exit, code_of(&out).as_str()), (Some(2), code), "{arguments:?}");
        assert!(!out.contains(canary) && !errors.contains(canary), "{out} {errors}");
    }
    for wrong in [["--count", "x"], ["--for", "-1"], ["--for", "soon"]] {
        let (exit, out, _) = run(program(&[&["--webhook", &good], &wrong[..]].concat()));
        assert_eq!((exit, code_of(&out).as_str()), (Some(2), "usage"), "{wrong:?}");
    }
    // Without --json the same goes to standard error.
    let mut readable = std::process::Command::new(env!("CARGO_BIN_EXE_hotstartctl"));
    readable.args(["listen", "--webhook", &plain]);
    let (exit, out, errors) = run(readable);
    assert_eq!((exit, out.as_str()), (Some(2), ""));
    assert!(
        errors.starts_with("address.insecure: ") && !errors.contains(canary),
        "{errors}"
    );
}

#[test]
fn what_only_a_person_can_mend_ends_it() {
    let office = Office::start();
    let end = office.webhook().trim_end_matches('/').rfind('/').unwrap();
    let foreign = format!("{}/nosuchsecret/", &office.webhook()[..end]);
    let (exit, out, errors) = run(program(&["--webhook", &foreign]));
    assert_eq!((exit, code_of(&out).as_str()), (Some(1), "auth.refused"));
    assert!(!out.contains("nosuchsecret") && !errors.contains("nosuchsecret"));

    office.control("/fault", &json!({"kind": "scopes", "scopes": ["crm"]}));
    let (exit, out, _) = run(program(&["--webhook", office.webhook()]));
    assert_eq!((exit, code_of(&out).as_str()), (Some(1), "auth.scope"));
    assert!(out.contains("pull_channel") && !out.contains("crm"), "{out}");
}

#[test]
fn a_portal_that_does_not_answer_is_asked_again() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let webhook = format!("http://{}/rest/1/CanaryCanary/", listener.local_addr().unwrap());
    drop(listener);
    let (exit, out, errors) = run(program(&["--webhook", &webhook, "--for", "0.4"]));
    assert_eq!((exit, out.as_str()), (Some(0), ""));
    assert!(errors.contains("not connected (portal.unreachable)"), "{errors}");
    assert!(!errors.contains("Canary"));
}

#[test]
fn nothing_is_waited_for_when_nothing_is_wanted() {
    let webhook = "http://127.0.0.1:1/rest/1/abcd/";
    let (exit, out, _) = run(program(&["--webhook", webhook, "--count", "0"]));
    assert_eq!((exit, out.as_str()), (Some(0), ""));
}

#[test]
fn quietly_it_prints_nothing_and_counts_all_the_same() {
    let office = Office::start();
    let state = tempfile::tempdir().unwrap();
    let life = Life::of(office.webhook(), state.path(), &["--quiet", "--count", "3"]);
    life.says("connected");
    for number in 0..3 {
        office.publish("x", &json!({"n": number}));
    }
    let (lines, status) = life.end();
    assert_eq!((lines, status.code()), (Vec::new(), Some(0)));
}
