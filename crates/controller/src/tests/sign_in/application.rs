//! An application is let in by its user, in the browser or by an address that is pasted.
use std::time::Duration;

use bitrix24_pull::State as PullState;
use hotstart_core::failure::Code;
use hotstart_core::settings::PortalSettings;
use hotstart_core::view::UiCommand;
use tokio::time::{advance, sleep};

use super::super::desk::{Desk, settings};
use super::{BACK, CLOUD, application, by_application, code, failed, paste, portal, waiting};

#[tokio::test(start_paused = true)]
async fn an_application_is_let_in_by_the_browser() {
    let mut desk = waiting().await;
    let login = desk.view().await.login.unwrap();
    assert_eq!(
        (login.portal.as_str(), login.listening, login.checking),
        (CLOUD, true, false)
    );
    desk.logins.comes_back(BACK);
    let record = desk.journal().await;
    assert_eq!(
        (
            record.operation.as_str(),
            record.target_system.as_str(),
            record.error_code
        ),
        ("connect", CLOUD, None)
    );
    let view = desk.view().await;
    let expected = PortalSettings {
        base: None,
        user_id: Some("17".to_owned()),
        missing_scopes: vec!["pull".to_owned()],
        ..by_application()
    };
    assert_eq!((portal(&view, CLOUD), view.login.is_none()), (Some(&expected), true));
    assert_eq!(view.settings.portals.len(), 2, "other portals stay");
    assert_eq!(desk.logins.asked(), [format!("finish {BACK}")]);
    let missing = &view.connections[1].missing;
    assert!(missing[0].scope == "pull" && !missing[0].purpose.is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_a_listener_the_address_is_pasted() {
    let desk = Desk::start(settings());
    desk.logins.said().deaf = true;
    assert_eq!(code(desk.ui(application()).await), "accepted");
    assert!(!desk.view().await.login.unwrap().listening);
    assert_eq!(code(desk.ui(paste(BACK)).await), "accepted");
    assert!(portal(&desk.view().await, CLOUD).is_some());
    // Good once.
    assert_eq!(code(desk.ui(paste(BACK)).await), "login.none");
}

#[tokio::test(start_paused = true)]
async fn a_foreign_address_does_not_end_the_sign_in_and_a_denial_does() {
    let desk = waiting().await;
    desk.logins
        .said()
        .finish
        .extend([Code::LoginForeign, Code::LoginDenied]);
    assert_eq!(
        code(desk.ui(paste("http://evil.example/?code=1&state=2")).await),
        "login.foreign"
    );
    assert!(!desk.view().await.login.unwrap().checking);
    assert_eq!(
        code(desk.ui(paste("/b24/callback?state=CanaryState")).await),
        "login.denied"
    );
    assert_eq!(desk.view().await.login, None);
    assert_eq!(code(desk.ui(paste(BACK)).await), "login.none");
    assert_eq!(desk.logins.asked().last().map(String::as_str), Some("give up"));
    assert!(portal(&desk.view().await, CLOUD).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_takes_five_minutes_at_most() {
    let mut desk = waiting().await;
    sleep(Duration::from_secs(299)).await;
    assert!(desk.view().await.login.is_some());
    advance(Duration::from_secs(2)).await;
    let record = desk.journal().await;
    assert_eq!(record.error_code.as_deref(), Some("login.expired"));
    let view = desk.view().await;
    assert_eq!(
        (view.login, view.failure.unwrap().code.as_str()),
        (None, "login.expired")
    );
    assert_eq!(desk.logins.asked(), ["give up"]);
    assert_eq!(code(desk.ui(paste(BACK)).await), "login.none");
}

#[tokio::test(start_paused = true)]
async fn one_sign_in_waits_and_can_be_given_up() {
    let desk = waiting().await;
    assert_eq!(code(desk.ui(application()).await), "accepted");
    let asked = ["give up", "begin cloud.example.ru local.1.2 given 8400"];
    assert_eq!(desk.logins.asked(), asked);
    assert_eq!(code(desk.ui(UiCommand::CancelLogin).await), "accepted");
    assert_eq!(desk.view().await.login, None);
    assert_eq!(desk.logins.asked(), ["give up"]);
}

#[tokio::test(start_paused = true)]
async fn a_dead_refresh_token_asks_for_a_sign_in_that_needs_no_secret() {
    let mut before = settings();
    before.portals = vec![by_application()];
    before.connection_wanted = true;
    let mut desk = Desk::start(before);
    let (script, _) = desk.connection().await;
    script.state(PullState::Failed(bitrix24_pull::Failure {
        kind: "auth.sign-in".to_owned(),
        remedy: bitrix24_pull::Remedy::SignIn,
    }));
    while desk.journal().await.error_code.as_deref() != Some("auth.sign-in") {}
    assert_eq!(failed(&desk.view().await, CLOUD), "auth.sign-in");

    let again = UiCommand::SignInAgain {
        portal: CLOUD.to_owned(),
    };
    assert_eq!(code(desk.ui(again).await), "accepted");
    assert_eq!(desk.logins.asked(), ["begin cloud.example.ru local.1.2 kept 8400"]);
    desk.logins.comes_back(BACK);
    // A new connection in the place of the one that has failed.
    desk.connection().await;
    let view = desk.view().await;
    assert_eq!(portal(&view, CLOUD).unwrap().base.as_deref(), Some("bp"));
    assert_eq!(view.settings.portals.len(), 1);
}
