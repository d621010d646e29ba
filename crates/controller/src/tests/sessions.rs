//! No licence is lost: sessions are ended when windows go, crash or are left over.
use hotstart_core::Timestamp;
use hotstart_core::failure::Code;
use hotstart_core::ports::{LeftSession, Stored};
use hotstart_core::tray::MenuAction;
use hotstart_core::window::{Session, WindowEvent, WindowId};

use super::desk::{Deed, Desk, settings};
use crate::Request;

const ORDER: &str = "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";
const DAY_MS: i64 = 24 * 3600 * 1000;

fn session(id: &str) -> Session {
    Session {
        root: "https://srv.example.ru/ut/ru_RU".to_owned(),
        id: id.to_owned(),
    }
}

/// The page has this session.
async fn begin(desk: &Desk, window: &WindowId, id: &str) {
    desk.report(WindowEvent::Session {
        id: window.clone(),
        session: session(id),
    })
    .await;
}

fn kept(desk: &Desk) -> Vec<String> {
    let sessions = desk.store.stored().sessions;
    sessions.into_iter().map(|left| left.session.id).collect()
}

#[tokio::test(start_paused = true)]
async fn a_session_is_remembered_until_its_logout_is_confirmed() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(ORDER).await;
    begin(&desk, &id, "1").await;
    desk.rest().await;
    assert_eq!(kept(&desk), ["1"]);
    // After a new login the page has another one; the first has ended with the login form.
    begin(&desk, &id, "2").await;
    desk.rest().await;
    assert_eq!(kept(&desk), ["2"]);
    desk.report(WindowEvent::Released { id, confirmed: true }).await;
    let deeds = desk.rest().await;
    assert!(
        !deeds.iter().any(|deed| matches!(deed, Deed::EndedOutside(_))),
        "{deeds:?}"
    );
    assert!(kept(&desk).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_the_page_could_not_do_is_done_from_outside_and_quitting_waits_for_it() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(ORDER).await;
    begin(&desk, &id, "1").await;
    desk.send(Request::Menu(MenuAction::Quit, None)).await;
    desk.report(WindowEvent::Released { id, confirmed: false }).await;
    let deeds = desk.rest().await;
    let ended = deeds
        .iter()
        .position(|deed| *deed == Deed::EndedOutside("1".to_owned()));
    let quit = deeds.iter().position(|deed| *deed == Deed::Quit);
    assert!(ended.is_some() && ended < quit, "{deeds:?}");
    assert!(kept(&desk).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_died_gives_its_licence_back() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(ORDER).await;
    begin(&desk, &id, "1").await;
    desk.report(WindowEvent::Destroyed { id }).await;
    let deeds = desk.rest().await;
    assert!(deeds.contains(&Deed::EndedOutside("1".to_owned())), "{deeds:?}");
    assert!(kept(&desk).is_empty());
}

#[tokio::test(start_paused = true)]
async fn sessions_of_a_crash_are_ended_at_the_next_start_and_old_ones_forgotten() {
    let left = |id: &str, age: i64| LeftSession {
        base: "ut".to_owned(),
        session: session(id),
        at: Timestamp(1_795_300_000_000 - age),
    };
    let stored = Stored {
        sessions: vec![left("old", DAY_MS + 1), left("left", 1000)],
        ..Stored::default()
    };
    let mut desk = Desk::start_with(settings(), stored);
    let deeds = desk.rest().await;
    let ended: Vec<_> = deeds
        .iter()
        .filter(|deed| matches!(deed, Deed::EndedOutside(_)))
        .collect();
    assert_eq!(ended, [&Deed::EndedOutside("left".to_owned())]);
    let records: Vec<_> = deeds
        .iter()
        .filter_map(|deed| {
            if let Deed::Journal(record) = deed {
                Some((record.operation.as_str(), record.error_code.as_deref()))
            } else {
                None
            }
        })
        .collect();
    assert_eq!(records, [("release", None)]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_ended_stays_written_down() {
    let mut desk = Desk::start(settings());
    desk.answers.lock().unwrap().end_session = Some(Code::BaseUnreachable);
    let id = desk.warm(ORDER).await;
    begin(&desk, &id, "1").await;
    desk.report(WindowEvent::Destroyed { id }).await;
    let record = loop {
        let record = desk.journal().await;
        if record.operation == "release" {
            break record;
        }
    };
    assert_eq!(record.error_code.as_deref(), Some(Code::ReleaseFailed.as_str()));
    desk.rest().await;
    assert_eq!(kept(&desk), ["1"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_cannot_make_the_program_call_somebody_else() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(ORDER).await;
    for root in [
        "https://evil.example/ut/ru_RU",
        "http://srv.example.ru/ut/ru_RU",
        "https://srv.example.ru/other/ru_RU",
        "https://srv.example.ru:8443/ut",
        "https://user@srv.example.ru/ut",
        "",
    ] {
        let session = Session {
            root: root.to_owned(),
            id: "1".to_owned(),
        };
        desk.report(WindowEvent::Session {
            id: id.clone(),
            session,
        })
        .await;
    }
    desk.rest().await;
    assert!(kept(&desk).is_empty());
    desk.report(WindowEvent::Destroyed { id }).await;
    let deeds = desk.rest().await;
    assert!(
        !deeds.iter().any(|deed| matches!(deed, Deed::EndedOutside(_))),
        "{deeds:?}"
    );
}
