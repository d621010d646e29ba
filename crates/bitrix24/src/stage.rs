//! A portal of a few lines on loopback, for tests: it answers as it is told, and notes what it was asked.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{OriginalUri, State},
    http::{HeaderMap, Response},
    routing::any,
};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::rest::{ClientOptions, Rest, RestError};
use crate::webhook::Webhook;

/// The secret that must never be seen.
pub(crate) const SECRET: &str = "CanaryCanary1";

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) verb: String,
    pub(crate) uri: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Asked {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// The name of the method.
    pub(crate) fn method(&self) -> &str {
        let name = self.uri.rsplit('/').next().unwrap();
        name.strip_suffix(".json").unwrap_or(name)
    }
}

/// Status, body, headers.
pub(crate) type Said = (u16, String, Vec<(&'static str, String)>);

type Play = dyn FnMut(&Asked) -> Said + Send;

/// The portal.
pub(crate) struct Stage {
    pub(crate) host: String,
    log: Arc<Mutex<Vec<Asked>>>,
    play: Arc<Mutex<Box<Play>>>,
    pub(crate) rest: Rest,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Vec<Asked>>>, Arc<Mutex<Box<Play>>>);

impl Stage {
    pub(crate) async fn new() -> Self {
        Self::with(&ClientOptions::default()).await
    }

    pub(crate) async fn with(options: &ClientOptions) -> Self {
        let log: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let nothing: Box<Play> = Box::new(|_| (500, String::new(), Vec::new()));
        let play = Arc::new(Mutex::new(nothing));
        let shared = Shared(Arc::clone(&log), Arc::clone(&play));
        let router = Router::new().fallback(any(answer)).with_state(shared);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let rest = Rest::new(webhook(&host), options).unwrap();
        Self { host, log, play, rest }
    }

    /// Answers every request so.
    pub(crate) fn answers(&self, status: u16, body: impl ToString) -> &Self {
        let body = body.to_string();
        self.plays(move |_| (status, body.clone(), Vec::new()))
    }

    /// Answers every request so, with a header.
    pub(crate) fn answers_with(&self, status: u16, body: impl ToString, name: &'static str, value: &str) -> &Self {
        let (body, value) = (body.to_string(), value.to_owned());
        self.plays(move |_| (status, body.clone(), vec![(name, value.clone())]))
    }

    /// Answers by a rule.
    pub(crate) fn plays(&self, play: impl FnMut(&Asked) -> Said + Send + 'static) -> &Self {
        *self.play.lock().unwrap() = Box::new(play);
        self
    }

    /// Everything that it was asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }

    /// A call that fails, and whose error tells no secret.
    pub(crate) async fn fails(&self) -> RestError {
        let error = self.rest.call("profile", Value::Null).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
        error
    }
}

/// The webhook of user 7.
pub(crate) fn webhook(host: &str) -> Webhook {
    Webhook::parse(&format!("http://{host}/rest/7/{SECRET}/")).unwrap()
}

/// A good answer with this result.
pub(crate) fn good(result: &Value) -> Said {
    (200, serde_json::json!({"result": result}).to_string(), Vec::new())
}

/// An error of the portal.
pub(crate) fn bad(status: u16, code: &str) -> Said {
    let body = serde_json::json!({"error": code, "error_description": "so it is"});
    (status, body.to_string(), Vec::new())
}

async fn answer(
    State(Shared(log, play)): State<Shared>,
    OriginalUri(uri): OriginalUri,
    verb: axum::http::Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let asked = Asked {
        verb: verb.to_string(),
        uri: uri.to_string(),
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    log.lock().unwrap().push(asked.clone());
    let (status, body, headers) = play.lock().unwrap()(&asked);
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(name, value);
    }
    response.body(Body::from(body)).unwrap()
}
