//! A program that is killed at any moment loses nothing that was acknowledged.
//!
//! The test starts itself as a child that commits in a loop and prints each number only after its commit was
//! acknowledged; the parent kills it without warning and looks at what is left.
#![expect(
    clippy::expect_used,
    reason = "a failed step ends the test, also in what its functions share"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use hotstart_core::Timestamp;
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{Cursor, Store, Transaction};
use hotstart_store::{Opened, journal_since, open};

const FOLDER: &str = "HOTSTART_STORE_KILL_TEST";
const LIVES: usize = 25;
/// Numbers after which the test ends early: below every bound, so that all of them are still there to be counted.
const ENOUGH: u64 = 1_500;

fn opened(folder: &Path) -> Opened {
    let opened = open(&folder.join("config"), &folder.join("data")).expect("opened");
    assert_eq!(opened.notices, [], "a kill breaks nothing");
    opened
}

/// Everything of one number in one transaction.
fn batch(number: u64) -> Transaction {
    let id = number.to_string();
    Transaction {
        cursor: Some(Cursor {
            portal: "p.example".to_owned(),
            position: id.clone(),
            seen: vec![id.clone()],
        }),
        notes: vec![Note {
            id: id.clone(),
            portal: "p.example".to_owned(),
            title: "t".to_owned(),
            text: "текст".repeat(50),
            link: None,
            tag: None,
            at: Timestamp(0),
            read: false,
            toast: true,
            kind: NoteKind::Bell,
            buttons: Vec::new(),
        }],
        journal: vec![JournalRecord {
            timestamp: Timestamp(0),
            operation: "notify".to_owned(),
            source_system: "p.example".to_owned(),
            target_system: "desk".to_owned(),
            object_id: id,
            status: Outcome::Done,
            details: String::new(),
            duration_ms: 0,
            error_code: None,
        }],
        ..Transaction::default()
    }
}

fn position(opened: &Opened) -> u64 {
    opened
        .stored
        .cursors
        .first()
        .map_or(0, |cursor| cursor.position.parse().expect("a number"))
}

/// The child: no test of its own, it ends only by being killed.
#[tokio::test]
async fn child_that_commits_for_ever() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let opened = opened(Path::new(&folder));
    let mut number = position(&opened);
    loop {
        number += 1;
        opened.store.commit(batch(number)).await.expect("committed");
        println!("\nacknowledged {number}");
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut acknowledged = 0;
    for life in 0..LIVES {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "child_that_commits_for_ever", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut numbers = output
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.strip_prefix("acknowledged ")?.parse::<u64>().ok());
        // Another number of commits in every life, so that the blow falls at another place of the log each time.
        let patience = 1 + life * 7 % 40;
        let last = numbers.by_ref().take(patience).last().expect("the child commits");
        child.kill().expect("killed");
        // What it printed before it died counts, too.
        acknowledged = numbers.last().unwrap_or(last);
        child.wait().expect("gone");

        let opened = opened(folder.path());
        let reached = position(&opened);
        assert!(
            reached >= acknowledged,
            "life {life}: {acknowledged} acknowledged, {reached} kept"
        );
        assert_eq!(
            opened.stored.cursors[0].seen.len() as u64,
            reached,
            "life {life}: ids go with the cursor"
        );
        assert_eq!(opened.stored.unread, reached, "life {life}: notes go with the cursor");
        let records = journal_since(&folder.path().join("data"), None).expect("read");
        assert_eq!(records.len() as u64, reached, "life {life}: records go with the cursor");
        if reached > ENOUGH {
            break;
        }
    }
    assert!(acknowledged >= LIVES as u64);
}
