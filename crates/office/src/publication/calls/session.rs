//! The calls that begin, enter and end a session.

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use axum::http::HeaderMap;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::beacons::Load;
use super::super::manners::Logout;
use super::super::refusal::Refusal;
use super::super::sessions::{self, App};
use super::super::{Publication, State, now, platform};
use super::{Carried, Office, Where, read};

/// The user for whom the operating system of the desk vouches.
const DESK_USER: &str = "Иванов И.И.";

/// Without a session: begins one, and takes a licence. With one: answers its login form.
pub(super) async fn login(
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
        let mut desk = publication.desk();
        desk.book.any(&query.seance)?;
        desk.users.check(&answer.usr, &answer.pwd)?;
        desk.book.sign_in(&query.seance, &answer.usr)?;
        return Ok(Json(
            json!({"root": {"seanceId": query.seance, "state": "entered", "user": answer.usr}}),
        ));
    }
    if query.client.is_empty() || query.client.len() > 64 {
        return Err(Refusal::Malformed("clnId".to_owned()));
    }
    // `ut` trusts the operating system, unless the page asks for the form after a lost session.
    let user = (publication.name == "ut" && query.cred != "form").then_some(DESK_USER);
    let begun = begin(&state, publication, &query, user);
    let outcome = match &begun {
        Ok(session) if session.login_form => "login_form",
        Ok(_) => "opened",
        Err(refusal) => refusal.code(),
    };
    let session = begun.as_ref().ok().map(|session| session.id.clone());
    state.loaded(Load {
        publication: publication.name,
        id: query.client,
        at_us: now(),
        session,
        outcome,
    });
    let session = begun?;
    let how = if session.login_form { "form" } else { "entered" };
    Ok(Json(
        json!({"root": {"seanceId": session.id, "state": how, "user": session.user}}),
    ))
}

fn begin(
    state: &State,
    publication: &Publication,
    query: &Carried,
    user: Option<&str>,
) -> Result<sessions::Session, Refusal> {
    let id = state.uuid();
    let mut desk = publication.desk();
    if let Some(message) = &desk.locked {
        return Err(Refusal::Locked(message.clone()));
    }
    if query.release.is_some_and(|release| release != desk.release) {
        return Err(Refusal::Updated);
    }
    desk.book.begin(id, App::WebClient, query.client.clone(), user)
}

/// The names for the login form, one a line, as the real client reads them.
pub(super) async fn users(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<String, Refusal> {
    let mut desk = state.publication(&name)?.desk();
    desk.book.any(&query.seance)?;
    Ok(desk.users.names().join("\r\n"))
}

/// Opens the base for a client that has run every class of the platform.
pub(super) async fn start(
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
    Ok(Json(
        json!({"root": {"title": publication.configuration.title, "user": user, "version": "8.3.27.1559"}}),
    ))
}

/// What types, rights and the search of the page are built from.
pub(super) async fn metadata(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let publication = state.publication(&name)?;
    publication.desk().book.entered(&query.seance)?;
    Ok(state.metadata(publication).answer(&headers))
}

/// The sections of the panel on the left.
pub(super) async fn sections(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&name)?;
    publication.desk().book.entered(&query.seance)?;
    Ok(Json(json!({"root": {"sections": publication.configuration.sections}})))
}

/// Tells a page at rest whether its session is alive.
pub(super) async fn ping(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Json<Value>, Refusal> {
    state.publication(&name)?.desk().book.entered(&query.seance)?;
    Ok(Json(json!({"root": {}})))
}

/// Ends the session; the body of a real client is `{"root":{}}` and is not looked at, as a link may do it too.
pub(super) async fn logout(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&name)?;
    let how = publication.desk().manners.logout;
    match how {
        Logout::Works => publication.desk().book.logout(&query.seance)?,
        Logout::Hangs => std::future::pending().await,
        Logout::Fails => return Err(Refusal::Broken),
        Logout::Keeps => {
            publication.desk().book.any(&query.seance)?;
        }
    }
    Ok(Json(json!({"root": {}})))
}
