//! From a request to a call and from its answer to a response. Every path is checked in the same order: name, page, token,
//! body.
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Query;
use axum::http::header::{ALLOW, CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderValue, Method, Request, StatusCode};
use hotstart_core::bridge::{Call, Caller, Calls, Events, LONGEST_WAIT, MOST_EVENTS};
use hotstart_core::relay::given;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::sync::{Mutex, Semaphore};

use crate::admission::{Origins, Turned, TurnedAway, admit};
use crate::forms::{AnswersBody, AnswersQuery, EventsQuery, GoQuery, NotifyBody, OpenBody, RestQuery, is_name};
use crate::go;
use crate::reply::{self, Reply, error};
use crate::serve::Limits;
use crate::tokens::Tokens;

/// How long one wrong token keeps the next one waiting.
const SLOWED_DOWN: Duration = Duration::from_millis(100);

/// How many wrong tokens wait at once; the others are turned away without it.
const WAITING: usize = 16;

/// How long a call may take that is no poll: a portal that asks to slow down takes its time.
const LONGEST_CALL: Duration = Duration::from_secs(120);

/// Everything that a request meets.
pub(crate) struct Door {
    port: u16,
    tokens: Arc<Tokens>,
    calls: Calls,
    limits: Limits,
    wrong: Mutex<()>,
    waiting: Semaphore,
    turned: Arc<TurnedAway>,
}

/// An answer that ends a request before it is done; small, as it is seldom.
struct Refused(Box<Reply>);

impl From<Reply> for Refused {
    fn from(reply: Reply) -> Self {
        Self(Box::new(reply))
    }
}

impl Door {
    pub(crate) fn new(port: u16, tokens: Arc<Tokens>, calls: Calls, limits: Limits, turned: Arc<TurnedAway>) -> Self {
        Self {
            port,
            tokens,
            calls,
            limits,
            wrong: Mutex::default(),
            waiting: Semaphore::new(WAITING),
            turned,
        }
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Reply {
        self.decide(request).await.unwrap_or_else(|Refused(reply)| *reply)
    }

    async fn decide(&self, request: Request<Body>) -> Result<Reply, Refused> {
        let path = request.uri().path();
        let origins = Origins::of(request.headers());
        let offered = path == "/go" && request.method() == Method::GET;
        // A target with a name of its own would be a second `Host`.
        if request.uri().authority().is_some() {
            return Err(self.turn(Turned::Host));
        }
        admit(&origins, self.port, offered).map_err(|why| self.turn(why))?;
        if offered {
            let Query(query) = query::<GoQuery>(&request)?;
            return Ok(go::page(query.link.as_deref()));
        }
        if path == "/v1/ping" {
            only(&request, &Method::GET)?;
            return Ok(reply::json(
                &json!({"product": "Hotstart", "version": env!("CARGO_PKG_VERSION")}),
            ));
        }
        let base = self.base(origins.token).await?;
        let token = origins.token.unwrap_or_default().to_owned();
        self.call(request, base, &token).await
    }

    /// The base of a token. A wrong one waits, so that guessing takes even longer than it would.
    async fn base(&self, token: Option<&str>) -> Result<String, Refused> {
        let Some(token) = token else {
            return Err(self.turn(Turned::Token));
        };
        if let Some(base) = self.tokens.base_of(token) {
            return Ok(base);
        }
        let tokens = self.tokens.clone();
        let read = tokio::task::spawn_blocking(move || tokens.look_again())
            .await
            .unwrap_or(false);
        if let Some(base) = self.tokens.base_of(token).filter(|_| read) {
            return Ok(base);
        }
        if let Ok(_place) = self.waiting.try_acquire() {
            let _turn = self.wrong.lock().await;
            tokio::time::sleep(SLOWED_DOWN).await;
        }
        Err(self.turn(Turned::Token))
    }

    fn turn(&self, why: Turned) -> Refused {
        self.turned.count(why);
        reply::turned(why).into()
    }

    async fn call(&self, request: Request<Body>, base: String, token: &str) -> Result<Reply, Refused> {
        let path = request.uri().path().to_owned();
        let caller = Caller {
            base,
            client: String::new(),
        };
        match path.as_str() {
            "/v1/open" => {
                let OpenBody { link } = self.body(request).await?;
                self.make(token, caller, Call::Open { link }).await
            }
            "/v1/notify" => {
                let NotifyBody { title, text, link } = self.body(request).await?;
                self.make(token, caller, Call::Notify { title, text, link }).await
            }
            "/v1/status" => {
                only(&request, &Method::GET)?;
                self.make(token, caller, Call::Status).await
            }
            "/v1/events" => {
                only(&request, &Method::GET)?;
                let Query(query) = query::<EventsQuery>(&request)?;
                self.events(caller, query, token).await
            }
            "/v1/answers" => {
                let Query(AnswersQuery { client }) = query::<AnswersQuery>(&request)?;
                named(&client)?;
                let AnswersBody { results } = self.body(request).await?;
                let answers = given(&results).filter(|_| results.len() <= MOST_EVENTS);
                let Some(results) = answers else {
                    return Err(bad(
                        "each result needs the id of its event, and at most 100 come at once",
                    ));
                };
                self.make(token, Caller { client, ..caller }, Call::Answers { results })
                    .await
            }
            other => match other.strip_prefix("/v1/b24/") {
                Some(method) => {
                    let method = method.to_owned();
                    let Query(RestQuery { portal }) = query::<RestQuery>(&request)?;
                    let params: Map<String, Value> = self.body(request).await?;
                    let params = Value::Object(params);
                    self.make(token, caller, Call::Rest { portal, method, params }).await
                }
                None => Err(Refused::from(error(
                    StatusCode::NOT_FOUND,
                    "bridge.path",
                    "there is no such call",
                ))),
            },
        }
    }

    async fn events(&self, caller: Caller, query: EventsQuery, token: &str) -> Result<Reply, Refused> {
        let EventsQuery { after, wait, client } = query;
        named(&client)?;
        let wait = Duration::from_secs(wait).min(LONGEST_WAIT);
        let unchanged = Events {
            events: Vec::new(),
            cursor: after
                .clone()
                .filter(|after| !after.is_empty())
                .unwrap_or_else(|| "-".to_owned()),
        };
        let caller = Caller { client, ..caller };
        let call = (self.calls)(caller, Call::Events { after, wait });
        // One that does not want to wait still waits until what it has worked off is gone for good.
        let limit = if wait.is_zero() { LONGEST_CALL } else { wait };
        match self.while_known(token, tokio::time::timeout(limit, call)).await? {
            Ok(answer) => Ok(reply::finished(answer)),
            Err(_) => Ok(reply::json(&unchanged)),
        }
    }

    /// Waits for a call as long as its token is good: what waits ends with the token, and nothing goes out to a void one.
    async fn while_known<T>(&self, token: &str, call: impl Future<Output = T>) -> Result<T, Refused> {
        let mut changes = self.tokens.changes();
        let mut call = std::pin::pin!(call);
        loop {
            if self.tokens.base_of(token).is_none() {
                return Err(self.turn(Turned::Token));
            }
            tokio::select! {
                answer = call.as_mut() => {
                    let known = self.tokens.base_of(token).is_some();
                    return if known { Ok(answer) } else { Err(self.turn(Turned::Token)) };
                }
                Ok(()) = changes.changed() => {}
            }
        }
    }

    async fn make(&self, token: &str, caller: Caller, call: Call) -> Result<Reply, Refused> {
        // It may have become void while the body came.
        if self.tokens.base_of(token).is_none() {
            return Err(self.turn(Turned::Token));
        }
        match tokio::time::timeout(LONGEST_CALL, (self.calls)(caller, call)).await {
            Ok(answer) => Ok(reply::finished(answer)),
            Err(_) => Err(Refused::from(error(
                StatusCode::GATEWAY_TIMEOUT,
                "bridge.slow",
                "there is no answer yet",
            ))),
        }
    }

    /// The body of a POST.
    async fn body<T: DeserializeOwned>(&self, request: Request<Body>) -> Result<T, Refused> {
        only(&request, &Method::POST)?;
        // Nothing stands between 1C and us that would need it, and with a length beside it, it is an attack.
        if request.headers().contains_key(TRANSFER_ENCODING) {
            return Err(bad("the body needs a length instead of an encoding"));
        }
        let too_large = || error(StatusCode::PAYLOAD_TOO_LARGE, "bridge.size", "the body is too large");
        let length = request
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok());
        if length.is_some_and(|length| length.parse().unwrap_or(usize::MAX) > self.limits.body) {
            return Err(too_large().into());
        }
        let read = to_bytes(request.into_body(), self.limits.body);
        let read = tokio::time::timeout(self.limits.body_within, read).await;
        let late = || error(StatusCode::REQUEST_TIMEOUT, "bridge.slow", "the body did not come");
        let bytes = read.map_err(|_| late())?.map_err(|_| too_large())?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text).map_err(|_| bad("the body is not the JSON that is expected"))
    }
}

/// Exactly this method: a HEAD of a poll would acknowledge as well.
fn only(request: &Request<Body>, method: &Method) -> Result<(), Refused> {
    if request.method() == method {
        return Ok(());
    }
    let mut reply = error(
        StatusCode::METHOD_NOT_ALLOWED,
        "bridge.method-http",
        "another HTTP method is expected",
    );
    if let Ok(method) = HeaderValue::from_str(method.as_str()) {
        reply.headers_mut().insert(ALLOW, method);
    }
    Err(reply.into())
}

fn query<T: DeserializeOwned>(request: &Request<Body>) -> Result<Query<T>, Refused> {
    Query::try_from_uri(request.uri()).map_err(|_| bad("the query is not the one that is expected"))
}

fn named(client: &str) -> Result<(), Refused> {
    if is_name(client) {
        return Ok(());
    }
    Err(bad(
        "the client names itself with letters, digits, '-', '_' and '.', at most 64",
    ))
}

fn bad(message: &str) -> Refused {
    error(StatusCode::BAD_REQUEST, "bridge.body", message).into()
}
