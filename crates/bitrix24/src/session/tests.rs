use serde_json::json;

use super::*;
use crate::rest::{ClientOptions, Rest, RestErrorKind};
use crate::stage::{Stage, bad, good};

fn pairs(cookies: &[(&str, &str)]) -> Vec<(String, SecretString)> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), SecretString::from(*value));
    cookies.iter().map(pair).collect()
}

fn session(host: &str) -> UserSession {
    let cookies = pairs(&[("PHPSESSID", "CanaryOne"), ("BITRIX_SM_LOGIN", "lebedev")]);
    let session = UserSession::new(host.parse().unwrap(), cookies).unwrap();
    session.over_http(Plain::Loopback).unwrap()
}

fn rest(stage: &Stage) -> (UserSession, Rest) {
    let session = session(&stage.host);
    let rest = Rest::for_session(session.clone(), &ClientOptions::default()).unwrap();
    (session, rest)
}

#[tokio::test]
async fn the_right_sessid_is_learned_from_the_refusal_and_kept() {
    let stage = Stage::new().await;
    stage.plays(|asked| {
        if asked.json()["sessid"] == "right" {
            return good(&json!({"ID": "2"}));
        }
        let body = json!({"error": "session_failed", "error_description": "Sessid check failed", "sessid": "right"});
        (401, body.to_string(), Vec::new())
    });
    let (_, rest) = rest(&stage);
    for _ in 0..2 {
        assert_eq!(rest.profile().await.unwrap().id, 2);
    }
    let asked = stage.asked();
    let shown: Vec<_> = asked.iter().map(|asked| asked.json()["sessid"].clone()).collect();
    assert_eq!(shown, [json!(NO_SESSID), json!("right"), json!("right")]);
    let line = format!("{} {}", asked[0].verb, asked[0].uri);
    assert_eq!(line, "POST /rest/profile.json");
    assert_eq!(
        asked[0].headers["cookie"],
        "BITRIX_SM_LOGIN=lebedev; PHPSESSID=CanaryOne"
    );
}

#[tokio::test]
async fn a_session_that_has_ended_asks_to_sign_in() {
    let stage = Stage::new().await;
    stage.plays(|_| bad(401, "access_denied"));
    let (_, rest) = rest(&stage);
    assert_eq!(rest.profile().await.unwrap_err().kind(), RestErrorKind::SignedOut);
    // What a method refuses is something else.
    stage.plays(|_| bad(403, "ACCESS_DENIED"));
    assert_eq!(rest.profile().await.unwrap_err().kind(), RestErrorKind::Access);
    // A portal that refuses its own sessid is asked twice and no more.
    let before = stage.asked().len();
    stage.plays(|_| bad(401, "session_failed"));
    assert_eq!(rest.profile().await.unwrap_err().kind(), RestErrorKind::Credentials);
    assert_eq!(stage.asked().len(), before + 1);
}

#[tokio::test]
async fn cookies_follow_the_answers_and_go_nowhere_else() {
    let stage = Stage::new().await;
    stage.plays(|_| {
        let (status, body, _) = good(&json!({"ID": "2"}));
        (
            status,
            body,
            vec![("set-cookie", "PHPSESSID=CanaryTwo; path=/; HttpOnly".to_owned())],
        )
    });
    let (session, rest) = rest(&stage);
    rest.profile().await.unwrap();
    assert!(session.take_changed() && !session.take_changed());
    assert!(session.cookie_line().contains("PHPSESSID=CanaryTwo"));
    session.learn_cookies(&["PHPSESSID=deleted; expires=x".to_owned(), "bad name=1".to_owned()]);
    assert_eq!(session.cookie_line(), "BITRIX_SM_LOGIN=lebedev");

    let other = Stage::new().await;
    other.answers(200, json!({"result": {"ID": "2"}}));
    let to = format!(
        "http://localhost:{}/rest/profile.json",
        other.host.rsplit(':').next().unwrap()
    );
    stage.plays(move |_| (302, String::new(), vec![("location", to.clone())]));
    let (_, rest) = super::tests::rest(&stage);
    assert_eq!(rest.profile().await.unwrap_err().kind(), RestErrorKind::Moved);
    assert_eq!(other.asked().len(), 0);
}

#[test]
fn what_no_portal_takes_is_refused() {
    let portal: Portal = "portal.example.ru".parse().unwrap();
    let new = |cookies| UserSession::new(portal.clone(), cookies).err();
    assert_eq!(new(pairs(&[])), Some(SessionRefused::Cookies));
    assert_eq!(
        new(pairs(&[("a", "x\r\ny"), ("b c", "1"), ("d", "a;b")])),
        Some(SessionRefused::Cookies)
    );
    assert_eq!(new(pairs(&[("a", &"x".repeat(9000))])), Some(SessionRefused::Cookies));
    let session = UserSession::new(portal.clone(), pairs(&[("a", "1")])).unwrap();
    assert_eq!(session.over_http(Plain::Loopback).err(), Some(SessionRefused::Plain));
}

#[test]
fn it_outlives_the_program_and_is_never_printed() {
    let session = session("127.0.0.1:1");
    let again = UserSession::from_secret(&session.to_secret(), session.portal()).unwrap();
    assert_eq!(again.cookie_line(), session.cookie_line());
    assert!(!format!("{session:?} {again:?}").contains("Canary"));
}
