//! The addresses of a publication: the page, its files, and the calls of the web client below `e1cib`.

mod session;
mod work;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query, RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::beacons::{Beacon, Painted};
use super::front::Mount;
use super::refusal::Refusal;
use super::{State, assets, now, odata, services};

/// The largest file that may be attached, in bytes.
const LARGEST_FILE: usize = 32 * 1024 * 1024;

/// The routes of all publications.
pub(super) fn router(state: Arc<State>) -> Router {
    let calls = Router::new()
        .route("/login", post(session::login))
        .route("/users", get(session::users))
        .route("/start", post(session::start))
        .route("/metadata", get(session::metadata))
        .route("/sections", get(session::sections))
        .route("/form", post(work::form))
        .route("/write", post(work::write))
        .route("/ping", post(session::ping))
        .route("/print", get(work::print))
        .route("/download", get(work::download))
        .route("/attach", post(work::attach))
        .route("/logout", get(session::logout).post(session::logout));
    Router::new()
        .route("/{publication}", get(redirect))
        .route("/{publication}/", get(redirect))
        .route("/{publication}/beacon", post(beacon))
        .route("/{publication}/hostile", post(hostile))
        .route("/{publication}/hs/{root}/{*path}", any(services::serve))
        .route("/{publication}/odata/standard.odata", any(odata::serve))
        .route("/{publication}/odata/standard.odata/", any(odata::serve))
        .route("/{publication}/odata/standard.odata/{*resource}", any(odata::serve))
        .route("/{publication}/{lang}", get(redirect))
        .route("/{publication}/{lang}/", get(page))
        .route("/{publication}/{lang}/scripts/{name}", get(script))
        .nest("/{publication}/{lang}/e1cib", calls)
        .fallback(nowhere)
        .layer(DefaultBodyLimit::max(LARGEST_FILE))
        .with_state(state)
}

/// The query of a call; every call but the first carries the session.
#[derive(Deserialize)]
struct Carried {
    #[serde(default, rename = "seanceId")]
    seance: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    cred: String,
    #[serde(default, rename = "clnId")]
    client: String,
    /// The release that the page was loaded with; the page of the office says it.
    release: Option<u64>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    root: T,
}

type Where = Path<(String, String)>;
type Office = Shared<Arc<State>>;

async fn nowhere() -> Refusal {
    Refusal::UnknownResource
}

/// The bare address leads to the page of the language; the browser keeps the fragment over it.
async fn redirect(
    Shared(state): Office,
    Path(names): Path<Vec<String>>,
    Extension(mount): Extension<Mount>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    state.publication(names.first().map(String::as_str).unwrap_or_default())?;
    let lang = names.get(1).map_or("ru_RU", String::as_str);
    language(lang)?;
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok((
        StatusCode::FOUND,
        [(header::LOCATION, format!("{}/{lang}/{query}", mount.prefix))],
    )
        .into_response())
}

async fn page(Shared(state): Office, Path((name, lang)): Where, headers: HeaderMap) -> Result<Response, Refusal> {
    let publication = state.publication(&name)?;
    language(&lang)?;
    let locked = publication.desk().locked.clone();
    if let Some(message) = locked {
        return Ok(assets::locked_page(publication, &message));
    }
    Ok(assets::page(publication).answer(&headers))
}

async fn script(
    Shared(state): Office,
    Path((name, lang, file)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    state.publication(&name)?;
    language(&lang)?;
    let asset = state.script(&file).ok_or(Refusal::UnknownResource)?;
    Ok(asset.answer(&headers))
}

async fn beacon(
    Shared(state): Office,
    Path(name): Path<String>,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    let at_us = now();
    let publication = state.publication(&name)?;
    publication.desk().book.any(&query.seance)?;
    let painted: Painted = serde_json::from_slice(&body).map_err(|error| Refusal::Malformed(error.to_string()))?;
    state.painted(Beacon {
        publication: publication.name,
        session: query.seance,
        at_us,
        painted,
    });
    Ok(StatusCode::NO_CONTENT)
}

/// What a hostile page has to tell.
async fn hostile(Shared(state): Office, Path(name): Path<String>, body: Bytes) -> Result<StatusCode, Refusal> {
    let report = serde_json::from_slice(&body).map_err(|error| Refusal::Malformed(error.to_string()))?;
    state.publication(&name)?.desk().hostile = Some(report);
    Ok(StatusCode::NO_CONTENT)
}

/// A language of the client is `xx_YY`; anything else is no page.
fn language(lang: &str) -> Result<(), Refusal> {
    let shape: Vec<char> = lang.chars().collect();
    let fits = match shape.as_slice() {
        [a, b, '_', c, d] => {
            [a, b].iter().all(|it| it.is_ascii_lowercase()) && [c, d].iter().all(|it| it.is_ascii_uppercase())
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(Refusal::UnknownResource) }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let envelope: Envelope<T> = serde_json::from_slice(body).map_err(|error| Refusal::Malformed(error.to_string()))?;
    Ok(envelope.root)
}
