//! The relay through the controller: from the event of a portal to the base and back, over failures and restarts.
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::{RelayChange, RelayEvent, Store as _, Transaction};
use hotstart_core::relay::{OfflineEvent, Trouble, offline_event};
use hotstart_core::settings::{AnswerField, BaseSettings, CommandAuthor, EventPattern, RelayBase, Settings};
use hotstart_core::view::UiCommand;
use hotstart_store::MemoryStore;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::desk::{Deed, Desk, PORTAL, settings};
use super::settings::form;
use crate::Request;

fn relaying() -> Settings {
    let mut settings = settings();
    let gets = |base: &str, pattern: &str| RelayBase {
        base: base.to_owned(),
        events: vec![EventPattern {
            portal: None,
            pattern: pattern.to_owned(),
        }],
        answers: vec![AnswerField {
            entity: "deal".to_owned(),
            from: "number".to_owned(),
            field: "UF_CRM_ORDER".to_owned(),
        }],
        ..RelayBase::default()
    };
    settings.connection_wanted = true;
    settings.relay.bases = vec![gets("ut", "crm/*"), gets("bp", "*/both")];
    settings.relay.authors = vec![CommandAuthor {
        portal: PORTAL.to_owned(),
        user_id: Some("7".to_owned()),
        application: None,
    }];
    settings
}

fn mid(number: u32) -> String {
    format!("1795304145000000000000{number:04}")
}

fn id(number: u32) -> String {
    format!("{PORTAL}/{}", mid(number))
}

fn relayed(deeds: &[Deed]) -> Vec<(String, Vec<String>)> {
    let mut relayed = Vec::new();
    for deed in deeds {
        if let Deed::Relayed(base, ids) = deed {
            relayed.push((base.clone(), ids.clone()));
        }
    }
    relayed
}

fn records<'a>(deeds: &'a [Deed], operation: &str) -> Vec<&'a JournalRecord> {
    let mut records = Vec::new();
    for deed in deeds {
        if let Deed::Journal(record) = deed
            && record.operation == operation
        {
            records.push(record);
        }
    }
    records
}

fn away() -> Result<Value, Trouble> {
    Err(Trouble::Away(Failure::new(Code::BaseUnreachable).with("base", "ut")))
}

fn notice(text: &str, user: u32) -> String {
    json!({"id": 5, "type": 2, "settingName": "rest|rest_notify", "userId": user, "userName": "Робот", "text": text})
        .to_string()
}

#[tokio::test(start_paused = true)]
async fn an_event_is_queued_with_the_position_and_given_to_its_base() {
    let mut desk = Desk::start(relaying());
    let (mut push, _) = desk.connection().await;
    push.deliver(&mid(1), "crm", "deal_update", r#"{"n":1}"#).await;
    push.deliver(&mid(2), "im", "notifyRead", r#"{"list":[]}"#).await;
    push.deliver(&mid(3), "crm", "deal_update", r#"{"n":3}"#).await;
    let deeds = desk.rest().await;
    assert_eq!(push.receipts().await, [true, true, true]);
    let given: Vec<String> = relayed(&deeds)
        .into_iter()
        .flat_map(|(base, ids)| {
            assert_eq!(base, "ut");
            ids
        })
        .collect();
    assert_eq!(given, [id(1), id(3)]);
    let journal = records(&deeds, "relay");
    assert_eq!(journal.len(), 2);
    assert_eq!(
        (journal[0].source_system.as_str(), journal[0].target_system.as_str()),
        (PORTAL, "ut")
    );
    assert!(desk.store.stored().relay.waiting.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_base_that_is_away_is_waited_for_and_holds_up_no_other() {
    let mut desk = Desk::start(relaying());
    let (mut push, _) = desk.connection().await;
    desk.answers.lock().unwrap().relay.push_back(away());
    push.deliver(&mid(1), "crm", "a", "{}").await;
    push.deliver(&mid(2), "crm", "b", "{}").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let first = desk.view().await.relay;
    assert_eq!(
        (first.bases.len(), first.bases[0].waiting, first.bases[0].away),
        (1, 2, true)
    );
    push.deliver(&mid(3), "x", "both", "{}").await;
    tokio::time::sleep(Duration::from_secs(20)).await;
    let deeds = desk.rest().await;
    let calls = relayed(&deeds);
    let of_bp: Vec<_> = calls.iter().filter(|(base, _)| base == "bp").collect();
    assert_eq!(of_bp.len(), 1);
    let all: Vec<_> = calls
        .iter()
        .filter(|(base, _)| base == "ut")
        .map(|(_, ids)| ids.clone())
        .collect();
    assert_eq!(all[1..].concat(), [id(1), id(2)]);
    assert!((2..=3).contains(&all.len()), "{all:?}");
    // Told once that it is away, and once that it is back.
    let news: Vec<_> = records(&deeds, "relay")
        .into_iter()
        .filter(|record| record.source_system == "desk")
        .collect();
    assert_eq!(
        news.iter().map(|record| record.status).collect::<Vec<_>>(),
        [Outcome::Failed, Outcome::Done]
    );
    assert!(desk.view().await.relay.bases.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_robot_orders_and_the_number_comes_back() {
    let mut desk = Desk::start(relaying());
    desk.answers.lock().unwrap().fields = json!({"title": "Сделка", "opportunity": 5})
        .as_object()
        .unwrap()
        .clone();
    let (mut push, _) = desk.connection().await;
    let line = "Счёт оплачен[br]#hotstart relay deal 123 order answer";
    push.deliver(&mid(1), "im", "notifyAdd", &notice(line, 7)).await;
    let deeds = desk.rest().await;
    assert_eq!(relayed(&deeds), [("ut".to_owned(), vec![format!("{PORTAL}/notify/5")])]);
    let wrote = Deed::Wrote(format!(r#"{PORTAL} deal:123 {{"UF_CRM_ORDER":"НФ-7"}}"#));
    assert!(deeds.contains(&wrote), "{deeds:?}");
    assert_eq!(records(&deeds, "command").len(), 1);
    assert_eq!(records(&deeds, "answer").len(), 1);
    let inbox = desk.view().await.inbox;
    assert_eq!((inbox.len(), inbox[0].text.as_str()), (1, "Счёт оплачен"));
    let stored = desk.store.stored().relay;
    assert!(stored.waiting.is_empty() && stored.replies.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_waits_for_a_portal_that_is_away() {
    let mut desk = Desk::start(relaying());
    let unreachable = || Failure::new(Code::PortalUnreachable).with("portal", PORTAL);
    desk.answers
        .lock()
        .unwrap()
        .writes
        .extend([unreachable(), unreachable()]);
    let (mut push, _) = desk.connection().await;
    push.deliver(
        &mid(1),
        "im",
        "notifyAdd",
        &notice("#hotstart relay deal 123 order answer", 7),
    )
    .await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let deeds = desk.rest().await;
    assert_eq!(deeds.iter().filter(|deed| matches!(deed, Deed::Wrote(_))).count(), 3);
    assert_eq!(relayed(&deeds).len(), 1);
    assert!(desk.store.stored().relay.replies.is_empty());
    // Nothing but the command was in the notification.
    assert!(desk.view().await.inbox.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stranger_is_not_obeyed_and_the_user_sees_what_came() {
    let mut desk = Desk::start(relaying());
    let (mut push, _) = desk.connection().await;
    push.deliver(&mid(1), "im", "notifyAdd", &notice("#hotstart relay deal 123 order", 8))
        .await;
    push.deliver(&mid(2), "application", "hotstart.open", r#"{"type":"deal","id":1}"#)
        .await;
    let deeds = desk.rest().await;
    assert!(relayed(&deeds).is_empty());
    let refused: Vec<_> = records(&deeds, "command");
    assert!(
        refused
            .iter()
            .all(|record| record.error_code.as_deref() == Some("command.author"))
    );
    assert_eq!(refused.len(), 2);
    assert_eq!(desk.view().await.inbox.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_open_command_opens_once() {
    let mut desk = Desk::start(relaying());
    let (mut push, _) = desk.connection().await;
    for number in 1..=2 {
        push.deliver(&mid(number), "im", "notifyAdd", &notice("#hotstart open deal 123", 7))
            .await;
    }
    let deeds = desk.rest().await;
    // Its deal has no object: that is said once.
    assert_eq!(
        deeds.iter().filter(|deed| **deed == Deed::Settings).count(),
        1,
        "{deeds:?}"
    );
    assert_eq!(records(&deeds, "command").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_base_refuses_is_put_aside_and_sent_again_on_demand() {
    let mut desk = Desk::start(relaying());
    let refused = json!({"results": [{"id": id(1), "status": "refused", "answer": "Нет контрагента"}]});
    desk.answers.lock().unwrap().relay.push_back(Ok(refused));
    let (mut push, _) = desk.connection().await;
    push.deliver(&mid(1), "crm", "a", "{}").await;
    let deeds = desk.rest().await;
    let told = records(&deeds, "relay");
    assert_eq!(
        (told[0].status, told[0].error_code.as_deref()),
        (Outcome::Failed, Some("relay.refused"))
    );
    assert!(told[0].details.contains("Нет контрагента"));
    let dead = desk.view().await.relay.dead;
    assert_eq!((dead.len(), dead[0].failure.code.as_str()), (1, "relay.refused"));
    desk.ui(UiCommand::RelayAgain {
        number: Some(dead[0].number),
    })
    .await
    .unwrap();
    let deeds = desk.rest().await;
    assert_eq!(relayed(&deeds), [("ut".to_owned(), vec![id(1)])]);
    assert!(desk.view().await.relay.dead.is_empty());
    assert!(desk.store.stored().relay.dead.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_entity_that_cannot_be_read_is_not_given() {
    let mut desk = Desk::start(relaying());
    let (mut push, _) = desk.connection().await;
    desk.answers.lock().unwrap().entity = Some(Code::EntityMissing);
    push.deliver(&mid(1), "im", "notifyAdd", &notice("#hotstart relay deal 123 order", 7))
        .await;
    let deeds = desk.rest().await;
    assert!(relayed(&deeds).is_empty());
    assert_eq!(desk.view().await.relay.dead[0].failure.code, "entity.missing");
    // A portal that does not answer costs nothing but time.
    desk.answers.lock().unwrap().entity = Some(Code::PortalUnreachable);
    let other = notice("#hotstart relay deal 124 order", 7).replace(r#""id":5"#, r#""id":6"#);
    push.deliver(&mid(2), "im", "notifyAdd", &other).await;
    desk.rest().await;
    desk.answers.lock().unwrap().entity = None;
    tokio::time::sleep(Duration::from_secs(30)).await;
    assert_eq!(relayed(&desk.rest().await).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_session_of_a_base_ends_when_nothing_comes() {
    let mut desk = Desk::start(relaying());
    let (mut push, _) = desk.connection().await;
    push.deliver(&mid(1), "crm", "a", "{}").await;
    assert!(!desk.rest().await.contains(&Deed::EndedEvents("ut".to_owned())));
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert!(desk.rest().await.contains(&Deed::EndedEvents("ut".to_owned())));
    push.deliver(&mid(2), "crm", "a", "{}").await;
    desk.rest().await;
    desk.send(Request::Terminate).await;
    assert!(desk.rest().await.contains(&Deed::EndedEvents("ut".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_restart_goes_on_where_it_was() {
    let store = MemoryStore::default();
    let waiting = |number: u32| {
        RelayChange::Added(RelayEvent {
            base: "ut".to_owned(),
            id: id(number),
            kind: "crm/a".to_owned(),
            portal: PORTAL.to_owned(),
            entity: None,
            reads: false,
            data: json!({}),
            answer: false,
            at: hotstart_core::Timestamp(0),
        })
    };
    let transaction = Transaction {
        relay: vec![waiting(1), waiting(2)],
        ..Transaction::default()
    };
    store.commit(transaction).await.unwrap();
    let mut desk = Desk::start_on(relaying(), store.stored(), store);
    assert_eq!(relayed(&desk.rest().await), [("ut".to_owned(), vec![id(1), id(2)])]);
}

#[tokio::test(start_paused = true)]
async fn more_events_than_are_kept_are_put_aside_and_told() {
    let store = MemoryStore::default();
    let waits = |n: u32| {
        RelayChange::Added(RelayEvent {
            base: "ut".to_owned(),
            id: n.to_string(),
            kind: "crm/a".to_owned(),
            portal: PORTAL.to_owned(),
            entity: None,
            reads: false,
            data: Value::Null,
            answer: false,
            at: hotstart_core::Timestamp(1),
        })
    };
    let full = Transaction {
        relay: (0..50_000).map(waits).collect(),
        ..Transaction::default()
    };
    store.commit(full).await.unwrap();
    let mut desk = Desk::start_on(relaying(), store.stored(), store);
    desk.answers.lock().unwrap().relay.extend((0..20).map(|_| away()));
    let (mut push, _) = desk.connection().await;
    push.deliver(&mid(1), "crm", "a", "{}").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let view = desk.view().await;
    assert_eq!((view.relay.bases[0].waiting, view.relay.dead.len()), (50_000, 1));
    assert_eq!(
        (view.relay.dead[0].number, view.relay.dead[0].failure.code.as_str()),
        (1, "relay.full")
    );
    let told = view.inbox.iter().filter(|note| note.text.contains("relay.full"));
    assert_eq!(told.count(), 1);
    let journal = desk.rest().await;
    let codes = records(&journal, "relay")
        .into_iter()
        .filter_map(|record| record.error_code.clone());
    assert!(codes.into_iter().any(|code| code == "relay.full"));
}

#[tokio::test(start_paused = true)]
async fn offline_events_are_kept_before_the_portal_may_forget_them() {
    let mut settings = relaying();
    settings.relay.bases[0].events[0].pattern = "crm/company.*".to_owned();
    let mut desk = Desk::start(settings);
    let record = |name: &str, id: u64, message: &str| json!({"EVENT_NAME": name, "EVENT_DATA": {"FIELDS": {"ID": id}}, "MESSAGE_ID": message});
    let events: Vec<OfflineEvent> = [
        record("ONCRMCOMPANYUPDATE", 21, "m1"),
        record("ONCRMDEALUPDATE", 5, "m2"),
        record("ONCRMCOMPANYDELETE", 22, "m3"),
    ]
    .iter()
    .filter_map(offline_event)
    .collect();
    for _ in 0..2 {
        let (reply, kept) = oneshot::channel();
        desk.send(Request::Offline {
            portal: PORTAL.to_owned(),
            events: events.clone(),
            reply,
        })
        .await;
        assert_eq!(kept.await.unwrap(), Ok(()));
    }
    let given: Vec<String> = relayed(&desk.rest().await)
        .into_iter()
        .flat_map(|(_, ids)| ids)
        .collect();
    assert_eq!(given, [format!("{PORTAL}/offline/m1"), format!("{PORTAL}/offline/m3")]);
}

fn renamed(alias: &str) -> UiCommand {
    let base = settings().bases.swap_remove(0);
    let previous = base.alias.clone();
    form(
        Some(&previous),
        BaseSettings {
            alias: alias.to_owned(),
            ..base
        },
    )
}

#[tokio::test(start_paused = true)]
async fn a_base_with_another_alias_keeps_its_events() {
    let mut desk = Desk::start(relaying());
    let (mut push, _) = desk.connection().await;
    desk.answers.lock().unwrap().relay.push_back(away());
    push.deliver(&mid(1), "crm", "a", "{}").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    desk.ui(renamed("trade")).await.unwrap();
    push.deliver(&mid(2), "crm", "b", "{}").await;
    let mut given = relayed(&desk.rest().await);
    assert_eq!(given.remove(0), ("ut".to_owned(), vec![id(1)]), "it was away");
    assert!(given.iter().all(|(base, _)| base == "trade"), "{given:?}");
    let ids: Vec<String> = given.into_iter().flat_map(|(_, ids)| ids).collect();
    assert_eq!(ids, [id(1), id(2)]);
    assert!(desk.view().await.relay.dead.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_removed_base_leaves_nothing_that_cannot_be_saved() {
    let mut desk = Desk::start(relaying());
    desk.ui(UiCommand::RemoveBase { alias: "ut".to_owned() }).await.unwrap();
    desk.rest().await;
    let relay = desk.store.settings().unwrap().relay;
    assert_eq!(relay.bases.len(), 1);
    desk.ui(UiCommand::SetRelay { relay }).await.unwrap();
}
