use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{Kept, Records, Waiting};
use hotstart_core::report::QueueLine;
use hotstart_core::settings::Settings;
use hotstart_core::view::{ExportFormat, Period, RecordsCommand, UiCommand};

use super::desk::Desk;

/// A journal that answers what a test has put into it.
#[derive(Clone, Default)]
pub(super) struct FakeRecords {
    pub(super) kept: std::sync::Arc<std::sync::Mutex<Kept>>,
    /// Asked for from when on, and saved names and texts.
    pub(super) asked: std::sync::Arc<std::sync::Mutex<Vec<Option<Timestamp>>>>,
    pub(super) saved: std::sync::Arc<std::sync::Mutex<Vec<(String, String)>>>,
    pub(super) full: std::sync::Arc<std::sync::atomic::AtomicBool>,
}

impl Records for FakeRecords {
    fn kept(&self, since: Option<Timestamp>) -> Waiting<Result<Kept, Failure>> {
        self.asked.lock().unwrap().push(since);
        let kept = self.kept.lock().unwrap().clone();
        Box::pin(async move { Ok(kept) })
    }

    fn save(&self, name: String, text: String) -> Waiting<Result<String, Failure>> {
        if self.full.load(std::sync::atomic::Ordering::Relaxed) {
            return Box::pin(async { Err(Failure::new(Code::StoreFailed).with("detail", "no space")) });
        }
        let path = format!("/downloads/{name}");
        self.saved.lock().unwrap().push((name, text));
        Box::pin(async move { Ok(path) })
    }
}

fn record(status: Outcome, error: Option<&str>) -> JournalRecord {
    JournalRecord {
        timestamp: Timestamp(0),
        operation: "open".to_owned(),
        source_system: "clicked".to_owned(),
        target_system: "ut".to_owned(),
        object_id: String::new(),
        status,
        details: "=1".to_owned(),
        duration_ms: 40,
        error_code: error.map(str::to_owned),
    }
}

fn desk() -> Desk {
    let desk = Desk::start(Settings::default());
    *desk.records.kept.lock().unwrap() = Kept {
        journal: vec![
            record(Outcome::Done, None),
            record(Outcome::Failed, Some("base.unreachable")),
        ],
        queue: vec![QueueLine {
            base: "ut".to_owned(),
            waiting: 3,
            dead: 1,
        }],
    };
    desk
}

#[tokio::test(start_paused = true)]
async fn a_report_is_shown_until_it_is_closed() {
    let desk = desk();
    assert_eq!(desk.view().await.report, None);
    let command = RecordsCommand::Report { period: Period::All };
    desk.ui(UiCommand::Records { command }).await.unwrap();
    let report = desk.view().await.report.unwrap();
    assert_eq!((report.total.count, report.total.success_per_mille), (2, Some(500)));
    assert_eq!(report.errors[0].code, "base.unreachable");
    assert_eq!(report.queue[0].waiting, 3);
    let command = RecordsCommand::Close;
    desk.ui(UiCommand::Records { command }).await.unwrap();
    assert_eq!(desk.view().await.report, None);
}

#[tokio::test(start_paused = true)]
async fn only_the_period_is_read() {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    let desk = desk();
    for period in [Period::Day, Period::Week, Period::Month, Period::All] {
        let command = RecordsCommand::Report { period };
        desk.ui(UiCommand::Records { command }).await.unwrap();
    }
    let asked = desk.records.asked.lock().unwrap().clone();
    let [day, week, month, all] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    let (day, week, month) = (day.unwrap().0, week.unwrap().0, month.unwrap().0);
    assert_eq!(((day - week) / DAY, (week - month) / DAY, *all), (6, 23, None));
}

#[tokio::test(start_paused = true)]
async fn a_file_is_saved_and_told_of() {
    let mut desk = desk();
    for (format, ending) in [(ExportFormat::Csv, ".csv"), (ExportFormat::Json, ".json")] {
        let command = RecordsCommand::Export {
            period: Period::All,
            format,
        };
        desk.ui(UiCommand::Records { command }).await.unwrap();
        let told = desk.journal().await;
        assert_eq!((told.operation.as_str(), told.status), ("export", Outcome::Done));
        assert!(told.object_id.starts_with("/downloads/hotstart-journal-") && told.object_id.ends_with(ending));
    }
    let saved = desk.records.saved.lock().unwrap().clone();
    assert!(
        saved[0].1.starts_with("\u{feff}timestamp,"),
        "a spreadsheet reads it as UTF-8"
    );
    assert!(saved[0].1.contains(",'=1,"), "and computes nothing");
    let values: serde_json::Value = serde_json::from_str(&saved[1].1).unwrap();
    assert_eq!(values[1]["error_code"], "base.unreachable");
    assert!(
        desk.view()
            .await
            .inbox
            .iter()
            .any(|note| note.text.contains("hotstart-journal-"))
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_is_told_of() {
    let mut desk = desk();
    desk.records.full.store(true, std::sync::atomic::Ordering::Relaxed);
    let command = RecordsCommand::Export {
        period: Period::Day,
        format: ExportFormat::Csv,
    };
    let refused = desk.ui(UiCommand::Records { command }).await.unwrap_err();
    assert_eq!(refused.code, "store.failed");
    assert_eq!(desk.journal().await.error_code.as_deref(), Some("store.failed"));
}
