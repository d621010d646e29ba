//! The contract of `hotstartctl bridge`: a token for a known base, printed once.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot start the program or read its answer has failed"
)]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

fn run(home: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = Command::new(env!("CARGO_BIN_EXE_hotstartctl"))
        .env("HOTSTART_HOME", home)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn a_known_base_is_paired_and_its_token_is_kept_nowhere() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config");
    std::fs::create_dir_all(&config).unwrap();
    let settings = json!({"version": 1, "settings": {}, "bases": [{"alias": "ut", "name": "УТ", "publication": null}]});
    std::fs::write(config.join("settings.json"), settings.to_string()).unwrap();

    let (exit, paired) = run(home.path(), &["bridge", "pair", "--base", "UT", "--json"]);
    assert_eq!((exit, paired["base"].as_str()), (Some(0), Some("ut")), "{paired}");
    let token = paired["token"].as_str().unwrap();
    assert_eq!(token.len(), 64);
    for entry in std::fs::read_dir(home.path().join("data")).unwrap() {
        let content = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&content).contains(token));
    }
    assert_eq!(
        run(home.path(), &["bridge", "list", "--json"]),
        (Some(0), json!(["ut"]))
    );
    assert_eq!(
        run(home.path(), &["bridge", "unpair", "--base", "ut", "--json"]).0,
        Some(0)
    );
    assert_eq!(run(home.path(), &["bridge", "list", "--json"]), (Some(0), json!([])));

    let (exit, refused) = run(home.path(), &["bridge", "pair", "--base", "nosuch", "--json"]);
    assert_eq!(
        (exit, refused["error"]["code"].as_str()),
        (Some(2), Some("base.unknown"))
    );
}
