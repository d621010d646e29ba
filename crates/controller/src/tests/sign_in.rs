//! Signing in to portals: every kind, every refusal, and what is seen of it.
mod application;
mod session;

use std::fmt::Write as _;

use hotstart_core::failure::{Code, FailureView};
use hotstart_core::ports::PortalIdentity;
use hotstart_core::secret::Secret;
use hotstart_core::settings::{ApplicationSettings, ConnectionKind, PortalSettings};
use hotstart_core::view::{ConnectionState, UiCommand, View};
use hotstart_core::window::{PageCookie, WindowCommand, WindowEvent, WindowId};

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
