//! Opening after something went wrong, and reading beside the running program.
use std::path::Path;

use fs_err as fs;
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{Cursor, Store, Transaction};
use hotstart_core::settings::Settings;
use hotstart_core::texts::Language;
use hotstart_store::{MemoryStore, Notice, OpenError, Opened, journal_since, open, settings_path};

fn opened(folder: &Path) -> Result<Opened, OpenError> {
    open(&folder.join("config"), &folder.join("data"))
}

fn position(position: &str) -> Transaction {
    let cursor = Cursor {
        portal: "p.example".to_owned(),
        position: position.to_owned(),
        seen: Vec::new(),
    };
    Transaction {
        cursor: Some(cursor),
        ..Transaction::default()
    }
}

fn record(timestamp: i64) -> JournalRecord {
    JournalRecord {
        timestamp: Timestamp(timestamp),
        operation: "notify".to_owned(),
        source_system: "p.example".to_owned(),
        target_system: "desk".to_owned(),
        object_id: "17953041450000000000000001".to_owned(),
        status: Outcome::Failed,
        details: "не вышло".to_owned(),
        duration_ms: u64::MAX,
        error_code: Some("internal".to_owned()),
    }
}

#[tokio::test]
async fn a_broken_settings_file_is_kept_aside_and_the_database_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = opened(folder.path()).expect("opened");
    first.store.commit(position("5")).await.expect("committed");
    drop(first);
    let path = settings_path(&folder.path().join("config"));
    for number in 1..=2 {
        fs::write(&path, b"{\"version\": 1, \"portals\": [").expect("broken");
        let again = opened(folder.path()).expect("opened");
        let kept = path.with_file_name(format!("settings.broken-{number}.json"));
        let [Notice::SettingsBroken { kept: told, .. }] = again.notices.as_slice() else {
            panic!("{:?}", again.notices)
        };
        assert_eq!(told, &kept);
        assert!(fs::read_to_string(&kept).expect("kept").ends_with("\"portals\": ["));
        assert_eq!((again.settings, again.stored.cursors.len()), (Settings::default(), 1));
        assert!(again.notices[0].failure().text(Language::Ru).contains("broken-"));
    }
}

#[tokio::test]
async fn a_corrupt_database_is_kept_aside_and_settings_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = Settings {
        language: Language::En,
        ..Settings::default()
    };
    let first = opened(folder.path()).expect("opened");
    first.store.save_settings(settings.clone()).await.expect("saved");
    first.store.commit(position("5")).await.expect("committed");
    drop(first);
    let path = folder.path().join("data/hotstart.sqlite3");
    fs::write(&path, vec![0xa5; 8192]).expect("destroyed");
    let again = opened(folder.path()).expect("opened");
    let kept = path.with_file_name("hotstart.broken-1.sqlite3");
    assert_eq!(again.notices, [Notice::DatabaseBroken { kept: kept.clone() }]);
    assert_eq!(fs::read(kept).expect("kept").len(), 8192);
    assert_eq!((again.settings, again.stored.cursors.len()), (settings, 0));
    again.store.commit(position("6")).await.expect("the new one works");
}

#[tokio::test]
async fn newer_settings_stop_the_start_and_stay_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(opened(folder.path()).expect("opened"));
    let path = settings_path(&folder.path().join("config"));
    fs::write(&path, b"{\"version\": 99}").expect("written");
    let error = opened(folder.path()).expect_err("refused");
    assert!(matches!(
        error,
        OpenError::Newer {
            what: "settings",
            version: 99
        }
    ));
    assert_eq!(error.failure().code, Code::StoreFailed);
    assert_eq!(fs::read(&path).expect("read"), b"{\"version\": 99}");
}

#[cfg(unix)]
#[test]
fn folders_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("data")).expect("made");
    fs::set_permissions(folder.path().join("data"), std::fs::Permissions::from_mode(0o755)).expect("opened up");
    let _opened = opened(folder.path()).expect("opened");
    for name in ["config", "data"] {
        assert_eq!(
            fs::metadata(folder.path().join(name))
                .expect("there")
                .permissions()
                .mode()
                & 0o777,
            0o700,
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_journal_is_read_beside_the_running_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    assert_eq!(journal_since(&data, None).expect("no database, no records"), []);
    let program = opened(folder.path()).expect("opened");
    let journal: Vec<JournalRecord> = [30, 10, 20].map(record).to_vec();
    program
        .store
        .commit(Transaction {
            journal: journal.clone(),
            ..Transaction::default()
        })
        .await
        .expect("committed");
    let expected: Vec<JournalRecord> = journal
        .into_iter()
        .map(|record| JournalRecord {
            duration_ms: i64::MAX.cast_unsigned(),
            ..record
        })
        .collect();
    assert_eq!(
        journal_since(&data, None).expect("read"),
        expected,
        "in the order of writing"
    );
    let newer = journal_since(&data, Some(Timestamp(20))).expect("read");
    assert_eq!(
        newer.iter().map(|record| record.timestamp.0).collect::<Vec<_>>(),
        [30, 20]
    );
    program
        .store
        .commit(position("still writable"))
        .await
        .expect("committed");
    drop(program);
    assert_eq!(
        journal_since(&data, None).expect("read").len(),
        3,
        "also when the program has ended"
    );
}

#[tokio::test]
async fn a_failing_disk_is_told_and_overcome() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = opened(folder.path()).expect("opened");
    let temporary = folder.path().join("config/settings.tmp");
    fs::create_dir(&temporary).expect("in the way");
    let failure = program
        .store
        .save_settings(Settings::default())
        .await
        .expect_err("cannot be written");
    assert_eq!(failure.code, Code::StoreFailed);
    fs::remove_dir(&temporary).expect("out of the way");
    program.store.save_settings(Settings::default()).await.expect("saved");

    let memory = MemoryStore::default();
    memory.fail(Some(Failure::new(Code::StoreFailed)));
    assert!(memory.commit(position("1")).await.is_err());
    assert!(memory.save_settings(Settings::default()).await.is_err());
    memory.fail(None);
    memory.commit(position("2")).await.expect("committed");
    assert_eq!(
        (memory.commits(), memory.stored().cursors[0].position.as_str()),
        (1, "2")
    );
}
