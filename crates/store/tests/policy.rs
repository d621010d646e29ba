//! What a company has set lies over the user's file and never gets into it.
#![expect(
    clippy::expect_used,
    reason = "a failed step ends the test, also in what its functions share"
)]

use std::path::{Path, PathBuf};

use fs_err as fs;
use hotstart_core::failure::Code;
use hotstart_core::ports::Store;
use hotstart_core::settings::Settings;
use hotstart_store::{LoadedSettings, Notice, Opened, load_settings, open_managed, settings_path};

fn opened(folder: &Path, policies: &[PathBuf]) -> Opened {
    open_managed(&folder.join("config"), &folder.join("data"), policies).expect("opened")
}

fn own(folder: &Path) -> Settings {
    let LoadedSettings { settings, .. } = load_settings(&settings_path(&folder.join("config"))).expect("a file");
    settings
}

fn policy(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    path
}

#[tokio::test]
async fn the_users_choice_waits_under_the_policy() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let company = policy(folder, "company.json", r#"{"version": 1, "pool": {"companyCap": 2}}"#);
    let of_home = policy(
        folder,
        "home.json",
        r#"{"version": 1, "pool": {"companyCap": 9, "windows": 3}}"#,
    );
    let none = folder.join("none.json");
    let Opened {
        settings,
        store,
        policy,
        ..
    } = opened(folder, &[company, of_home, none]);
    // The first file is the most binding one.
    assert_eq!((settings.pool.company_cap, settings.pool.windows), (Some(2), 3));
    assert_eq!(policy.locked(), ["pool.companyCap", "pool.windows"]);

    let mut changed = settings;
    changed.e1c_links = true;
    changed.pool.windows = 8;
    store.save_settings(policy.over(&changed)).await.expect("saved");
    drop(store);
    let own = own(folder);
    assert_eq!((own.pool.company_cap, own.e1c_links), (None, true));
    assert_eq!(own.pool.windows, Settings::default().pool.windows);
    assert_eq!(opened(folder, &[]).settings, own);
}

#[test]
fn one_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    for (text, why) in [
        ("{", "not JSON"),
        (r#"{"pool": {}}"#, "no version"),
        (r#"{"version": 1, "pool": {"cap": 1}}"#, "pool.cap"),
        (r#"{"version": 1, "bases": [{"alias": "ut", "keep": 1}]}"#, "wrong type"),
        (r#"{"version": 99}"#, "99"),
    ] {
        let path = policy(folder, "policy.json", text);
        let notices = opened(folder, &[path]).notices;
        let [Notice::PolicyBroken { reason, .. }] = notices.as_slice() else {
            panic!("{text}: {notices:?}")
        };
        assert!(
            reason.contains(why) || (why == "not JSON" && reason.contains("too early")),
            "{reason}"
        );
        assert_eq!(notices[0].failure().code, Code::PolicyBroken);
    }
}
