//! One suite for every store: what the program relies on, whatever keeps it.
#![expect(
    clippy::expect_used,
    reason = "a failed step ends the test, also in what its functions share"
)]

use bench::{Bench, commit, cursor, ids, note, notes, record, tagged};
use hotstart_core::Timestamp;
use hotstart_core::inbox::{Note, NoteButton, NoteKind};
use hotstart_core::journal::RecentObject;
use hotstart_core::ports::{Committed, Stored, Transaction};
use hotstart_core::settings::Settings;
use hotstart_core::texts::Language;
use hotstart_store::{INBOX_LOADED, RECENT_KEPT, SEEN_KEPT, UNREAD_KEPT};

mod bench;

async fn a_new_store_is_empty(mut bench: impl Bench) {
    assert_eq!(bench.restarted(), (Stored::default(), Settings::default()));
}

async fn everything_comes_back_after_a_restart(mut bench: impl Bench) {
    let full = Transaction {
        notes: vec![
            note("a"),
            Note {
                read: true,
                kind: NoteKind::Own,
                link: None,
                toast: false,
                buttons: vec![NoteButton {
                    title: "Да".to_owned(),
                    value: "Y".to_owned(),
                    agrees: true,
                }],
                ..note("b")
            },
        ],
        journal: vec![record(1), record(2)],
        recent: Some(RecentObject {
            link: "hotstart://onec/ut/e1cib/data/Документ.Заказ".to_owned(),
            title: "Заказ 5".to_owned(),
            base: "ut".to_owned(),
            at: Timestamp(9),
        }),
        ..cursor("p.example", "position 1", ["m1", "m2"])
    };
    assert_eq!(commit(&bench, full.clone()).await.new_notes, full.notes);
    let (stored, _) = bench.restarted();
    assert_eq!(
        stored,
        Stored {
            inbox: vec![full.notes[1].clone(), full.notes[0].clone()],
            unread: 1,
            journal: vec![record(2), record(1)],
            recent: full.recent.into_iter().collect(),
            cursors: full.cursor.into_iter().collect(),
            ..Stored::default()
        }
    );
}

async fn a_replay_changes_nothing(mut bench: impl Bench) {
    let batch = Transaction {
        notes: vec![note("a"), tagged("b", "t")],
        ..cursor("p.example", "1", ["m1"])
    };
    commit(&bench, batch.clone()).await;
    commit(
        &bench,
        Transaction {
            read: vec!["a".to_owned()],
            ..Transaction::default()
        },
    )
    .await;
    let (before, _) = bench.restarted();
    assert_eq!(commit(&bench, batch).await, Committed::default());
    let changed = Note {
        text: "another".to_owned(),
        ..note("a")
    };
    assert_eq!(commit(&bench, notes([changed])).await, Committed::default());
    assert_eq!(bench.restarted().0, before);
    assert_eq!((before.unread, before.inbox.len()), (1, 2));
}

async fn a_note_takes_the_place_of_an_older_one_of_its_tag(mut bench: impl Bench) {
    commit(
        &bench,
        notes([
            tagged("old", "t"),
            tagged("other", "u"),
            note("untagged"),
            note("untagged 2"),
        ]),
    )
    .await;
    let committed = commit(&bench, notes([tagged("middle", "t"), tagged("new", "t"), note("last")])).await;
    assert_eq!(ids(&committed.new_notes), ["new", "last"]);
    let (stored, _) = bench.restarted();
    assert_eq!(ids(&stored.inbox), ["last", "new", "untagged 2", "untagged", "other"]);
    assert_eq!(stored.unread, 5);
    assert_eq!(
        commit(&bench, notes([tagged("old", "t")])).await,
        Committed::default(),
        "a replay of the old one is known"
    );
    assert_eq!(bench.restarted().0, stored);
}

async fn reading_is_kept_and_unknown_ids_do_no_harm(mut bench: impl Bench) {
    commit(&bench, notes(["a", "b", "c"].map(note))).await;
    let read = ["c", "a", "nobody"].map(str::to_owned).to_vec();
    commit(
        &bench,
        Transaction {
            read,
            notes: vec![note("d")],
            ..Transaction::default()
        },
    )
    .await;
    commit(
        &bench,
        Transaction {
            read: vec!["e".to_owned()],
            notes: vec![note("e")],
            ..Transaction::default()
        },
    )
    .await;
    let (stored, _) = bench.restarted();
    let unread: Vec<Note> = stored.inbox.iter().filter(|note| !note.read).cloned().collect();
    assert_eq!(
        (ids(&unread), stored.unread, stored.inbox.len()),
        (vec!["d", "b"], 2, 5)
    );
}

async fn cursors_of_portals_are_apart_and_bounded(mut bench: impl Bench) {
    for batch in 0..12 {
        let mids = (batch * 500..(batch + 1) * 500).chain([batch * 500]);
        commit(&bench, cursor("big.example", &batch.to_string(), mids)).await;
    }
    commit(&bench, cursor("small.example", "0", ["5999"])).await;
    commit(&bench, cursor("small.example", "1", Vec::<String>::new())).await;
    let cursors = bench.restarted().0.cursors;
    let [big, small] = cursors.as_slice() else {
        panic!("two portals: {}", cursors.len())
    };
    assert_eq!((big.position.as_str(), big.seen.len()), ("11", SEEN_KEPT));
    assert_eq!(
        (big.seen[0].as_str(), big.seen[SEEN_KEPT - 1].as_str()),
        ("1000", "5999"),
        "oldest first, newest kept"
    );
    assert_eq!(
        (small.position.as_str(), small.seen.as_slice()),
        ("1", ["5999".to_owned()].as_slice())
    );
}

async fn all_unread_notes_are_loaded_and_few_read_ones(mut bench: impl Bench) {
    commit(&bench, notes((0..10).map(|number| note(&format!("old {number}"))))).await;
    commit(
        &bench,
        notes((0..500).map(|number| Note {
            read: true,
            ..note(&format!("read {number}"))
        })),
    )
    .await;
    let stored = bench.restarted().0;
    assert_eq!((stored.inbox.len(), stored.unread), (INBOX_LOADED + 10, 10));
    assert_eq!(
        (stored.inbox[0].id.as_str(), stored.inbox[INBOX_LOADED].id.as_str()),
        ("read 499", "old 9")
    );
}

async fn the_oldest_unread_notes_count_as_read(mut bench: impl Bench) {
    for batch in 0..5 {
        commit(&bench, notes((0..500).map(|number| note(&format!("{batch} {number}"))))).await;
    }
    let stored = bench.restarted().0;
    assert_eq!(stored.unread, UNREAD_KEPT as u64);
    assert_eq!(stored.inbox.last().expect("notes").id, "1 0");
}

async fn recent_objects_move_up_and_are_bounded(mut bench: impl Bench) {
    let recent = |number: usize, title: &str, at: i64| Transaction {
        recent: Some(RecentObject {
            link: format!("hotstart://onec/ut/{number}"),
            title: title.to_owned(),
            base: "ut".to_owned(),
            at: Timestamp(at),
        }),
        ..Transaction::default()
    };
    for number in 0..RECENT_KEPT + 5 {
        commit(&bench, recent(number, "first", i64::try_from(number).expect("small"))).await;
    }
    commit(&bench, recent(10, "again", 1_000)).await;
    let stored = bench.restarted().0.recent;
    assert_eq!(stored.len(), RECENT_KEPT);
    assert_eq!(
        (stored[0].link.as_str(), stored[0].title.as_str()),
        ("hotstart://onec/ut/10", "again")
    );
    assert_eq!(stored.last().expect("some").link, "hotstart://onec/ut/5");
}

async fn settings_are_saved(mut bench: impl Bench) {
    let settings = Settings {
        language: Language::En,
        connection_wanted: false,
        ..Settings::default()
    };
    bench.store().save_settings(settings.clone()).await.expect("saved");
    assert_eq!(bench.restarted().1, settings);
}

async fn what_was_asked_is_done_without_anybody_waiting(mut bench: impl Bench) {
    for number in 0..20 {
        drop(bench.store().commit(cursor("p.example", &number.to_string(), [number])));
    }
    drop(bench.store().save_settings(Settings {
        language: Language::En,
        ..Settings::default()
    }));
    let (stored, settings) = bench.restarted();
    assert_eq!(
        (stored.cursors[0].position.as_str(), stored.cursors[0].seen.len()),
        ("19", 20)
    );
    assert_eq!(settings.language, Language::En);
}

async fn many_at_once_all_succeed(mut bench: impl Bench) {
    let commits: Vec<_> = (0..300)
        .map(|number| bench.store().commit(notes([note(&number.to_string())])))
        .collect();
    for commit in commits {
        assert_eq!(commit.await.expect("committed").new_notes.len(), 1);
    }
    assert_eq!(bench.restarted().0.unread, 300);
}

macro_rules! suite {
    ($($test:ident)*) => {
        mod on_disk {
            $(#[tokio::test] async fn $test() { super::$test(crate::bench::OnDisk::new()).await; })*
        }
        mod in_memory {
            $(#[tokio::test] async fn $test() { super::$test(hotstart_store::MemoryStore::default()).await; })*
        }
    };
}

suite! {
    a_new_store_is_empty
    everything_comes_back_after_a_restart
    a_replay_changes_nothing
    a_note_takes_the_place_of_an_older_one_of_its_tag
    reading_is_kept_and_unknown_ids_do_no_harm
    cursors_of_portals_are_apart_and_bounded
    all_unread_notes_are_loaded_and_few_read_ones
    the_oldest_unread_notes_count_as_read
    recent_objects_move_up_and_are_bounded
    settings_are_saved
    what_was_asked_is_done_without_anybody_waiting
    many_at_once_all_succeed
}
