//! The addresses of a publication: the page, its files, and the calls of the web client below `e1cib`.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Path, Query, RawQuery, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::beacons::{Beacon, Load, Painted};
use super::forms::{Form, Maker, Writing};
use super::links::{self, Place};
use super::objects::{CREATED, Object};
use super::refusal::Refusal;
use super::{Publication, State, assets, now, papers, platform, sessions};

/// The user for whom the operating system of the desk vouches.
const DESK_USER: &str = "Иванов И.И.";

/// How many written objects a base keeps.
const WRITTEN: usize = 1_000;

/// The longest value of a field, in characters.
const LONGEST_VALUE: usize = 4_096;

/// The largest file that may be attached, in bytes.
const LARGEST_FILE: usize = 32 * 1024 * 1024;

/// The routes of all publications.
pub(super) fn router(state: Arc<State>) -> Router {
    let calls = Router::new()
        .route("/login", post(login))
        .route("/users", get(users))
        .route("/start", post(start))
        .route("/metadata", get(metadata))
        .route("/sections", get(sections))
        .route("/form", post(form))
        .route("/write", post(write))
        .route("/ping", post(ping))
        .route("/print", get(print))
        .route("/download", get(download))
        .route("/attach", post(attach))
        .route("/logout", get(logout).post(logout));
    Router::new()
        .route("/{publication}", get(redirect))
        .route("/{publication}/", get(redirect))
        .route("/{publication}/beacon", post(beacon))
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
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let publication = state.publication(names.first().map(String::as_str).unwrap_or_default())?;
    let lang = names.get(1).map_or("ru_RU", String::as_str);
    language(lang)?;
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok((StatusCode::FOUND, [(header::LOCATION, format!("/{}/{lang}/{query}", publication.name))]).into_response())
}

async fn page(Shared(state): Office, Path((name, lang)): Where, headers: HeaderMap) -> Result<Response, Refusal> {
    let publication = state.publication(&name)?;
    language(&lang)?;
    if publication.desk().locked {
        return Ok(assets::locked_page(publication));
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

/// Without a session: begins one, and takes a licence. With one: answers its login form.
async fn login(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    #[derive(Deserialize)]
    struct Answer {
        usr: String,
        pwd: String,
    }
    let publication = state.publication(&name)?;
    if !query.seance.is_empty() {
        let answer: Answer = read(&body)?;
        publication.desk().book.sign_in(&query.seance, &answer.usr, &answer.pwd)?;
        return Ok(Json(json!({"root": {"seanceId": query.seance, "state": "entered", "user": answer.usr}})));
    }
    if query.client.is_empty() || query.client.len() > 64 {
        return Err(Refusal::Malformed("clnId".to_owned()));
    }
    // `ut` trusts the operating system, unless the page asks for the form after a lost session.
    let user = (publication.name == "ut" && query.cred != "form").then_some(DESK_USER);
    let begun = begin(&state, publication, &query.client, user);
    let outcome = match &begun {
        Ok(session) if session.login_form => "login_form",
        Ok(_) => "opened",
        Err(refusal) => refusal.code(),
    };
    let session = begun.as_ref().ok().map(|session| session.id.clone());
    state.loaded(Load { publication: publication.name, load: query.client, at_us: now(), session, outcome });
    let session = begun?;
    let how = if session.login_form { "form" } else { "entered" };
    Ok(Json(json!({"root": {"seanceId": session.id, "state": how, "user": session.user}})))
}

fn begin(
    state: &State,
    publication: &Publication,
    load: &str,
    user: Option<&str>,
) -> Result<sessions::Session, Refusal> {
    let id = state.uuid();
    let mut desk = publication.desk();
    if desk.locked {
        return Err(Refusal::Locked);
    }
    desk.book.begin(id, load.to_owned(), user, now())
}

/// The names for the login form, one a line, as the real client reads them.
async fn users(Shared(state): Office, Path((name, _)): Where, Query(query): Query<Carried>) -> Result<String, Refusal> {
    state.publication(&name)?.desk().book.any(&query.seance)?;
    Ok(sessions::USERS.join("\r\n"))
}

async fn start(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    #[derive(Deserialize)]
    struct Client {
        modules: usize,
    }
    let publication = state.publication(&name)?;
    let user = publication.desk().book.entered(&query.seance)?.user.clone();
    let client: Client = read(&body)?;
    if client.modules != platform::MODULES {
        return Err(Refusal::WrongClient);
    }
    Ok(Json(json!({"root": {"title": publication.configuration.title, "user": user, "version": "8.3.27.1559"}})))
}

async fn metadata(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let publication = state.publication(&name)?;
    publication.desk().book.entered(&query.seance)?;
    Ok(state.metadata(publication).answer(&headers))
}

async fn sections(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&name)?;
    publication.desk().book.entered(&query.seance)?;
    Ok(Json(json!({"root": {"sections": publication.configuration.sections}})))
}

async fn form(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    #[derive(Deserialize)]
    struct Asked {
        link: String,
        /// `start`, `hash` or `click`.
        reason: String,
    }
    let publication = state.publication(&name)?;
    publication.desk().book.entered(&query.seance)?;
    let asked: Asked = read(&body)?;
    if asked.reason == "hash" && !publication.desk().follow_hash {
        return Ok(Json(json!({"root": {"ignored": true}})));
    }
    Ok(Json(json!({"root": described(&state, publication, &asked.link)})))
}

async fn write(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&name)?;
    publication.desk().book.entered(&query.seance)?;
    let mut writing: Writing = read(&body)?;
    if writing.fields.values().any(|value| value.chars().count() > LONGEST_VALUE) || writing.fields.len() > 200 {
        return Err(Refusal::Full);
    }
    let (kind, uuid) = match links::read(&writing.link) {
        Place::Object(kind, name, uuid) => ((kind, name), uuid),
        Place::New(kind, name) => {
            writing.fields.insert(CREATED.to_owned(), String::new());
            ((kind, name), state.uuid())
        }
        Place::List(..) | Place::App(_) | Place::Command(_) | Place::Section(_) | Place::Nowhere => {
            return Err(Refusal::UnknownObject);
        }
    };
    let object = object(&state, publication, &kind.0, &kind.1, &uuid).ok_or(Refusal::UnknownObject)?;
    {
        let mut desk = publication.desk();
        if desk.written.len() >= WRITTEN && !desk.written.contains_key(&uuid) {
            return Err(Refusal::Full);
        }
        desk.written.entry(uuid).or_default().extend(writing.fields);
    }
    Ok(Json(json!({"root": described(&state, publication, &object.link())})))
}

async fn ping(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Json<Value>, Refusal> {
    state.publication(&name)?.desk().book.entered(&query.seance)?;
    Ok(Json(json!({"root": {}})))
}

async fn print(Shared(state): Office, Path((name, _)): Where, Query(query): Query<Carried>) -> Result<Response, Refusal> {
    paper(&state, &name, &query).map(|object| papers::print(&object))
}

async fn download(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Response, Refusal> {
    paper(&state, &name, &query).map(|object| papers::download(&object))
}

async fn attach(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    state.publication(&name)?.desk().book.entered(&query.seance)?;
    Ok(Json(json!({"root": {"name": query.name, "size": body.len()}})))
}

/// Ends the session; the body of a real client is `{"root":{}}` and is not looked at, as a link may do it too.
async fn logout(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Json<Value>, Refusal> {
    state.publication(&name)?.desk().book.logout(&query.seance)?;
    Ok(Json(json!({"root": {}})))
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
    state.painted(Beacon { publication: publication.name, session: query.seance, at_us, painted });
    Ok(StatusCode::NO_CONTENT)
}

fn described(state: &State, publication: &Publication, link: &str) -> Form {
    let desk = publication.desk();
    let written = match links::read(link) {
        Place::Object(_, _, uuid) => desk.written.get(&uuid),
        Place::New(..)
        | Place::List(..)
        | Place::App(_)
        | Place::Command(_)
        | Place::Section(_)
        | Place::Nowhere => None,
    };
    let maker = Maker { seed: state.seed, configuration: &publication.configuration, portal: &desk.portal };
    maker.form(link, written)
}

fn paper(state: &State, name: &str, query: &Carried) -> Result<Object, Refusal> {
    let publication = state.publication(name)?;
    publication.desk().book.entered(&query.seance)?;
    let Place::Object(kind, name, uuid) = links::read(&query.link) else { return Err(Refusal::UnknownObject) };
    object(state, publication, &kind, &name, &uuid).ok_or(Refusal::UnknownObject)
}

fn object(state: &State, publication: &Publication, kind: &str, name: &str, uuid: &str) -> Option<Object> {
    let desk = publication.desk();
    let maker = Maker { seed: state.seed, configuration: &publication.configuration, portal: &desk.portal };
    maker.find(kind, name, uuid, desk.written.get(uuid))
}

/// A language of the client is `xx_YY`; anything else is no page.
fn language(lang: &str) -> Result<(), Refusal> {
    let shape: Vec<char> = lang.chars().collect();
    let fits = match shape.as_slice() {
        [a, b, '_', c, d] => [a, b].iter().all(|it| it.is_ascii_lowercase()) && [c, d].iter().all(|it| it.is_ascii_uppercase()),
        _ => false,
    };
    if fits { Ok(()) } else { Err(Refusal::UnknownResource) }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let envelope: Envelope<T> = serde_json::from_slice(body).map_err(|error| Refusal::Malformed(error.to_string()))?;
    Ok(envelope.root)
}
