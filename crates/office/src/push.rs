//! The push server: a second reading of the nginx module (versions 1 and 2), of Bitrix Push server 1.0 and 2.0
//! (versions 3 and 4) and of the JSON-RPC server (version 5).
//!
//! Subscribers come by WebSocket or long polling, are checked by the signature in CHANNEL_ID or by their token, get
//! what they missed, then live messages in the framing of the version. The portal publishes over `/pub/` (or `/api/`),
//! clients over their socket or `/rest/`. What a real server refuses is refused with the same code.

mod batch;
mod frames;
mod handshake;
mod hub;
mod jsonrpc;
pub(crate) mod jwt;
mod message;
mod nginx;
mod polling;
mod protobuf;
mod publish;
mod route;
mod signature;
mod socket;
mod status;
mod text;
mod ticket;
mod tuning;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, FromRequestParts as _};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

pub(crate) use hub::{Address, Garbage, Hub, Outgoing, user_id};
pub(crate) use message::{Draft, Personal};
pub(crate) use route::Route;
pub(crate) use signature::{Channel, Key, hex, read_id};
pub(crate) use status::reason_of;

use crate::clock;
use crate::faults::{Faults, Setting};
use crate::line::Line;
use crate::office::ServerVersion;
use crate::params::{self, Params};
use jsonrpc::Caller;
use signature::Trust;
use socket::Ground;
use status::Status;

/// Messages in one request, and channels in one request.
pub(crate) const MAX_PER_REQUEST: usize = 100;

/// The push server.
#[derive(Debug)]
pub(crate) struct Server {
    hub: Arc<Hub>,
    faults: Arc<Faults>,
}

impl Server {
    /// A server over the channels of the hub.
    pub(crate) fn new(hub: Arc<Hub>, faults: Arc<Faults>) -> Self {
        Self { hub, faults }
    }

    /// Answers a request; every answer may be read by pages of any origin.
    pub(crate) async fn serve(&self, route: Route, request: Request<Body>) -> Response {
        let mut response = self.route(route, request).await;
        response
            .headers_mut()
            .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        response
    }

    async fn route(&self, route: Route, request: Request<Body>) -> Response {
        let line = request
            .extensions()
            .get::<ConnectInfo<Line>>()
            .map_or_else(Line::default, |info| info.0.clone());
        line.is_push();
        let ground = Ground {
            hub: Arc::clone(&self.hub),
            faults: Arc::clone(&self.faults),
            line,
        };
        if *request.method() == Method::OPTIONS {
            return options();
        }
        if self.hub.version().is_nginx() {
            return nginx::serve(ground, route, request).await;
        }
        let (mut parts, body) = request.into_parts();
        let params = params::parse_query(parts.uri.query().unwrap_or_default());
        match (route, parts.method.clone()) {
            (Route::Subscribe, Method::GET) => subscribe(ground, &mut parts, &params).await,
            (Route::Portal, Method::POST) => self.publish_as_portal(&parts, &params, body).await,
            (Route::Portal, Method::GET) => self.channel_stats(&params),
            (Route::Client, Method::POST) if self.takes_clients() => self.publish_as_client(&params, body).await,
            (Route::Api, Method::POST) if self.hub.version() == ServerVersion::V5 => self.call(&params, body).await,
            (Route::Stats, Method::GET) => json(self.stats().to_string()),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    async fn publish_as_portal(&self, parts: &Parts, params: &Params, body: Body) -> Response {
        let Ok(body) = self.read(body).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        if let Err(status) = self.check_portal(params, &body) {
            return refusal(status);
        }
        let at = clock::now();
        // The server 1.0 knows no binary requests.
        let answer = if flag(params, "binaryMode") && self.hub.version() != ServerVersion::V3 {
            publish::request(&self.hub, Trust::Portal, None, &body, at)
        } else {
            let expiry = parts
                .headers
                .get("message-expiry")
                .and_then(|value| value.to_str().ok()?.trim().parse().ok());
            let channels = params::text(params, "CHANNEL_ID").unwrap_or_default();
            publish::text(&self.hub, &channels, &body, expiry.unwrap_or(0), at).map(|()| None)
        };
        finish(answer)
    }

    async fn publish_as_client(&self, params: &Params, body: Body) -> Response {
        let Ok(body) = self.read(body).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let at = clock::now();
        let ticket = match ticket::read(&self.hub, params, at) {
            Ok(ticket) => ticket,
            Err(status) => return refusal(status),
        };
        if self.hub.version() == ServerVersion::V5 {
            let text = String::from_utf8_lossy(&body);
            if jsonrpc::receipt(&self.hub, ticket.user, &text) {
                return StatusCode::OK.into_response();
            }
            let caller = Caller::Client {
                sender: ticket.sender,
                member: None,
            };
            return json(jsonrpc::execute(&self.hub, &caller, &body, at).unwrap_or_default());
        }
        let own = ticket.channels.iter().find_map(|channel| channel.public);
        finish(publish::request(&self.hub, Trust::Client, own, &body, at))
    }

    /// The portal's calls to the JSON-RPC server, always signed.
    async fn call(&self, params: &Params, body: Body) -> Response {
        let Ok(body) = self.read(body).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let signature = params::text(params, "signature").unwrap_or_default();
        if !self.hub.key().is_empty() && !self.hub.key().verify(&body, &signature) {
            return refusal(Status::WrongRequestSignature);
        }
        json(jsonrpc::execute(&self.hub, &Caller::Portal, &body, clock::now()).unwrap_or_else(|| "[]".to_owned()))
    }

    fn channel_stats(&self, params: &Params) -> Response {
        let text = params::text(params, "CHANNEL_ID").unwrap_or_default();
        if let Err(status) = self.check_portal(params, text.as_bytes()) {
            return refusal(status);
        }
        match publish::channels(&self.hub, &text) {
            Err(status) => refusal(status),
            Ok(channels) => {
                let infos: Vec<serde_json::Value> = channels
                    .iter()
                    .map(|(name, address)| (name, self.hub.subscribers(*address)))
                    .filter(|(_, count)| *count > 0)
                    .map(|(channel, count)| serde_json::json!({"channel": channel, "subscribers": count}))
                    .collect();
                json(serde_json::json!({"infos": infos}).to_string())
            }
        }
    }

    /// In the mode of many portals the network protects nothing: the portal names itself and signs.
    fn check_portal(&self, params: &Params, message: &[u8]) -> Result<(), Status> {
        let tuning = self.hub.tuning();
        ticket::check_client(&tuning, params)?;
        let signature = params::text(params, "signature").unwrap_or_default();
        if tuning.client_id.is_some() && !self.hub.key().verify(message, &signature) {
            return Err(Status::WrongRequestSignature);
        }
        Ok(())
    }

    /// One object per process; this server is one process.
    fn stats(&self) -> serde_json::Value {
        let totals = self.hub.totals();
        let tuning = self.hub.tuning();
        serde_json::json!([{
            "pid": std::process::id(),
            "channels": totals.channels,
            "websockets": totals.sockets,
            "pollings": totals.polls,
            "messages": totals.published,
            "limits": {
                "maxPayload": tuning.max_payload,
                "maxConnPerChannel": tuning.max_connections.min(100),
                "maxMessagesPerRequest": MAX_PER_REQUEST,
                "maxChannelsPerRequest": MAX_PER_REQUEST,
                "messageTTL": hub::MESSAGE_TTL,
            },
        }])
    }

    fn takes_clients(&self) -> bool {
        self.hub.version() != ServerVersion::V3
    }

    async fn read(&self, body: Body) -> Result<Bytes, axum::Error> {
        axum::body::to_bytes(body, self.hub.tuning().max_payload).await
    }
}

async fn subscribe(ground: Ground, parts: &mut Parts, params: &Params) -> Response {
    let upgrade = parts.headers.contains_key(header::UPGRADE);
    let tuning = ground.hub.tuning();
    let ticket = ticket::read(&ground.hub, params, clock::now());
    if let Ok(ticket) = &ticket {
        handshake::note(&ground.hub, upgrade, ticket);
    }
    let ticket = match ticket {
        Ok(ticket) if !upgrade => return polling::answer(ground.hub, ground.faults, ground.line, ticket).await,
        // The servers 1.0 and 2.0 refuse during the upgrade: a browser then sees 1006 and never 4010.
        Err(status) if !upgrade || !tuning.late_refusal => return refusal(status),
        ticket => ticket,
    };
    if let Some(response) = handshake::injected(&ground.faults).await {
        return response;
    }
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let late = handshake::late_refusal(&ground.faults);
    let faults = Arc::clone(&ground.faults);
    let response = upgrade
        .max_message_size(tuning.max_payload)
        .max_frame_size(tuning.max_payload)
        .on_upgrade(move |socket: WebSocket| async move {
            match (ticket, late) {
                (_, Some((code, reason))) => socket::refuse(socket, code, reason).await,
                (Err(status), None) => socket::refuse(socket, status.code(), status.reason()).await,
                (Ok(ticket), None) => socket::run(socket, ground, ticket).await,
            }
        });
    handshake::spoiled(&faults, response)
}

fn finish(answer: Result<Option<batch::Response>, Status>) -> Response {
    match answer {
        Ok(None) => StatusCode::OK.into_response(),
        Ok(Some(response)) => {
            let bytes = batch::write_responses(&[response], batch::Oddities::default());
            ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()
        }
        Err(status) => refusal(status),
    }
}

fn refusal(status: Status) -> Response {
    (status.http(), [(header::CONTENT_TYPE, "text/plain")], status.reason()).into_response()
}

/// A refusal on purpose: status, the time to wait, where a login page is.
fn refused_with(setting: &Setting) -> Response {
    let status = u16::try_from(setting.value)
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::BAD_GATEWAY);
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    let page = format!("<html><body><h1>{status}</h1></body></html>");
    let mut response = (status, html, page).into_response();
    let headers = response.headers_mut();
    if let Some(seconds) = setting.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status.is_redirection() {
        headers.insert(header::LOCATION, HeaderValue::from_static("/auth/"));
    }
    response
}

fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn options() -> Response {
    [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, GET, DELETE, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "If-Modified-Since, If-None-Match"),
    ]
    .into_response()
}

fn flag(params: &Params, name: &str) -> bool {
    params::text(params, name).as_deref() == Some("true")
}
