//! The control interface: what a test or a person does to the office, on an origin of its own.
//!
//! Everything takes and gives JSON. A user is a number (1 is the owner of the webhook of the ready line); `"user": null`
//! means everybody, over the shared channel.
//!
//! | call | body | does |
//! | --- | --- | --- |
//! | `GET /ready` | | the ready line |
//! | `GET /state` | | `push` (sockets, polls, channels, stored, published, version), `rest` (calls by method), `faults` |
//! | `GET /requests`, `DELETE /requests` | | the log of requests to the portal |
//! | `POST /publish` | `{user, module_id, command, params?, expiry?, user_params?, dictionary?}` | an event: `{mid, at_us}` |
//! | `POST /notify` | `{user, text, from?, link?, title?, tag?, only_flash?, confirm?}` | a notification |
//! | `POST /message` | `{user, text, from?, chat?, notify?}` | a chat message |
//! | `POST /disconnect` | `{}` | every push socket ends without a close frame |
//! | `POST /application` | `{client_id, user}` | `{access_token}` for `/rest/<method>?auth=` |
//! | `/portal/...` | | what kind of portal it is: limits, bulk data, applications, sessions, see [`portal`] |
//! | `POST /watch` | `{user, tag}` | a watch that `pull.watch.extend` finds |
//! | `POST /push/raw` | `{user, bodies: [text], expiry?}` | bodies verbatim in one response: `{mids}` |
//! | `POST /push/fill` | `{user, count, size?}` | stored events `fill` with `n` from 1, told to nobody: `{mids}` |
//! | `POST /push/set` | any of the fields of [`push::Order`] | limits, times, configuration |
//! | `GET /push/receipts`, `DELETE` | | `{macks: [{user, mid}], pongs, arrivals: [{link, framing, user, cursor, at_us}]}` |
//! | `GET /push/writes`, `DELETE` | | the moments before messages were written to sockets and polls: `{writes: [{mid, at_us}]}` |
//! | `GET /push/history`, `POST`, `DELETE` | `{messages: [..]}` | stored messages: export, import, forget |
//! | `POST /push/restart` | `{down_ms?}` | every connection is cut, new ones fail so long, ids begin anew |
//! | `POST /fault` | `{kind, ..}` | what goes wrong, see [`fault`] |
//!
//! The publications, each named by `"publication"`, as `ut`, in a body or as `?publication=` of a reading call:
//!
//! | call | body | does |
//! | --- | --- | --- |
//! | `GET /publication/state` | | by name: licences, `in_use`, `sessions` (with their `app`), `begun` by app, `requests`, `loads`, `release`, `path`, `manners` |
//! | `GET /publication/beacons?after=&wait_ms=` | | forms that were painted |
//! | `GET /publication/loads` | | page loads |
//! | `POST /publication/set` | any of the fields below | changes it, answers its state |
//! | `POST /publication/session/lose` | `{session?}` | forgets one session or all: the page shows the login form |
//! | `POST /publication/update` | `{}` | ends all sessions (`updated`, 409), the loaded page reloads: `{release, ended}` |
//! | `GET /publication/users`, `POST` | `{name, password?, services?}` | adds or changes a user; without a password removes one; `services: false` takes the right to services and OData |
//! | `GET /publication/events?after=`, `DELETE` | | what the service `events` applied: `{events: [{n, id, type, data, user, at_us, times}]}` |
//! | `POST /publication/events/fault` | `{refuse_types?, status?, count?, lose_answers?}` | events of a type fail; calls get a status; calls are applied and then answered 500; `{}` ends it |
//! | `GET /publication/tls` | | starts the publications over TLS: `{authority, intermediate, origins: {good, missing_intermediate, wrong_name, expired, not_yet_valid, self_signed, unknown_authority}}`; certificates as PEM, an origin has the usual paths |
//!
//! | field of `set` | meaning |
//! | --- | --- |
//! | `licences` | how many sessions at once; web client, services and OData together |
//! | `timeout_s`, `service_timeout_s` | seconds of rest until a session is forgotten: web client (0: never), services (20 at first) |
//! | `ping_s` | a page that is loaded after it asks so often whether its session lives (60 at first) |
//! | `locked`, `lock_message` | no new session, with this text; `clear_sessions: true` ends those that are there |
//! | `follow_hash` | false: a hash change leads nowhere |
//! | `delay_ms` | every request waits |
//! | `logout` | `works`, `hangs` (never answers), `fails` (500), `keeps` (answers, keeps the licence) |
//! | `moved_to` | another path (`new/trade`) or address, to which the old one redirects (an https address serves over TLS); empty: back |
//! | `area` | service mode: the base answers at `/a/<name>/<area>` only; empty: back |
//! | `framing` | `allowed`, `x_frame_options`, `same_origin`, `csp` |
//! | `stale_status` | 400, 404 or 500 for a call of a service whose session is lost |
//! | `hostile` | the page tries what no page may do; `GET /publication/hostile?publication=` has what came of it |
//! | `service`, `odata` | false: the service `hotstart` or OData is not published |
//! | `portal` | the address that forms lead to |
//!
//! Services of a base, with Basic in UTF-8 and `IBSession`: `GET hs/hotstart/v1/ping` → `{service, version, user}`; `POST
//! hs/hotstart/v1/events {events: [{id, type, data?}]}` → `{results: [{id, status: "done" | "failed" | "refused", answer?}]}`,
//! where the type `hotstart/order` with `data {entity: {type: "deal", id}, fields: {title}}` writes an order and answers
//! `{number, link, title}`; `POST
//! hs/hotstart/v1/draft {kind: "Документ.ЗаказКлиента", portal, type, id, fields?}` → 201 `{link, title}`. A refusal of
//! the service is `{error: {code, message}}`, one of the platform is plain text.

mod actions;
mod fault;
mod once;
mod portal;
mod push;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, http::StatusCode};
use serde_json::{Value, json};

use crate::faults::Faults;
use crate::office::Addresses;
use crate::portal::Portal;
use crate::publication;
use crate::push::Hub;

const PAGE: &str = include_str!("../assets/control/control.html");

/// Everything that can be controlled.
#[derive(Debug)]
pub(crate) struct Desk {
    portal: Arc<Portal>,
    hub: Arc<Hub>,
    faults: Arc<Faults>,
    bases: Arc<publication::State>,
    addresses: Addresses,
}

/// Why a control call was refused: HTTP status and a text.
#[derive(Debug)]
struct Refused(StatusCode, String);

impl Desk {
    /// A desk over the parts of the office.
    pub(crate) fn new(
        portal: Arc<Portal>,
        hub: Arc<Hub>,
        faults: Arc<Faults>,
        bases: Arc<publication::State>,
        addresses: Addresses,
    ) -> Self {
        Self {
            portal,
            hub,
            faults,
            bases,
            addresses,
        }
    }
}

/// The routes of the control interface.
pub(crate) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(async || Html(PAGE)))
        .route(
            "/ready",
            get(async |State(desk): State<Arc<Desk>>| Json(desk.addresses.clone())),
        )
        .route("/state", get(state))
        .route("/requests", get(requests).delete(forget))
        .route("/publish", post(actions::publish))
        .route("/notify", post(actions::notify))
        .route("/message", post(actions::message))
        .route("/disconnect", post(actions::disconnect))
        .route("/application", post(actions::application))
        .route("/watch", post(actions::watch))
        .nest("/portal", portal::routes())
        .nest("/push", push::routes())
        .route("/fault", post(fault::inject))
        .with_state(desk)
}

async fn state(State(desk): State<Arc<Desk>>) -> Json<Value> {
    let totals = desk.hub.totals();
    Json(json!({
        "push": {
            "sockets": totals.sockets, "polls": totals.polls, "channels": totals.channels, "stored": totals.stored,
            "published": totals.published, "version": desk.hub.version().number(),
        },
        "rest": desk.portal.journal().counts(),
        "faults": desk.faults.snapshot(),
        "users": desk.portal.users(),
        "publication": desk.bases.snapshot(),
    }))
}

async fn requests(State(desk): State<Arc<Desk>>) -> Json<Value> {
    Json(json!({"requests": desk.portal.journal().entries()}))
}

async fn forget(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.portal.journal().clear();
    Json(json!({"ok": true}))
}

impl Refused {
    fn not_found(text: &str) -> Self {
        Self(StatusCode::NOT_FOUND, text.to_owned())
    }

    fn invalid(text: &str) -> Self {
        Self(StatusCode::BAD_REQUEST, text.to_owned())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}
