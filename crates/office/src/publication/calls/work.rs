//! The calls of a session at work: forms, writing, papers and files.

use axum::Json;
use axum::extract::{Path, Query, State as Shared};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::forms::{Form, Maker, Writing};
use super::super::links::{self, Place};
use super::super::objects::{CREATED, Object};
use super::super::refusal::Refusal;
use super::super::{Publication, State, papers};
use super::{Carried, Office, Where, read};

/// How many written objects a base keeps.
const WRITTEN: usize = 1_000;

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
    if asked.reason == "hash" && !publication.desk().follow_hash {
        return Ok(Json(json!({"root": {"ignored": true}})));
    }
    Ok(Json(json!({"root": described(&state, publication, &asked.link)})))
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
    let mut writing: Writing = read(&body)?;
    if writing
        .fields
        .values()
        .any(|value| value.chars().count() > LONGEST_VALUE)
        || writing.fields.len() > 200
    {
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

fn described(state: &State, publication: &Publication, link: &str) -> Form {
    let desk = publication.desk();
    let written = match links::read(link) {
        Place::Object(_, _, uuid) => desk.written.get(&uuid),
        Place::New(..) | Place::List(..) | Place::App(_) | Place::Command(_) | Place::Section(_) | Place::Nowhere => {
            None
        }
    };
    let maker = Maker {
        seed: state.seed,
        configuration: &publication.configuration,
        portal: &desk.portal,
    };
    maker.form(link, written)
}

fn paper(state: &State, name: &str, query: &Carried) -> Result<Object, Refusal> {
    let publication = state.publication(name)?;
    publication.desk().book.entered(&query.seance)?;
    let Place::Object(kind, name, uuid) = links::read(&query.link) else {
        return Err(Refusal::UnknownObject);
    };
    object(state, publication, &kind, &name, &uuid).ok_or(Refusal::UnknownObject)
}

fn object(state: &State, publication: &Publication, kind: &str, name: &str, uuid: &str) -> Option<Object> {
    let desk = publication.desk();
    let maker = Maker {
        seed: state.seed,
        configuration: &publication.configuration,
        portal: &desk.portal,
    };
    maker.find(kind, name, uuid, desk.written.get(uuid))
}
