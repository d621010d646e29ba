//! The control of the publications: what tests read and change.

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
use super::{Publication, State};

/// The longest time a reader may wait for a beacon.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// More licences than this are a mistake of the test.
const MOST_LICENCES: usize = 1_000;

/// The routes, relative to where the caller nests them.
pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/state", get(read))
        .route("/beacons", get(beacons))
        .route("/loads", get(loads))
        .route("/set", post(set))
        .route("/session/lose", post(lose))
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
    json!({
        "title": publication.configuration.title,
        "licences": desk.book.licences(),
        "in_use": desk.book.sessions().len(),
        "sessions": desk.book.sessions(),
        "loads": loads,
        "follow_hash": desk.follow_hash,
        "locked": desk.locked,
        "portal": desk.portal,
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
struct Change {
    publication: String,
    licences: Option<usize>,
    follow_hash: Option<bool>,
    locked: Option<bool>,
    portal: Option<String>,
    clear_sessions: Option<bool>,
}

async fn set(Shared(state): Shared<Arc<State>>, Json(change): Json<Change>) -> Result<Json<Value>, Response> {
    let publication = state
        .publication(&change.publication)
        .map_err(IntoResponse::into_response)?;
    if change.licences.is_some_and(|licences| licences > MOST_LICENCES) {
        return Err((StatusCode::BAD_REQUEST, "too many licences").into_response());
    }
    {
        let mut desk = publication.desk();
        if let Some(licences) = change.licences {
            desk.book.set_licences(licences);
        }
        if let Some(follow) = change.follow_hash {
            desk.follow_hash = follow;
        }
        if let Some(locked) = change.locked {
            desk.locked = locked;
        }
        if let Some(portal) = change.portal {
            desk.portal = portal;
        }
        if change.clear_sessions == Some(true) {
            desk.book.lose(None);
        }
    }
    Ok(Json(one(&state, publication)))
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
