//! `POST /fault`: what goes wrong, either from now on or once.
//!
//! `{"kind": ..., "on": true, "count": N}`: a lasting fault strikes `count` times, or until `"on": false` or the kind
//! `clear`. Those marked 1 strike once unless told otherwise.
//!
//! | kind | strikes | fields | what happens |
//! | --- | --- | --- | --- |
//! | `portal_silent` | | | REST and pages accept and never answer |
//! | `portal_down` | | | every connection of the portal's port is closed, old and new |
//! | `rest_html` | 1 | `status` 502 | REST answers a page |
//! | `rest_error` | 1 | `status` 503, `error` | REST answers this error |
//! | `upgrade_400` | 1 | | `4010: Wrong Channel Id.` during the upgrade |
//! | `upgrade_status` | 1 | `status` 403, `retry_after` | any status; 3xx with `Location: /auth/` |
//! | `upgrade_200` | 1 | | 200 and a page: a captive portal |
//! | `upgrade_wrong_accept` | 1 | | 101 with a wrong `Sec-WebSocket-Accept` |
//! | `upgrade_close` | 1 | `status` 4010, `error` | 101, then closed with this code |
//! | `upgrade_silent` | 1 | | the upgrade is never answered |
//! | `push_silent` | | | sockets and polls stay open, nothing is read or written, no pong |
//! | `half_frame` | 1 | `then` stall, cut or reset | the next frame with messages is cut in half |
//! | `slow_writes` | | `value` 5 | push connections send a byte each so many milliseconds |
//! | `poll_502`, `poll_html`, `poll_empty` | 1 | | a page with 502 or 200, 200 without a body |
//! | `poll_status` | 1 | `status` 403, `retry_after` | any status |
//! | `poll_bare_timeout` | 1 | | 304 without its headers, when the hold is over |
//! | `duplicate_mids` | | | every live message comes twice |
//! | `out_of_order` | | | gathered and replayed messages in reverse order |
//! | `unknown_fields`, `no_sender` | | | protobuf with fields from the future, or without senders |
//! | `replay_gap` | 1 | `value` ms, `publish` | events published between replay and live list, then the gap |
//! | `history_down` | | | the store is down: 4011, publications are lost |
//!
//! At once: `clear`, `garbage_frame {text?, binary?}`, `bad_body {user}`, `close {status, error}` (1012, 4029 ...;
//! status 0: no code), `reset`, `channel_expire {channel, user}`, `config_expire`, `server_restart`, `scopes {scopes}`,
//! `clock_skew {value}`, `revision {revision}`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::once::{self, ChannelKind, Once};
use super::{Desk, Refused};
use crate::faults::{Fault, Setting};
use crate::line::Then;
use crate::portal::Post;

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
    pub(super) user: u64,
    /// Milliseconds of `replay_gap` and `slow_writes`, seconds of `clock_skew`.
    pub(super) value: Option<i64>,
    /// HTTP status of refusals, close code of `close` and `upgrade_close`.
    pub(super) status: Option<u16>,
    /// Error code of `rest_error`, reason of `close` and `upgrade_close`.
    pub(super) error: Option<String>,
    /// Seconds of `Retry-After`.
    retry_after: Option<u64>,
    /// How a connection ends after half a frame.
    #[serde(default)]
    then: Then,
    /// What is published inside the gap of `replay_gap`: one event or several.
    publish: Option<Posts>,
    /// The garbage as text, or as hex for a binary frame.
    pub(super) text: Option<String>,
    pub(super) binary: Option<String>,
    /// `private` or `shared`, of `channel_expire`.
    pub(super) channel: Option<ChannelKind>,
    /// Scopes that webhooks keep, of `scopes`.
    pub(super) scopes: Option<Vec<String>>,
    /// The number of `revision`.
    pub(super) revision: Option<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum Kind {
    Lasting(Fault),
    Once(Once),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Posts {
    One(Box<Post>),
    Many(Vec<Post>),
}

/// Injects a fault.
pub(super) async fn inject(State(desk): State<Arc<Desk>>, Json(order): Json<Order>) -> Result<Json<Value>, Refused> {
    let answer = match order.kind {
        Kind::Lasting(fault) => {
            if order.on {
                desk.faults.set(fault, setting(fault, &order));
            } else {
                desk.faults.clear(fault);
            }
            let posts = match order.publish.clone().filter(|_| fault == Fault::ReplayGap && order.on) {
                Some(Posts::One(post)) => vec![*post],
                Some(Posts::Many(posts)) => posts,
                None => Vec::new(),
            };
            for post in &posts {
                let (to, draft) = desk
                    .portal
                    .draft(post)
                    .ok_or_else(|| Refused::not_found("no such user"))?;
                desk.hub.plan(to, draft);
            }
            json!({"ok": true, "faults": desk.faults.snapshot()})
        }
        Kind::Once(once) => once::happen(&desk, once, &order)?,
    };
    desk.hub.break_store(desk.faults.is_on(Fault::HistoryDown));
    Ok(Json(answer))
}

fn setting(fault: Fault, order: &Order) -> Setting {
    // Faults of a single request strike once unless told otherwise.
    let (usual, usual_value) = match fault {
        Fault::RestHtml => (Some(1), 502),
        Fault::RestError => (Some(1), 503),
        Fault::UpgradeStatus | Fault::PollStatus => (Some(1), 403),
        Fault::UpgradeClose => (Some(1), 4010),
        Fault::Upgrade400
        | Fault::Upgrade200
        | Fault::UpgradeWrongAccept
        | Fault::UpgradeSilent
        | Fault::HalfFrame
        | Fault::Poll502
        | Fault::PollHtml
        | Fault::PollEmpty
        | Fault::PollBareTimeout
        | Fault::ReplayGap => (Some(1), 0),
        Fault::SlowWrites => (None, 5),
        Fault::PortalSilent
        | Fault::PortalDown
        | Fault::PushSilent
        | Fault::DuplicateMids
        | Fault::OutOfOrder
        | Fault::UnknownFields
        | Fault::NoSender
        | Fault::HistoryDown => (None, 0),
    };
    let value = order.value.and_then(|value| u64::try_from(value).ok());
    let value = value.or(order.status.map(u64::from)).unwrap_or(usual_value);
    Setting {
        count: order.count.or(usual),
        value,
        error: order.error.clone(),
        retry_after: order.retry_after,
        then: order.then,
    }
}

fn yes() -> bool {
    true
}

fn first_user() -> u64 {
    1
}
