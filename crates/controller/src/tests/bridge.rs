//! The bridge through the controller: clients of 1C that poll, links that open in them, calls and tokens.
use std::time::Duration;

use hotstart_core::Timestamp;
use hotstart_core::bridge::{Answer, Call, Caller, Calls, Events, Refusal};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::link::Source;
use hotstart_core::ports::{RelayChange, RelayEvent, Store as _, Transaction};
use hotstart_core::settings::{Method, RelayBase, RelayWay, Settings};
use hotstart_core::view::UiCommand;
use hotstart_core::window::WindowCommand;
use hotstart_store::MemoryStore;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::desk::{Deed, Desk, PORTAL, settings};
use crate::Request;

pub(super) const ORDER: &str = "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=9a1c00155d01c8a311ee00005eed0001";
const NAV: &str = "e1cib/data/Документ.Заказ?ref=9a1c00155d01c8a311ee00005eed0001";
pub(super) const WAIT: Duration = Duration::from_secs(50);

/// The base `ut` opens in a running client first, and its clients get its events.
pub(super) fn running() -> Settings {
    let mut settings = settings();
    settings.bases[0].methods = vec![Method::Running, Method::Hot];
    settings.relay.bases = vec![RelayBase {
        base: "ut".to_owned(),
        way: RelayWay::Client,
        ..RelayBase::default()
    }];
    settings
}

pub(super) async fn bridge(desk: &Desk) -> Calls {
    // The first answer of the controller comes after it has seen that a base is paired.
    for _ in 0..50 {
        desk.view().await;
        if let Some(serve) = &desk.answers.lock().unwrap().bridge {
            return serve.calls.clone();
        }
    }
    panic!("the bridge does not listen")
}

pub(super) fn caller(client: &str) -> Caller {
    Caller {
        base: "ut".to_owned(),
        client: client.to_owned(),
    }
}

pub(super) type Polled = Result<Answer, Refusal>;

/// A poll on its way; the controller has it when this returns.
pub(super) async fn poll(
    desk: &Desk,
    calls: &Calls,
    client: &str,
    after: Option<&str>,
    wait: Duration,
) -> JoinHandle<Polled> {
    let call = Call::Events {
        after: after.map(str::to_owned),
        wait,
    };
    let polled = tokio::spawn(calls(caller(client), call));
    desk.view().await;
    desk.view().await;
    polled
}

pub(super) async fn events(polled: JoinHandle<Polled>) -> Events {
    match polled.await.unwrap() {
        Ok(Answer::Events(events)) => events,
        other => panic!("{other:?}"),
    }
}

pub(super) fn ids(events: &Events) -> Vec<&str> {
    events.events.iter().map(|event| event.id.as_str()).collect()
}

pub(super) async fn queued(store: &MemoryStore, numbers: std::ops::RangeInclusive<u32>) {
    let event = |number: u32| RelayEvent {
        base: "ut".to_owned(),
        id: format!("{PORTAL}/{number}"),
        kind: "hotstart/order".to_owned(),
        portal: PORTAL.to_owned(),
        entity: None,
        reads: false,
        data: json!({"n": number}),
        answer: false,
        at: Timestamp(0),
    };
    let transaction = Transaction {
        relay: numbers.map(|number| RelayChange::Added(event(number))).collect(),
        ..Transaction::default()
    };
    store.commit(transaction).await.unwrap();
}

async fn rest_of(desk: &mut Desk) -> Vec<JournalRecord> {
    let mut records = Vec::new();
    for deed in desk.rest().await {
        if let Deed::Journal(record) = deed {
            records.push(record);
        }
    }
    records
}

#[tokio::test(start_paused = true)]
async fn a_link_goes_to_the_client_that_polls() {
    let mut desk = Desk::start(running());
    let calls = bridge(&desk).await;
    let other = poll(&desk, &calls, "a", None, WAIT).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let last = poll(&desk, &calls, "b", None, WAIT).await;
    desk.open(ORDER, Source::Clicked).await;
    let got = events(last).await;
    assert_eq!((got.events.len(), got.events[0].kind.as_str()), (1, "open"));
    assert_eq!(got.events[0].data, json!({"link": NAV}));
    let record = desk.journal().await;
    assert_eq!(
        (record.operation.as_str(), record.target_system.as_str(), record.status),
        ("open", "ut", Outcome::Done)
    );
    assert!(!other.is_finished(), "one client is enough");
    assert_eq!(desk.view().await.bridge.running, ["ut"]);

    // Not acknowledged, it comes again; acknowledged, it does not.
    let again = poll(&desk, &calls, "b", None, Duration::ZERO).await;
    assert_eq!(ids(&events(again).await), ids(&got));
    let done = poll(&desk, &calls, "b", Some(&got.cursor), Duration::ZERO).await;
    assert!(events(done).await.events.is_empty());
    assert!(desk.rest().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_fetch_in_time_is_passed_by() {
    let mut desk = Desk::start(running());
    let calls = bridge(&desk).await;
    events(poll(&desk, &calls, "a", None, Duration::ZERO).await).await;
    let started = tokio::time::Instant::now();
    desk.open(ORDER, Source::Clicked).await;
    assert!(matches!(desk.window().await, WindowCommand::Open { .. }));
    let took = started.elapsed();
    assert!(
        (Duration::from_millis(300)..Duration::from_millis(310)).contains(&took),
        "{took:?}"
    );
    // It comes back, and must not open what has gone another way.
    let late = poll(&desk, &calls, "a", None, Duration::ZERO).await;
    assert!(events(late).await.events.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_between_two_polls_fetches_within_its_time() {
    let mut desk = Desk::start(running());
    let calls = bridge(&desk).await;
    events(poll(&desk, &calls, "a", None, Duration::ZERO).await).await;
    desk.open(ORDER, Source::Clicked).await;
    tokio::time::sleep(Duration::from_millis(250)).await;
    let got = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    assert_eq!(got.events.len(), 1);
    let deeds = desk.rest().await;
    assert!(
        !deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Window(_) | Deed::Probed(_))),
        "{deeds:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_client_the_next_way_is_gone_at_once() {
    let mut desk = Desk::start(running());
    let calls = bridge(&desk).await;
    let started = tokio::time::Instant::now();
    desk.open(ORDER, Source::Clicked).await;
    assert!(matches!(desk.window().await, WindowCommand::Open { .. }));
    assert!(started.elapsed() < Duration::from_millis(10));
    // One that has gone away is none any more.
    poll(&desk, &calls, "a", None, WAIT).await.abort();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(desk.view().await.bridge.running.is_empty());
    // Nor is one that was silent for long after its poll.
    events(poll(&desk, &calls, "a", None, Duration::ZERO).await).await;
    assert_eq!(desk.view().await.bridge.running, ["ut"]);
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert!(desk.view().await.bridge.running.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_base_with_nothing_but_a_running_client_says_that_there_is_none() {
    let mut settings = running();
    settings.bases[0].methods = vec![Method::Running];
    let mut desk = Desk::start(settings);
    bridge(&desk).await;
    desk.open(ORDER, Source::Clicked).await;
    assert_eq!(desk.journal().await.error_code.as_deref(), Some("client.missing"));
}

#[tokio::test(start_paused = true)]
async fn events_come_in_order_and_go_when_they_are_acknowledged() {
    let store = MemoryStore::default();
    queued(&store, 1..=3).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let first = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    let wanted: Vec<String> = (1..=3).map(|number| format!("{PORTAL}/{number}")).collect();
    assert_eq!(ids(&first), wanted);
    assert_eq!(first.events[0].data, json!({"n": 1}));
    // The client has died and asks anew.
    let again = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    assert_eq!(ids(&again), wanted);
    let waiting = poll(&desk, &calls, "a", Some(&again.cursor), WAIT).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!waiting.is_finished());
    assert!(store.relay_waiting("ut".to_owned(), 0, 10).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_before_our_start_has_read_it_does_not_come_again() {
    let store = MemoryStore::default();
    queued(&store, 1..=4).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let first = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    drop(desk);
    // The cursor names what was worked off, whoever gave it.
    queued(&store, 5..=5).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let mut cursor = first.cursor;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let next = events(poll(&desk, &calls, "a", Some(&cursor), Duration::ZERO).await).await;
        seen.extend(next.events.iter().map(|event| event.id.clone()));
        cursor = next.cursor;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(seen, [format!("{PORTAL}/5")]);
}

#[tokio::test(start_paused = true)]
async fn clients_of_a_base_divide_its_events_and_the_dead_one_leaves_its_part() {
    let store = MemoryStore::default();
    queued(&store, 1..=2).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let first = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    assert_eq!(first.events.len(), 2);
    let other = poll(&desk, &calls, "b", None, Duration::from_secs(300)).await;
    tokio::time::sleep(Duration::from_secs(59)).await;
    assert!(!other.is_finished(), "they are lent");
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(ids(&events(other).await), ids(&first));
}

#[tokio::test(start_paused = true)]
async fn every_client_gets_everything_where_that_is_set() {
    let store = MemoryStore::default();
    queued(&store, 1..=2).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let alias = || "ut".to_owned();
    desk.ui(UiCommand::SetEveryone {
        alias: alias(),
        everyone: true,
    })
    .await
    .unwrap();
    let calls = bridge(&desk).await;
    let one = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    let other = events(poll(&desk, &calls, "b", None, WAIT).await).await;
    assert_eq!((one.events.len(), ids(&one)), (2, ids(&other)));
    // Gone for the one, and still there for the other.
    let next = poll(&desk, &calls, "a", Some(&one.cursor), Duration::ZERO).await;
    assert!(events(next).await.events.is_empty());
    let waiting = || store.relay_waiting("ut".to_owned(), 0, 10);
    assert_eq!(waiting().await.unwrap().len(), 2);
    let again = events(poll(&desk, &calls, "b", None, Duration::ZERO).await).await;
    assert_eq!(again.events.len(), 2);
    let next = poll(&desk, &calls, "b", Some(&again.cursor), Duration::ZERO).await;
    assert!(events(next).await.events.is_empty());
    assert!(waiting().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_gone_holds_nothing_back() {
    let store = MemoryStore::default();
    queued(&store, 1..=1).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    desk.ui(UiCommand::SetEveryone {
        alias: "ut".to_owned(),
        everyone: true,
    })
    .await
    .unwrap();
    let calls = bridge(&desk).await;
    let one = events(poll(&desk, &calls, "a", None, Duration::ZERO).await).await;
    events(poll(&desk, &calls, "b", None, Duration::ZERO).await).await;
    events(poll(&desk, &calls, "a", Some(&one.cursor), Duration::ZERO).await).await;
    tokio::time::sleep(Duration::from_secs(11)).await;
    events(poll(&desk, &calls, "a", Some(&one.cursor), Duration::ZERO).await).await;
    assert!(store.relay_waiting("ut".to_owned(), 0, 10).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_token_opens_only_its_own_base() {
    let store = MemoryStore::default();
    queued(&store, 1..=2).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let ours = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    let stranger = Caller {
        base: "bp".to_owned(),
        client: "a".to_owned(),
    };
    let call = Call::Events {
        after: Some(ours.cursor.clone()),
        wait: Duration::ZERO,
    };
    let answer = calls(stranger, call).await.unwrap();
    assert!(matches!(answer, Answer::Events(events) if events.events.is_empty()));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(store.relay_waiting("ut".to_owned(), 0, 10).await.unwrap().len(), 2);
    let call = Call::Status;
    let gone = Caller {
        base: "nosuch".to_owned(),
        client: String::new(),
    };
    assert!(matches!(calls(gone, call).await, Err(Refusal::Bad(failure)) if failure.code == Code::BaseUnknown));
}

#[tokio::test(start_paused = true)]
async fn calls_of_the_portal_keep_to_the_list_and_to_the_base() {
    let mut desk = Desk::start(running());
    let calls = bridge(&desk).await;
    let rest = |method: &str, params: Value| {
        let call = Call::Rest {
            portal: None,
            method: method.to_owned(),
            params,
        };
        calls(caller(""), call)
    };
    let answer = rest("crm.item.update", json!({"id": 1})).await;
    assert_eq!(answer, Ok(Answer::Rest(json!({"result": true}))));
    assert!(
        desk.rest()
            .await
            .contains(&Deed::Called(format!("{PORTAL} crm.item.update")))
    );
    for (method, params) in [
        ("user.add", json!({})),
        ("batch", json!({"cmd": {"a": "profile", "b": "user.add?NAME=x"}})),
        ("batch", json!({"cmd": {"a": "batch?cmd[a]=user.add"}})),
    ] {
        let answer = rest(method, params).await;
        assert!(
            matches!(answer, Err(Refusal::Forbidden(failure)) if failure.code == Code::BridgeMethod),
            "{method}"
        );
    }
    let records = rest_of(&mut desk).await;
    assert!(
        records
            .iter()
            .all(|record| record.error_code.as_deref() == Some("bridge.method"))
    );
    assert_eq!(records.len(), 3);
    desk.answers.lock().unwrap().rest = Err(Failure::new(Code::PortalUnreachable).with("portal", PORTAL));
    let answer = rest("crm.item.get", json!({})).await;
    assert!(matches!(answer, Err(Refusal::Portal(_))), "{answer:?}");
    let elsewhere = Call::Rest {
        portal: Some("other.example.ru".to_owned()),
        method: "profile".to_owned(),
        params: json!({}),
    };
    let answer = calls(caller(""), elsewhere).await;
    assert!(matches!(answer, Err(Refusal::Bad(failure)) if failure.code == Code::PortalUnknown));
}

#[tokio::test(start_paused = true)]
async fn links_and_notifications_of_1c_pass_the_same_gate() {
    let mut desk = Desk::start(running());
    let calls = bridge(&desk).await;
    let open = |link: &str| calls(caller(""), Call::Open { link: link.to_owned() });
    let answer = open("hotstart://b24/portal.example.ru/crm/deal/details/5/")
        .await
        .unwrap();
    assert!(matches!(answer, Answer::Opened { .. }));
    assert!(matches!(desk.next().await, Deed::Browsed(address) if address.ends_with("/crm/deal/details/5/")));
    let refused = open("javascript:alert(1)").await;
    assert!(matches!(refused, Err(Refusal::Bad(failure)) if failure.code_text() == "link.refused.scheme"));
    let unknown = open("hotstart://crm/evil.example/deal/5").await;
    assert!(matches!(unknown, Err(Refusal::Bad(failure)) if failure.code == Code::PortalUnknown));

    let notify = |title: &str, link: Option<&str>| {
        let call = Call::Notify {
            title: title.to_owned(),
            text: "строка\u{202e}\nещё".to_owned(),
            link: link.map(str::to_owned),
        };
        calls(caller(""), call)
    };
    let answer = notify("Заказ", Some("hotstart://settings/inbox")).await.unwrap();
    let Answer::Noted { id } = answer else { panic!() };
    let view = desk.view().await;
    let note = view.inbox.iter().find(|note| note.id == id).unwrap();
    assert_eq!((note.title.as_str(), note.text.as_str()), ("Заказ", "строка ещё"));
    assert!(matches!(
        notify("Заказ", Some("file:///etc/passwd")).await,
        Err(Refusal::Bad(_))
    ));
    // A flood of them ends by itself.
    let mut busy = 0;
    for _ in 0..40 {
        busy += usize::from(matches!(notify("Заказ", None).await, Err(Refusal::Busy(_))));
    }
    assert!(busy >= 20, "{busy}");
}

#[tokio::test(start_paused = true)]
async fn the_server_listens_while_a_base_is_paired_and_nobody_switched_it_off() {
    let desk = Desk::start(running());
    bridge(&desk).await;
    assert_eq!(desk.view().await.bridge.port, Some(5000));
    desk.ui(UiCommand::SetBridge { off: true, port: None }).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(desk.answers.lock().unwrap().bridge.is_none());
    assert_eq!(desk.view().await.bridge.port, None);
    let port = Some(6000);
    desk.ui(UiCommand::SetBridge { off: false, port }).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(desk.view().await.bridge.port, port);

    let alias = || "ut".to_owned();
    desk.ui(UiCommand::PairBase { alias: alias() }).await.unwrap();
    let shown = desk.view().await.bridge.token.unwrap();
    assert_eq!((shown.base.as_str(), shown.token.expose()), ("ut", "token-of-the-test"));
    assert!(!format!("{shown:?}").contains("token-of"));
    desk.send(Request::SettingsClosed).await;
    assert_eq!(desk.view().await.bridge.token, None);
    desk.ui(UiCommand::PairBase {
        alias: "nosuch".to_owned(),
    })
    .await
    .unwrap_err();

    desk.answers.lock().unwrap().paired.clear();
    desk.send(Request::Paired).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    desk.view().await;
    assert!(desk.answers.lock().unwrap().bridge.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_removed_base_has_no_token() {
    let desk = Desk::start(running());
    bridge(&desk).await;
    desk.ui(UiCommand::RemoveBase { alias: "ut".to_owned() }).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(desk.view().await.bridge.paired.is_empty());
    assert!(desk.answers.lock().unwrap().bridge.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_port_that_is_taken_is_told_once_and_tried_again() {
    let mut settings = running();
    settings.bridge.port = Some(5000);
    let desk = Desk::start(settings);
    bridge(&desk).await;
    desk.answers.lock().unwrap().bridge_port = Some(Code::BridgePort);
    desk.ui(UiCommand::SetBridge {
        off: false,
        port: Some(5001),
    })
    .await
    .unwrap();
    tokio::time::sleep(Duration::from_secs(100)).await;
    let view = desk.view().await;
    assert_eq!(view.bridge.failure.unwrap().code, "bridge.port");
    assert_eq!(view.failure.unwrap().code, "bridge.port");
    desk.answers.lock().unwrap().bridge_port = None;
    tokio::time::sleep(Duration::from_secs(31)).await;
    let bridge = desk.view().await.bridge;
    assert_eq!((bridge.port, bridge.failure), (Some(5001), None));
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_is_older_than_the_database_takes_no_event_to_come() {
    let store = MemoryStore::default();
    queued(&store, 1..=1).await;
    let desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let first = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    // It names what the former database has given, and this one will give.
    let polled = poll(&desk, &calls, "b", Some("2-3~1~0"), Duration::ZERO).await;
    assert!(events(polled).await.events.is_empty());
    queued(&store, 2..=2).await;
    let polled = poll(&desk, &calls, "a", Some(&first.cursor), WAIT).await;
    let next = events(polled).await;
    assert_eq!(ids(&next), [format!("{PORTAL}/2")]);
}

#[tokio::test(start_paused = true)]
async fn events_of_another_way_are_no_longer_for_clients() {
    let store = MemoryStore::default();
    queued(&store, 1..=2).await;
    let mut desk = Desk::start_on(running(), store.stored(), store.clone());
    let calls = bridge(&desk).await;
    let first = events(poll(&desk, &calls, "a", None, WAIT).await).await;
    assert_eq!(first.events.len(), 2);
    let mut relay = running().relay;
    relay.bases[0].way = RelayWay::Service;
    let failure = Failure::new(Code::BaseUnreachable).with("base", "ut");
    let away = || Err(hotstart_core::relay::Trouble::Away(failure.clone()));
    desk.answers.lock().unwrap().relay.extend([away(), away()]);
    desk.ui(UiCommand::SetRelay { relay }).await.unwrap();
    let again = poll(&desk, &calls, "a", None, Duration::ZERO).await;
    assert!(events(again).await.events.is_empty());
    let deeds = desk.rest().await;
    let called = deeds
        .iter()
        .any(|deed| matches!(deed, Deed::Relayed(base, ids) if base == "ut" && ids.len() == 2));
    assert!(called, "the service gets them");
}
