//! `hotstartctl doctor`: an array of checks of a desk that was made for the test, and exit code 0 whatever they found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

fn doctor(home: &Path, more: &[&str]) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_hotstartctl"))
        .args(["doctor", "--json"])
        .args(more)
        .env("HOTSTART_HOME", home)
        // No secret store and no starter of 1C but the test's own.
        .env("HOME", home)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    printed.as_array().unwrap().clone()
}

fn of<'a>(checks: &'a [Value], code: &str) -> &'a Value {
    checks.iter().find(|check| check["code"] == code).unwrap()
}

#[test]
fn an_empty_desk_is_looked_at() {
    let home = tempfile::tempdir().unwrap();
    let checks = doctor(home.path(), &["--language", "en"]);
    assert_eq!(of(&checks, "settings.readable")["finding"], "none");
    assert_eq!(of(&checks, "instance.running")["verdict"], "warning");
    assert_eq!(of(&checks, "platforms.installed")["code"], "platforms.installed");
    assert_eq!(of(&checks, "instance.running")["evidence"], "Hotstart is not running.");
    for check in &checks {
        let verdict = check["verdict"].as_str().unwrap();
        assert!(["ok", "warning", "failed", "not_checked"].contains(&verdict), "{check}");
        assert!(
            check["evidence"].is_string() && check.get("advice").is_some(),
            "{check}"
        );
    }
}

#[test]
fn bases_and_portals_of_the_settings_are_checked() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config");
    fs_err::create_dir_all(&config).unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let settings = json!({
        "version": 1,
        "language": "ru",
        "portals": [{"portal": "portal.invalid", "scheme": "https", "connection": "webhook"}],
        "bases": [
            {"alias": "ut", "name": "УТ", "publication": format!("http://{free}/ut")},
            {"alias": "bp", "name": "БП", "publication": null},
        ],
    });
    fs_err::write(config.join("settings.json"), settings.to_string()).unwrap();
    let checks = doctor(home.path(), &[]);
    assert_eq!(
        of(&checks, "settings.readable")["evidence"],
        "Настройки читаются: порталов 1, баз 2."
    );
    for (code, finding) in [("portal.secret", "no-store"), ("portal.reachable", "name")] {
        let portal = of(&checks, code);
        assert_eq!(
            (&portal["about"], &portal["finding"], &portal["verdict"]),
            (&json!("portal.invalid"), &json!(finding), &json!("failed"))
        );
    }
    assert_eq!(of(&checks, "portal.access")["verdict"], "not_checked");
    let reachable = of(&checks, "publication.reachable");
    assert_eq!(
        (&reachable["about"], &reachable["finding"]),
        (&json!("ut"), &json!("unreachable"))
    );
    assert_eq!(of(&checks, "publication.release")["verdict"], "not_checked");
    let second: Vec<_> = checks.iter().filter(|check| check["about"] == "bp").collect();
    assert_eq!(second.len(), 2);
    assert_eq!(second[0]["finding"], "none");
    assert_eq!(second[1]["code"], "base.way");
    // Whether this computer has a client of 1C is not the test's to say.
    let way = second[1]["finding"].as_str().unwrap();
    assert!(way.starts_with("polling"), "{}", second[1]);
    let kept = fs_err::read_to_string(config.join("settings.json")).unwrap();
    assert_eq!(kept, settings.to_string(), "the doctor changes nothing");
}

#[test]
fn what_a_company_has_handed_out_is_checked() {
    let home = tempfile::tempdir().unwrap();
    let policy = json!({"version": 1, "language": "en", "bases": [{"alias": "of-company", "name": "БП"}]});
    fs_err::write(home.path().join("policy.json"), policy.to_string()).unwrap();
    let checks = doctor(home.path(), &[]);
    let base: Vec<_> = checks.iter().filter(|check| check["about"] == "of-company").collect();
    assert_eq!(base[0]["finding"], "none", "{base:?}");
    assert_eq!(of(&checks, "instance.running")["evidence"], "Hotstart is not running.");
}
