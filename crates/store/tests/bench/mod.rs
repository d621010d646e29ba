//! What the suite runs on, and what it puts in.
use hotstart_core::Timestamp;
use hotstart_core::inbox::{Note, NoteKind};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{Committed, Cursor, Store, Stored, Transaction};
use hotstart_core::settings::Settings;
use hotstart_store::{MemoryStore, SqliteStore};

/// A store and a way to start anew with what it kept.
pub(crate) trait Bench {
    fn store(&self) -> &dyn Store;
    fn restarted(&mut self) -> (Stored, Settings);
}

pub(crate) struct OnDisk {
    folder: tempfile::TempDir,
    store: Option<SqliteStore>,
}

impl OnDisk {
    pub(crate) fn new() -> Self {
        let mut bench = Self {
            folder: tempfile::tempdir().expect("a folder"),
            store: None,
        };
        bench.restarted();
        bench
    }
}

impl Bench for OnDisk {
    fn store(&self) -> &dyn Store {
        self.store.as_ref().expect("open")
    }

    fn restarted(&mut self) -> (Stored, Settings) {
        self.store = None;
        let path = self.folder.path();
        let opened = hotstart_store::open(&path.join("config"), &path.join("data")).expect("opened");
        assert_eq!(opened.notices, []);
        self.store = Some(opened.store);
        (opened.stored, opened.settings)
    }
}

impl Bench for MemoryStore {
    fn store(&self) -> &dyn Store {
        self
    }

    fn restarted(&mut self) -> (Stored, Settings) {
        (self.stored(), self.settings().unwrap_or_default())
    }
}

pub(crate) async fn commit(bench: &impl Bench, transaction: Transaction) -> Committed {
    bench.store().commit(transaction).await.expect("committed")
}

pub(crate) fn note(id: &str) -> Note {
    Note {
        id: id.to_owned(),
        portal: "p.example".to_owned(),
        title: "Сделка «Окна»".to_owned(),
        text: "выиграна 🎉".to_owned(),
        link: Some("hotstart://b24/p.example/crm/deal/details/5/".to_owned()),
        tag: None,
        at: Timestamp(1_795_300_000_123),
        read: false,
        toast: true,
        kind: NoteKind::Chat,
        buttons: Vec::new(),
    }
}

pub(crate) fn tagged(id: &str, tag: &str) -> Note {
    Note {
        tag: Some(tag.to_owned()),
        ..note(id)
    }
}

pub(crate) fn notes(notes: impl IntoIterator<Item = Note>) -> Transaction {
    Transaction {
        notes: notes.into_iter().collect(),
        ..Transaction::default()
    }
}

pub(crate) fn cursor(portal: &str, position: &str, seen: impl IntoIterator<Item = impl ToString>) -> Transaction {
    let seen = seen.into_iter().map(|mid| mid.to_string()).collect();
    let cursor = Cursor {
        portal: portal.to_owned(),
        position: position.to_owned(),
        seen,
    };
    Transaction {
        cursor: Some(cursor),
        ..Transaction::default()
    }
}

pub(crate) fn record(number: i64) -> JournalRecord {
    JournalRecord {
        timestamp: Timestamp(number),
        operation: "open".to_owned(),
        source_system: "clicked".to_owned(),
        target_system: "торговля".to_owned(),
        object_id: "hotstart://onec/торговля/e1cib/list/Документ.Заказ".to_owned(),
        status: if number % 2 == 0 {
            Outcome::Done
        } else {
            Outcome::Refused
        },
        details: String::new(),
        duration_ms: 31,
        error_code: (number % 2 == 1).then(|| "base.unknown".to_owned()),
    }
}

pub(crate) fn ids(notes: &[Note]) -> Vec<&str> {
    notes.iter().map(|note| note.id.as_str()).collect()
}
