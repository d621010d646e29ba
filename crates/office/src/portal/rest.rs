//! REST: who calls, whether he may, which method, what it answers.

mod caller;
pub(crate) mod methods;
mod scopes;

use std::net::{IpAddr, Ipv4Addr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use super::Portal;
use super::manners::{Edition, Flavour};
use super::people::User;
use super::reply::{Outcome, Refusal, respond};
use crate::clock;
use crate::faults::Fault;
use crate::line::Line;
use crate::params::{self, Params};
use scopes::scope_of;

/// The largest body that is read.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// How a caller showed who he is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// By the address of his webhook.
    Webhook,
    /// By an access token of this application.
    Application(String),
    /// By the cookies of his browser.
    Session,
}

/// A call that passed the gate.
pub(crate) struct Call<'a> {
    /// Who calls.
    pub(crate) user: &'a User,
    /// When the call came.
    pub(crate) at: Timestamp,
    /// How he showed it.
    pub(crate) proof: Proof,
    /// What the webhook or application was given.
    pub(crate) scopes: Vec<String>,
}

impl Call<'_> {
    /// The application that calls for the user.
    pub(crate) fn application(&self) -> Option<&str> {
        match &self.proof {
            Proof::Application(client) => Some(client),
            Proof::Webhook | Proof::Session => None,
        }
    }

    /// Whose operating time it is.
    fn account(&self) -> String {
        match &self.proof {
            Proof::Webhook => format!("webhook {}", self.user.id),
            Proof::Application(client) => client.clone(),
            Proof::Session => format!("session {}", self.user.id),
        }
    }
}

impl Portal {
    /// Answers `/rest/...`; gives the method's name (never the secret) for the log.
    pub(super) async fn rest(&self, path: &[&str], request: Request<Body>) -> (String, Response) {
        let started = clock::now();
        let method = path.last().copied().unwrap_or_default();
        let method = params::decode(method.strip_suffix(".json").unwrap_or(method));
        if let Some(response) = self.injected() {
            return (method, response);
        }
        if let Some(response) = self.answers.take(&method) {
            return (method, response);
        }
        let outcome = self.authorised(path, &method, request, started).await;
        (method, respond(outcome, started))
    }

    /// Calls a method and charges its time; a batch calls it for each of its commands.
    pub(super) fn call(&self, method: &str, params: &Params, call: &Call<'_>) -> Outcome {
        let name = method.to_lowercase();
        let Some(scope) = scope_of(&name) else {
            let text = "Method not found!";
            return Err(Refusal::new(StatusCode::NOT_FOUND, "ERROR_METHOD_NOT_FOUND", text));
        };
        if !scope.within(&call.scopes) {
            let text = match call.proof {
                Proof::Webhook => "The request requires higher privileges than provided by the webhook token",
                Proof::Application(_) | Proof::Session => {
                    "The request requires higher privileges than provided by the access token"
                }
            };
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "insufficient_scope", text));
        }
        if name == "batch" {
            return self.method(&name, params, call);
        }
        let account = call.account();
        self.limits.may_work(&account, &name, call.at)?;
        let begun = clock::now();
        let outcome = self.method(&name, params, call);
        let now = clock::now();
        let seconds = clock::unix_float(now) - clock::unix_float(begun);
        let operating = self.limits.worked(&account, &name, seconds.max(0.0), now);
        outcome.map(|mut reply| {
            // An on-premise portal does not tell it.
            reply.operating = (self.manners.get().flavour == Flavour::Cloud).then_some(operating);
            reply
        })
    }

    async fn authorised(&self, path: &[&str], method: &str, request: Request<Body>, at: Timestamp) -> Outcome {
        let (parts, body) = request.into_parts();
        if parts.method != Method::GET && parts.method != Method::POST {
            return Err(Refusal::bad("INVALID_REQUEST", "Request method is not supported"));
        }
        let from = parts
            .extensions
            .get::<ConnectInfo<Line>>()
            .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(line)| line.peer());
        self.limits.enter(from, at)?;
        let body = axum::body::to_bytes(body, MAX_BODY)
            .await
            .map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "INVALID_REQUEST", "Request is too large"))?;
        let content_type = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        let params = params::parse_request(parts.uri.query().unwrap_or_default(), content_type, &body)
            .ok_or_else(|| Refusal::bad("INVALID_REQUEST", "Request body is not valid JSON"))?;
        let call = self.caller(path, &params, &parts.headers, at)?;
        self.sold(&call)?;
        self.call(method, &params, &call)
    }

    /// Whether the company pays for REST. Pages of the portal itself work without.
    fn sold(&self, call: &Call<'_>) -> Result<(), Refusal> {
        let text = match (self.manners.get().edition, &call.proof) {
            (Edition::Commercial, _) | (_, Proof::Session) => return Ok(()),
            (Edition::Free, _) => "REST is available only on commercial plans.",
            (Edition::Unsubscribed, _) => "REST is available only by subscription.",
        };
        Err(Refusal::new(StatusCode::FORBIDDEN, "ACCESS_DENIED", text))
    }

    /// The answer of a fault that is on.
    fn injected(&self) -> Option<Response> {
        if let Some(setting) = self.faults.strikes(Fault::RestHtml) {
            let page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";
            return Some((status(setting.value), [(header::CONTENT_TYPE, "text/html")], page).into_response());
        }
        let setting = self.faults.strikes(Fault::RestError)?;
        let refusal = Refusal::new(
            status(setting.value),
            setting.error.as_deref().unwrap_or("QUERY_LIMIT_EXCEEDED"),
            "Injected fault",
        );
        Some(respond(Err(refusal), clock::now()))
    }
}

fn status(value: u64) -> StatusCode {
    u16::try_from(value)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok())
        .unwrap_or(StatusCode::BAD_GATEWAY)
}
