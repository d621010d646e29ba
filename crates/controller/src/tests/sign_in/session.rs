//! A session that is taken from a window, looked after, and forbidden.
use std::time::Duration;

use bitrix24_pull::State as PullState;
use hotstart_core::failure::Code;
use hotstart_core::settings::{ConnectionKind, PortalSettings, Settings};
use hotstart_core::view::{ConnectionState, UiCommand};
use hotstart_core::window::{WindowCommand, WindowEvent, WindowRole};
use tokio::time::sleep;

use super::super::desk::{Deed, Desk, settings};
use super::{CLOUD, code, cookies, failed, portal, session};

/// One portal, connected by a session, with the real-time connection wanted.
fn with_session() -> Settings {
    let portal = PortalSettings {
        portal: CLOUD.to_owned(),
        connection: ConnectionKind::Session,
        ..PortalSettings::default()
    };
    Settings {
        portals: vec![portal],
        connection_wanted: true,
        ..settings()
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_taken_from_the_window_once_its_user_has_signed_in() {
    let mut desk = Desk::start(settings());
    assert_eq!(code(desk.ui(session(CLOUD)).await), "accepted");
    let WindowCommand::Open { id, role, address, .. } = desk.window().await else {
        panic!("a window opens")
    };
    assert_eq!(
        (role, address.as_str()),
        (WindowRole::SignIn, "https://cloud.example.ru/")
    );
    desk.logins.said().session.push_back(Code::AuthSignIn);
    desk.report(cookies(&id)).await;
    assert!(desk.view().await.failure.is_none(), "the login form is no failure");
    // A page of the sign-in opens nothing.
    let link = WindowEvent::Link {
        id: id.clone(),
        address: "hotstart://settings".to_owned(),
    };
    desk.report(link).await;
    desk.report(cookies(&id)).await;
    assert_eq!(desk.window().await, WindowCommand::Close { id: id.clone() });
    assert_eq!(desk.journal().await.target_system, CLOUD);
    let view = desk.view().await;
    assert_eq!(portal(&view, CLOUD).unwrap().connection, ConnectionKind::Session);
    assert_eq!(view.login, None);
    let asked = desk.logins.asked();
    assert_eq!(asked, ["session cloud.example.ru 2", "session cloud.example.ru 2"]);
    // What the window says on its way out is nobody's business.
    desk.report(cookies(&id)).await;
    desk.report(WindowEvent::Destroyed { id }).await;
    assert!(desk.rest().await.iter().all(|deed| *deed != Deed::Settings));
    assert_eq!(desk.logins.asked(), Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn closing_the_window_gives_the_sign_in_up() {
    let mut desk = Desk::start(settings());
    desk.ui(session(CLOUD)).await.unwrap();
    let WindowCommand::Open { id, .. } = desk.window().await else {
        panic!("a window opens")
    };
    desk.report(WindowEvent::CloseRequested { id: id.clone() }).await;
    assert_eq!(desk.window().await, WindowCommand::Close { id });
    let view = desk.view().await;
    assert_eq!((view.login.as_ref(), portal(&view, CLOUD)), (None, None));
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_session_is_noticed_within_minutes() {
    let mut desk = Desk::start(with_session());
    let (script, _) = desk.connection().await;
    script.state(PullState::Online);
    assert_eq!(desk.journal().await.error_code, None);
    sleep(Duration::from_secs(1100)).await;
    assert_eq!(desk.logins.asked(), ["look cloud.example.ru"]);
    assert_eq!(desk.view().await.connections[0].state, ConnectionState::Online);

    desk.logins.said().look.push_back(Err(Code::AuthSignIn));
    sleep(Duration::from_secs(1100)).await;
    assert_eq!(desk.journal().await.error_code.as_deref(), Some("auth.sign-in"));
    assert_eq!(failed(&desk.view().await, CLOUD), "auth.sign-in");
    // It is not asked again until its user has signed in.
    desk.logins.asked();
    sleep(Duration::from_secs(5000)).await;
    assert_eq!(desk.logins.asked(), Vec::<String>::new());
    let again = UiCommand::SignInAgain {
        portal: CLOUD.to_owned(),
    };
    desk.ui(again).await.unwrap();
    let WindowCommand::Open { id, .. } = desk.window().await else {
        panic!("a window opens")
    };
    desk.report(cookies(&id)).await;
    desk.connection().await;
    assert!(!failed(&desk.view().await, CLOUD).starts_with("auth"));
}

#[tokio::test(start_paused = true)]
async fn sessions_can_be_forbidden() {
    let mut desk = Desk::start(with_session());
    desk.connection().await;
    desk.ui(UiCommand::SetSessionsAllowed { allowed: false }).await.unwrap();
    assert_eq!(failed(&desk.view().await, CLOUD), "session.forbidden");
    assert_eq!(code(desk.ui(session(CLOUD)).await), "session.forbidden");
    desk.ui(UiCommand::SetSessionsAllowed { allowed: true }).await.unwrap();
    desk.connection().await;

    let forbidden = Settings {
        sessions_allowed: false,
        ..with_session()
    };
    let desk = Desk::start(forbidden);
    assert_eq!(failed(&desk.view().await, CLOUD), "session.forbidden");
}
