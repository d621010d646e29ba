use proptest::prelude::*;

use super::*;
use crate::failure::Code;

const ORDER: &str = "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";

fn record(at: i64, operation: &str, status: Outcome, duration_ms: u64, error: Option<&str>) -> JournalRecord {
    JournalRecord {
        timestamp: Timestamp(at),
        operation: operation.to_owned(),
        source_system: "clicked".to_owned(),
        target_system: "ut".to_owned(),
        object_id: ORDER.to_owned(),
        status,
        details: "подробности".to_owned(),
        duration_ms,
        error_code: error.map(str::to_owned),
    }
}

fn report(records: &[JournalRecord]) -> Report {
    Report::of(records, None, Timestamp(i64::MAX), Vec::new(), Language::Ru)
}

#[test]
fn a_period_without_records_says_nothing() {
    let report = report(&[]);
    assert_eq!(report.total, Figures::default());
    assert!(report.operations.is_empty() && report.errors.is_empty());
    assert_eq!(report.total.success_per_mille, None, "nothing tried is no success");
}

#[test]
fn counts_shares_and_times_are_those_of_the_records() {
    let mut records: Vec<JournalRecord> = (1..=100)
        .map(|ms| record(ms, "open", Outcome::Done, 101 - u64::try_from(ms).unwrap(), None))
        .collect();
    records.push(record(200, "open", Outcome::Failed, 9_000, Some("base.unreachable")));
    records.push(record(201, "open", Outcome::Refused, 1, Some("link.refused.scheme")));
    records.push(record(202, "relay", Outcome::Done, 7, None));
    let report = report(&records);
    assert_eq!(
        (
            report.total.count,
            report.total.done,
            report.total.refused,
            report.total.failed
        ),
        (103, 101, 1, 1)
    );
    let open = &report.operations[0];
    assert_eq!((open.name.as_str(), open.figures.count), ("open", 102));
    assert_eq!(
        (open.figures.p50_ms, open.figures.p95_ms),
        (Some(50), Some(95)),
        "what failed has no time"
    );
    assert_eq!(open.figures.success_per_mille, Some(990), "100 of 101, rounded down");
    assert_eq!(report.operations[1].figures.success_per_mille, Some(1000));
    assert_eq!(report.objects[0].name, "Документ.Заказ");
    assert_eq!(report.targets[0].name, "ut");
}

#[test]
fn a_success_is_whole_only_when_nothing_failed() {
    let mut records: Vec<JournalRecord> = (0..5_000)
        .map(|at| record(at, "open", Outcome::Done, 1, None))
        .collect();
    assert_eq!(report(&records).total.success_per_mille, Some(1000));
    records.push(record(1, "open", Outcome::Failed, 1, None));
    assert_eq!(report(&records).total.success_per_mille, Some(999));
}

#[test]
fn errors_are_told_with_what_helps() {
    let records = [
        record(1, "open", Outcome::Failed, 1, Some("base.unreachable")),
        record(3, "open", Outcome::Failed, 1, Some("base.unreachable")),
        record(2, "open", Outcome::Refused, 1, Some("link.refused.scheme")),
        record(4, "relay", Outcome::Failed, 1, Some("of.another.program")),
    ];
    let errors = report(&records).errors;
    assert_eq!(
        (errors[0].code.as_str(), errors[0].count, errors[0].last),
        ("base.unreachable", 2, Timestamp(3))
    );
    assert_eq!(errors[0].objects, [ORDER]);
    let advice = |code: &str| errors.iter().find(|line| line.code == code).unwrap().advice.clone();
    assert_eq!(
        advice("base.unreachable"),
        "База «ut» не отвечает. Проверьте сеть и адрес публикации."
    );
    assert!(advice("link.refused.scheme").starts_with("Ссылка не принята: "));
    assert_eq!(advice("of.another.program"), "подробности");
}

#[test]
fn no_advice_shows_a_placeholder() {
    for language in [Language::Ru, Language::En] {
        for code in Code::ALL {
            let records = [record(1, "open", Outcome::Failed, 1, Some(code.as_str()))];
            let report = Report::of(&records, None, Timestamp(2), Vec::new(), language);
            let advice = &report.errors[0].advice;
            assert!(!advice.is_empty() && !advice.contains(['{', '}']), "{advice}");
        }
    }
}

#[test]
fn both_ends_belong_to_the_period() {
    let records: Vec<JournalRecord> = (0..10).map(|at| record(at, "open", Outcome::Done, 1, None)).collect();
    let part = Report::of(&records, Some(Timestamp(3)), Timestamp(5), Vec::new(), Language::En);
    assert_eq!(part.total.count, 3);
}

proptest! {
    #[test]
    fn a_percentile_is_a_value_that_was_measured(mut times in prop::collection::vec(0u64..1000, 1..200), percent in 1usize..=100) {
        times.sort_unstable();
        let value = percentile(&times, percent).unwrap();
        let no_longer = times.iter().filter(|time| **time <= value).count();
        let shorter = times.iter().filter(|time| **time < value).count();
        prop_assert!(no_longer * 100 >= percent * times.len());
        prop_assert!(shorter * 100 < percent * times.len());
    }
}
