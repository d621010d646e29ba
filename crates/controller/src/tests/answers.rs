//! What 1C says over the bridge is kept for good before it is answered: notifications, and the answers of its base to events.
use std::time::Duration;

use bitrix24::Entity;
use hotstart_core::Timestamp;
use hotstart_core::bridge::{Answer, Call, Caller, Calls, Refusal, Taken};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::Outcome;
use hotstart_core::ports::{RelayChange, RelayEvent, Store as _, Transaction};
use hotstart_core::relay::given;
use hotstart_core::settings::{AnswerField, Settings};
use hotstart_store::MemoryStore;
use serde_json::{Value, json};

use super::bridge::{WAIT, bridge, caller, events, ids, poll, running};
use super::desk::{Deed, Desk, PORTAL};

fn full() -> Failure {
    Failure::new(Code::StoreFailed).with("detail", "the disk is full")
}

#[tokio::test(start_paused = true)]
async fn a_notification_is_answered_when_it_is_kept_and_not_before() {
    let desk = Desk::start(running());
    let calls = bridge(&desk).await;
    let notify = || {
        let call = Call::Notify {
            title: "Заказ".to_owned(),
            text: String::new(),
            link: None,
        };
        tokio::spawn(calls(caller(""), call))
    };
    desk.answers.lock().unwrap().commit_takes = Duration::from_secs(3);
    let asked = notify();
    tokio::time::sleep(Duration::from_millis(2_900)).await;
    let view = desk.view().await;
    assert!(!asked.is_finished() && view.inbox.is_empty() && view.journal.is_empty());
    let Ok(Answer::Noted { id }) = asked.await.unwrap() else {
        panic!("it is kept")
    };
    assert_eq!(desk.store.stored().inbox[0].id, id);

    // A disk that takes nothing: 1C hears it, and so does the user.
    desk.store.fail(Some(full()));
    let answer = notify().await.unwrap();
    assert_eq!(answer, Err(Refusal::Busy(full())));
    let view = desk.view().await;
    assert_eq!(
        (view.inbox.len(), view.failure.unwrap().code.as_str()),
        (1, "store.failed")
    );
    let told = &view.journal[0];
    assert_eq!(
        (told.status, told.error_code.as_deref()),
        (Outcome::Failed, Some("store.failed"))
    );
    desk.store.fail(None);
    assert!(matches!(notify().await.unwrap(), Ok(Answer::Noted { .. })));
    assert_eq!(desk.view().await.inbox.len(), 2);
}

/// Events about deals whose answers are wanted on the portal.
async fn ordered(store: &MemoryStore, numbers: std::ops::RangeInclusive<u64>) {
    let event = |number: u64| RelayEvent {
        base: "ut".to_owned(),
        id: order(number),
        kind: "hotstart/order".to_owned(),
        portal: PORTAL.to_owned(),
        entity: Entity::parse(&format!("deal:{number}")),
        reads: false,
        data: json!({}),
        answer: true,
        at: Timestamp(0),
    };
    let transaction = Transaction {
        relay: numbers.map(|number| RelayChange::Added(event(number))).collect(),
        ..Transaction::default()
    };
    store.commit(transaction).await.unwrap();
}

fn order(number: u64) -> String {
    format!("{PORTAL}/notify/{number}")
}

fn answering() -> Settings {
    let mut settings = running();
    settings.relay.bases[0].answers = vec![AnswerField {
        entity: "deal".to_owned(),
        from: "number".to_owned(),
        field: "UF_CRM_ORDER".to_owned(),
    }];
    settings
}

fn wrote(deeds: &[Deed]) -> Vec<&str> {
    let mut wrote = Vec::new();
    for deed in deeds {
        if let Deed::Wrote(what) = deed {
            wrote.push(what.as_str());
        }
    }
    wrote
}

async fn say(calls: &Calls, client: &str, results: Value) -> Result<Vec<(String, Option<String>)>, Refusal> {
    let results = given(results.as_array().unwrap()).unwrap();
    let answer = calls(caller(client), Call::Answers { results }).await?;
    let Answer::Answered(taken) = answer else {
        panic!("{answer:?}")
    };
    assert!(taken.iter().all(|taken| taken.taken == taken.code.is_none()));
    Ok(taken.into_iter().map(|taken| (taken.id, taken.code)).collect())
}

fn number(number: u64) -> Value {
    json!({"id": order(number), "status": "done", "answer": {"number": format!("ФБ-{number}"), "OPPORTUNITY": 0}})
}

fn taken(numbers: std::ops::RangeInclusive<u64>) -> Vec<(String, Option<String>)> {
    numbers.map(|number| (order(number), None)).collect()
}

#[tokio::test(start_paused = true)]
async fn the_number_comes_back_by_an_answer_once() {
    let store = MemoryStore::default();
    ordered(&store, 1..=2).await;
    let mut desk = Desk::start_on(answering(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let got = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    assert_eq!(ids(&got), [order(1), order(2)]);
    // Answered when it is on the disk, and not before.
    desk.answers.lock().unwrap().commit_takes = Duration::from_secs(3);
    let (asked, first) = (calls.clone(), json!([number(1)]));
    let waiting = tokio::spawn(async move { say(&asked, "a", first).await });
    tokio::time::sleep(Duration::from_millis(2_900)).await;
    assert!(!waiting.is_finished() && store.stored().relay.replies.is_empty());
    assert_eq!(waiting.await.unwrap(), Ok(taken(1..=1)));
    desk.answers.lock().unwrap().commit_takes = Duration::ZERO;
    // What became of the reply takes as long.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let deeds = desk.rest().await;
    assert_eq!(wrote(&deeds), [format!(r#"{PORTAL} deal:1 {{"UF_CRM_ORDER":"ФБ-1"}}"#)]);

    // The answer to it was lost on the way: said again, it changes nothing.
    assert_eq!(say(&calls, "a", json!([number(1)])).await, Ok(taken(1..=1)));
    assert!(wrote(&desk.rest().await).is_empty());
    // Its acknowledgement was in it: only the other one comes again, and the old cursor is no harm.
    let again = events(poll(&desk, &calls, "a", None, Duration::ZERO).await).await;
    assert_eq!(ids(&again), [order(2)]);
    assert_eq!(say(&calls, "a", json!([number(2), number(1)])).await.unwrap().len(), 2);
    let next = events(poll(&desk, &calls, "a", Some(&got.cursor), Duration::ZERO).await).await;
    assert!(next.events.is_empty());
    assert_eq!(wrote(&desk.rest().await).len(), 1);
    let stored = store.stored().relay;
    assert!(stored.waiting.is_empty() && stored.replies.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_after_the_acknowledgement_and_after_a_restart_is_taken() {
    let store = MemoryStore::default();
    ordered(&store, 1..=1).await;
    let desk = Desk::start_on(answering(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let got = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    events(poll(&desk, &calls, "a", Some(&got.cursor), Duration::ZERO).await).await;
    drop(desk);
    let mut desk = Desk::start_on(answering(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    for _ in 0..2 {
        assert_eq!(say(&calls, "b", json!([number(1)])).await, Ok(taken(1..=1)));
    }
    assert_eq!(wrote(&desk.rest().await).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_cannot_be_kept_is_refused_and_the_event_stays() {
    let store = MemoryStore::default();
    ordered(&store, 1..=1).await;
    let mut desk = Desk::start_on(answering(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    events(poll(&desk, &calls, "a", None, WAIT).await).await;
    store.fail(Some(full()));
    assert_eq!(say(&calls, "a", json!([number(1)])).await, Err(Refusal::Busy(full())));
    store.fail(None);
    // It fails between the look and the commit, too.
    desk.answers.lock().unwrap().commit_takes = Duration::from_secs(1);
    let (asked, first) = (calls.clone(), json!([number(1)]));
    let waiting = tokio::spawn(async move { say(&asked, "a", first).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    store.fail(Some(full()));
    assert_eq!(waiting.await.unwrap(), Err(Refusal::Busy(full())));
    store.fail(None);
    desk.answers.lock().unwrap().commit_takes = Duration::ZERO;
    assert!(wrote(&desk.rest().await).is_empty());
    tokio::time::sleep(Duration::from_secs(61)).await;
    let again = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    assert_eq!(ids(&again), [order(1)]);
    assert_eq!(say(&calls, "a", json!([number(1)])).await, Ok(taken(1..=1)));
    assert_eq!(wrote(&desk.rest().await).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_fails_comes_again_later_and_is_given_up_in_the_end() {
    let store = MemoryStore::default();
    ordered(&store, 1..=2).await;
    let mut desk = Desk::start_on(answering(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let got = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    let failed = || json!({"id": order(1), "status": "failed", "answer": {"error": "занято"}});
    let refused = json!({"id": order(2), "status": "refused", "answer": "Нет контрагента"});
    assert_eq!(say(&calls, "a", json!([failed(), refused])).await, Ok(taken(1..=2)));
    assert_eq!(desk.view().await.relay.dead[0].failure.code, "relay.refused");
    // The cursor of that time does not acknowledge what has failed, and it does not come at once.
    let mut waiting = poll(&desk, &calls, "a", Some(&got.cursor), WAIT).await;
    assert!(!waiting.is_finished());
    for _ in 0..100 {
        let started = tokio::time::Instant::now();
        let again = events(waiting).await;
        assert_eq!(ids(&again), [order(1)]);
        assert!(
            started.elapsed() >= Duration::from_millis(500),
            "{:?}",
            started.elapsed()
        );
        assert_eq!(say(&calls, "a", json!([failed()])).await, Ok(taken(1..=1)));
        if desk.view().await.relay.dead.len() == 2 {
            break;
        }
        waiting = poll(&desk, &calls, "a", None, Duration::from_secs(600)).await;
    }
    let dead = desk.view().await.relay.dead;
    assert_eq!((dead.len(), dead[0].failure.code.as_str()), (2, "relay.failed"));
    assert!(wrote(&desk.rest().await).is_empty());
    // It worked after all: what was given up is done.
    assert_eq!(say(&calls, "a", json!([number(1)])).await, Ok(taken(1..=1)));
    assert_eq!(wrote(&desk.rest().await).len(), 1);
    assert_eq!(desk.view().await.relay.dead.len(), 1);
    assert_eq!(store.stored().relay.dead.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_given_up_while_a_client_had_it_fails_without_coming_back() {
    let store = MemoryStore::default();
    ordered(&store, 1..=2).await;
    let desk = Desk::start_on(answering(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let got = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    let transaction = Transaction {
        relay: vec![RelayChange::Dead(1, "relay.full".to_owned())],
        ..Transaction::default()
    };
    store.commit(transaction).await.unwrap();
    let failed = json!([{"id": order(1), "status": "failed"}]);
    assert_eq!(say(&calls, "a", failed).await, Ok(taken(1..=1)));
    let again = events(poll(&desk, &calls, "a", None, Duration::ZERO).await).await;
    assert_eq!(ids(&again), [order(2)]);
    events(poll(&desk, &calls, "a", Some(&got.cursor), Duration::ZERO).await).await;
    assert_eq!(store.stored().relay.dead.len(), 1, "it can be sent again");
    assert_eq!(desk.view().await.relay.dead.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_base_answers_only_what_was_meant_for_it() {
    let store = MemoryStore::default();
    ordered(&store, 1..=1).await;
    let mut desk = Desk::start_on(answering(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    events(poll(&desk, &calls, "a", None, WAIT).await).await;
    let stranger = Caller {
        base: "bp".to_owned(),
        client: "a".to_owned(),
    };
    let results = given(&[number(1), number(99)]).unwrap();
    let answer = calls(stranger, Call::Answers { results }).await.unwrap();
    let foreign = |number| Taken {
        id: order(number),
        taken: false,
        code: Some("relay.foreign".to_owned()),
    };
    assert_eq!(answer, Answer::Answered(vec![foreign(1), foreign(99)]));
    let deeds = desk.rest().await;
    assert!(wrote(&deeds).is_empty());
    let told: Vec<_> = deeds.iter().filter(|deed| matches!(deed, Deed::Journal(_))).collect();
    assert_eq!(told.len(), 1, "one line for a call");
    // The one it was meant for still holds it; what is foreign does not keep the rest.
    let mixed = say(&calls, "a", json!([{"id": "x", "status": "done"}, number(1)]))
        .await
        .unwrap();
    assert_eq!(mixed[0].1.as_deref(), Some("relay.foreign"));
    assert_eq!(mixed[1], (order(1), None));
    assert_eq!(wrote(&desk.rest().await).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn where_everybody_gets_everything_the_first_answer_counts() {
    let store = MemoryStore::default();
    ordered(&store, 1..=1).await;
    let mut settings = answering();
    settings.bridge.everyone = vec!["ut".to_owned()];
    let mut desk = Desk::start_on(settings, store.stored(), store.clone());
    let calls = bridge(&desk).await;
    for client in ["a", "b"] {
        events(poll(&desk, &calls, client, None, WAIT).await).await;
    }
    assert_eq!(say(&calls, "a", json!([number(1)])).await, Ok(taken(1..=1)));
    assert_eq!(wrote(&desk.rest().await).len(), 1);
    let again = events(poll(&desk, &calls, "b", None, Duration::ZERO).await).await;
    assert_eq!(ids(&again), [order(1)], "the other one still gets it");
    let other = json!([{"id": order(1), "status": "done", "answer": {"number": "другой"}}]);
    assert_eq!(say(&calls, "b", other).await, Ok(taken(1..=1)));
    let deeds = desk.rest().await;
    assert!(wrote(&deeds).is_empty());
    assert!(store.stored().relay.waiting.is_empty());
}
