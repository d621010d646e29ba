//! `hotstartctl journal` and `hotstartctl report` against a database that the store has written.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::process::{Command, Output};

use hotstart_core::Timestamp;
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{Store as _, Transaction};
use serde_json::{Value, json};

fn run(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hotstartctl"))
        .args(arguments)
        .env("HOTSTART_HOME", home)
        .output()
        .unwrap()
}

fn value(output: &Output) -> Value {
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn record(at: i64, status: Outcome, details: &str, error: Option<&str>) -> JournalRecord {
    JournalRecord {
        timestamp: Timestamp(at),
        operation: "open".to_owned(),
        source_system: "clicked".to_owned(),
        target_system: "ut".to_owned(),
        object_id: "hotstart://onec/ut/e1cib/list/Документ.Заказ".to_owned(),
        status,
        details: details.to_owned(),
        duration_ms: 40,
        error_code: error.map(str::to_owned),
    }
}

/// A desk with three records of 2026-11-22.
fn home() -> tempfile::TempDir {
    const MORNING: i64 = 1_795_330_800_000;
    let home = tempfile::tempdir().unwrap();
    let (config, data) = (home.path().join("config"), home.path().join("data"));
    fs_err::create_dir_all(&config).unwrap();
    fs_err::create_dir_all(&data).unwrap();
    let opened = hotstart_store::open(&config, &data).unwrap();
    let transaction = Transaction {
        journal: vec![
            record(MORNING, Outcome::Done, "", None),
            record(MORNING + 60_000, Outcome::Done, "=1+1, \"да\"", None),
            record(
                MORNING + 120_000,
                Outcome::Failed,
                "нет связи",
                Some("base.unreachable"),
            ),
        ],
        ..Transaction::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(opened.store.commit(transaction)).unwrap();
    drop(opened);
    home
}

#[test]
fn the_journal_is_json_with_the_agreed_keys() {
    let home = home();
    let records = value(&run(home.path(), &["journal", "--json"]));
    assert_eq!(records, value(&run(home.path(), &["journal", "--format", "json"])));
    assert_eq!(
        records[2],
        json!({
            "timestamp": "2026-11-22T07:02:00.000Z", "operation": "open", "source_system": "clicked",
            "target_system": "ut", "object_id": "hotstart://onec/ut/e1cib/list/Документ.Заказ", "status": "failed",
            "details": "нет связи", "duration_ms": 40, "error_code": "base.unreachable",
        })
    );
    let since = value(&run(
        home.path(),
        &["journal", "--since", "2026-11-22T07:01:00Z", "--json"],
    ));
    assert_eq!(since.as_array().unwrap().len(), 2);
}

#[test]
fn the_journal_is_a_table_that_computes_nothing() {
    let home = home();
    let output = run(home.path(), &["journal", "--format", "csv"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("timestamp,operation,"));
    assert!(lines[2].contains(",done,\"'=1+1, \"\"да\"\"\",40,"), "{}", lines[2]);
}

#[test]
fn a_report_tells_counts_times_and_what_helps() {
    let home = home();
    let report = value(&run(home.path(), &["report", "--json"]));
    assert_eq!(report["total"]["count"], 3);
    assert_eq!(report["total"]["success_per_mille"], 666);
    assert_eq!(report["operations"][0]["name"], "open");
    assert_eq!(report["operations"][0]["p50_ms"], 40);
    assert_eq!(report["objects"][0]["name"], "Документ.Заказ");
    assert_eq!(report["errors"][0]["code"], "base.unreachable");
    assert_eq!(report["errors"][0]["last"], "2026-11-22T07:02:00.000Z");
    assert!(report["errors"][0]["advice"].as_str().unwrap().contains("«ut»"));
    assert_eq!(report["queue"], json!([]));
    let earlier = value(&run(
        home.path(),
        &[
            "report",
            "--since",
            "2026-11-22T06:00:00Z",
            "--until",
            "2026-11-22T07:00:00Z",
            "--json",
        ],
    ));
    assert_eq!(earlier["total"]["count"], 1);
}

#[test]
fn an_empty_desk_has_an_empty_journal_and_a_wrong_moment_is_refused() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(value(&run(home.path(), &["journal", "--json"])), json!([]));
    assert_eq!(value(&run(home.path(), &["report", "--json"]))["total"]["count"], 0);
    for wrong in [
        &["journal", "--since", "yesterday", "--json"][..],
        &["journal", "--format", "csv", "--json"],
        &["report", "--since", "2026-11-22", "--until", "2026-11-21", "--json"],
    ] {
        let output = run(home.path(), wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        let error: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(error["error"]["code"], "usage");
    }
}
