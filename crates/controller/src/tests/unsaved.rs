//! Unsaved work is sacred: every way to lose it is tried.
use hotstart_core::link::Source;
use hotstart_core::tray::MenuAction;
use hotstart_core::view::UiCommand;
use hotstart_core::window::{WindowCommand, WindowEvent, WindowId, WindowRole};

use super::desk::{Deed, Desk, settings};
use crate::Request;

const ORDER: &str = "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";
const LIST: &str = "hotstart://onec/ut/e1cib/list/Документ.Заказ";

fn destroys(deed: &Deed, window: &WindowId) -> bool {
    matches!(deed, Deed::Window(WindowCommand::Release { id, force: true } | WindowCommand::Close { id }) if id == window)
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_follow_is_left_alone_and_a_second_window_opens() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(ORDER).await;
    desk.open(LIST, Source::Clicked).await;
    let WindowCommand::Navigate { navigation, .. } = desk.window().await else {
        panic!("it navigates first")
    };
    desk.report(WindowEvent::NotFollowed {
        id: warm.clone(),
        navigation,
    })
    .await;
    let WindowCommand::Open { id, role, address, .. } = desk.window().await else {
        panic!("a second window opens")
    };
    assert_ne!(id, warm);
    assert_eq!(role, WindowRole::Cold);
    assert!(address.contains("#e1cib/list/"), "{address}");
    let deeds = desk.rest().await;
    assert!(!deeds.iter().any(|deed| destroys(deed, &warm)), "{deeds:?}");
}

#[tokio::test(start_paused = true)]
async fn closing_a_warm_window_hides_it() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(ORDER).await;
    desk.report(WindowEvent::CloseRequested { id: warm.clone() }).await;
    assert_eq!(desk.rest().await, [Deed::Window(WindowCommand::Hide { id: warm })]);
}

#[tokio::test(start_paused = true)]
async fn a_dirty_page_is_released_only_when_the_user_says_so() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(ORDER).await;
    for (choice, lost) in [("keep", false), ("cancel", false), ("discard", true)] {
        desk.send(Request::Menu(MenuAction::ReleaseBase("ut".to_owned()), None))
            .await;
        assert_eq!(
            desk.window().await,
            WindowCommand::Release {
                id: warm.clone(),
                force: false
            }
        );
        desk.report(WindowEvent::Dirty { id: warm.clone() }).await;
        let deeds = desk.rest().await;
        assert!(!deeds.iter().any(|deed| destroys(deed, &warm)), "{choice}: {deeds:?}");
        let question = desk.view().await.question.unwrap();
        desk.ui(UiCommand::Answer {
            question: question.id,
            choice: choice.to_owned(),
        })
        .await
        .unwrap();
        let deeds = desk.rest().await;
        assert_eq!(
            deeds.iter().any(|deed| destroys(deed, &warm)),
            lost,
            "{choice}: {deeds:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn quitting_waits_for_the_answer_about_unsaved_work() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(ORDER).await;
    desk.send(Request::Menu(MenuAction::Quit, None)).await;
    assert_eq!(
        desk.window().await,
        WindowCommand::Release {
            id: warm.clone(),
            force: false
        }
    );
    desk.report(WindowEvent::Dirty { id: warm.clone() }).await;
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
    assert_eq!(desk.rest().await, [Deed::Settings]);
    let question = desk.view().await.question.unwrap();
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "discard".to_owned(),
    })
    .await
    .unwrap();
    assert_eq!(
        desk.window().await,
        WindowCommand::Release {
            id: warm.clone(),
            force: true
        }
    );
    desk.report(WindowEvent::Released {
        id: warm,
        confirmed: true,
    })
    .await;
    assert!(desk.rest().await.contains(&Deed::Quit));
}

#[tokio::test(start_paused = true)]
async fn going_back_to_the_window_calls_the_end_off() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(ORDER).await;
    desk.send(Request::Menu(MenuAction::Quit, None)).await;
    desk.report(WindowEvent::Dirty { id: warm.clone() }).await;
    desk.rest().await;
    let question = desk.view().await.question.unwrap();
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "keep".to_owned(),
    })
    .await
    .unwrap();
    let deeds = desk.rest().await;
    assert!(!deeds.contains(&Deed::Quit), "{deeds:?}");
    desk.open(LIST, Source::Clicked).await;
    assert!(matches!(desk.window().await, WindowCommand::Navigate { .. }));
}

#[tokio::test(start_paused = true)]
async fn when_the_desk_ends_the_licence_of_a_dirty_page_is_given_back() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(ORDER).await;
    desk.send(Request::Terminate).await;
    for force in [false, true] {
        assert_eq!(
            desk.window().await,
            WindowCommand::Release {
                id: warm.clone(),
                force
            }
        );
        if !force {
            desk.report(WindowEvent::Dirty { id: warm.clone() }).await;
        }
    }
    desk.report(WindowEvent::Released {
        id: warm,
        confirmed: true,
    })
    .await;
    assert!(desk.rest().await.contains(&Deed::Quit));
}
