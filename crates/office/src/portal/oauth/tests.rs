use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Application, Authority, Ending, Lives, Registration, Unfit};
use crate::chance::Chance;
use crate::portal::reply::Refusal;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_795_304_100 + seconds).unwrap()
}

fn authority() -> (Authority, Application) {
    let authority = Authority::new(Arc::new(Chance::new(1)));
    let application = authority
        .register(Registration::default(), vec!["crm".to_owned()])
        .unwrap();
    (authority, application)
}

fn ask(authority: &Authority, body: &Value, seconds: i64) -> Result<Value, Refusal> {
    authority.tokens(body.as_object().unwrap(), "portal.example", at(seconds))
}

fn exchange(application: &Application, code: &str) -> Value {
    json!({
        "grant_type": "authorization_code", "client_id": application.client_id,
        "client_secret": application.client_secret, "code": code,
    })
}

fn refresh(application: &Application, token: &Value) -> Value {
    json!({
        "grant_type": "refresh_token", "client_id": application.client_id,
        "client_secret": application.client_secret, "refresh_token": token,
    })
}

#[test]
fn a_code_works_once_and_for_thirty_seconds() {
    let (authority, application) = authority();
    let code = authority.code(&application.client_id, 2, at(0));
    let tokens = ask(&authority, &exchange(&application, &code), 29).unwrap();
    assert_eq!((&tokens["expires_in"], &tokens["status"]), (&json!(3600), &json!("L")));
    assert_eq!(tokens["expires"], at(29 + 3600).as_second());
    let token = tokens["access_token"].as_str().unwrap();
    assert_eq!(authority.holder(token, at(30)).unwrap().1, 2);
    let again = ask(&authority, &exchange(&application, &code), 29).unwrap_err();
    assert_eq!((again.status.as_u16(), again.code.as_str()), (400, "invalid_grant"));
    let late = authority.code(&application.client_id, 2, at(0));
    assert_eq!(
        ask(&authority, &exchange(&application, &late), 30).unwrap_err().code,
        "invalid_grant"
    );
}

#[test]
fn refresh_tokens_rotate() {
    let (authority, application) = authority();
    authority.set_lives(Lives {
        terse: true,
        ..Lives::default()
    });
    let code = authority.code(&application.client_id, 2, at(0));
    let first = ask(&authority, &exchange(&application, &code), 0).unwrap();
    assert!(first.get("expires").is_none() && first.get("user_id").is_none());
    let second = ask(&authority, &refresh(&application, &first["refresh_token"]), 3600).unwrap();
    assert_eq!(
        (&second["user_id"], &second["expires"]),
        (&json!(2), &json!(at(7200).as_second()))
    );
    let old = first["access_token"].as_str().unwrap();
    assert_eq!(authority.holder(old, at(3600)).unwrap_err(), Unfit::Expired);
    assert!(ask(&authority, &refresh(&application, &first["refresh_token"]), 3600).is_err());
    assert_eq!(
        authority.end(Ending::Refresh, Some(&application.client_id), at(3600)),
        1
    );
    assert!(ask(&authority, &refresh(&application, &second["refresh_token"]), 3600).is_err());
}

#[test]
fn wrong_clients_are_told_apart() {
    let (authority, application) = authority();
    let mut body = exchange(&application, "x");
    body["client_secret"] = "wrong".into();
    let refusal = ask(&authority, &body, 0).unwrap_err();
    assert_eq!(
        (refusal.status.as_u16(), refusal.code.as_str()),
        (401, "invalid_client")
    );
    body["client_id"] = "local.0".into();
    let refusal = ask(&authority, &body, 0).unwrap_err();
    assert_eq!((refusal.status.as_u16(), refusal.code.as_str()), (200, "wrong_client"));
    let refusal = ask(&authority, &json!({"grant_type": "refresh_token"}), 0).unwrap_err();
    assert_eq!(
        (refusal.status.as_u16(), refusal.code.as_str()),
        (400, "invalid_request")
    );
}

#[test]
fn tokens_end_on_command() {
    let (authority, application) = authority();
    let token = authority.grant(&application.client_id, 1, at(0));
    assert_eq!(authority.end(Ending::Access, None, at(1)), 1);
    assert_eq!(authority.holder(&token, at(1)).unwrap_err(), Unfit::Expired);
    assert_eq!(authority.end(Ending::Revoke, None, at(1)), 1);
    assert_eq!(authority.holder(&token, at(1)).unwrap_err(), Unfit::Invalid);
    let token = authority.grant("gone", 1, at(0));
    assert_eq!(authority.holder(&token, at(1)).unwrap_err(), Unfit::NoApplication);
}
