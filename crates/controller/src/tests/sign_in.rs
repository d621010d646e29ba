//! Signing in to portals: every kind, every refusal, and what is seen of it.
use std::fmt::Write as _;
use std::time::Duration;

use bitrix24_pull::State as PullState;
use hotstart_core::failure::{Code, FailureView};
use hotstart_core::ports::PortalIdentity;
use hotstart_core::secret::Secret;
use hotstart_core::settings::{ApplicationSettings, ConnectionKind, PortalSettings, Settings};
use hotstart_core::view::{ConnectionState, UiCommand, View};
use hotstart_core::window::{PageCookie, WindowCommand, WindowEvent, WindowId, WindowRole};
use tokio::time::{advance, sleep};

use super::desk::{Deed, Desk, PORTAL, settings};
use super::logins::AUTHORIZE;

const CLOUD: &str = "cloud.example.ru";
const BACK: &str = "/b24/callback?code=CanaryCode&state=CanaryState";

fn code(result: Result<(), FailureView>) -> String {
    result.map_or_else(|failure| failure.code, |()| "accepted".to_owned())
}

fn application() -> UiCommand {
    UiCommand::ConnectApplication {
        portal: format!("https://{CLOUD}/stream/"),
        client_id: " local.1.2 ".to_owned(),
        client_secret: Secret::from("CanarySecret"),
        port: 8400,
        intranet: false,
        memory_only: false,
    }
}

fn session(portal: &str) -> UiCommand {
    UiCommand::ConnectSession {
        portal: portal.to_owned(),
        intranet: false,
        memory_only: false,
    }
}

fn paste(address: &str) -> UiCommand {
    UiCommand::FinishLogin {
        address: Secret::from(address),
    }
}

fn cookies(id: &WindowId) -> WindowEvent {
    let cookie = |name: &str, value: &str| PageCookie {
        name: name.to_owned(),
        value: Secret::from(value),
    };
    WindowEvent::Cookies {
        id: id.clone(),
        cookies: vec![
            cookie("PHPSESSID", "CanaryCookie"),
            cookie("BITRIX_SM_LOGIN", "lebedev"),
        ],
    }
}

/// Connected by an application.
fn by_application() -> PortalSettings {
    PortalSettings {
        portal: CLOUD.to_owned(),
        connection: ConnectionKind::Application,
        base: Some("bp".to_owned()),
        application: Some(ApplicationSettings {
            client_id: "local.1.2".to_owned(),
            port: 8400,
        }),
        ..PortalSettings::default()
    }
}

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

fn portal<'v>(view: &'v View, name: &str) -> Option<&'v PortalSettings> {
    view.settings.portal(name)
}

fn failed(view: &View, name: &str) -> String {
    let connection = view.connections.iter().find(|connection| connection.portal == name);
    match connection.map(|connection| &connection.state) {
        Some(ConnectionState::Failed { failure }) => failure.code.clone(),
        state => format!("{state:?}"),
    }
}

/// A sign-in of the application that waits for its user.
async fn waiting() -> Desk {
    let mut desk = Desk::start(settings());
    assert_eq!(code(desk.ui(application()).await), "accepted");
    assert_eq!(desk.next().await, Deed::Browsed(AUTHORIZE.to_owned()));
    assert_eq!(desk.logins.asked(), ["begin cloud.example.ru local.1.2 given 8400"]);
    desk
}

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
async fn what_cannot_begin_is_refused_with_its_code() {
    let desk = Desk::start(settings());
    for refused in [Code::ApplicationInvalid, Code::KeyringMissing] {
        desk.logins.said().begin = Some(refused);
        assert_eq!(code(desk.ui(application()).await), refused.as_str());
        assert_eq!(desk.view().await.login, None);
    }
    assert_eq!(
        code(desk.ui(session("http://cloud.example.ru/")).await),
        "address.insecure"
    );
    assert_eq!(code(desk.ui(session("два слова")).await), "portal.invalid");
    let again = |portal: &str| UiCommand::SignInAgain {
        portal: portal.to_owned(),
    };
    assert_eq!(code(desk.ui(again("nobody.example.ru")).await), "portal.unknown");
    // A webhook is made anew.
    assert_eq!(code(desk.ui(again(PORTAL)).await), "auth.refused");
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

#[tokio::test(start_paused = true)]
async fn what_is_removed_leaves_no_secret() {
    let mut before = settings();
    before.portals.push(by_application());
    let desk = Desk::start(before);
    let remove = UiCommand::RemovePortal {
        portal: CLOUD.to_owned(),
    };
    desk.ui(remove).await.unwrap();
    let kinds = ["webhook", "application", "tokens", "session"];
    assert_eq!(desk.logins.asked(), kinds.map(|kind| format!("forget {kind}:{CLOUD}")));
    let view = desk.view().await;
    assert!(portal(&view, CLOUD).is_none() && portal(&view, PORTAL).is_some());
}

#[tokio::test(start_paused = true)]
async fn another_kind_of_connection_takes_the_place_of_the_one_before() {
    let mut before = settings();
    before.portals = vec![by_application()];
    let mut desk = Desk::start(before);
    desk.ui(session(CLOUD)).await.unwrap();
    let WindowCommand::Open { id, .. } = desk.window().await else {
        panic!("a window opens")
    };
    desk.report(cookies(&id)).await;
    desk.journal().await;
    let view = desk.view().await;
    let known = portal(&view, CLOUD).unwrap();
    assert_eq!(
        (known.connection, known.base.as_deref(), &known.application),
        (ConnectionKind::Session, Some("bp"), &None)
    );
    let asked = desk.logins.asked();
    assert!(
        asked.contains(&format!("forget tokens:{CLOUD}")) && asked.contains(&format!("forget application:{CLOUD}"))
    );
    assert!(!asked.contains(&format!("forget session:{CLOUD}")));
}

#[tokio::test(start_paused = true)]
async fn a_webhook_that_lacks_rights_works_and_its_card_says_which() {
    let desk = Desk::start(settings());
    desk.answers.lock().unwrap().identity = Some(PortalIdentity {
        portal: CLOUD.to_owned(),
        scheme: "https".to_owned(),
        user_id: "17".to_owned(),
        user_name: String::new(),
        missing_scopes: vec!["im".to_owned(), "pull_channel".to_owned()],
    });
    let connect = UiCommand::ConnectWebhook {
        address: Secret::from("https://cloud.example.ru/rest/17/CanaryHook/"),
        intranet: false,
        memory_only: false,
    };
    assert_eq!(code(desk.ui(connect).await), "accepted");
    let view = desk.view().await;
    assert_eq!(view.failure, None);
    let missing = &view.connections[1].missing;
    let scopes: Vec<_> = missing.iter().map(|missing| missing.scope.as_str()).collect();
    assert_eq!(scopes, ["im", "pull_channel"]);
    assert!(missing.iter().all(|missing| !missing.purpose.is_empty()));

    let check = UiCommand::CheckPortal {
        portal: CLOUD.to_owned(),
    };
    desk.logins.said().look.push_back(Err(Code::PortalUnreachable));
    assert_eq!(code(desk.ui(check.clone()).await), "portal.unreachable");
    assert_eq!(code(desk.ui(check).await), "accepted");
    assert!(desk.view().await.connections[1].missing.is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_secret_is_in_the_settings_the_journal_the_view_or_a_debug_text() {
    let mut desk = waiting().await;
    desk.logins.said().finish.push_back(Code::ApplicationRefused);
    let mut seen = format!("{:?} {:?}", application(), paste(BACK));
    let _ = write!(seen, "{:?}", desk.ui(paste(BACK)).await);
    desk.ui(session(CLOUD)).await.unwrap();
    let WindowCommand::Open { id, .. } = desk.window().await else {
        panic!("a window opens")
    };
    let _ = write!(seen, "{:?}", cookies(&id));
    desk.report(cookies(&id)).await;
    for deed in desk.rest().await {
        if let Deed::Journal(record) = deed {
            let _ = write!(seen, "{record:?}");
        }
    }
    let view = desk.view().await;
    assert!(portal(&view, CLOUD).is_some());
    let _ = write!(seen, "{view:?}");
    let _ = write!(seen, "{:?}", desk.store.settings());
    assert!(!seen.contains("Canary"), "{seen}");
}
