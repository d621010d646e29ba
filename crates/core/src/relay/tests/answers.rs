//! What a client of 1C answers over the bridge.
use bitrix24::Entity;
use serde_json::json;

use super::item;
use crate::failure::Code;
use crate::ports::{RelayAnswerable, RelayItem};
use crate::relay::{Fate, ItemResult, Pace, Settled, Status, given, settle};

const PACE: Pace = Pace {
    first_ms: 1_000,
    most_ms: 60_000,
    attempts: 3,
    idle_ms: 20_000,
    batch: 8,
    bytes: 1_000,
};

#[test]
fn items_are_read_as_those_of_the_service() {
    let read = given(&[
        json!({"id": "a", "status": "done", "answer": {"number": "7"}}),
        json!({"id": "b", "status": "refused", "more": 1}),
        json!({"id": "c", "status": 5}),
        json!({"id": "d"}),
        json!({"id": "a", "status": "failed"}),
    ]);
    let read: Vec<_> = read
        .unwrap()
        .into_iter()
        .map(|given| (given.id, given.result.status, given.result.answer))
        .collect();
    let word = |id: &str, status| (id.to_owned(), status, None);
    let first = ("a".to_owned(), Status::Done, Some(json!({"number": "7"})));
    let others = [
        word("b", Status::Refused),
        word("c", Status::Failed),
        word("d", Status::Failed),
    ];
    assert_eq!(read, [&[first][..], &others].concat());
    assert_eq!(given(&[]), Some(Vec::new()));
    for nobody in [
        json!({}),
        json!({"id": 5}),
        json!({"id": ""}),
        json!("a"),
        json!(null),
        json!(["a"]),
    ] {
        assert_eq!(given(&[json!({"id": "a"}), nobody.clone()]), None, "{nobody}");
    }
}

#[test]
fn an_answer_is_judged_by_what_is_known_of_its_event() {
    let queued = |attempts, dead: Option<&str>| {
        let item = RelayItem {
            attempts,
            dead: dead.map(str::to_owned),
            ..item(1)
        };
        Some(RelayAnswerable::Queued(Box::new(item)))
    };
    let owed = || {
        Some(RelayAnswerable::Owed {
            portal: "p".to_owned(),
            entity: Entity::parse("deal:1").unwrap(),
        })
    };
    let settled = || Some(RelayAnswerable::Settled);
    let cases = [
        (queued(0, None), Status::Done, "done"),
        (queued(0, None), Status::Failed, "again 1"),
        (queued(2, None), Status::Failed, "dead relay.failed"),
        (queued(0, None), Status::Refused, "dead relay.refused"),
        // What was given up can still be done, and fails no second time.
        (queued(0, Some("relay.full")), Status::Done, "done"),
        (queued(0, Some("relay.full")), Status::Failed, "known"),
        (queued(0, Some("relay.full")), Status::Refused, "known"),
        (owed(), Status::Done, "late"),
        (owed(), Status::Failed, "known"),
        (owed(), Status::Refused, "known"),
        (settled(), Status::Done, "known"),
        (settled(), Status::Failed, "known"),
        (None, Status::Done, "foreign"),
        (None, Status::Failed, "foreign"),
    ];
    for (known, status, expected) in cases {
        let about = format!("{known:?} {status:?}");
        let answer = Some(json!({"number": "7"}));
        let became = match settle(ItemResult { status, answer }, known, &PACE) {
            Settled::Queued(item, Fate::Done(answer)) => {
                assert_eq!((item.number, answer), (1, Some(json!({"number": "7"}))));
                "done".to_owned()
            }
            Settled::Queued(_, Fate::Again(attempts)) => format!("again {attempts}"),
            Settled::Queued(_, Fate::Dead(failure)) => format!("dead {}", failure.code_text()),
            Settled::Late { portal, entity, .. } => {
                assert_eq!((portal.as_str(), entity.to_string().as_str()), ("p", "deal:1"));
                "late".to_owned()
            }
            Settled::Known => "known".to_owned(),
            Settled::Foreign => "foreign".to_owned(),
        };
        assert_eq!(became, expected, "{about}");
    }
    let silent = ItemResult {
        status: Status::Done,
        answer: None,
    };
    assert_eq!(settle(silent, owed(), &PACE), Settled::Known);
    assert_eq!(Code::AnswerForeign.as_str(), "relay.foreign");
}
