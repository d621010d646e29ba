//! REST over incoming webhooks: who calls, which method, what it answers.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::people::User;
use super::reply::{Outcome, Refusal, Reply, respond};
use super::{Portal, batch, crm, messenger};
use crate::clock;
use crate::faults::Fault;
use crate::params::{self, Params};

/// The largest body that is read.
const MAX_BODY: usize = 16 * 1024 * 1024;
/// Methods that every authorised caller may call.
const BASIC: [&str; 7] = [
    "profile",
    "app.info",
    "server.time",
    "scope",
    "methods",
    "method.get",
    "batch",
];

/// A call that passed the gate.
pub(crate) struct Call<'a> {
    /// Who calls.
    pub(crate) user: &'a User,
    /// When the call came.
    pub(crate) at: Timestamp,
    /// The application that calls for the user; `None`: his webhook.
    pub(crate) application: Option<String>,
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
        let outcome = self.authorised(path, &method, request, started).await;
        (method, respond(outcome, started))
    }

    /// Calls a method; a batch calls it for each of its commands.
    pub(super) fn call(&self, method: &str, params: &Params, call: &Call<'_>) -> Outcome {
        let name = method.to_lowercase();
        let Some(scope) = scope_of(&name) else {
            return Err(Refusal::new(
                StatusCode::NOT_FOUND,
                "ERROR_METHOD_NOT_FOUND",
                "Method not found!",
            ));
        };
        // An application of the office was given every scope.
        if call.application.is_none() && !self.allows(scope) {
            let text = "The request requires higher privileges than provided by the webhook token";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "insufficient_scope", text));
        }
        match name.as_str() {
            "profile" => Ok(Reply::of(call.user.profile())),
            "user.current" => Ok(Reply::of(call.user.card(&clock::iso(call.at)))),
            "user.get" => Ok(self.users_by(params, call)),
            "server.time" => Ok(Reply::of(clock::iso(self.channels.portal_time(call.at)).into())),
            "scope" => Ok(Reply::of(json!(self.people.scopes()))),
            "methods" => Err(Refusal::bad("METHOD_HALTED", "Method is halted, use method.get")),
            "method.get" => self.method_get(params),
            "app.info" => Err(Refusal::bad("ACCESS_DENIED", "Application context required")),
            "batch" => Ok(batch::run(self, params, call)),
            "pull.config.get" => self.config_get(call),
            "pull.application.config.get" => self.application_config_get(call),
            "pull.application.event.add" => self.application_event_add(params, call),
            "pull.channel.public.get" => self.public_channel(params),
            "pull.channel.public.list" => self.public_channels(params),
            "pull.watch.extend" => Ok(self.extend_watches(params, call)),
            _ if name.starts_with("im.") => messenger::call(self, &name, params, call),
            _ => crm::call(&self.crm, &name, params),
        }
    }

    async fn authorised(&self, path: &[&str], method: &str, request: Request<Body>, at: Timestamp) -> Outcome {
        let (parts, body) = request.into_parts();
        if parts.method != Method::GET && parts.method != Method::POST {
            return Err(Refusal::bad("INVALID_REQUEST", "Request method is not supported"));
        }
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
        let (user, application) = self.caller(path, &params)?;
        self.call(method, &params, &Call { user, at, application })
    }

    /// The owner of a webhook, or the user of an application's token.
    fn caller(&self, path: &[&str], params: &Params) -> Result<(&User, Option<String>), Refusal> {
        let refused = |code: &str, text: &str| Refusal::new(StatusCode::UNAUTHORIZED, code, text);
        match path {
            [who, secret, _] => self
                .people
                .by_webhook(&params::decode(who), secret)
                .map(|user| (user, None))
                .ok_or_else(|| refused("INVALID_CREDENTIALS", "Invalid request credentials")),
            [_] => {
                let token =
                    params::text(params, "auth").ok_or_else(|| refused("NO_AUTH_FOUND", "Wrong authorization data"))?;
                self.application_user(&token)
                    .and_then(|(client, user)| Some((self.people.get(user)?, Some(client))))
                    .ok_or_else(|| refused("expired_token", "The access token provided has expired."))
            }
            _ => Err(refused("NO_AUTH_FOUND", "Wrong authorization data")),
        }
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

    fn method_get(&self, params: &Params) -> Outcome {
        let name = params::text(params, "name")
            .ok_or_else(|| Refusal::missing("name"))?
            .to_lowercase();
        let scope = scope_of(&name);
        let available = scope.is_some_and(|scope| self.allows(scope));
        Ok(Reply::of(
            json!({"isExisting": scope.is_some(), "isAvailable": available}),
        ))
    }

    fn users_by(&self, params: &Params, call: &Call<'_>) -> Reply {
        let now = clock::iso(call.at);
        let filter = params::get(params, "FILTER").and_then(Value::as_object);
        let ids = params::get(filter.unwrap_or(params), "ID").map(params::items);
        let wanted = |user: &&User| {
            ids.as_ref().is_none_or(|ids| {
                ids.iter()
                    .any(|id| params::as_number(id) == i64::try_from(user.id).ok())
            })
        };
        let users: Vec<Value> = self.people.all().filter(wanted).map(|user| user.card(&now)).collect();
        Reply {
            total: Some(users.len()),
            result: users.into(),
            next: None,
        }
    }

    fn allows(&self, scope: Scope) -> bool {
        match scope {
            Scope::Basic => true,
            Scope::AnyOf(names) => {
                let granted = self.people.scopes();
                names.iter().any(|name| granted.iter().any(|scope| scope == name))
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Basic,
    AnyOf(&'static [&'static str]),
}

/// The scope of a method that exists.
fn scope_of(method: &str) -> Option<Scope> {
    if BASIC.contains(&method) {
        return Some(Scope::Basic);
    }
    match method {
        "user.current" | "user.get" => Some(Scope::AnyOf(&["user", "user_brief", "user_basic"])),
        "pull.config.get" | "pull.channel.public.get" | "pull.channel.public.list" => {
            Some(Scope::AnyOf(&["pull_channel"]))
        }
        "pull.application.config.get" | "pull.application.event.add" | "pull.watch.extend" => {
            Some(Scope::AnyOf(&["pull"]))
        }
        _ if messenger::METHODS.contains(&method) => Some(Scope::AnyOf(&["im"])),
        _ if crm::exists(method) => Some(Scope::AnyOf(&["crm"])),
        _ => None,
    }
}

fn status(value: u64) -> StatusCode {
    u16::try_from(value)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok())
        .unwrap_or(StatusCode::BAD_GATEWAY)
}
