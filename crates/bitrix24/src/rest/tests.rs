//! Against a portal of a few lines on loopback.

use std::sync::Mutex;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{OriginalUri, State},
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::json;
use tokio::net::TcpListener;

use super::*;

const SECRET: &str = "CanaryCanary1";

/// What the stub answers, and what it was asked.
#[derive(Default)]
struct Portal {
    answer: Mutex<Scripted>,
    asked: Mutex<Vec<(String, Value, HeaderMap)>>,
}

/// Status, body, headers.
type Scripted = (u16, String, Vec<(&'static str, String)>);

struct Stage {
    portal: Arc<Portal>,
    rest: Rest,
}

impl Stage {
    async fn new() -> Self {
        Self::with(&ClientOptions::default()).await
    }

    async fn with(options: &ClientOptions) -> Self {
        let portal = Arc::new(Portal::default());
        let router = Router::new().fallback(any(answer)).with_state(Arc::clone(&portal));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/rest/7/{SECRET}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let rest = Rest::new(Webhook::parse(&address).unwrap(), options).unwrap();
        Self { portal, rest }
    }

    fn answers(&self, status: u16, body: impl ToString) -> &Self {
        *self.portal.answer.lock().unwrap() = (status, body.to_string(), Vec::new());
        self
    }

    fn with_header(&self, name: &'static str, value: &str) -> &Self {
        self.portal.answer.lock().unwrap().2.push((name, value.to_owned()));
        self
    }

    async fn fails(&self) -> RestError {
        let error = self.rest.call("profile", json!({})).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
        error
    }
}

async fn answer(
    State(portal): State<Arc<Portal>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let asked = (
        uri.to_string(),
        serde_json::from_slice(&body).unwrap_or(Value::Null),
        headers,
    );
    portal.asked.lock().unwrap().push(asked);
    let (status, body, headers) = portal.answer.lock().unwrap().clone();
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}

#[tokio::test]
async fn a_call_is_a_post_of_json_to_the_webhook() {
    let stage = Stage::new().await;
    stage.answers(
        200,
        json!({"result": {"a": 1}, "total": 3, "next": "50", "time": {"operating_reset_at": 1_778_747_792}}),
    );
    let answer = stage
        .rest
        .call_fully("crm.item.list", json!({"entityTypeId": 2}))
        .await
        .unwrap();
    assert_eq!(answer.result, json!({"a": 1}));
    assert_eq!(
        (answer.total, answer.next, answer.operating_reset_at),
        (Some(3), Some(50), Some(1_778_747_792))
    );
    let asked = stage.portal.asked.lock().unwrap();
    let (uri, params, headers) = &asked[0];
    assert_eq!(uri, &format!("/rest/7/{SECRET}/crm.item.list.json"));
    assert_eq!(params, &json!({"entityTypeId": 2}));
    assert_eq!(headers["content-type"], "application/json");
    assert!(headers["user-agent"].to_str().unwrap().starts_with("bitrix24/"));
}

#[tokio::test]
async fn errors_of_the_portal_have_kinds_whatever_their_status() {
    let stage = Stage::new().await;
    let cases = [
        (401, "INVALID_CREDENTIALS", RestErrorKind::Credentials, Advice::SignIn),
        (403, "INVALID_CREDENTIALS", RestErrorKind::Credentials, Advice::SignIn),
        (200, "expired_token", RestErrorKind::Credentials, Advice::SignIn),
        (401, "insufficient_scope", RestErrorKind::Scope, Advice::GiveUp),
        (403, "WRONG_AUTH_TYPE", RestErrorKind::AuthKind, Advice::GiveUp),
        (403, "ACCESS_DENIED", RestErrorKind::Access, Advice::GiveUp),
        (
            503,
            "QUERY_LIMIT_EXCEEDED",
            RestErrorKind::Limit,
            Advice::Retry { after: None },
        ),
        (
            429,
            "OPERATION_TIME_LIMIT",
            RestErrorKind::Limit,
            Advice::Retry { after: None },
        ),
        (503, "OVERLOAD_LIMIT", RestErrorKind::Blocked, Advice::GiveUp),
        (404, "ERROR_METHOD_NOT_FOUND", RestErrorKind::NoMethod, Advice::GiveUp),
        (400, "NOT_FOUND", RestErrorKind::NotFound, Advice::GiveUp),
        (400, "INVALID_REQUEST", RestErrorKind::Request, Advice::GiveUp),
        (
            500,
            "SERVER_ERROR",
            RestErrorKind::Server,
            Advice::Retry { after: None },
        ),
        (410, "PORTAL_DELETED", RestErrorKind::Gone, Advice::GiveUp),
        (200, "ERROR_PLACEMENT_MAX_COUNT", RestErrorKind::Refused, Advice::GiveUp),
    ];
    for (status, code, kind, advice) in cases {
        stage.answers(status, json!({"error": code, "error_description": "so\nit is"}));
        let error = stage.fails().await;
        assert_eq!((error.kind(), error.advice()), (kind, advice), "{code}");
        assert_eq!((error.portal_code(), error.status()), (Some(code), Some(status)));
        assert_eq!(error.message(), "so it is");
    }
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
        (503, RestErrorKind::Limit),
        (504, RestErrorKind::Timeout),
    ] {
        stage.answers(status, "<html><title>Login</title>");
        assert_eq!(stage.fails().await.kind(), kind, "{status}");
    }
    stage.answers(200, "{}");
    assert_eq!(stage.fails().await.kind(), RestErrorKind::NotJson);
    stage.answers(200, "");
    assert_eq!(stage.fails().await.kind(), RestErrorKind::NotJson);
}

#[tokio::test]
async fn a_wish_for_patience_is_passed_on() {
    let stage = Stage::new().await;
    let after = |seconds| Advice::Retry {
        after: Some(Duration::from_secs(seconds)),
    };
    stage.answers(503, "<html>").with_header("Retry-After", "17");
    assert_eq!(stage.fails().await.advice(), after(17));
    stage
        .answers(429, json!({"error": "X"}))
        .with_header("Retry-After", "99999999");
    assert_eq!(stage.fails().await.advice(), after(3600));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let stage = Stage::new().await;
    stage
        .answers(302, "")
        .with_header("Location", "https://evil.example/rest/7/x/");
    let error = stage.fails().await;
    assert_eq!(
        (error.kind(), error.message()),
        (RestErrorKind::Moved, "to evil.example")
    );
    assert_eq!(stage.portal.asked.lock().unwrap().len(), 1);
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
async fn nobody_there_and_nobody_answering() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/rest/7/{SECRET}/", listener.local_addr().unwrap());
    let options = ClientOptions {
        answer_within: Duration::from_millis(50),
        ..ClientOptions::default()
    };
    let rest = Rest::new(Webhook::parse(&address).unwrap(), &options).unwrap();
    let error = rest.profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Timeout);
    drop(listener);
    let error = rest.profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Unreachable);
    assert!(!format!("{error} {error:?} {rest:?}").contains(SECRET));
}

#[tokio::test]
async fn a_server_without_tls_is_no_secure_portal() {
    let stage = Stage::new().await;
    let address = stage.rest.webhook().origin().replace("http://", "https://");
    let rest = Rest::new(
        Webhook::parse(&format!("{address}/rest/7/{SECRET}/")).unwrap(),
        &ClientOptions::default(),
    );
    let error = rest.unwrap().profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Tls, "{error}");
    assert!(stage.portal.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn strange_method_names_never_leave() {
    let stage = Stage::new().await;
    for name in ["", "a/b", "../x", "profile?x=1", "a b", "методы", "a%2fb"] {
        assert_eq!(
            stage.rest.call(name, json!({})).await.unwrap_err().kind(),
            RestErrorKind::Request,
            "{name}"
        );
    }
    assert!(stage.portal.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn answers_as_values() {
    let stage = Stage::new().await;
    stage.answers(
        200,
        json!({"result": {"ID": "7", "ADMIN": "Y", "NAME": "Иван", "LAST_NAME": null}}),
    );
    let profile = stage.rest.profile().await.unwrap();
    assert_eq!(
        profile,
        Profile {
            id: 7,
            admin: true,
            name: "Иван".into(),
            last_name: String::new()
        }
    );
    assert_eq!(stage.rest.user_current().await.unwrap().id, 7);
    stage.answers(200, json!({"result": ["crm", "im"]}));
    assert_eq!(stage.rest.scope().await.unwrap(), ["crm", "im"]);
    assert_eq!(
        stage.rest.profile().await.unwrap_err().kind(),
        RestErrorKind::Unexpected
    );
    stage.answers(200, json!({"result": {"isExisting": true, "isAvailable": false}}));
    assert_eq!(
        stage.rest.method_get("pull.config.get").await.unwrap(),
        MethodInfo {
            existing: true,
            available: false
        }
    );
    stage.answers(200, json!({"result": {"item": {"id": 5}}}));
    assert_eq!(stage.rest.crm_item_get(2, 5).await.unwrap(), json!({"id": 5}));
    stage.answers(200, json!({"result": {"server": {}}}));
    stage.rest.pull_config_get().await.unwrap();
    assert_eq!(
        stage.portal.asked.lock().unwrap().last().unwrap().1,
        json!({"CACHE": "N"})
    );
}

#[tokio::test]
async fn a_batch_gives_each_call_its_own_outcome() {
    let stage = Stage::new().await;
    stage.answers(
        200,
        json!({"result": {"result": {"c0": {"ID": 1}}, "result_error": {"c1": {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "x"}}}}),
    );
    let calls = [
        Call::new("profile", json!({})),
        Call::new("nope", json!({"a": 1})),
        Call::new("scope", json!({})),
    ];
    let results = stage.rest.batch(&calls).await.unwrap();
    assert_eq!(results[0].as_ref().unwrap(), &json!({"ID": 1}));
    assert_eq!(results[1].as_ref().unwrap_err().kind(), RestErrorKind::NoMethod);
    assert_eq!(results[2].as_ref().unwrap_err().kind(), RestErrorKind::Unexpected);
    let asked = stage.portal.asked.lock().unwrap()[0].1.clone();
    assert_eq!(asked["cmd"], json!({"c0": "profile", "c1": "nope?a=1", "c2": "scope"}));
    stage.answers(200, json!({"result": {"result": [1, 2], "result_error": []}}));
    assert!(stage.rest.batch(&[]).await.unwrap().is_empty());
    assert!(stage.rest.batch(&vec![Call::new("x", json!({})); 51]).await.is_err());
}
