//! `POST /fault`: what goes wrong, either from now on or once.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, Refused};
use crate::clock;
use crate::faults::{Fault, Setting};
use crate::push::Outgoing;

/// What is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Order {
    kind: Kind,
    /// False switches a lasting fault off.
    #[serde(default = "yes")]
    on: bool,
    /// Times that a lasting fault strikes; without it the usual ones last until switched off.
    count: Option<u32>,
    /// The user concerned.
    #[serde(default = "first_user")]
    user: u64,
    /// Milliseconds of `replay_gap`, seconds of `clock_skew`.
    value: Option<i64>,
    /// HTTP status of `rest_html` and `rest_error`, close code of `close`.
    status: Option<u16>,
    /// Error code of `rest_error`, reason of `close`.
    error: Option<String>,
    /// `private` or `shared`, of `channel_expire`.
    channel: Option<ChannelKind>,
    /// Scopes that webhooks keep, of `scopes`.
    scopes: Option<Vec<String>>,
    /// The number of `revision`.
    revision: Option<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum Kind {
    Lasting(Fault),
    Once(Once),
}

/// Faults that happen at once.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Once {
    /// Every lasting fault ends.
    Clear,
    /// A frame of nonsense to every socket.
    GarbageFrame,
    /// One frame with a good message, a broken one and a good one.
    BadBody,
    /// Every socket is closed with a code.
    Close,
    /// A channel is replaced.
    ChannelExpire,
    /// The configuration is replaced.
    ConfigExpire,
    /// The push server says that it will restart.
    ServerRestart,
    /// Webhooks lose scopes.
    Scopes,
    /// The portal's clock goes wrong.
    ClockSkew,
    /// The portal reports another revision.
    Revision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum ChannelKind {
    Private,
    Shared,
}

/// Injects a fault.
pub(super) async fn inject(State(desk): State<Arc<Desk>>, Json(order): Json<Order>) -> Result<Json<Value>, Refused> {
    match order.kind {
        Kind::Lasting(fault) => {
            if order.on {
                desk.faults.set(fault, setting(fault, &order));
            } else {
                desk.faults.clear(fault);
            }
            Ok(Json(json!({"ok": true, "faults": desk.faults.snapshot()})))
        }
        Kind::Once(once) => at_once(&desk, once, &order).map(Json),
    }
}

fn at_once(desk: &Desk, once: Once, order: &Order) -> Result<Value, Refused> {
    let told = |count: usize| json!({"ok": true, "sockets": count});
    match once {
        Once::Clear => desk.faults.clear_all(),
        Once::GarbageFrame => return Ok(told(desk.hub.tell_sockets(&Outgoing::Garbage))),
        Once::Close => {
            let code = order.status.unwrap_or(4010);
            let reason = order
                .error
                .clone()
                .unwrap_or_else(|| "4010: Wrong Channel Id.".to_owned());
            return Ok(told(desk.hub.tell_sockets(&Outgoing::Close(code, reason))));
        }
        Once::BadBody => {
            let good = |command: &str| {
                format!(r#"{{"module_id":"im","command":"{command}","params":{{}},"extra":{{"server_time_unix":0}}}}"#)
            };
            let bodies = vec![
                good("fault_before"),
                "{\"module_id\":\"im\",\"command\":".to_owned(),
                good("fault_after"),
            ];
            let mids = desk
                .portal
                .publish_raw(order.user, bodies)
                .ok_or_else(|| Refused::not_found("no such user"))?;
            return Ok(json!({"ok": true, "mids": mids}));
        }
        Once::ChannelExpire => {
            let signal = match order.channel {
                Some(ChannelKind::Shared) => Some(desk.portal.expire_shared(clock::now())),
                Some(ChannelKind::Private) | None => desk.portal.expire_private(order.user, clock::now()),
            };
            let signal = signal.ok_or_else(|| Refused::not_found("no such user"))?;
            return Ok(json!({"ok": true, "mid": signal.mid, "at_us": signal.at_us}));
        }
        Once::ConfigExpire => {
            desk.portal.expire_config();
        }
        Once::ServerRestart => {
            desk.portal.announce_restart();
        }
        Once::Scopes => {
            let scopes = order
                .scopes
                .clone()
                .ok_or_else(|| Refused::invalid("\"scopes\" is missing"))?;
            desk.portal.set_scopes(scopes);
        }
        Once::ClockSkew => desk.portal.set_clock_skew(order.value.unwrap_or(0)),
        Once::Revision => desk.portal.set_revision(order.revision.unwrap_or(20)),
    }
    Ok(json!({"ok": true}))
}

fn setting(fault: Fault, order: &Order) -> Setting {
    // Faults of a single request strike once unless told otherwise.
    let (usual, usual_value) = match fault {
        Fault::RestHtml => (Some(1), 502),
        Fault::RestError => (Some(1), 503),
        Fault::Upgrade400 | Fault::Poll502 | Fault::PollBareTimeout | Fault::ReplayGap => (Some(1), 0),
        Fault::PortalSilent
        | Fault::PortalDown
        | Fault::PushSilent
        | Fault::DuplicateMids
        | Fault::OutOfOrder
        | Fault::UnknownFields => (None, 0),
    };
    let value = order.value.and_then(|value| u64::try_from(value).ok());
    let value = value.or(order.status.map(u64::from)).unwrap_or(usual_value);
    Setting {
        count: order.count.or(usual),
        value,
        error: order.error.clone().unwrap_or_else(|| "QUERY_LIMIT_EXCEEDED".to_owned()),
    }
}

fn yes() -> bool {
    true
}

fn first_user() -> u64 {
    1
}
