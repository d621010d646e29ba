//! A portal and a token server of a few lines on loopback.

mod login;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::*;
use crate::rest::{Advice, Rest, RestErrorKind};
use crate::stage::{Asked, Said, Stage, bad, good};

/// Keeps tokens in memory; the log shows what was saved.
#[derive(Debug, Default)]
struct Memory {
    kept: Mutex<Option<Tokens>>,
    saved: Mutex<Vec<String>>,
    failures: AtomicU32,
}

impl TokenStore for Memory {
    fn save(&self, tokens: Tokens) -> Stored<'_, ()> {
        Box::pin(async move {
            let failing = |left: u32| left.checked_sub(1);
            let failed = self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, failing);
            if failed.is_ok() {
                return Err(StoreFailed);
            }
            self.saved.lock().unwrap().push(tokens.refresh().to_owned());
            *self.kept.lock().unwrap() = Some(tokens);
            Ok(())
        })
    }

    fn load(&self) -> Stored<'_, Option<Tokens>> {
        Box::pin(async move { Ok(self.kept.lock().unwrap().clone()) })
    }
}

const CLIENT_SECRET: &str = "CanarySecret";

fn application(host: &str) -> Application {
    let secret = SecretString::from(CLIENT_SECRET);
    let application = Application::new(host.parse().unwrap(), "local.1", secret).unwrap();
    application.over_http(Plain::Loopback).unwrap()
}

fn tokens(host: &str, access: &str, refresh: &str) -> Tokens {
    let text = json!({"access_token": access, "refresh_token": refresh, "server": format!("http://{host}")});
    Tokens::from_secret(&SecretString::from(text.to_string()), &host.parse().unwrap()).unwrap()
}

/// A client with these tokens, for which the stage plays portal and token server.
pub(crate) fn rest(stage: &Stage, access: &str, refresh: &str) -> Rest {
    rest_with(stage, access, refresh, &Arc::default())
}

fn rest_with(stage: &Stage, access: &str, refresh: &str, store: &Arc<Memory>) -> Rest {
    let tokens = tokens(&stage.host, access, refresh);
    let store: Arc<dyn TokenStore> = Arc::clone(store) as _;
    Rest::for_application(application(&stage.host), tokens, store, &ClientOptions::default()).unwrap()
}

/// A portal that takes the access token `access-<n>` only, and a token server that takes `refresh-<n>` once and gives
/// the next pair.
fn office(host: &str, begin: u32) -> impl FnMut(&Asked) -> Said + Send + 'static {
    let (host, mut number) = (host.to_owned(), begin);
    move |asked| {
        if asked.uri == "/oauth/token/" {
            if !asked.body.ends_with(&format!("refresh_token=refresh-{number}")) {
                return bad(400, "invalid_grant");
            }
            number += 1;
            let reply = json!({
                "access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"),
                "expires_in": 3600, "scope": "crm,im", "user_id": "7", "domain": "oauth.bitrix.info",
                "server_endpoint": format!("http://{host}/rest/"), "client_endpoint": format!("http://{host}/rest/"),
            });
            return (200, reply.to_string(), Vec::new());
        }
        if asked.json()["auth"] == format!("access-{number}") {
            good(&json!({"ID": 7}))
        } else {
            bad(401, "expired_token")
        }
    }
}

fn refreshes(stage: &Stage) -> Vec<Asked> {
    let mut asked = stage.asked();
    asked.retain(|one| one.uri.starts_with("/oauth/"));
    asked
}

#[tokio::test]
async fn fifty_calls_with_a_token_that_has_run_out_make_one_refresh() {
    let stage = Stage::new().await;
    stage.plays(office(&stage.host, 5));
    let store = Arc::new(Memory::default());
    let options = ClientOptions {
        limits: crate::rest::Limits::none(),
        ..ClientOptions::default()
    };
    let tokens = tokens(&stage.host, "access-4", "refresh-5");
    let rest = Rest::for_application(application(&stage.host), tokens, Arc::clone(&store) as _, &options).unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let rest = rest.clone();
        calls.spawn(async move { rest.profile().await.unwrap().id });
    }
    assert_eq!(calls.join_all().await, [7; 50]);
    let asked = refreshes(&stage);
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].verb, "POST");
    assert_eq!(
        asked[0].body,
        format!("grant_type=refresh_token&client_id=local.1&client_secret={CLIENT_SECRET}&refresh_token=refresh-5")
    );
    assert_eq!(*store.saved.lock().unwrap(), ["refresh-6"]);
    assert_eq!(
        stage.asked().iter().filter(|one| one.body.contains("access-6")).count(),
        50
    );
}

#[tokio::test]
async fn nothing_is_refreshed_before_the_portal_says_so() {
    let stage = Stage::new().await;
    stage.plays(office(&stage.host, 5));
    let rest = rest(&stage, "access-5", "refresh-5");
    for _ in 0..3 {
        rest.profile().await.unwrap();
    }
    for code in ["invalid_token", "NO_AUTH_FOUND", "insufficient_scope"] {
        stage.plays(move |_| bad(401, code));
        rest.profile().await.unwrap_err();
    }
    assert!(refreshes(&stage).is_empty());
}

#[tokio::test]
async fn the_new_tokens_are_stored_before_they_are_used() {
    let stage = Stage::new().await;
    let store = Arc::new(Memory::default());
    let (mut office, seen) = (office(&stage.host, 1), Arc::clone(&store));
    stage.plays(move |asked| {
        if asked.body.contains("access-2") {
            assert_eq!(*seen.saved.lock().unwrap(), ["refresh-2"]);
        }
        office(asked)
    });
    store.failures.store(1, Ordering::SeqCst);
    let rest = rest_with(&stage, "old", "refresh-1", &store);
    rest.profile().await.unwrap();
    let kept = store.kept.lock().unwrap().clone().unwrap();
    assert_eq!((kept.access(), kept.user()), ("access-2", Some(7)));
    assert_eq!(kept.scope(), ["crm", "im"]);
}

#[tokio::test]
async fn a_dead_refresh_token_asks_for_a_new_sign_in_and_is_not_tried_again() {
    for (status, code, kind, advice) in [
        (400, "invalid_grant", RestErrorKind::SignedOut, Advice::SignIn),
        (400, "INVALID_GRANT", RestErrorKind::SignedOut, Advice::SignIn),
        (400, "bad_verification_code", RestErrorKind::SignedOut, Advice::SignIn),
        (400, "invalid_client", RestErrorKind::Application, Advice::GiveUp),
        (200, "wrong_client", RestErrorKind::Application, Advice::GiveUp),
        (401, "invalid_client", RestErrorKind::Application, Advice::GiveUp),
        (401, "NOT_INSTALLED", RestErrorKind::Application, Advice::GiveUp),
        (401, "PAYMENT_REQUIRED", RestErrorKind::Access, Advice::GiveUp),
        (403, "insufficient_scope", RestErrorKind::Scope, Advice::GiveUp),
        (403, "invalid_scope", RestErrorKind::Scope, Advice::GiveUp),
    ] {
        let stage = Stage::new().await;
        stage.plays(move |asked| {
            let to_server = asked.uri.starts_with("/oauth/");
            if to_server {
                bad(status, code)
            } else {
                bad(401, "expired_token")
            }
        });
        let rest = rest(&stage, "access-1", "refresh-1");
        for _ in 0..3 {
            let error = rest.profile().await.unwrap_err();
            assert_eq!((error.kind(), error.advice()), (kind, advice), "{code}");
        }
        assert_eq!(refreshes(&stage).len(), 1);
    }
}

#[tokio::test]
async fn an_accident_of_the_token_server_is_no_end() {
    let stage = Stage::new().await;
    for (status, body, kind) in [
        (502, "<html>", RestErrorKind::Server),
        (404, "<html>", RestErrorKind::NotJson),
        (400, "{\"error\":\"invalid_request\"}", RestErrorKind::Request),
        (200, "{}", RestErrorKind::Unexpected),
    ] {
        stage.plays(move |asked| {
            let to_server = asked.uri.starts_with("/oauth/");
            if to_server {
                (status, body.to_owned(), Vec::new())
            } else {
                bad(401, "expired_token")
            }
        });
        let rest = rest(&stage, "old", "refresh-1");
        assert_eq!(rest.profile().await.unwrap_err().kind(), kind);
        stage.plays(office(&stage.host, 1));
        assert_eq!(rest.profile().await.unwrap().id, 7);
    }
}

#[tokio::test]
async fn a_token_that_is_expired_at_once_makes_no_circle() {
    let stage = Stage::new().await;
    let mut office = office(&stage.host, 1);
    stage.plays(move |asked| {
        let to_server = asked.uri.starts_with("/oauth/");
        if to_server {
            office(asked)
        } else {
            bad(401, "expired_token")
        }
    });
    let error = rest(&stage, "old", "refresh-1").profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Credentials);
    assert_eq!(stage.asked().len(), 3);
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_lose_the_new_tokens() {
    let stage = Stage::new().await;
    let mut office = office(&stage.host, 1);
    stage.plays(move |asked| {
        if asked.uri.starts_with("/oauth/") {
            std::thread::sleep(Duration::from_millis(50));
        }
        office(asked)
    });
    let store = Arc::new(Memory::default());
    let rest = rest_with(&stage, "old", "refresh-1", &store);
    let caller = tokio::spawn({
        let rest = rest.clone();
        async move { rest.profile().await }
    });
    while refreshes(&stage).is_empty() {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert_eq!(rest.profile().await.unwrap().id, 7);
    assert_eq!(refreshes(&stage).len(), 1);
    assert_eq!(*store.saved.lock().unwrap(), ["refresh-2"]);
}

#[tokio::test]
async fn what_another_process_has_renewed_is_taken() {
    let stage = Stage::new().await;
    stage.plays(office(&stage.host, 9));
    let store = Arc::new(Memory::default());
    *store.kept.lock().unwrap() = Some(tokens(&stage.host, "access-9", "refresh-9"));
    let rest = rest_with(&stage, "access-8", "refresh-8", &store);
    assert_eq!(rest.profile().await.unwrap().id, 7);
    assert!(refreshes(&stage).is_empty());
}

#[tokio::test]
async fn tokens_for_another_portal_are_refused() {
    let stage = Stage::new().await;
    stage.plays(|asked| {
        if asked.uri.starts_with("/oauth/") {
            let reply =
                json!({"access_token": "a", "refresh_token": "r", "client_endpoint": "https://evil.example/rest/"});
            return (200, reply.to_string(), Vec::new());
        }
        bad(401, "expired_token")
    });
    let error = rest(&stage, "old", "refresh-1").profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Unexpected);
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let stage = Stage::new().await;
    stage.plays(|_| bad(401, "expired_token"));
    let rest = rest(&stage, "CanaryAccess", "CanaryRefresh");
    let error = rest.profile().await.unwrap_err();
    let application = application(&stage.host);
    let state = LoginState::new([7; 16]);
    let grant = application.read_redirect(&state, &format!("/?code=CanaryCode&state={}", state.text()));
    let tokens = tokens(&stage.host, "CanaryAccess", "CanaryRefresh");
    let text = format!("{rest:?} {error:?} {error} {application:?} {state:?} {grant:?} {tokens:?}");
    assert!(!text.contains("Canary") && !text.contains(state.text()), "{text}");
    assert!(grant.is_ok());
}

#[test]
fn tokens_pass_through_a_keyring() {
    let portal = "portal.bitrix24.ru".parse().unwrap();
    let value = json!({
        "access_token": "a", "refresh_token": "r", "server": "https://oauth.bitrix24.tech",
        "user_id": 67, "scope": "crm,im",
    });
    let tokens = Tokens::from_secret(&SecretString::from(value.to_string()), &portal).unwrap();
    let kept = tokens.to_secret();
    let again = Tokens::from_secret(&kept, &portal).unwrap();
    assert_eq!((again.access(), again.refresh(), again.user()), ("a", "r", Some(67)));
    assert_eq!(
        (again.server().origin(), again.scope().len()),
        ("https://oauth.bitrix24.tech", 2)
    );
    let foreign = kept.expose_secret().replace("bitrix24.tech", "evil.example");
    assert!(Tokens::from_secret(&SecretString::from(foreign), &portal).is_none());
    let _: Value = serde_json::from_str(kept.expose_secret()).unwrap();
}
