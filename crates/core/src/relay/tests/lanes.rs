use serde_json::json;

use super::{item, items, results};
use crate::failure::{Code, Failure};
use crate::relay::{Fate, Lane, Pace, Step, Trouble, filled, reply, step};
use crate::settings::{AnswerField, RelayBase, RelaySettings};

const PACE: Pace = Pace {
    first_ms: 1_000,
    most_ms: 60_000,
    attempts: 3,
    idle_ms: 20_000,
    batch: 8,
    bytes: 1_000,
};

fn away() -> Trouble {
    Trouble::Away(Failure::new(Code::BaseUnreachable))
}

fn broken() -> Trouble {
    Trouble::Broken(Failure::new(Code::ServiceFailed))
}

#[test]
fn waits_double_up_to_the_longest_and_vary_by_half() {
    assert_eq!((PACE.delay(1, 0.0), PACE.delay(1, 1.0)), (500, 1_000));
    assert_eq!(PACE.delay(4, 1.0), 8_000);
    assert_eq!(PACE.delay(60, 1.0), 60_000);
    assert_eq!(PACE.delay(60, f64::NAN), 60_000);
}

#[test]
fn a_batch_ends_where_it_is_full_or_something_is_not_read() {
    let all = items(1..=20);
    let count = |step: Step<'_>| match step {
        Step::Send(items) => items.len(),
        Step::Nothing | Step::Read(_) => 0,
    };
    assert_eq!(count(step(&all, 8, 10_000)), 8);
    assert_eq!(count(step(&all, 100, 100)), 9);
    assert_eq!(count(step(&all, 100, 1)), 1, "one event goes, however large");
    let mut mixed = items(1..=4);
    mixed[2].event.reads = true;
    assert_eq!(count(step(&mixed, 8, 10_000)), 2);
    mixed[0].event.reads = true;
    let Step::Read(unread) = step(&mixed, 8, 10_000) else {
        panic!("the first is to be read")
    };
    assert_eq!(unread.iter().map(|item| item.number).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(step(&[], 8, 10), Step::Nothing);
}

#[test]
fn each_event_has_its_own_result() {
    let mut lane = Lane::default();
    let sent = items(1..=4);
    let said = results(&[(4, "refused"), (1, "done"), (2, "failed"), (9, "done")]);
    let verdict = lane.judge(&sent, Ok(said), &PACE, 1.0);
    let fates: Vec<_> = verdict.fates.iter().map(|(_, fate)| fate.clone()).collect();
    assert_eq!(fates[0], Fate::Done(None));
    assert_eq!(fates[1], Fate::Again(1));
    assert_eq!(fates[2], Fate::Again(1), "no word is no success");
    assert!(matches!(&fates[3], Fate::Dead(failure) if failure.code == Code::RelayRefused));
    assert_eq!(verdict.wait_ms, 1_000);

    let mut tried = item(2);
    tried.attempts = 2;
    let verdict = lane.judge(&[tried], Ok(results(&[(2, "failed")])), &PACE, 1.0);
    assert!(matches!(&verdict.fates[0].1, Fate::Dead(failure) if failure.code == Code::RelayFailed));
    assert_eq!(verdict.wait_ms, 0, "the others go on");
}

#[test]
fn a_base_that_is_away_costs_its_events_nothing_and_is_told_once() {
    let mut lane = Lane::default();
    let sent = items(1..=2);
    let first = lane.judge(&sent, Err(away()), &PACE, 1.0);
    assert!(first.fates.is_empty() && matches!(first.news, Some(Err(_))));
    let second = lane.judge(&sent, Ok(json!("<html>a proxy</html>")), &PACE, 1.0);
    assert!(second.fates.is_empty() && second.news.is_none() && lane.is_away());
    assert_eq!((first.wait_ms, second.wait_ms), (1_000, 2_000));
    let back = lane.judge(&sent, Ok(results(&[(1, "done"), (2, "done")])), &PACE, 1.0);
    assert_eq!((back.news, back.wait_ms, lane.is_away()), (Some(Ok(())), 0, false));
}

#[test]
fn the_event_that_breaks_a_call_is_found_and_given_up() {
    let mut lane = Lane::default();
    let mut waiting = items(1..=8);
    let (mut done, mut dead) = (Vec::new(), Vec::new());
    for _ in 0..40 {
        let room = lane.room(&PACE);
        let Step::Send(batch) = step(&waiting, room, 100_000) else {
            break;
        };
        let batch = batch.to_vec();
        let all: Vec<(u64, &str)> = batch.iter().map(|item| (item.number, "done")).collect();
        let poisoned = batch.iter().any(|item| item.number == 5);
        let outcome = if poisoned { Err(broken()) } else { Ok(results(&all)) };
        for (number, fate) in lane.judge(&batch, outcome, &PACE, 0.5).fates {
            match fate {
                Fate::Done(_) => done.push(number),
                Fate::Dead(_) => dead.push(number),
                Fate::Again(attempts) => {
                    waiting
                        .iter_mut()
                        .filter(|item| item.number == number)
                        .for_each(|item| item.attempts = attempts);
                    continue;
                }
            }
            waiting.retain(|item| item.number != number);
        }
    }
    assert_eq!((done, dead), (vec![1, 2, 3, 4, 6, 7, 8], vec![5]));
    let healthy = items(10..=11);
    for _ in 0..4 {
        lane.judge(&healthy, Ok(results(&[(10, "done"), (11, "done")])), &PACE, 0.5);
    }
    assert_eq!(lane.room(&PACE), 8, "it widens again");
}

#[test]
fn only_named_plain_values_of_an_answer_go_back() {
    let settings = RelaySettings {
        bases: vec![RelayBase {
            base: "UT".to_owned(),
            answers: vec![
                AnswerField {
                    entity: "deal".to_owned(),
                    from: "number".to_owned(),
                    field: "UF_CRM_ORDER".to_owned(),
                },
                AnswerField {
                    entity: "lead".to_owned(),
                    from: "number".to_owned(),
                    field: "TITLE".to_owned(),
                },
                AnswerField {
                    entity: "2".to_owned(),
                    from: "rows".to_owned(),
                    field: "COMMENTS".to_owned(),
                },
            ],
            ..RelayBase::default()
        }],
        ..RelaySettings::default()
    };
    let answer = json!({"number": "НФ-7", "rows": [1], "OPPORTUNITY": 0});
    let fields = reply(&settings, &item(1), Some(&answer)).unwrap();
    assert_eq!(serde_json::Value::Object(fields), json!({"UF_CRM_ORDER": "НФ-7"}));
    for nothing in [None, Some(json!({})), Some(json!("НФ-7"))] {
        let refused = reply(&settings, &item(1), nothing.as_ref()).unwrap_err();
        assert_eq!(refused.code, Code::AnswerUnmapped);
    }
}

#[test]
fn fields_join_what_is_known() {
    let fields = json!({"title": "Сделка"}).as_object().unwrap().clone();
    assert_eq!(
        filled(&json!({"portal": "p"}), fields),
        json!({"portal": "p", "fields": {"title": "Сделка"}})
    );
}
