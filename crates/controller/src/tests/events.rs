//! Portal events: nothing is acknowledged before it is stored, nothing is shown twice, nothing is lost.
use bitrix24_pull::State;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::link::Source;
use hotstart_core::resolve::{EntityFacts, Gathered};
use hotstart_core::settings::Settings;
use hotstart_core::tray::MenuAction;
use hotstart_core::view::ConnectionState;

use super::desk::{Deed, Desk, PORTAL, settings};
use crate::Request;

fn connected() -> Settings {
    Settings {
        connection_wanted: true,
        ..settings()
    }
}

fn bell(id: u32) -> String {
    format!(
        r#"{{"id":{id},"type":2,"title":"Сделка","text":"Новая сделка {id}","link":"/crm/deal/details/{id}/","userName":"Иван"}}"#
    )
}

fn toasts(deeds: &[Deed]) -> usize {
    deeds.iter().filter(|deed| matches!(deed, Deed::Toast(_))).count()
}

#[tokio::test(start_paused = true)]
async fn an_event_is_stored_then_acknowledged_then_shown_and_its_click_opens_the_entity() {
    let mut desk = Desk::start(connected());
    let (mut push, resume) = desk.connection().await;
    assert!(resume.position.is_none());
    push.deliver("17953041450000000000000001", "im", "notifyAdd", &bell(7))
        .await;
    assert_eq!(push.receipts().await, [true]);
    let stored = desk.store.stored();
    assert_eq!((stored.inbox.len(), stored.unread, stored.cursors.len()), (1, 1, 1));
    assert_eq!(toasts(&desk.rest().await), 1);

    let note = desk.view().await.inbox[0].clone();
    desk.send(Request::NoteClicked {
        id: note.id,
        token: None,
    })
    .await;
    let deeds = desk.rest().await;
    assert!(
        deeds.contains(&Deed::Browsed(format!("https://{PORTAL}/crm/deal/details/7/"))),
        "{deeds:?}"
    );
    assert_eq!(desk.view().await.unread, 0);
}

#[tokio::test(start_paused = true)]
async fn an_event_that_cannot_be_stored_is_not_acknowledged_and_comes_again() {
    let mut desk = Desk::start(connected());
    let (mut push, _) = desk.connection().await;
    desk.store
        .fail(Some(Failure::new(Code::StoreFailed).with("detail", "disk full")));
    push.deliver("17953041450000000000000001", "im", "notifyAdd", &bell(7))
        .await;
    assert_eq!(push.receipts().await, [false]);
    assert_eq!(toasts(&desk.rest().await), 0);
    assert_eq!(desk.view().await.failure.unwrap().code, "store.failed");

    desk.store.fail(None);
    push.deliver("17953041450000000000000001", "im", "notifyAdd", &bell(7))
        .await;
    assert_eq!(push.receipts().await, [true]);
    assert_eq!(toasts(&desk.rest().await), 1);
}

#[tokio::test(start_paused = true)]
async fn the_position_never_passes_a_delivery_that_could_not_be_stored() {
    let mut desk = Desk::start(connected());
    let (mut push, _) = desk.connection().await;
    desk.store
        .fail(Some(Failure::new(Code::StoreFailed).with("detail", "disk full")));
    for id in 1..=3 {
        push.deliver(&format!("1795304145000000000000000{id}"), "im", "notifyAdd", &bell(id))
            .await;
    }
    let mut receipts = Vec::new();
    while receipts.len() < 3 {
        receipts.extend(push.receipts().await);
        // The disk is back while the later ones wait: they must not overtake the first.
        desk.store.fail(None);
    }
    assert!(!receipts[0], "{receipts:?}");
    let stored = desk.store.stored();
    let behind = stored
        .cursors
        .iter()
        .all(|cursor| !cursor.position.contains("0000000000000003"));
    assert!(
        behind || stored.inbox.iter().any(|note| note.text.contains('1')),
        "{stored:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_replayed_event_is_acknowledged_and_shown_once() {
    let mut desk = Desk::start(connected());
    let (mut push, _) = desk.connection().await;
    for _ in 0..3 {
        push.deliver("17953041450000000000000001", "im", "notifyAdd", &bell(7))
            .await;
        assert_eq!(push.receipts().await, [true]);
    }
    assert_eq!(toasts(&desk.rest().await), 1);
    assert_eq!(desk.view().await.unread, 1);
}

#[tokio::test(start_paused = true)]
async fn connections_hear_when_the_computer_wakes_up() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    desk.send(Request::Awake).await;
    desk.rest().await;
    assert_eq!(push.wakes(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_user_stops_and_starts_the_connection_and_it_goes_on_where_it_was() {
    let mut desk = Desk::start(connected());
    let (mut push, _) = desk.connection().await;
    push.state(State::Online);
    push.deliver("17953041450000000000000001", "im", "notifyAdd", &bell(7))
        .await;
    assert_eq!(push.receipts().await, [true]);
    desk.rest().await;
    assert_eq!(desk.view().await.connections[0].state, ConnectionState::Online);

    desk.send(Request::Menu(MenuAction::StopConnection, None)).await;
    desk.rest().await;
    assert!(!push.is_wanted());
    assert_eq!(desk.view().await.connections[0].state, ConnectionState::Stopped);
    assert!(!desk.store.settings().unwrap().connection_wanted);

    desk.send(Request::Menu(MenuAction::StartConnection, None)).await;
    let (_again, resume) = desk.connection().await;
    assert_eq!(
        resume.position.unwrap().mid().unwrap().as_str(),
        "17953041450000000000000001"
    );
    assert_eq!(resume.seen.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_elsewhere_leaves_the_inbox_unread_count() {
    let mut desk = Desk::start(connected());
    let (mut push, _) = desk.connection().await;
    push.deliver("17953041450000000000000001", "im", "notifyAdd", &bell(7))
        .await;
    assert_eq!(push.receipts().await, [true]);
    push.deliver(
        "17953041450000000000000002",
        "im",
        "notifyRead",
        r#"{"chatId":1,"list":[7],"counter":0}"#,
    )
    .await;
    assert_eq!(push.receipts().await, [true]);
    desk.rest().await;
    assert_eq!(desk.view().await.unread, 0);
    assert_eq!(desk.store.stored().unread, 0);
}

#[tokio::test(start_paused = true)]
async fn the_journal_hears_of_a_connection_once_for_each_change() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    let refused = bitrix24_pull::Failure {
        kind: "auth.refused".to_owned(),
        remedy: bitrix24_pull::Remedy::SignIn,
    };
    let states = [
        State::Online,
        State::Connecting,
        State::Online,
        State::Failed(refused.clone()),
        State::Failed(refused),
    ];
    for state in states {
        push.state(state);
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let deeds = desk.rest().await;
    let codes: Vec<Option<&str>> = deeds
        .iter()
        .filter_map(|deed| {
            if let Deed::Journal(record) = deed {
                Some(record.error_code.as_deref())
            } else {
                None
            }
        })
        .collect();
    assert_eq!(codes, [None, Some("auth.refused")]);
    assert_eq!(toasts(&deeds), 1);
}

#[tokio::test(start_paused = true)]
async fn what_an_event_says_has_changed_is_not_believed_any_longer() {
    let mut desk = Desk::start(connected());
    let (mut push, _) = desk.connection().await;
    let order = "e1cib/data/Документ.ЗаказКлиента?ref=8936000c29dddd3811ecc9c9312e175a";
    let facts = || {
        let fields = serde_json::json!({ "UF_CRM_1": order });
        Ok(Gathered::Facts(EntityFacts {
            fields: fields.as_object().unwrap().clone(),
            ..EntityFacts::default()
        }))
    };
    let deal = format!("hotstart://crm/{PORTAL}/deal/1");
    desk.portal.said().facts.push_back(facts());
    desk.warm(&deal).await;
    assert_eq!(desk.portal.asked(), ["facts deal:1"]);
    push.deliver("17953041450000000000000001", "crm", "ITEMUPDATED_DEAL_2", "{}")
        .await;
    assert_eq!(push.receipts().await, [true]);
    desk.open(&deal, Source::Clicked).await;
    desk.rest().await;
    assert_eq!(desk.portal.asked(), [] as [&str; 0], "another one has changed");
    push.deliver("17953041450000000000000002", "crm", "ITEMUPDATED_DEAL_1", "{}")
        .await;
    assert_eq!(push.receipts().await, [true]);
    desk.portal.said().facts.push_back(facts());
    desk.open(&deal, Source::Clicked).await;
    desk.rest().await;
    assert_eq!(desk.portal.asked(), ["facts deal:1"]);
}
