//! Every row of the portal's tables of errors, and what is no answer at all.

use serde_json::json;

use super::*;
use crate::stage::good;

const LATER: Advice = Advice::Retry { after: None };

#[tokio::test]
async fn errors_of_the_portal_have_kinds_whatever_their_status() {
    use RestErrorKind as Kind;
    let stage = Stage::new().await;
    let cases = [
        (400, "INVALID_REQUEST", Kind::Request, Advice::GiveUp),
        (400, "ERROR_BATCH_LENGTH_EXCEEDED", Kind::Request, Advice::GiveUp),
        (405, "ERROR_BATCH_METHOD_NOT_ALLOWED", Kind::Request, Advice::GiveUp),
        (401, "NO_AUTH_FOUND", Kind::Credentials, Advice::SignIn),
        (401, "expired_token", Kind::Credentials, Advice::SignIn),
        (200, "expired_token", Kind::Credentials, Advice::SignIn),
        (401, "invalid_token", Kind::Credentials, Advice::SignIn),
        (401, "authorization_error", Kind::Credentials, Advice::SignIn),
        (401, "INVALID_CREDENTIALS", Kind::Credentials, Advice::SignIn),
        (403, "INVALID_CREDENTIALS", Kind::Credentials, Advice::SignIn),
        (401, "APPLICATION_NOT_FOUND", Kind::Application, Advice::GiveUp),
        (401, "NOT_INSTALLED", Kind::Application, Advice::GiveUp),
        (401, "METHOD_CONFIRM_WAITING", Kind::Access, Advice::GiveUp),
        (403, "METHOD_CONFIRM_DENIED", Kind::Access, Advice::GiveUp),
        (403, "ACCESS_DENIED", Kind::Access, Advice::GiveUp),
        (403, "user_access_error", Kind::Access, Advice::GiveUp),
        (403, "allowed_only_intranet_user", Kind::Access, Advice::GiveUp),
        (401, "PAYMENT_REQUIRED", Kind::Access, Advice::GiveUp),
        (401, "insufficient_scope", Kind::Scope, Advice::GiveUp),
        (403, "insufficient_scope", Kind::Scope, Advice::GiveUp),
        (403, "WRONG_AUTH_TYPE", Kind::AuthKind, Advice::GiveUp),
        (404, "ERROR_METHOD_NOT_FOUND", Kind::NoMethod, Advice::GiveUp),
        (404, "ERROR_MANIFEST_IS_NOT_AVAILABLE", Kind::NoMethod, Advice::GiveUp),
        (400, "NOT_FOUND", Kind::NotFound, Advice::GiveUp),
        (429, "OPERATION_TIME_LIMIT", Kind::Limit, LATER),
        (503, "QUERY_LIMIT_EXCEEDED", Kind::Limit, LATER),
        (503, "OVERLOAD_LIMIT", Kind::Blocked, LATER),
        (500, "INTERNAL_SERVER_ERROR", Kind::Server, LATER),
        (500, "ERROR_UNEXPECTED_ANSWER", Kind::Server, LATER),
        (500, "SERVER_ERROR", Kind::Server, LATER),
        (500, "CONNECTION_ERROR", Kind::Server, LATER),
        (500, "PORTAL_DELETED", Kind::Gone, Advice::GiveUp),
        (403, "PORTAL_DELETED", Kind::Gone, Advice::GiveUp),
        (410, "PORTAL_DELETED", Kind::Gone, Advice::GiveUp),
        (200, "ERROR_PLACEMENT_MAX_COUNT", Kind::Refused, Advice::GiveUp),
        (400, "INVALID_ARG_VALUE", Kind::Refused, Advice::GiveUp),
        (400, "invalid_grant", Kind::SignedOut, Advice::SignIn),
        (200, "wrong_client", Kind::Application, Advice::GiveUp),
    ];
    for (status, code, kind, advice) in cases {
        for code in [code.to_owned(), code.to_uppercase(), code.to_lowercase()] {
            stage.answers(status, json!({"error": code, "error_description": "so\nit is"}));
            // A bucket that the portal calls full would make the next call wait.
            let rest = Rest::new(webhook(&stage.host), &ClientOptions::default()).unwrap();
            let error = rest.profile().await.unwrap_err();
            assert_eq!((error.kind(), error.advice()), (kind, advice), "{code}");
            assert_eq!((error.portal_code(), error.status()), (Some(&*code), Some(status)));
            assert_eq!(error.message(), "so it is");
        }
    }
}

#[tokio::test]
async fn codes_in_other_places() {
    let stage = Stage::new().await;
    stage.answers(
        400,
        json!({"error": {"code": "BITRIX_REST_V3_EXCEPTION_X", "message": "no"}}),
    );
    let error = stage.fails().await;
    assert_eq!(
        (error.portal_code(), error.message()),
        (Some("BITRIX_REST_V3_EXCEPTION_X"), "no")
    );
    stage.answers(
        400,
        json!({"error": 0, "error_description": "Communication type is not defined"}),
    );
    assert_eq!(stage.fails().await.kind(), RestErrorKind::Refused);
    // An error counts also where the rest of the answer has a shape that nobody expects.
    stage.answers(200, json!({"error": "NOT_FOUND", "result": {"x": []}, "total": []}));
    let error = stage.rest.profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::NotFound);
    stage.answers(200, json!({"error": null, "result": 1}));
    assert_eq!(stage.rest.call("profile", json!({})).await.unwrap(), json!(1));
}

#[tokio::test]
async fn pages_instead_of_answers() {
    let stage = Stage::new().await;
    for (status, kind) in [
        (200, RestErrorKind::NotJson),
        (404, RestErrorKind::NotJson),
        (403, RestErrorKind::NotJson),
        (500, RestErrorKind::Server),
        (502, RestErrorKind::Server),
        (504, RestErrorKind::Timeout),
        (503, RestErrorKind::Limit),
    ] {
        stage.answers(status, "<html><title>Login</title>");
        assert_eq!(stage.fails().await.kind(), kind, "{status}");
    }
    let stage = Stage::new().await;
    for body in ["{}", "", "[]", "{\"result\":1", "7", "null"] {
        stage.answers(200, body);
        assert_eq!(stage.fails().await.kind(), RestErrorKind::NotJson, "{body}");
    }
    stage.answers(500, json!({"result": 1}));
    assert_eq!(stage.fails().await.kind(), RestErrorKind::Server);
}

#[tokio::test]
async fn a_wish_for_patience_is_passed_on() {
    let stage = Stage::new().await;
    let after = |seconds| Advice::Retry {
        after: Some(Duration::from_secs(seconds)),
    };
    stage.answers_with(502, "<html>", "Retry-After", "17");
    assert_eq!(stage.fails().await.advice(), after(17));
    stage.answers_with(429, json!({"error": "X"}), "Retry-After", "99999999");
    assert_eq!(stage.fails().await.advice(), after(3600));
}

#[tokio::test]
async fn an_answer_has_a_largest_size() {
    let stage = Stage::with(&ClientOptions {
        max_body: 1000,
        ..ClientOptions::default()
    })
    .await;
    stage.answers(200, json!({"result": "x".repeat(2000)}));
    assert_eq!(stage.fails().await.kind(), RestErrorKind::TooLarge);
}

#[tokio::test]
async fn a_redirect_to_strangers_is_not_followed() {
    let stage = Stage::new().await;
    stage.answers_with(302, "", "Location", "https://evil.example/rest/7/x/");
    let error = stage.fails().await;
    assert_eq!(
        (error.kind(), error.message()),
        (RestErrorKind::Moved, "to evil.example")
    );
    stage.answers(302, "");
    assert_eq!(stage.fails().await.kind(), RestErrorKind::Moved);
    assert_eq!(stage.asked().len(), 2);
    assert_eq!(stage.rest.moved_to(), None);
}

#[tokio::test]
async fn a_renamed_portal_gets_the_call_again_and_the_next_ones_at_once() {
    let new = Stage::new().await;
    new.plays(|_| good(&json!({"ID": 7})));
    let old = Stage::with(&ClientOptions {
        also_at: vec![new.host.parse().unwrap()],
        ..ClientOptions::default()
    })
    .await;
    let target = format!("http://{}/rest/7/{SECRET}/profile.json", new.host);
    old.answers_with(302, "", "Location", &target);
    assert_eq!(old.rest.profile().await.unwrap().id, 7);
    assert_eq!(old.rest.profile().await.unwrap().id, 7);
    assert_eq!((old.asked().len(), new.asked().len()), (1, 2));
    assert_eq!(new.asked()[0].verb, "POST");
    assert_eq!(new.asked()[0].json(), json!({}));
    assert_eq!(old.rest.moved_to(), Some(format!("http://{}", new.host)));
    assert_eq!(old.rest.portal().to_string(), old.host);
}

#[tokio::test]
async fn portals_that_send_each_other_callers_are_left() {
    let (one, two) = (Stage::new().await, Stage::new().await);
    let also_at = vec![one.host.parse().unwrap(), two.host.parse().unwrap()];
    let options = ClientOptions {
        also_at,
        ..ClientOptions::default()
    };
    for (from, to) in [(&one, &two), (&two, &one)] {
        let target = format!("http://{}/rest/7/{SECRET}/profile.json", to.host);
        from.answers_with(302, "", "Location", &target);
    }
    let rest = Rest::new(webhook(&one.host), &options).unwrap();
    let error = rest.profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Moved);
    assert_eq!(one.asked().len() + two.asked().len(), 3);
}
