//! The control of the publications: what tests read and change. The calls are listed with those of the office.

mod set;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::services::Trouble;
use super::sessions::App;
use super::{Publication, State};

/// The longest time a reader may wait for a beacon.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The routes, relative to where the caller nests them.
pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/state", get(read))
        .route("/beacons", get(beacons))
        .route("/loads", get(loads))
        .route("/set", post(set::set))
        .route("/session/lose", post(lose))
        .route("/update", post(update))
        .route("/users", post(users).get(listed))
        .route("/events", get(events).delete(forget))
        .route("/events/fault", post(fault))
        .route("/tls", get(secure))
        .route("/hostile", get(hostile))
        .with_state(state)
}

/// The state of every publication by its name.
pub(super) fn snapshot(state: &State) -> Value {
    let each = state
        .publications
        .iter()
        .map(|publication| (publication.name.to_owned(), one(state, publication)));
    Value::Object(each.collect::<Map<_, _>>())
}

fn one(state: &State, publication: &Publication) -> Value {
    let loads = state.load_count(publication.name);
    let desk = publication.desk();
    let begun = |app| desk.book.begun(app);
    json!({
        "title": publication.configuration.title,
        "licences": desk.book.licences(),
        "in_use": desk.book.sessions().len(),
        "sessions": desk.book.sessions(),
        "begun": {
            "web_client": begun(App::WebClient), "http_service": begun(App::HttpService), "odata": begun(App::Odata),
        },
        "requests": desk.requests,
        "loads": loads,
        "follow_hash": desk.manners.follow_hash,
        "locked": desk.locked.is_some(),
        "portal": desk.portal,
        "release": desk.release,
        "path": desk.manners.prefix(publication.name),
        "manners": desk.manners,
    })
}

async fn read(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(snapshot(&state))
}

async fn loads(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(state.all_loads())
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
    /// Wait this long for the first beacon after `after`.
    #[serde(default)]
    wait_ms: u64,
}

async fn beacons(Shared(state): Shared<Arc<State>>, Query(query): Query<After>) -> Json<Value> {
    let mut newest = state.newest.subscribe();
    let wait = Duration::from_millis(query.wait_ms).min(LONGEST_WAIT);
    // Out of time is as good as a beacon: the answer is what there is.
    let _ = tokio::time::timeout(wait, newest.wait_for(|newest| *newest > query.after)).await;
    Json(state.beacons_after(query.after))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lose {
    publication: String,
    /// One session; all of the publication when absent.
    session: Option<String>,
}

async fn lose(Shared(state): Shared<Arc<State>>, Json(lose): Json<Lose>) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&lose.publication)?;
    let lost = publication.desk().book.lose(lose.session.as_deref());
    Ok(Json(json!({"lost": lost})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    publication: String,
    #[serde(default)]
    after: usize,
}

async fn update(Shared(state): Shared<Arc<State>>, Json(which): Json<Which>) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&which.publication)?;
    let mut desk = publication.desk();
    desk.release += 1;
    let ended = desk.book.outdate();
    Ok(Json(json!({"release": desk.release, "ended": ended})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    publication: String,
    name: String,
    /// Absent: the user is removed.
    password: Option<String>,
    /// Whether the roles allow services and OData.
    services: Option<bool>,
}

async fn users(Shared(state): Shared<Arc<State>>, Json(person): Json<Person>) -> Result<Json<Value>, Response> {
    let publication = state
        .publication(&person.publication)
        .map_err(IntoResponse::into_response)?;
    if person.name.is_empty() || person.name.contains(':') {
        return Err((StatusCode::BAD_REQUEST, "a name has no colon and is not empty").into_response());
    }
    let mut desk = publication.desk();
    match person.password {
        Some(password) => desk.users.set(&person.name, &password, person.services.unwrap_or(true)),
        None => {
            desk.users.remove(&person.name);
        }
    }
    Ok(Json(json!({"users": desk.users.names()})))
}

async fn listed(Shared(state): Shared<Arc<State>>, Query(which): Query<Which>) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&which.publication)?;
    Ok(Json(json!({"users": publication.desk().users.names()})))
}

async fn events(Shared(state): Shared<Arc<State>>, Query(which): Query<Which>) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&which.publication)?;
    Ok(Json(json!({"events": publication.desk().inbox.after(which.after)})))
}

/// What a hostile page has tried, and what came of each attempt; null while it has not reported.
async fn hostile(Shared(state): Shared<Arc<State>>, Query(which): Query<Which>) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&which.publication)?;
    Ok(Json(json!({"report": publication.desk().hostile})))
}

async fn forget(Shared(state): Shared<Arc<State>>, Query(which): Query<Which>) -> Result<Json<Value>, Refusal> {
    state.publication(&which.publication)?.desk().inbox.clear();
    Ok(Json(json!({"ok": true})))
}

#[derive(Deserialize)]
struct Struck {
    publication: String,
    #[serde(flatten)]
    trouble: Trouble,
}

async fn fault(Shared(state): Shared<Arc<State>>, Json(struck): Json<Struck>) -> Result<Json<Value>, Refusal> {
    state
        .publication(&struck.publication)?
        .desk()
        .inbox
        .trouble(struck.trouble);
    Ok(Json(json!({"ok": true})))
}

async fn secure(Shared(state): Shared<Arc<State>>) -> Result<Json<Value>, Response> {
    let started = state.secure().await;
    started
        .map(Json)
        .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error).into_response())
}
