//! The file as people and older programs leave it.
use hotstart_core::settings::{AllowedCommand, BaseSettings, ConnectionKind, Method, PortalSettings, WindowMode};

use super::*;

/// Settings with every field of the first version away from its default.
fn full() -> Settings {
    Settings {
        portals: vec![PortalSettings {
            portal: "портал.рф:8443".to_owned(),
            scheme: "http".to_owned(),
            connection: ConnectionKind::Webhook,
            intranet: true,
            base: Some("торговля".to_owned()),
            user_id: Some("7".to_owned()),
            memory_only: true,
            ..PortalSettings::default()
        }],
        bases: vec![BaseSettings {
            alias: "торговля".to_owned(),
            id: None,
            name: "Управление торговлей".to_owned(),
            publication: Some("https://1c.example.ru/ut".to_owned()),
            intranet: false,
            methods: vec![Method::Cold],
            window_mode: WindowMode::Workplace,
            ..BaseSettings::default()
        }],
        connection_wanted: false,
        allowed: vec![AllowedCommand {
            base: "торговля".to_owned(),
            command: "e1cib/app/x".to_owned(),
        }],
        ..Settings::default()
    }
}

/// The same with what came later.
fn fuller() -> Settings {
    let mut settings = full();
    settings.e1c_links = true;
    for base in &mut settings.bases {
        base.methods.push(Method::Native);
        base.cold_window_mode = WindowMode::Normal;
        base.keep = true;
        base.connect = Some("Srvr=\"srv\";Ref=\"ut\";".to_owned());
        base.platform = Some("8.3.25".to_owned());
    }
    settings
}

fn written(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = settings_path(folder.path());
    fs::write(&path, content).expect("written");
    (folder, path)
}

#[test]
fn settings_come_back_as_they_were_saved() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = settings_path(&folder.path().join("config"));
    save(&path, &fuller()).expect("saved");
    let loaded = load_settings(&path).expect("loaded");
    assert_eq!(
        loaded,
        LoadedSettings {
            settings: fuller(),
            origin: SettingsOrigin::File
        }
    );
    let text = fs::read_to_string(&path).expect("read");
    assert!(
        text.starts_with("{\n  \"version\": 1,\n"),
        "the version stands first: {text}"
    );
    assert!(text.contains("Управление торговлей"), "people can read it: {text}");
    save(&path, &Settings::default()).expect("saved again");
    assert_eq!(load_settings(&path).expect("loaded").settings, Settings::default());
    let names: Vec<_> = fs::read_dir(path.parent().expect("folder"))
        .expect("listed")
        .map(|entry| entry.expect("entry").file_name())
        .collect();
    assert_eq!(names, ["settings.json"], "nothing is left beside it");
}

#[test]
fn a_file_of_version_one_is_read_for_ever() {
    let (_folder, path) = written(include_bytes!("tests/version-1.json"));
    assert_eq!(load_settings(&path).expect("loaded").settings, full());
}

#[test]
fn no_file_means_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    let loaded = load_settings(&settings_path(folder.path())).expect("defaults");
    assert_eq!(
        loaded,
        LoadedSettings {
            settings: Settings::default(),
            origin: SettingsOrigin::Default
        }
    );
}

#[test]
fn a_mark_of_byte_order_and_unknown_names_do_no_harm() {
    let (_folder, path) = written("\u{feff}{\"version\": 1, \"language\": \"en\", \"later\": [1]}".as_bytes());
    assert_eq!(
        load_settings(&path).expect("loaded").settings.language,
        hotstart_core::texts::Language::En
    );
}

#[test]
fn broken_files_say_why_and_never_what() {
    for (content, reason) in [
        ("", "it ends too early"),
        ("{\"version\": 1, \"portals\": [", "it ends too early"),
        ("[]", "a value has a wrong type"),
        ("{}", "it has no version"),
        ("{\"version\": \"1\"}", "it has no version"),
        ("{\"version\": 0}", "it has no version"),
        ("{\"version\": -1}", "it has no version"),
        ("{\"version\": 1, \"language\": \"secret\"}", "a value has a wrong type"),
        ("{\"version\": 1, secret}", "it is not JSON"),
        ("\u{0}\u{0}", "it is not JSON"),
    ] {
        let (_folder, path) = written(content.as_bytes());
        let error = load_settings(&path).expect_err(content);
        let SettingsError::Broken { reason: said } = error else {
            panic!("{content}: {error}")
        };
        assert!(
            said.starts_with(reason) && !said.contains("secret"),
            "{content}: {said}"
        );
    }
    let (_folder, path) = written(&vec![b' '; usize::try_from(LARGEST).expect("fits") + 1]);
    assert!(matches!(load_settings(&path), Err(SettingsError::Broken { .. })));
}

#[test]
fn a_newer_file_is_refused_and_not_overwritten() {
    let content = b"{\"version\": 2, \"language\": {\"new\": \"form\"}}";
    let (_folder, path) = written(content);
    assert!(matches!(load_settings(&path), Err(SettingsError::Newer { version: 2 })));
    assert!(matches!(save(&path, &full()), Err(SettingsError::Newer { version: 2 })));
    assert_eq!(fs::read(&path).expect("read"), content);
}

#[cfg(unix)]
#[test]
fn only_the_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = settings_path(&folder.path().join("config"));
    save(&path, &full()).expect("saved");
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().expect("folder"))), (0o600, 0o700));
}

#[test]
fn a_save_that_fails_leaves_the_old_file() {
    let (folder, path) = written(b"{\"version\": 1}");
    // A folder in the place of the temporary file: it cannot be opened for writing.
    fs::create_dir(folder.path().join("settings.tmp")).expect("made");
    assert!(matches!(save(&path, &full()), Err(SettingsError::Io(_))));
    assert_eq!(fs::read(&path).expect("read"), b"{\"version\": 1}");
}
