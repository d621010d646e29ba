//! The contract of `hotstartctl link` and `hotstartctl ref`: one JSON value on standard output and the exit code.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot start the program or read its answer has failed"
)]

use std::ffi::OsStr;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn run(arguments: &[&OsStr]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hotstartctl"))
        .args(arguments)
        .output()
        .unwrap()
}

fn run_text(arguments: &[&str]) -> Output {
    run(&arguments.iter().map(OsStr::new).collect::<Vec<_>>())
}

fn json_of(output: &Output) -> Value {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_link_is_shown() {
    let output = run_text(&["link", "hotstart://crm/Portal.example.ru/deal/5", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        json_of(&output),
        json!({
            "action": "crm",
            "portal": "portal.example.ru",
            "entity": {"type": "deal", "id": 5},
            "canonical": "hotstart://crm/portal.example.ru/deal/5",
        })
    );
}

#[test]
fn a_refused_link_has_a_code() {
    for (text, code) in [
        ("javascript:alert(1)", "link.refused.scheme"),
        ("", "link.refused.empty"),
        ("--gpu-launcher=calc", "link.refused.scheme"),
        ("-x", "link.refused.scheme"),
    ] {
        for arguments in [["link", "--json", text], ["--json", "link", text]] {
            let output = run_text(&arguments);
            assert_eq!(output.status.code(), Some(2), "{text}");
            assert_eq!(json_of(&output)["error"]["code"], code, "{text}");
        }
    }
    let output = run_text(&["link", "javascript:alert(1)"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert!(output.stderr.starts_with(b"link.refused.scheme: "));
}

#[test]
fn references_convert_both_ways() {
    let expected = json!({"ref": "8936000c29dddd3811ecc9c9312e175a", "uuid": "312e175a-c9c9-11ec-8936-000c29dddd38"});
    for text in [
        "8936000C29DDDD3811ECC9C9312E175A",
        "312e175a-c9c9-11ec-8936-000c29dddd38",
    ] {
        let output = run_text(&["ref", text, "--json"]);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(json_of(&output), expected);
    }
    let output = run_text(&["ref", "8936000c29dddd3811ecc9c9312e175a"]);
    let readable = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        readable,
        "ref: 8936000c29dddd3811ecc9c9312e175a\nuuid: 312e175a-c9c9-11ec-8936-000c29dddd38\n"
    );
    for (text, code) in [
        ("x", "ref.refused.shape"),
        ("", "ref.refused.shape"),
        (&"0".repeat(32), "ref.refused.zero"),
    ] {
        let output = run_text(&["ref", text, "--json"]);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert_eq!(json_of(&output)["error"]["code"], code, "{text}");
    }
}

#[test]
fn mistakes_in_the_arguments_are_json_too() {
    for arguments in [
        &["link", "--json"][..],
        &["link", "a", "b", "--json"],
        &["nothing", "--json"],
        &["--json"],
    ] {
        let output = run_text(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(json_of(&output)["error"]["code"], "usage", "{arguments:?}");
    }
    assert_eq!(run_text(&["--help"]).status.code(), Some(0));
    assert_eq!(run_text(&[]).status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_unicode_are_refused() {
    use std::os::unix::ffi::OsStrExt as _;

    for (command, code) in [("link", "link.refused.encoding"), ("ref", "ref.refused.shape")] {
        let text = OsStr::from_bytes(b"hotstart://settings/\xff");
        let output = run(&[OsStr::new(command), text, OsStr::new("--json")]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(json_of(&output)["error"]["code"], code);
    }
}
