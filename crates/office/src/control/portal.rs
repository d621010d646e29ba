//! `/portal/...`: what kind of portal it is.
//!
//! | call | body | does |
//! | --- | --- | --- |
//! | `GET /portal/state` | | `{manners, oauth, sessions, limits, answers}` |
//! | `POST /portal/set` | any of the fields below | changes the manners, answers the state |
//! | `GET /portal/limits?calls=N` | | what is limited and counted: `{setup, accepted, addresses, refusals, refused: {code: n}, first_at_us, last_at_us, seconds, ideal_seconds}`; `ideal_seconds`: the shortest time for `N` calls, else for those that the busiest address was let make |
//! | `POST /portal/limits` | `{bucket?: {size, drain}, operating_s?, window_s?, costs?: {method or "*": seconds}, overloaded?}` | sets the limits anew (absent: off) and empties the counters; `{"bucket": {}}` is the usual one of 50 and 2 a second |
//! | `DELETE /portal/limits` | | empties buckets and counters |
//! | `POST /portal/bulk` | `{type? (2), count, first_id? (1000), company?}` | many entities, the same each time: `{first, last}` |
//! | `POST /portal/change` | `{type, id, fields, user?}` | an entity is changed by a person; offline events tell of it |
//! | `POST /portal/application` | `{client_id?, client_secret?, redirect_uri?, scopes?, installed?, title?, unpaid?, remove?}` | adds, changes or removes a local application: the application with its secret and `application_token` |
//! | `POST /portal/tokens` | `{end: "access" \| "refresh" \| "revoke", client_id?}`, `{lives: {code_s?, access_s?, refresh_s?, terse?}}` | access tokens expire (`expired_token`), refresh tokens are dead (`invalid_grant`), access tokens are taken back (`invalid_token`): `{ended}`; lifetimes of what is given later; `terse`: the reply to a code has neither `expires` nor `user_id` |
//! | `POST /portal/sessions` | `{end: true, user?}`, `{renew: true}` | sign-ins end; every `sessid` changes (`session_failed`): `{ended}` |
//! | `POST /portal/answer` | `{method?, status? (200), error?, description?, extra?, html?, text?, location?, count? (1; 0: always)}` | the next calls are answered so: any error with any status, a page, half of a JSON |
//! | `DELETE /portal/answer` | | forgets those that wait |
//!
//! | field of `set` | meaning |
//! | --- | --- |
//! | `flavour` | `cloud`, or `box`: `time` does not tell the operating time, `app.info` names the box |
//! | `edition` | `commercial`, `free` (REST: 403 `ACCESS_DENIED`, only on commercial plans), `unsubscribed` (by subscription) |
//! | `moved_to` | host and port of the new name (`localhost:<port>`): others get 302; empty: back |
//! | `prefix` | a folder before the paths of pages; empty: none |
//! | `https_required` | webhooks over plain HTTP: 400 `INVALID_REQUEST` |
//! | `login_required` | pages show the login form to whoever is not signed in (login of a user, password `demo`) |
//! | `authority_down` | 401 `CONNECTION_ERROR` for calls of applications |
//! | `offline_extended` | false: `event.offline.get` with `clear=0` is refused |
//!
//! OAuth: `/oauth/authorize/?client_id=&state=` shows the login form or redirects with a code; `/oauth/token/` by GET or by
//! a form. Sign-in: `/auth/`; signed-in pages carry `BX.message({.. 'bitrix_sessid'})`, and `/rest/<method>` with the
//! cookies and `sessid` is a call of the session.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Desk, Refused};
use crate::portal::{Answer, Application, Bulk, Ending, LimitSetup, Lives, MannersChange, Registration};

#[derive(Debug, Deserialize)]
struct Calls {
    calls: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Edit {
    #[serde(rename = "type")]
    type_id: u32,
    id: u64,
    fields: Map<String, Value>,
    #[serde(default = "someone")]
    user: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tokens {
    end: Option<Ending>,
    client_id: Option<String>,
    lives: Option<Lives>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sessions {
    #[serde(default)]
    end: bool,
    #[serde(default)]
    renew: bool,
    user: Option<u64>,
}

/// The calls.
pub(super) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/state", get(state))
        .route("/set", post(set))
        .route("/limits", get(limits).post(limit).delete(forget_counts))
        .route("/bulk", post(bulk))
        .route("/change", post(change))
        .route("/application", post(application))
        .route("/tokens", post(tokens))
        .route("/sessions", post(sessions))
        .route("/answer", post(answer).delete(forget_answers))
}

async fn state(State(desk): State<Arc<Desk>>) -> Json<Value> {
    Json(desk.portal.describe())
}

async fn set(State(desk): State<Arc<Desk>>, Json(change): Json<MannersChange>) -> Json<Value> {
    desk.portal.set_manners(change);
    Json(desk.portal.describe())
}

async fn limits(State(desk): State<Arc<Desk>>, Query(asked): Query<Calls>) -> Json<Value> {
    Json(desk.portal.limits().report(asked.calls))
}

async fn limit(State(desk): State<Arc<Desk>>, Json(setup): Json<LimitSetup>) -> Json<Value> {
    desk.portal.limits().set(setup);
    Json(desk.portal.limits().report(None))
}

async fn forget_counts(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.portal.limits().reset();
    Json(json!({"ok": true}))
}

async fn bulk(State(desk): State<Arc<Desk>>, Json(bulk): Json<Bulk>) -> Result<Json<Value>, Refused> {
    let made = desk.portal.fill_crm(&bulk);
    let (first, last) = made.ok_or_else(|| Refused::invalid("no such type, or none of it"))?;
    Ok(Json(json!({"first": first, "last": last})))
}

async fn change(State(desk): State<Arc<Desk>>, Json(edit): Json<Edit>) -> Result<Json<Value>, Refused> {
    if desk
        .portal
        .change_entity(edit.type_id, edit.id, &edit.fields, edit.user)
    {
        return Ok(Json(json!({"ok": true})));
    }
    Err(Refused::not_found("there is no such entity on the portal"))
}

async fn application(
    State(desk): State<Arc<Desk>>,
    Json(registration): Json<Registration>,
) -> Result<Json<Application>, Refused> {
    let registered = desk.portal.register(registration);
    registered
        .map(Json)
        .ok_or_else(|| Refused::not_found("there is no such application"))
}

async fn tokens(State(desk): State<Arc<Desk>>, Json(order): Json<Tokens>) -> Json<Value> {
    if let Some(lives) = order.lives {
        desk.portal.set_lives(lives);
    }
    let ended = order
        .end
        .map_or(0, |ending| desk.portal.end_tokens(ending, order.client_id.as_deref()));
    Json(json!({"ended": ended}))
}

async fn sessions(State(desk): State<Arc<Desk>>, Json(order): Json<Sessions>) -> Json<Value> {
    if order.renew {
        desk.portal.renew_sessids();
    }
    let ended = if order.end {
        desk.portal.end_sessions(order.user)
    } else {
        0
    };
    Json(json!({"ended": ended}))
}

async fn answer(State(desk): State<Arc<Desk>>, Json(answer): Json<Answer>) -> Json<Value> {
    desk.portal.answers().add(answer);
    Json(json!({"ok": true}))
}

async fn forget_answers(State(desk): State<Arc<Desk>>) -> Json<Value> {
    desk.portal.answers().clear();
    Json(json!({"ok": true}))
}

fn someone() -> u64 {
    2
}
