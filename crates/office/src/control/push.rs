//! `/push/...`: the push server's tuning, its history, its restart, and what its clients said.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::actions::no_user;
use super::{Desk, Refused};
use crate::clock;
use crate::faults::{Fault, Setting};

/// How long stored messages live unless told otherwise.
const DAY: u32 = 86_400;
/// About the size of a real event.
const USUAL_SIZE: usize = 800;
/// The name of the portal at a server of many portals.
const CLIENT_ID: &str = "fcda45d0859442735f07b8bb5825ded1";

/// `POST /push/set`: absent fields stay as they are. Times of connections count for those that come afterwards.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Order {
    /// Milliseconds between two pings of the WebSocket protocol.
    ping_ms: Option<u64>,
    /// Milliseconds between two literal `ping` of version 5.
    rpc_ping_ms: Option<u64>,
    /// Milliseconds that a poll is held.
    hold_ms: Option<u64>,
    /// Milliseconds that messages are gathered after a frame.
    gather_ms: Option<u64>,
    /// Connections per channel of a user.
    max_connections: Option<usize>,
    /// Bytes of a message or body.
    max_payload: Option<usize>,
    /// The newest messages of each channel and of all in a replay, as `[100, 200]`.
    replay_limits: Option<(usize, usize)>,
    /// `format=json` is understood.
    format_json: Option<bool>,
    /// A bad channel is refused by close 4010 after the upgrade instead of HTTP 400 during it.
    late_refusal: Option<bool>,
    /// `shared`: a server of many portals, clients give `clientId`; `personal`: the usual one.
    mode: Option<Mode>,
    /// `websocket_enabled` of the configuration.
    websocket_enabled: Option<bool>,
    /// False: `pull.config.get` answers 500 SERVER_ERROR.
    server_enabled: Option<bool>,
    /// Seconds until `exp` of the configuration and of the token.
    config_ttl: Option<i64>,
    /// Seconds that channels live; those that exist begin anew.
    channel_ttl: Option<i64>,
    /// `new_channel.start` is a unix number.
    unix_start: Option<bool>,
    /// `server.version` of the configuration says this, whatever the server speaks.
    version: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Personal,
    Shared,
}

#[derive(Debug, Deserialize)]
struct Raw {
    user: Option<u64>,
    bodies: Vec<String>,
    expiry: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Fill {
    user: Option<u64>,
    count: u32,
    size: Option<usize>,
}

#[derive(Debug, Deserialize)]
struct History {
    messages: Vec<Value>,
}

#[derive(Debug, Default, Deserialize)]
struct Restart {
    #[serde(default)]
    down_ms: u64,
}

/// The routes below `/push`.
pub(super) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/set", post(set))
        .route("/raw", post(raw))
        .route("/fill", post(fill))
        .route("/receipts", get(receipts).delete(forget))
        .route("/writes", get(writes).delete(forget_writes))
        .route("/history", get(export).post(import).delete(clear))
        .route("/restart", post(restart))
}

async fn set(State(desk): State<Arc<Desk>>, Json(order): Json<Order>) -> Json<Value> {
    desk.hub.tune(|tuning| {
        let milliseconds = [
            (&mut tuning.ping, order.ping_ms),
            (&mut tuning.rpc_ping, order.rpc_ping_ms),
            (&mut tuning.hold, order.hold_ms),
            (&mut tuning.gather, order.gather_ms),
        ];
        for (field, value) in milliseconds {
            if let Some(value) = value {
                *field = Duration::from_millis(value);
            }
        }
        put(&mut tuning.max_connections, order.max_connections);
        put(&mut tuning.max_payload, order.max_payload);
        put(&mut tuning.replay_limits, order.replay_limits.map(Some));
        put(&mut tuning.format_json, order.format_json);
        put(&mut tuning.late_refusal, order.late_refusal);
        put(
            &mut tuning.client_id,
            order
                .mode
                .map(|mode| (mode == Mode::Shared).then(|| CLIENT_ID.to_owned())),
        );
    });
    desk.portal.set_up(|setup| {
        put(&mut setup.websocket_enabled, order.websocket_enabled.map(Some));
        put(&mut setup.server_enabled, order.server_enabled);
        put(&mut setup.config_ttl, order.config_ttl.map(Some));
        put(&mut setup.channel_ttl, order.channel_ttl);
        put(&mut setup.unix_start, order.unix_start);
        put(&mut setup.version, order.version.map(Some));
    });
    Json(json!({"ok": true, "tuning": format!("{:?}", desk.hub.tuning())}))
}

async fn raw(State(desk): State<Arc<Desk>>, Json(raw): Json<Raw>) -> Result<Json<Value>, Refused> {
    let mids = desk
        .portal
        .publish_raw(raw.user, raw.bodies, raw.expiry.unwrap_or(DAY))
        .ok_or_else(no_user)?;
    Ok(Json(json!({"mids": mids})))
}

async fn fill(State(desk): State<Arc<Desk>>, Json(fill): Json<Fill>) -> Result<Json<Value>, Refused> {
    let mids = desk
        .portal
        .fill(fill.user, fill.count, fill.size.unwrap_or(USUAL_SIZE))
        .ok_or_else(no_user)?;
    Ok(Json(json!({"mids": mids})))
}

async fn receipts(State(desk): State<Arc<Desk>>) -> Json<Value> {
    Json(desk.hub.receipts().show())
}

async fn forget(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.hub.forget_receipts();
    Json(json!({"ok": true}))
}

async fn writes(State(desk): State<Arc<Desk>>) -> Json<Value> {
    Json(json!({"writes": desk.hub.show_writes()}))
}

async fn forget_writes(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.hub.forget_writes();
    Json(json!({"ok": true}))
}

async fn export(State(desk): State<Arc<Desk>>) -> Json<Value> {
    Json(json!({"messages": desk.hub.export()}))
}

async fn import(State(desk): State<Arc<Desk>>, Json(history): Json<History>) -> Json<Value> {
    Json(json!({"ok": true, "messages": desk.hub.import(history.messages)}))
}

async fn clear(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.hub.clear_history();
    Json(json!({"ok": true}))
}

async fn restart(State(desk): State<Arc<Desk>>, Json(restart): Json<Restart>) -> Json<Value> {
    desk.faults.set(Fault::PortalDown, Setting::default());
    sleep(Duration::from_millis(restart.down_ms)).await;
    desk.hub.begin_again(clock::now());
    desk.faults.clear(Fault::PortalDown);
    Json(json!({"ok": true}))
}

fn put<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
