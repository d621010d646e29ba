use hotstart_core::Timestamp;
use hotstart_core::settings::BaseSettings;

use super::*;

fn record(operation: &str, target: &str, status: Outcome, error_code: Option<&str>) -> JournalRecord {
    JournalRecord {
        timestamp: Timestamp(0),
        operation: operation.to_owned(),
        source_system: "desk".to_owned(),
        target_system: target.to_owned(),
        object_id: String::new(),
        status,
        details: String::new(),
        duration_ms: 0,
        error_code: error_code.map(str::to_owned),
    }
}

#[test]
fn the_last_release_of_the_base_counts() {
    let failed = record("release", "ut", Outcome::Failed, Some("licence.release-failed"));
    let done = record("release", "ut", Outcome::Done, None);
    let others = [
        record("release", "bp", Outcome::Failed, None),
        record("open", "ut", Outcome::Failed, None),
    ];
    assert_eq!(release_check("ut", &others).finding, Finding::ReleaseUnseen);
    let [a, b] = others;
    let journal = [failed.clone(), done.clone(), a, b];
    assert_eq!(release_check("ut", &journal).finding, Finding::ReleaseConfirmed);
    let check = release_check("ut", &[done, failed]);
    assert_eq!(check.finding, Finding::ReleaseFailed);
    assert_eq!(check.parameters["detail"], "licence.release-failed");
}

#[test]
fn what_a_window_has_shown_is_known() {
    let did = record("observe", "ut", Outcome::Done, None);
    let did_not = record("observe", "ut", Outcome::Failed, None);
    let other = record("observe", "bp", Outcome::Failed, None);
    for (journal, expected) in [
        (vec![other.clone()], Finding::Live),
        (vec![did_not.clone(), did.clone(), other], Finding::LiveFollowed),
        (vec![did, did_not], Finding::LiveIgnored),
    ] {
        assert_eq!(live_check("ut", &journal).finding, expected);
    }
}

#[test]
fn settings_and_instance_are_looked_at_and_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path()).unwrap();
    assert_eq!(settings_check(&folders).1.finding, Finding::SettingsNone);
    assert_eq!(instance_check(&folders).finding, Finding::InstanceStopped);
    assert!(!folders.lock_file().exists(), "a look makes nothing");

    let path = settings_path(folders.config());
    for (text, finding) in [
        ("{\"version\": 1", Finding::SettingsBroken),
        ("{\"version\": 4000000}", Finding::SettingsNewer),
        (
            "{\"version\": 1, \"portals\": [], \"bases\": []}",
            Finding::SettingsRead,
        ),
    ] {
        fs_err::write(&path, text).unwrap();
        assert_eq!(settings_check(&folders).1.finding, finding, "{text}");
        assert_eq!(fs_err::read_to_string(&path).unwrap(), text);
    }

    let running = Instance::claim(&folders).unwrap();
    assert_eq!(instance_check(&folders).finding, Finding::InstanceRunning);
    drop(running);
    assert_eq!(instance_check(&folders).finding, Finding::InstanceStopped);
    assert!(Instance::claim(&folders).unwrap().is_some(), "the lock is free again");
}

#[test]
fn trust_is_needed_for_https_only() {
    let base = |address: Option<&str>| -> bool {
        let base = serde_json::json!({"alias": "ut", "name": "UT", "publication": address});
        let base: BaseSettings = serde_json::from_value(base).unwrap();
        is_plain(&base)
    };
    assert!(base(None) && base(Some(" HTTP://host/base")) && !base(Some("https://host/base")) && !base(Some("база")));
}
