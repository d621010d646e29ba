//! The hot pool: what is released by itself, and what never is.
use std::time::Duration;

use hotstart_core::journal::Outcome;
use hotstart_core::link::Source;
use hotstart_core::pool::PoolSettings;
use hotstart_core::settings::{Method, Settings};
use hotstart_core::window::{WindowCommand, WindowEvent, WindowId};

use super::desk::{Deed, Desk, settings};
use crate::Request;

const ORDER: &str = "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";
const OTHER: &str = "hotstart://onec/bp/e1cib/list/Документ.Заказ";

fn with(pool: PoolSettings) -> Settings {
    let mut settings = settings();
    settings.bases[1].methods = vec![Method::Hot];
    Settings { pool, ..settings }
}

fn releases(deeds: &[Deed]) -> Vec<&WindowId> {
    let released = deeds.iter().filter_map(|deed| {
        if let Deed::Window(WindowCommand::Release { id, force: false }) = deed {
            Some(id)
        } else {
            None
        }
    });
    released.collect()
}

async fn hidden(desk: &mut Desk, link: &str) -> WindowId {
    let id = desk.warm(link).await;
    desk.report(WindowEvent::CloseRequested { id: id.clone() }).await;
    desk.rest().await;
    id
}

async fn after(desk: &mut Desk, minutes: u64) -> Vec<Deed> {
    tokio::time::sleep(Duration::from_secs(minutes * 60)).await;
    desk.rest().await
}

#[tokio::test(start_paused = true)]
async fn without_a_wish_nothing_is_ever_released() {
    let mut desk = Desk::start(settings());
    hidden(&mut desk, ORDER).await;
    desk.send(Request::ScreenLocked).await;
    assert!(after(&mut desk, 60 * 24 * 3).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_idle_hidden_window_is_released_and_a_dirty_one_stays_without_a_question() {
    let mut desk = Desk::start(with(PoolSettings {
        idle_minutes: Some(30),
        ..PoolSettings::default()
    }));
    let id = hidden(&mut desk, ORDER).await;
    assert!(releases(&after(&mut desk, 28).await).is_empty());
    let deeds = after(&mut desk, 4).await;
    assert_eq!(releases(&deeds), [&id], "{deeds:?}");
    desk.report(WindowEvent::Dirty { id: id.clone() }).await;
    let deeds = desk.rest().await;
    assert!(!deeds.contains(&Deed::Settings), "nobody is asked: {deeds:?}");
    assert!(desk.view().await.question.is_none());
    assert!(
        deeds.iter().any(|deed| matches!(deed, Deed::Journal(record)
            if record.operation == "release" && record.status == Outcome::Refused && record.details.contains("idle"))),
        "{deeds:?}"
    );
    // It is still warm, and asked again only after the same time.
    desk.open(ORDER, Source::Clicked).await;
    assert!(matches!(desk.window().await, WindowCommand::Navigate { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_shown_window_is_not_idle() {
    let mut desk = Desk::start(with(PoolSettings {
        idle_minutes: Some(5),
        ..PoolSettings::default()
    }));
    desk.warm(ORDER).await;
    assert!(releases(&after(&mut desk, 120).await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn at_the_given_time_everything_is_released_but_what_is_to_be_kept() {
    let mut wanted = with(PoolSettings {
        at: vec!["02:00".parse().unwrap()],
        ..PoolSettings::default()
    });
    wanted.bases[1].keep = true;
    let mut desk = Desk::start(wanted);
    let (shown, _kept) = (desk.warm(ORDER).await, hidden(&mut desk, OTHER).await);
    assert!(releases(&after(&mut desk, 25).await).is_empty());
    let deeds = after(&mut desk, 10).await;
    assert_eq!(releases(&deeds), [&shown]);
    desk.report(WindowEvent::Released {
        id: shown,
        confirmed: true,
    })
    .await;
    let record = desk.journal().await;
    assert_eq!(
        (record.source_system.as_str(), record.details.as_str()),
        ("pool", "time")
    );
    assert!(releases(&after(&mut desk, 60 * 20).await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_locked_screen_releases_if_that_is_wanted() {
    let mut desk = Desk::start(with(PoolSettings {
        on_lock: true,
        ..PoolSettings::default()
    }));
    let id = desk.warm(ORDER).await;
    desk.send(Request::ScreenLocked).await;
    assert_eq!(releases(&desk.rest().await), [&id]);
}

#[tokio::test(start_paused = true)]
async fn one_more_base_than_allowed_lets_the_oldest_hidden_one_go() {
    let mut desk = Desk::start(with(PoolSettings {
        windows: 1,
        ..PoolSettings::default()
    }));
    let first = hidden(&mut desk, ORDER).await;
    desk.open(OTHER, Source::Clicked).await;
    let deeds = desk.rest().await;
    assert_eq!(releases(&deeds), [&first]);
    assert!(
        deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Window(WindowCommand::Open { .. })))
    );
}

#[tokio::test(start_paused = true)]
async fn too_much_memory_takes_a_hidden_window() {
    let mut desk = Desk::start(with(PoolSettings {
        memory_mb: Some(300),
        ..PoolSettings::default()
    }));
    let (_shown, id) = (desk.warm(ORDER).await, hidden(&mut desk, OTHER).await);
    desk.answers.lock().unwrap().pages_kb = Some(299 * 1024);
    assert!(releases(&after(&mut desk, 5).await).is_empty());
    desk.answers.lock().unwrap().pages_kb = Some(301 * 1024);
    assert_eq!(releases(&after(&mut desk, 2).await), [&id]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_session_keeps_the_link_and_opens_it_after_the_login() {
    let mut desk = Desk::start(settings());
    let id = hidden(&mut desk, ORDER).await;
    desk.open(ORDER, Source::Clicked).await;
    let WindowCommand::Navigate {
        navigation, fragment, ..
    } = desk.window().await
    else {
        panic!("it navigates")
    };
    desk.report(WindowEvent::Login {
        id: id.clone(),
        navigation: Some(navigation),
    })
    .await;
    let deeds = desk.rest().await;
    assert!(deeds.contains(&Deed::Window(WindowCommand::Show {
        id: id.clone(),
        token: None
    })));
    assert!(
        deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Toast(text) if text.contains("База ut"))),
        "{deeds:?}"
    );
    // One more link while the form is there waits as well.
    desk.open("hotstart://onec/ut/e1cib/list/Документ.Заказ", Source::Clicked)
        .await;
    let deeds = desk.rest().await;
    assert!(
        !deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Window(WindowCommand::Navigate { .. }))),
        "{deeds:?}"
    );
    desk.report(WindowEvent::Ready { id: id.clone() }).await;
    let WindowCommand::Navigate { fragment: again, .. } = desk.window().await else {
        panic!("the link is opened after the login")
    };
    assert_eq!(again, fragment);
    assert!(matches!(desk.window().await, WindowCommand::Navigate { .. }));
}

#[tokio::test(start_paused = true)]
async fn after_a_sleep_warm_pages_are_looked_at() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(ORDER).await;
    desk.send(Request::Awake).await;
    assert_eq!(desk.rest().await, [Deed::Window(WindowCommand::Examine { id })]);
}
