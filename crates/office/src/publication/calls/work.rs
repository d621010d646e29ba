//! The calls of a session at work: forms, writing, papers and files.

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::forms::{Form, Writing};
use super::super::links::{self, Place};
use super::super::objects::Object;
use super::super::refusal::Refusal;
use super::super::{Publication, State, papers};
use super::{Carried, Office, Where, read};

/// The longest value of a field, in characters.
const LONGEST_VALUE: usize = 4_096;

/// Describes the form of a link.
pub(super) async fn form(
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
    if asked.reason == "hash" && !publication.desk().manners.follow_hash {
        return Ok(Json(json!({"root": {"ignored": true}})));
    }
    Ok(Json(json!({"root": described(publication, &asked.link)})))
}

/// Writes an object and answers its form anew.
pub(super) async fn write(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let publication = state.publication(&name)?;
    publication.desk().book.entered(&query.seance)?;
    let writing: Writing = read(&body)?;
    if writing
        .fields
        .values()
        .any(|value| value.chars().count() > LONGEST_VALUE)
        || writing.fields.len() > 200
    {
        return Err(Refusal::Full);
    }
    let (kind, uuid, create) = match links::read(&writing.link) {
        Place::Object(kind, name, uuid) => ((kind, name), uuid, false),
        Place::New(kind, name) => ((kind, name), state.uuid(), true),
        Place::List(..) | Place::App(_) | Place::Command(_) | Place::Section(_) | Place::Nowhere => {
            return Err(Refusal::UnknownObject);
        }
    };
    let kind = publication
        .configuration
        .kind(&kind.0, &kind.1)
        .ok_or(Refusal::UnknownObject)?;
    let link = {
        let mut desk = publication.desk();
        let object = publication.object(&desk, kind, &uuid).ok_or(Refusal::UnknownObject)?;
        desk.records
            .change(kind, &uuid, create, |record| record.fields.extend(writing.fields))?;
        object.link()
    };
    Ok(Json(json!({"root": described(publication, &link)})))
}

/// The print form.
pub(super) async fn print(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Response, Refusal> {
    paper(&state, &name, &query).map(|object| papers::print(&object))
}

/// The object as a file.
pub(super) async fn download(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
) -> Result<Response, Refusal> {
    paper(&state, &name, &query).map(|object| papers::download(&object))
}

/// Takes a file and says how large it was.
pub(super) async fn attach(
    Shared(state): Office,
    Path((name, _)): Where,
    Query(query): Query<Carried>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    state.publication(&name)?.desk().book.entered(&query.seance)?;
    Ok(Json(json!({"root": {"name": query.name, "size": body.len()}})))
}

fn described(publication: &Publication, link: &str) -> Form {
    let desk = publication.desk();
    publication.maker(&desk).form(link)
}

fn paper(state: &State, name: &str, query: &Carried) -> Result<Object, Refusal> {
    let publication = state.publication(name)?;
    let mut desk = publication.desk();
    desk.book.entered(&query.seance)?;
    let Place::Object(kind, name, uuid) = links::read(&query.link) else {
        return Err(Refusal::UnknownObject);
    };
    let kind = publication
        .configuration
        .kind(&kind, &name)
        .ok_or(Refusal::UnknownObject)?;
    publication.object(&desk, kind, &uuid).ok_or(Refusal::UnknownObject)
}
