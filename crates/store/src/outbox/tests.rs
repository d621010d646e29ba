use super::commit::MOST_RECENT;
use super::*;
use crate::limits::SEEN_KEPT;

fn batch<'a>(position: &'a str, lines: &'a [u8], seen: &'a str, handed: u64) -> Batch<'a> {
    Batch {
        position,
        seen,
        seen_count: seen.lines().count(),
        lines,
        count: lines.split_inclusive(|byte| *byte == b'\n').count() as u64,
        handed,
        forgotten: false,
    }
}

fn mids(numbers: std::ops::Range<usize>) -> String {
    let mids: Vec<String> = numbers.map(|mid| mid.to_string()).collect();
    mids.join("\n") + "\n"
}

#[test]
fn what_was_not_printed_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    {
        let (mut outbox, earlier) = Outbox::open(folder.path()).unwrap();
        assert_eq!(earlier, Earlier::default());
        outbox.commit(&batch("p1", b"a\nb\n", "1\n2\n", 2)).unwrap();
        outbox.print_done(2);
        outbox.commit(&batch("p2", b"c\nd\ne\n", "3\n4\n5\n", 2)).unwrap();
    }
    let (mut outbox, earlier) = Outbox::open(folder.path()).unwrap();
    assert_eq!(earlier.position.as_deref(), Some("p2"));
    assert_eq!(earlier.seen, ["1", "2", "3", "4", "5"]);
    // Printing of c and d had begun; nobody ever saw e.
    assert_eq!((outbox.printed(), outbox.handed(), outbox.stored()), (2, 4, 5));
    let waiting = outbox.waiting(outbox.printed()).unwrap().unwrap();
    assert_eq!((waiting.first, waiting.lines.as_slice()), (3, &b"c\nd\ne\n"[..]));
    assert_eq!(outbox.waiting(5).unwrap(), None);

    outbox.hand(5).unwrap();
    outbox.print_done(5);
    assert!(outbox.is_behind());
    outbox.note().unwrap();
    assert!(!outbox.is_behind());
    drop(outbox);
    let (outbox, earlier) = Outbox::open(folder.path()).unwrap();
    assert_eq!((outbox.printed(), outbox.handed(), outbox.stored()), (5, 5, 5));
    assert_eq!(outbox.waiting(0).unwrap(), None);
    assert_eq!(earlier.position.as_deref(), Some("p2"));
}

#[test]
fn lines_that_nobody_was_handed_keep_the_mark_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let (mut outbox, _) = Outbox::open(folder.path()).unwrap();
    outbox.commit(&batch("p", b"a\n", "", 0)).unwrap();
    outbox.commit(&batch("q", b"", "", 0)).unwrap();
    drop(outbox);
    let (outbox, _) = Outbox::open(folder.path()).unwrap();
    assert_eq!((outbox.handed(), outbox.stored()), (0, 1));
}

#[test]
fn ids_are_bounded_and_the_newest_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (mut outbox, _) = Outbox::open(folder.path()).unwrap();
    let mut next = 0;
    for size in [3_000, 1, 2_500, 700, 1, 4_999, 1, 1] {
        let mids = mids(next..next + size);
        outbox.commit(&batch("p", b"", &mids, 0)).unwrap();
        next += size;
    }
    drop(outbox);
    let (mut outbox, earlier) = Outbox::open(folder.path()).unwrap();
    assert!(earlier.seen.len() >= SEEN_KEPT && earlier.seen.len() < 2 * SEEN_KEPT);
    let newest: Vec<String> = (next - earlier.seen.len()..next).map(|mid| mid.to_string()).collect();
    assert_eq!(earlier.seen, newest);
    // The bound holds over restarts.
    let mids = mids(next..next + SEEN_KEPT);
    outbox.commit(&batch("p", b"", &mids, 0)).unwrap();
    drop(outbox);
    let seen = Outbox::open(folder.path()).unwrap().1.seen;
    assert!(seen.len() >= SEEN_KEPT && seen.len() < SEEN_KEPT + MOST_RECENT);
    assert_eq!(seen.last().unwrap(), mids.lines().last().unwrap());
}

#[test]
fn a_folder_has_one_owner() {
    let folder = tempfile::tempdir().unwrap();
    let (outbox, _) = Outbox::open(folder.path()).unwrap();
    assert!(matches!(Outbox::open(folder.path()), Err(OutboxError::Busy)));
    drop(outbox);
    assert!(Outbox::open(folder.path()).is_ok());
}

#[test]
fn what_cannot_be_read_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("listen.sqlite3");
    fs::write(
        &path,
        "no database at all, and long enough to have a header of one hundred bytes".repeat(9),
    )
    .unwrap();
    let before = fs::read(&path).unwrap();
    assert!(Outbox::open(folder.path()).is_err());
    assert_eq!(fs::read(&path).unwrap(), before);

    fs::remove_file(&path).unwrap();
    drop(Outbox::open(folder.path()).unwrap());
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 9).unwrap();
    drop(connection);
    assert!(matches!(Outbox::open(folder.path()), Err(OutboxError::Newer(9))));
}

#[test]
fn commits_that_wait_for_the_disk_and_others_mix() {
    let folder = tempfile::tempdir().unwrap();
    let (mut outbox, _) = Outbox::open(folder.path()).unwrap();
    let level = |outbox: &Outbox| -> i64 {
        outbox
            .connection
            .pragma_query_value(None, "synchronous", |row| row.get(0))
            .unwrap()
    };
    let forgotten = Batch {
        forgotten: true,
        ..batch("p", b"a\n", "", 1)
    };
    outbox.commit(&forgotten).unwrap();
    assert_eq!(level(&outbox), 2);
    outbox.commit(&batch("p", b"b\n", "", 1)).unwrap();
    assert_eq!(level(&outbox), 1);
    assert_eq!(outbox.stored(), 2);
}

#[cfg(unix)]
#[test]
fn it_is_closed_to_others_and_a_folder_that_was_there_keeps_its_rights() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let parent = tempfile::tempdir().unwrap();
    let made = parent.path().join("made");
    drop(Outbox::open(&made).unwrap());
    assert_eq!(mode(&made), 0o700);
    assert_eq!(mode(&made.join("listen.sqlite3")), 0o600);
    let shared = parent.path().join("shared");
    fs::create_dir(&shared).unwrap();
    fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o755)).unwrap();
    drop(Outbox::open(&shared).unwrap());
    assert_eq!(mode(&shared), 0o755);
}

#[test]
fn lines_that_were_not_printed_stay_in_their_order_beside_newer_ones() {
    let folder = tempfile::tempdir().unwrap();
    let (mut outbox, _) = Outbox::open(folder.path()).unwrap();
    outbox.commit(&batch("p", b"a\nb\n", "1\n", 2)).unwrap();
    outbox.commit(&batch("q", b"c\n", "2\n", 0)).unwrap();
    outbox.print_done(2);
    // The row of the state is free again, while an older line than this one waits elsewhere.
    outbox.commit(&batch("r", b"d\n", "3\n", 0)).unwrap();
    drop(outbox);
    let (mut outbox, earlier) = Outbox::open(folder.path()).unwrap();
    assert_eq!((outbox.printed(), outbox.stored()), (2, 4));
    assert_eq!(earlier.seen, ["1", "2", "3"]);
    let mut at = outbox.printed();
    let mut lines = Vec::new();
    while let Some(waiting) = outbox.waiting(at).unwrap() {
        assert_eq!(waiting.first, at + 1);
        at += 1;
        lines.extend(waiting.lines);
    }
    assert_eq!(lines, b"c\nd\n");
    outbox.print_done(3);
    outbox.note().unwrap();
    assert_eq!(outbox.waiting(0).unwrap().unwrap().first, 4);
    outbox.print_done(4);
    outbox.commit(&batch("s", b"", "", 0)).unwrap();
    assert_eq!(outbox.waiting(0).unwrap(), None);
}

#[test]
fn what_version_1_has_left_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join("listen.sqlite3")).unwrap();
    connection.execute_batch(include_str!("version-1.sql")).unwrap();
    connection
        .execute_batch(
            "UPDATE state SET position = 'p', handed = 2, printed = 1;
             INSERT INTO waiting VALUES (3, 2, x'620a630a');
             INSERT INTO seen VALUES (1, 2, '7' || char(10) || '8' || char(10));
             PRAGMA user_version = 1;",
        )
        .unwrap();
    drop(connection);
    let (mut outbox, earlier) = Outbox::open(folder.path()).unwrap();
    assert_eq!((earlier.position.as_deref(), earlier.seen.len()), (Some("p"), 2));
    assert_eq!((outbox.printed(), outbox.handed(), outbox.stored()), (1, 2, 3));
    assert_eq!(outbox.waiting(1).unwrap().unwrap().lines, b"b\nc\n");
    outbox.commit(&batch("q", b"d\n", "9\n", 1)).unwrap();
    drop(outbox);
    let (outbox, earlier) = Outbox::open(folder.path()).unwrap();
    assert_eq!((earlier.seen.len(), outbox.stored()), (3, 4));
}
