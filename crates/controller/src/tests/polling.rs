//! Portals that are asked, and inboxes that are made whole.
use std::time::Duration;

use bitrix24_pull::State;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::notification::{BellRow, Bells, DialogRow, LastMessage, Snapshot};
use hotstart_core::polling::{Counters, Look};
use hotstart_core::settings::Settings;
use hotstart_core::view::{ConnectionState, UiCommand};

use super::desk::{Deed, Desk, PORTAL, settings};
use super::messenger::Asked;
use crate::Request;

pub(super) fn connected() -> Settings {
    Settings {
        connection_wanted: true,
        ..settings()
    }
}

fn row(id: u64) -> BellRow {
    BellRow {
        id,
        kind: 2,
        author: 2,
        author_name: "Иван".to_owned(),
        title: "Сделка".to_owned(),
        text: format!("Новая сделка {id}"),
        ..BellRow::default()
    }
}

fn bells(rows: impl IntoIterator<Item = BellRow>) -> Snapshot {
    Snapshot {
        bells: Some(Bells {
            rows: rows.into_iter().collect(),
            complete: true,
        }),
        dialogs: Some(Vec::new()),
        ..Snapshot::default()
    }
}

fn counters(bell: u64) -> Counters {
    Counters {
        bell,
        dialogs: Vec::new(),
    }
}

fn no_scope() -> State {
    State::Failed(bitrix24_pull::Failure {
        kind: "auth.scope".to_owned(),
        remedy: bitrix24_pull::Remedy::GiveUp,
    })
}

fn toasts(deeds: &[Deed]) -> Vec<&str> {
    let toasts = deeds.iter().filter_map(|deed| {
        if let Deed::Toast(text) = deed {
            Some(text.as_str())
        } else {
            None
        }
    });
    toasts.collect()
}

fn journal<'a>(deeds: &'a [Deed], operation: &str) -> Vec<&'a str> {
    let records = deeds.iter().filter_map(|deed| {
        if let Deed::Journal(record) = deed {
            Some(record)
        } else {
            None
        }
    });
    let records = records.filter(|record| record.operation == operation);
    records.map(|record| record.details.as_str()).collect()
}

async fn wait(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn a_webhook_without_the_channel_is_polled_and_the_card_says_why() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    {
        let mut portal = desk.messenger.content();
        portal.counters = counters(1);
        portal.snapshot = bells([row(7)]);
    }
    push.state(no_scope());
    let deeds = desk.rest().await;
    let first = Look {
        thorough: true,
        ..Look::WHOLE
    };
    assert_eq!(desk.messenger.asked(), [Asked::Counters, Asked::Look(first)]);
    assert!(toasts(&deeds).contains(&"Новая сделка 7"), "{deeds:?}");
    let view = desk.view().await;
    let connection = &view.connections[0];
    assert!(
        matches!(connection.state, ConnectionState::Polling { .. }),
        "{connection:?}"
    );
    assert!(
        connection.why.as_ref().unwrap().text.contains("pull_channel"),
        "{connection:?}"
    );
    let stored = desk.store.stored();
    assert!(
        stored
            .cursors
            .iter()
            .any(|cursor| cursor.portal == format!("{PORTAL}#polling"))
    );

    // Nothing has changed: counters alone, ever more rarely, and the store is left alone.
    let commits = desk.store.commits();
    wait(20 * 60).await;
    let asked = desk.messenger.asked();
    assert!(asked.iter().all(|asked| *asked == Asked::Counters), "{asked:?}");
    assert!((7..=15).contains(&asked.len()), "{asked:?}");
    assert_eq!(desk.store.commits(), commits);

    // Something has: one list, and what was read elsewhere is taken back.
    {
        let mut portal = desk.messenger.content();
        portal.counters = counters(2);
        portal.snapshot = bells([row(9), row(8), BellRow { read: true, ..row(7) }]);
    }
    wait(240).await;
    let deeds = desk.rest().await;
    let mut shown = toasts(&deeds);
    shown.sort_unstable();
    assert_eq!(shown, ["Новая сделка 8", "Новая сделка 9"]);
    assert_eq!(journal(&deeds, "notify").len(), 2);
    assert_eq!(
        desk.view()
            .await
            .inbox
            .iter()
            .filter(|note| !note.read && note.portal == PORTAL)
            .count(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_stays_away_is_replaced_by_polling_until_it_is_back() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    push.state(State::Online);
    desk.rest().await;
    desk.messenger.asked();
    push.state(State::Connecting);
    wait(150).await;
    assert_eq!(desk.messenger.asked(), []);
    wait(60).await;
    assert_eq!(desk.messenger.asked().first(), Some(&Asked::Counters));
    assert!(matches!(
        desk.view().await.connections[0].state,
        ConnectionState::Polling { .. }
    ));
    push.state(State::Online);
    desk.rest().await;
    desk.messenger.asked();
    wait(3600).await;
    assert_eq!(desk.messenger.asked(), []);
    assert_eq!(desk.view().await.connections[0].state, ConnectionState::Online);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_stored_is_not_shown_and_found_again() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    {
        let mut portal = desk.messenger.content();
        portal.counters = counters(1);
        portal.snapshot = bells([row(7)]);
    }
    desk.store
        .fail(Some(Failure::new(Code::StoreFailed).with("detail", "disk full")));
    push.state(no_scope());
    assert_eq!(toasts(&desk.rest().await).len(), 0);
    desk.store.fail(None);
    wait(120).await;
    assert_eq!(toasts(&desk.rest().await), ["Новая сделка 7"]);
}

#[tokio::test(start_paused = true)]
async fn a_portal_that_asks_to_slow_down_is_left_alone_and_nobody_is_bothered() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    desk.messenger.content().failure = Some(Failure::new(Code::PortalLimit).with("portal", PORTAL));
    push.state(no_scope());
    let told = toasts(&desk.rest().await).len();
    wait(600).await;
    let moments = desk.messenger.moments();
    let gaps: Vec<u64> = moments.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(gaps.windows(2).all(|pair| pair[1] >= 2 * pair[0]), "{moments:?}");
    // Looking does not make it quicker.
    desk.send(Request::Awake).await;
    assert_eq!(toasts(&desk.rest().await).len(), 0);
    assert_eq!(desk.messenger.moments(), Vec::<u64>::new());
    // That the scope is missing was told once.
    assert_eq!(told, 1);
}

#[tokio::test(start_paused = true)]
async fn the_user_may_forbid_polling() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    let polling = hotstart_core::polling::PollingSettings {
        allowed: false,
        ..Default::default()
    };
    desk.ui(UiCommand::SetPolling { polling }).await.unwrap();
    push.state(no_scope());
    wait(3600).await;
    assert_eq!(desk.messenger.asked(), []);
    assert!(matches!(
        desk.view().await.connections[0].state,
        ConnectionState::Failed { .. }
    ));
}

#[tokio::test(start_paused = true)]
async fn the_first_start_fills_the_inbox_with_one_toast_for_many() {
    let mut desk = Desk::start(connected());
    let (push, _) = desk.connection().await;
    desk.messenger.content().snapshot = bells((1..=12).map(row));
    push.state(State::Online);
    let deeds = desk.rest().await;
    assert_eq!(desk.messenger.asked(), [Asked::Look(Look::WHOLE)]);
    let toasts = toasts(&deeds);
    assert_eq!(toasts.len(), 1, "{toasts:?}");
    assert!(toasts[0].contains("12"));
    assert_eq!(journal(&deeds, "repair").len(), 1);
    let view = desk.view().await;
    assert_eq!((view.unread, view.inbox.len()), (12, 12));
}

#[tokio::test(start_paused = true)]
async fn a_gap_is_repaired_without_doubles_and_the_journal_says_what_was_added() {
    let mut desk = Desk::start(connected());
    let (mut push, _) = desk.connection().await;
    push.state(State::Online);
    desk.rest().await;
    let event = r#"{"id":7,"type":2,"title":"Сделка","text":"Новая сделка 7","userName":"Иван","userId":2}"#;
    push.deliver("17953041450000000000000001", "im", "notifyAdd", event)
        .await;
    assert_eq!(push.receipts().await, [true]);
    desk.rest().await;
    desk.messenger.asked();
    let message = LastMessage {
        id: 50,
        author: 2,
        text: "где счёт?".to_owned(),
        ..LastMessage::default()
    };
    desk.messenger.content().snapshot = Snapshot {
        dialogs: Some(vec![DialogRow {
            dialog: "2".to_owned(),
            title: "Иван П".to_owned(),
            unread: 1,
            last: Some(message),
            ..DialogRow::default()
        }]),
        ..bells([row(7), row(6)])
    };
    push.gap(bitrix24_pull::Gap::ChannelsReplaced);
    push.deliver("17953041450000000000000002", "main", "user_counter", "[]")
        .await;
    assert_eq!(push.receipts().await, [true]);
    let deeds = desk.rest().await;
    assert_eq!(desk.messenger.asked(), [Asked::Look(Look::WHOLE)]);
    let mut shown = toasts(&deeds);
    shown.sort_unstable();
    assert_eq!(shown, ["Новая сделка 6", "где счёт?"]);
    let repaired = journal(&deeds, "repair");
    assert!(
        repaired.len() == 1 && repaired[0].contains("добавлено 2"),
        "{repaired:?}"
    );
    assert_eq!(desk.store.stored().inbox.len(), 3);
    // The channel brings them after all: nothing is doubled.
    let late = r#"{"id":6,"type":2,"title":"Сделка","text":"Новая сделка 6","userName":"Иван","userId":2}"#;
    push.deliver("17953041450000000000000003", "im", "notifyAdd", late)
        .await;
    assert_eq!(push.receipts().await, [true]);
    assert_eq!(toasts(&desk.rest().await).len(), 0);
    assert_eq!(desk.view().await.unread, 3);
}

#[tokio::test(start_paused = true)]
async fn a_repair_that_fails_is_tried_again_unless_only_the_user_can_help() {
    for (code, tries) in [(Code::PortalUnreachable, 4), (Code::AuthScope, 1)] {
        let mut desk = Desk::start(connected());
        let (push, _) = desk.connection().await;
        desk.messenger.content().failure = Some(Failure::new(code).with("portal", PORTAL).with("scope", "im"));
        push.state(State::Online);
        wait(600).await;
        let asked = desk.messenger.asked();
        assert_eq!(asked.len(), tries, "{code:?}");
        let deeds = desk.rest().await;
        assert_eq!(journal(&deeds, "repair").len(), 1, "{deeds:?}");
        assert_eq!(toasts(&deeds).len(), 0);
    }
}
