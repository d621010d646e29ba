//! The database against what disks and strangers do to it.
use hotstart_core::Timestamp;
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::ports::{Cursor, DeskChange, Transaction};

use super::*;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = database_path(folder.path());
    (folder, path)
}

fn note(id: &str, text: String) -> Note {
    Note {
        id: id.to_owned(),
        portal: "p.example".to_owned(),
        title: "t".to_owned(),
        text,
        link: None,
        tag: None,
        at: Timestamp(1),
        read: false,
        toast: true,
        kind: NoteKind::Bell,
        buttons: Vec::new(),
    }
}

fn position(position: &str) -> Transaction {
    let cursor = Cursor {
        portal: "p.example".to_owned(),
        position: position.to_owned(),
        seen: vec![position.to_owned()],
    };
    Transaction {
        cursor: Some(cursor),
        ..Transaction::default()
    }
}

#[test]
fn the_connection_is_set_as_documented() {
    let (_folder, path) = folder();
    let opened = open(&path).expect("opened");
    assert_eq!(opened.kept, None);
    let value = |name: &str| {
        let read = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
        opened
            .ledger
            .connection
            .pragma_query_value(None, name, read)
            .expect(name)
    };
    assert_eq!(value("journal_mode"), "wal".to_owned().into());
    assert_eq!(value("synchronous"), 1i64.into());
    assert_eq!(value("user_version"), i64::from(schema::CURRENT).into());
}

#[test]
fn a_full_disk_takes_nothing_of_a_transaction_and_the_next_one_works() {
    let (_folder, path) = folder();
    let mut ledger = open(&path).expect("opened").ledger;
    let pages: i64 = ledger
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .expect("counted");
    ledger
        .connection
        .pragma_update_and_check(None, "max_page_count", pages + 2, |_| Ok(()))
        .expect("limited");
    let small = |number: &str| Transaction {
        notes: vec![note(number, String::new())],
        ..position(number)
    };
    ledger.commit(&small("1")).expect("fits");
    let large = Transaction {
        notes: vec![note("2", "x".repeat(100_000))],
        ..small("2")
    };
    let error = ledger.commit(&large).expect_err("does not fit");
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
    let stored = ledger.load().expect("loaded");
    assert_eq!(
        (stored.cursors[0].position.as_str(), stored.inbox.len()),
        ("1", 1),
        "nothing of the failed one"
    );
    ledger.commit(&small("3")).expect("fits");
    assert_eq!(ledger.load().expect("loaded").cursors[0].seen, ["1", "3"]);
}

#[test]
fn garbage_is_set_aside() {
    let (folder, path) = folder();
    let garbage = b"this is no database, and long enough to be read as a header of one".repeat(20);
    for number in 1..=2 {
        fs::write(&path, &garbage).expect("written");
        let opened = open(&path).expect("renewed");
        let kept = folder.path().join(format!("hotstart.broken-{number}.sqlite3"));
        assert_eq!(opened.kept, Some(kept.clone()));
        assert_eq!(fs::read(&kept).expect("kept"), garbage);
        assert_eq!(opened.stored, Stored::default());
    }
}

#[test]
fn a_torn_page_is_found_at_the_start() {
    let (_folder, path) = folder();
    {
        let mut ledger = open(&path).expect("opened").ledger;
        let notes = (0..500)
            .map(|number| note(&number.to_string(), "текст ".repeat(40)))
            .collect();
        ledger
            .commit(&Transaction {
                notes,
                ..Transaction::default()
            })
            .expect("committed");
    }
    let mut bytes = fs::read(&path).expect("read");
    assert!(
        bytes.len() > 20 * 4096,
        "the log was written back when the database was closed"
    );
    for page in 5..bytes.len() / 4096 {
        bytes[page * 4096..page * 4096 + 64].fill(0xa5);
    }
    fs::write(&path, bytes).expect("written");
    let opened = open(&path).expect("renewed");
    assert!(opened.kept.is_some());
    assert_eq!(opened.stored, Stored::default());
}

#[test]
fn a_database_of_somebody_elses_making_is_set_aside() {
    let (_folder, path) = folder();
    Connection::open(&path)
        .expect("made")
        .execute_batch("CREATE TABLE inbox (x); PRAGMA user_version = 0")
        .expect("made");
    assert!(open(&path).expect("renewed").kept.is_some());
    Connection::open(&path)
        .expect("opened")
        .execute_batch("DROP TABLE seen")
        .expect("dropped");
    assert!(
        open(&path).expect("renewed").kept.is_some(),
        "a missing table is noticed"
    );
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let (folder, path) = folder();
    Connection::open(&path)
        .expect("made")
        .execute_batch("CREATE TABLE later (x); PRAGMA user_version = 999")
        .expect("made");
    let before = fs::read(&path).expect("read");
    assert!(matches!(open(&path), Err(DatabaseError::Newer { version: 999 })));
    assert!(matches!(
        open_to_read(&path),
        Err(DatabaseError::Newer { version: 999 })
    ));
    assert_eq!(fs::read(&path).expect("read"), before);
    assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_is_refused_and_the_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = folder();
    let elsewhere = folder.path().join("elsewhere");
    fs::write(&elsewhere, b"precious").expect("written");
    fs_err::os::unix::fs::symlink(&elsewhere, &path).expect("linked");
    assert!(matches!(open(&path), Err(DatabaseError::Foreign(_))));
    assert_eq!(fs::read(&elsewhere).expect("read"), b"precious");
    fs::remove_file(&path).expect("removed");
    fs::write(&path, b"").expect("written");
    fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("opened up");
    let mut ledger = open(&path).expect("opened").ledger;
    ledger.commit(&position("1")).expect("committed");
    for file in [path.clone(), companion(&path, "-wal"), companion(&path, "-shm")] {
        let mode = fs::metadata(&file).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.display());
    }
}

#[test]
fn the_bounds_hold_on_the_disk() {
    let (_folder, path) = folder();
    let mut ledger = open(&path).expect("opened").ledger;
    for batch in 0..30 {
        let ids = (0..250).map(|number| format!("{batch}-{number}"));
        let notes: Vec<Note> = ids
            .clone()
            .map(|id| Note {
                read: batch % 2 == 0,
                ..note(&id, String::new())
            })
            .collect();
        let cursor = Some(Cursor {
            portal: "p.example".to_owned(),
            position: batch.to_string(),
            seen: ids.collect(),
        });
        ledger
            .commit(&Transaction {
                cursor,
                notes,
                ..Transaction::default()
            })
            .expect("committed");
    }
    drop(ledger);
    let connection = Connection::open(&path).expect("opened");
    let count = |what: &str| {
        connection
            .query_row(&format!("SELECT count(*) FROM {what}"), [], |row| row.get::<_, i64>(0))
            .expect("counted")
    };
    assert_eq!(count("seen"), rows::signed(crate::limits::SEEN_KEPT));
    assert_eq!(count("inbox WHERE read = 0"), rows::signed(crate::limits::UNREAD_KEPT));
    assert_eq!(count("inbox WHERE read = 1"), rows::signed(crate::limits::READ_KEPT));
}

#[test]
fn what_windows_leave_behind_comes_back_and_a_database_of_version_1_gets_room_for_it() {
    let (_folder, path) = folder();
    rusqlite::Connection::open(&path)
        .expect("opened")
        .execute_batch(concat!(
            include_str!("schema/version-1.sql"),
            "PRAGMA user_version = 1;"
        ))
        .expect("as the first version left it");
    let session = |id: &str| hotstart_core::window::Session {
        root: "https://srv.example/ut/ru_RU".to_owned(),
        id: id.to_owned(),
    };
    let left = |id: &str, at| hotstart_core::ports::LeftSession {
        base: "ut".to_owned(),
        session: session(id),
        at: Timestamp(at),
    };
    let star = |link: &str, title: &str| hotstart_core::journal::FavouriteObject {
        link: link.to_owned(),
        title: title.to_owned(),
        base: "ut".to_owned(),
    };
    let look = hotstart_core::window::WindowLook {
        width: 1000,
        height: 700,
        at: Some((-5, 40)),
        maximized: false,
        zoom: 110,
    };
    let mut opened = open(&path).expect("opened");
    let desk = vec![
        DeskChange::SessionBegan(left("a", 1)),
        DeskChange::SessionBegan(left("b", 2)),
        DeskChange::SessionEnded(session("a")),
        DeskChange::SessionEnded(session("never known")),
        DeskChange::Looks("ut".to_owned(), look),
        DeskChange::Starred(star("hotstart://onec/ut/1", "One")),
        DeskChange::Starred(star("hotstart://onec/ut/2", "Two")),
        DeskChange::Starred(star("hotstart://onec/ut/1", "Renamed")),
        DeskChange::Starred(star("hotstart://onec/ut/3", "Three")),
        DeskChange::Unstarred("hotstart://onec/ut/2".to_owned()),
    ];
    let wanted = Transaction {
        desk,
        ..Transaction::default()
    };
    opened.ledger.commit(&wanted).expect("committed");
    drop(opened);
    let stored = open(&path).expect("opened again").ledger.load().expect("loaded");
    assert_eq!(stored.sessions, [left("b", 2)]);
    assert_eq!(stored.looks, [("ut".to_owned(), look)]);
    assert_eq!(
        stored.favourites,
        [
            star("hotstart://onec/ut/1", "Renamed"),
            star("hotstart://onec/ut/3", "Three")
        ]
    );
}
