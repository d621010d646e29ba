//! The push server: a second reading of Bitrix Push server 2.0 (server version 4).
//!
//! Subscribers come by WebSocket (binary `ResponseBatch` or text between markers) or long polling, are checked by the
//! signature in CHANNEL_ID, get what they missed by `mid`, then live messages. The portal publishes over `/pub/`,
//! clients over their socket or `/rest/`. What a real server refuses is refused with the same code.

mod batch;
mod hub;
mod message;
mod polling;
mod protobuf;
mod publish;
mod signature;
mod socket;
mod status;
mod text;

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts as _;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

pub(crate) use hub::{Address, Hub, Outgoing};
pub(crate) use message::Sender;
pub(crate) use signature::{Channel, Key, hex};

use crate::clock;
use crate::faults::{Fault, Faults};
use crate::params::{self, Params};
use message::Mid;
use signature::Trust;
use status::Status;

/// Bytes of a WebSocket message or of an HTTP body.
pub(crate) const MAX_PAYLOAD: usize = 1_048_576;
/// Messages in one request, and channels in one request.
pub(crate) const MAX_PER_REQUEST: usize = 100;

/// What an address of the push server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/bitrix/sub/` and `/bitrix/subws/`: WebSocket or long polling.
    Subscribe,
    /// `/bitrix/pub/`: the portal publishes, or asks who is there.
    Portal,
    /// `/bitrix/rest/` and `/bitrix/pubweb/`: a client publishes.
    Client,
    /// `/server-stat/`.
    Stats,
}

/// Who subscribes, to what, and from where on.
#[derive(Debug)]
struct Ticket {
    channels: Vec<Channel>,
    binary: bool,
    after: Option<Mid>,
}

/// The push server.
#[derive(Debug)]
pub(crate) struct Server {
    hub: Arc<Hub>,
    faults: Arc<Faults>,
}

impl Route {
    /// The route of a path, given as its parts without empty ones.
    pub(crate) fn find(parts: &[&str]) -> Option<Self> {
        match parts {
            ["bitrix", "sub" | "subws"] => Some(Self::Subscribe),
            ["bitrix", "pub"] => Some(Self::Portal),
            ["bitrix", "rest" | "pubweb"] => Some(Self::Client),
            ["server-stat"] => Some(Self::Stats),
            _ => None,
        }
    }
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
        let (mut parts, body) = request.into_parts();
        let params = params::parse_query(parts.uri.query().unwrap_or_default());
        match (route, parts.method.clone()) {
            (_, Method::OPTIONS) => options(),
            (Route::Subscribe, Method::GET) => self.subscribe(&mut parts, &params).await,
            (Route::Portal, Method::POST) => self.publish_as_portal(&parts, &params, body).await,
            (Route::Portal, Method::GET) => self.channel_stats(&params),
            (Route::Client, Method::POST) => self.publish_as_client(&params, body).await,
            (Route::Stats, Method::GET) => json(self.stats().to_string()),
            _ => StatusCode::NOT_FOUND.into_response(),
        }
    }

    async fn subscribe(&self, parts: &mut Parts, params: &Params) -> Response {
        let upgrade = parts.headers.contains_key(header::UPGRADE);
        // Version 2.0 refuses during the upgrade: a browser then sees 1006 and never 4010.
        let ticket = match self.ticket(params) {
            Ok(ticket) => ticket,
            Err(status) => return refusal(status),
        };
        if !upgrade {
            return polling::answer(Arc::clone(&self.hub), Arc::clone(&self.faults), ticket).await;
        }
        if self.faults.strikes(Fault::Upgrade400).is_some() {
            return refusal(Status::WrongChannelId);
        }
        let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
            Ok(upgrade) => upgrade,
            Err(rejection) => return rejection.into_response(),
        };
        let (hub, faults) = (Arc::clone(&self.hub), Arc::clone(&self.faults));
        upgrade
            .max_message_size(MAX_PAYLOAD)
            .max_frame_size(MAX_PAYLOAD)
            .on_upgrade(move |socket| socket::run(socket, hub, faults, ticket))
    }

    async fn publish_as_portal(&self, parts: &Parts, params: &Params, body: Body) -> Response {
        let Ok(body) = read(body).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let at = clock::now();
        let answer = if flag(params, "binaryMode") {
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
        let Ok(body) = read(body).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        let channels = params::text(params, "CHANNEL_ID").unwrap_or_default();
        let answer = self
            .hub
            .key()
            .read_channels(&channels, Trust::Client)
            .and_then(|channels| {
                let own = channels.iter().find_map(|channel| channel.public);
                publish::request(&self.hub, Trust::Client, own, &body, clock::now())
            });
        finish(answer)
    }

    fn channel_stats(&self, params: &Params) -> Response {
        let channels = params::text(params, "CHANNEL_ID").unwrap_or_default();
        match self.hub.key().read_channels(&channels, Trust::Portal) {
            Err(status) => refusal(status),
            Ok(channels) => {
                let infos: Vec<serde_json::Value> = channels
                    .iter()
                    .map(|channel| {
                        let count = self.hub.subscribers(Address {
                            id: channel.private,
                            private: true,
                        });
                        (hex(&channel.private), count)
                    })
                    .filter(|(_, count)| *count > 0)
                    .map(|(channel, count)| serde_json::json!({"channel": channel, "subscribers": count}))
                    .collect();
                json(serde_json::json!({"infos": infos}).to_string())
            }
        }
    }

    /// One object per process; this server is one process.
    fn stats(&self) -> serde_json::Value {
        let totals = self.hub.totals();
        serde_json::json!([{
            "pid": std::process::id(),
            "channels": totals.channels,
            "websockets": totals.sockets,
            "pollings": totals.polls,
            "messages": totals.published,
            "limits": {
                "maxPayload": MAX_PAYLOAD,
                "maxConnPerChannel": hub::MAX_CONNECTIONS,
                "maxMessagesPerRequest": MAX_PER_REQUEST,
                "maxChannelsPerRequest": MAX_PER_REQUEST,
                "messageTTL": hub::MESSAGE_TTL,
            },
        }])
    }

    fn ticket(&self, params: &Params) -> Result<Ticket, Status> {
        let channels = params::text(params, "CHANNEL_ID").ok_or(Status::WrongChannelId)?;
        let channels = self.hub.key().read_channels(&channels, Trust::Client)?;
        let after = params::text(params, "mid").and_then(|mid| Mid::read(&mid));
        Ok(Ticket {
            channels,
            binary: flag(params, "binaryMode"),
            after,
        })
    }
}

fn finish(answer: Result<Option<batch::Response>, Status>) -> Response {
    match answer {
        Ok(None) => StatusCode::OK.into_response(),
        Ok(Some(response)) => {
            let bytes = batch::write_responses(&[response], false);
            ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response()
        }
        Err(status) => refusal(status),
    }
}

fn refusal(status: Status) -> Response {
    (status.http(), [(header::CONTENT_TYPE, "text/plain")], status.reason()).into_response()
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

async fn read(body: Body) -> Result<Bytes, axum::Error> {
    axum::body::to_bytes(body, MAX_PAYLOAD).await
}
