//! Every request that leaves the program for the three kinds of connections, as it leaves.
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Method};
use axum::routing::any;
use axum::{Json, Router};
use bitrix24_pull::Resume;
use hotstart_controller::Connector as _;
use hotstart_core::ports::{ApplicationLogin, Logins as _, Portals as _, Secrets as _, SessionLogin};
use hotstart_core::secret::Secret;
use hotstart_core::settings::{
    ApplicationSettings, ConnectionKind, PortalSettings, application_key, cookies_key, tokens_key,
};
use hotstart_core::sign_in::PortalAddress;
use hotstart_core::window::PageCookie;
use hotstart_desk::{DeskLogins, PullConnector, RestPortals};
use hotstart_platform::keyring::Keyring;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::peer::{PATIENCE, settled};

/// A portal that notes what it is asked and knows nothing of channels.
#[derive(Clone)]
struct Portal {
    host: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Portal {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let portal = Self {
            host: listener.local_addr().unwrap().to_string(),
            asked: Arc::default(),
        };
        let router = Router::new().fallback(any(answer)).with_state(portal.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        portal
    }

    /// What was asked since the last time, with the changing host taken out.
    fn asked(&self) -> Vec<String> {
        let asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.into_iter().map(|line| line.replace(&self.host, "HOST")).collect()
    }
}

async fn answer(
    State(portal): State<Portal>,
    OriginalUri(uri): OriginalUri,
    verb: Method,
    headers: HeaderMap,
    body: Bytes,
) -> (axum::http::StatusCode, Json<Value>) {
    let text = String::from_utf8_lossy(&body).into_owned();
    let header = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("-")
            .to_owned()
    };
    let line = format!(
        "{verb} {uri} | {} | {} | {text}",
        header("content-type"),
        header("cookie")
    );
    portal.asked.lock().unwrap().push(line);
    let path = uri.path();
    let shown: Value = serde_json::from_slice(&body).unwrap_or_default();
    if path == "/oauth/token/" {
        let number = if text.contains("authorization_code") { 1 } else { 2 };
        let rest = format!("http://{}/rest/", portal.host);
        return (
            axum::http::StatusCode::OK,
            Json(json!({
                "access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"), "expires_in": 3600,
                "scope": "crm,im,pull", "user_id": 7, "client_endpoint": rest, "server_endpoint": rest,
            })),
        );
    }
    let refused = |code: &str| {
        let body = json!({"error": code, "error_description": "so it is", "sessid": "right"});
        (axum::http::StatusCode::UNAUTHORIZED, Json(body))
    };
    if shown["auth"] == "access-1" && !path.ends_with("profile.json") {
        return refused("expired_token");
    }
    if shown["sessid"].is_string() && shown["sessid"] != "right" {
        return refused("session_failed");
    }
    let result = match path.rsplit('/').next().unwrap_or_default() {
        "profile.json" => json!({"ID": "7", "NAME": "Пётр", "LAST_NAME": "Лебедев"}),
        "scope.json" => json!(["crm", "im", "pull_channel"]),
        "method.get.json" => json!({"isExisting": true, "isAvailable": false}),
        _ => return refused("insufficient_scope"),
    };
    (axum::http::StatusCode::OK, Json(json!({"result": result})))
}

fn desk() -> (Keyring, RestPortals, DeskLogins) {
    let keyring = Keyring::with_patience(std::time::Duration::from_millis(200));
    let portals = RestPortals::new(keyring.clone());
    (keyring, portals.clone(), DeskLogins::new(portals))
}

fn address(portal: &Portal) -> PortalAddress {
    PortalAddress::parse(&format!("http://{}", portal.host), false).unwrap()
}

fn settings(portal: &Portal, connection: ConnectionKind) -> PortalSettings {
    PortalSettings {
        portal: portal.host.clone(),
        scheme: "http".to_owned(),
        connection,
        memory_only: true,
        ..PortalSettings::default()
    }
}

/// Connects, and gives how it ended.
async fn connected(portals: &RestPortals, settings: &PortalSettings) -> String {
    let mut connection = PullConnector::new(portals.clone()).connect(settings, Resume::default());
    tokio::time::timeout(PATIENCE, settled(&mut connection)).await.unwrap()
}

#[tokio::test]
async fn the_webhook_wizard_asks_three_things() {
    let portal = Portal::open().await;
    let (_, portals, _) = desk();
    let identity = portals
        .identify(format!("http://{}/rest/7/s3cr3t/", portal.host), false)
        .await
        .unwrap();
    assert_eq!(identity.user_name, "Пётр Лебедев");
    // The scope is there, the method is not for this webhook: what counts is the channel.
    assert_eq!(identity.missing_scopes, ["pull_channel"]);
    assert_eq!(
        portal.asked(),
        [
            "POST /rest/7/s3cr3t/profile.json | application/json | - | {}",
            "POST /rest/7/s3cr3t/scope.json | application/json | - | {}",
            r#"POST /rest/7/s3cr3t/method.get.json | application/json | - | {"name":"pull.config.get"}"#,
        ]
    );
}

#[tokio::test]
async fn an_application_shows_its_secret_to_the_token_server_only() {
    let portal = Portal::open().await;
    let (keyring, portals, logins) = desk();
    let wanted = ApplicationLogin {
        login: 1,
        address: address(&portal),
        intranet: false,
        client_id: "local.1.2".to_owned(),
        client_secret: Some(Secret::from("s3cr3t")),
        port: 1,
        memory_only: true,
    };
    let begun = logins.begin(wanted).await.unwrap();
    let (front, state) = begun.authorize.split_once("&state=").unwrap();
    assert_eq!(
        front,
        format!("http://{}/oauth/authorize/?client_id=local.1.2", portal.host)
    );
    assert_eq!((state.len(), portal.asked().len()), (32, 0));
    let back = format!(
        "/b24/callback?code=c0de&state={state}&domain={0}&server_domain={0}",
        portal.host
    );
    let identity = logins.finish(1, Secret::from(back)).await.unwrap();
    assert_eq!(identity.user_id, "7");
    let form = "application/x-www-form-urlencoded";
    let exchange = "grant_type=authorization_code&client_id=local.1.2&client_secret=s3cr3t&code=c0de";
    assert_eq!(
        portal.asked(),
        [
            format!("POST /oauth/token/ | {form} | - | {exchange}"),
            r#"POST /rest/profile.json | application/json | - | {"auth":"access-1"}"#.to_owned(),
        ]
    );

    let mut settings = settings(&portal, ConnectionKind::Application);
    settings.application = Some(ApplicationSettings {
        client_id: "local.1.2".to_owned(),
        port: 1,
    });
    logins.know(std::slice::from_ref(&settings));
    assert_eq!(connected(&portals, &settings).await, "auth.scope");
    let refresh = "grant_type=refresh_token&client_id=local.1.2&client_secret=s3cr3t&refresh_token=refresh-1";
    let config = |token| {
        format!(
            r#"POST /rest/pull.application.config.get.json | application/json | - | {{"CACHE":"N","auth":"{token}"}}"#
        )
    };
    assert_eq!(
        portal.asked(),
        [
            config("access-1"),
            format!("POST /oauth/token/ | {form} | - | {refresh}"),
            config("access-2"),
        ]
    );
    for key in [tokens_key(&portal.host), application_key(&portal.host)] {
        assert!(keyring.get(&key).await.unwrap().is_some());
        keyring.forget(key).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_calls_as_a_page_does() {
    let portal = Portal::open().await;
    let (keyring, portals, logins) = desk();
    let cookie = |name: &str, value: &str| PageCookie {
        name: name.to_owned(),
        value: Secret::from(value),
    };
    let wanted = SessionLogin {
        address: address(&portal),
        cookies: vec![cookie("PHPSESSID", "c00kie"), cookie("BITRIX_SM_LOGIN", "lebedev")],
        memory_only: true,
    };
    assert_eq!(logins.session(wanted).await.unwrap().user_id, "7");
    let cookies = "BITRIX_SM_LOGIN=lebedev; PHPSESSID=c00kie";
    let none = "0".repeat(32);
    let asked = |method: &str, params: &str, sessid: &str| {
        format!(r#"POST /rest/{method}.json | application/json | {cookies} | {{{params}"sessid":"{sessid}"}}"#)
    };
    assert_eq!(
        portal.asked(),
        [asked("profile", "", &none), asked("profile", "", "right")]
    );

    let settings = settings(&portal, ConnectionKind::Session);
    logins.know(std::slice::from_ref(&settings));
    assert_eq!(connected(&portals, &settings).await, "auth.scope");
    let config = |sessid: &str| asked("pull.config.get", r#""CACHE":"N","#, sessid);
    assert_eq!(portal.asked(), [config(&none), config("right")]);
    assert!(keyring.get(&cookies_key(&portal.host)).await.unwrap().is_some());
}
