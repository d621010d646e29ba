//! The standard OData interface of a base, below `<base>/odata/standard.odata`, over the same objects as the web client.
//!
//! `resource` reads what a request is about, `options` how it wants it (`filter` the conditions); `entity` makes entities
//! of objects, `view` picks what is shown, `atom` and JSON write it; `write` changes objects; `fault` is every refusal
//! with its internal code. Functions of registers are not there.

mod atom;
mod cell;
mod edm;
mod entity;
mod fault;
mod filter;
mod options;
mod reading;
mod resource;
mod view;
mod write;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use percent_encoding::{CONTROLS, utf8_percent_encode};

use super::front::Mount;
use super::refusal::Refusal;
use super::services::enter;
use super::sessions::App;
use super::{Desk, Publication, State};
use fault::Fault;
use options::{Format, Options};
use resource::Resource;
use write::Sent;

/// A request to a base.
struct Call<'a> {
    state: &'a State,
    publication: &'a Publication,
    /// The root of the interface, without a slash at its end.
    root: String,
    method: Method,
    options: Options,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

/// Answers a request.
pub(super) async fn serve(
    Shared(state): Shared<Arc<State>>,
    Path(path): Path<Vec<String>>,
    Extension(mount): Extension<Mount>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let publication = match state.publication(path.first().map(String::as_str).unwrap_or_default()) {
        Ok(publication) => publication,
        Err(refusal) => return refusal.into_response(),
    };
    if !publication.desk().manners.odata {
        return Refusal::UnknownResource.into_response();
    }
    let visit = match enter(&state, publication, &headers, App::Odata) {
        Ok(visit) => visit,
        Err(denied) => return denied.into_response(),
    };
    let query = query.unwrap_or_default();
    let accept = said(&headers, header::ACCEPT);
    let resource = path.get(1).map(String::as_str).unwrap_or_default();
    let outcome = if visit.services {
        options::read(&query, accept).and_then(|options| {
            let call = Call {
                state: &state,
                publication,
                root: format!("{}/odata/standard.odata", mount.address),
                method,
                options,
                headers: &headers,
                body: &body,
            };
            call.answer(resource)
        })
    } else {
        Err(Fault::Rights)
    };
    let mut response = outcome.unwrap_or_else(|fault| fault.answer(options::wants_json(&query, accept)));
    response
        .headers_mut()
        .insert("dataserviceversion", HeaderValue::from_static("3.0"));
    visit.leave(publication, &mount, response)
}

impl Call<'_> {
    fn answer(&self, resource: &str) -> Result<Response, Fault> {
        let resource = resource::read(resource, &self.publication.configuration)?;
        let mut desk = self.publication.desk();
        if self.method == Method::GET {
            return self.read(&desk, &resource);
        }
        match resource {
            Resource::Set(kind) if self.method == Method::POST => {
                let sent = self.sent()?;
                let key = write::create(self.state, self.publication, &mut desk, kind, &sent)?;
                let mut response = self.one(&desk, kind, &key)?;
                *response.status_mut() = StatusCode::CREATED;
                let location = format!("{}/{}(guid'{key}')", self.root, entity::set(kind));
                if let Ok(value) = HeaderValue::try_from(utf8_percent_encode(&location, CONTROLS).to_string()) {
                    response.headers_mut().insert(header::LOCATION, value);
                }
                Ok(response)
            }
            Resource::Lines(..) | Resource::Line(..) if self.method == Method::POST => Err(Fault::Rows),
            Resource::Entity(kind, key, path) => self.change(&mut desk, kind, &key, &path),
            Resource::Root
            | Resource::Metadata
            | Resource::Set(_)
            | Resource::Count(_)
            | Resource::Lines(..)
            | Resource::Line(..) => Err(Fault::Method),
        }
    }

    fn change(&self, desk: &mut Desk, kind: super::Kind, key: &str, path: &[String]) -> Result<Response, Fault> {
        let found = entity::entity(self.publication, desk, kind, key);
        let found = found.ok_or_else(|| Fault::NoEntity(entity::set(kind)))?;
        let version = self.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
        match (self.method.as_str(), path) {
            ("POST", [action]) => {
                let posted = match action.as_str() {
                    "Post" => true,
                    "Unpost" => false,
                    _ => return Err(Fault::NoMethod(action.clone())),
                };
                if found.rows.is_none() {
                    return Err(Fault::NoMethod(action.clone()));
                }
                write::post(desk, kind, key, posted)?;
                Ok(StatusCode::OK.into_response())
            }
            ("PATCH" | "PUT", []) => {
                write::matches(desk, kind, key, version)?;
                write::change(
                    self.publication,
                    desk,
                    kind,
                    key,
                    &self.sent()?,
                    self.method == Method::PUT,
                )?;
                self.one(desk, kind, key)
            }
            ("DELETE", []) => {
                write::matches(desk, kind, key, version)?;
                write::delete(desk, kind, key)?;
                Ok(StatusCode::NO_CONTENT.into_response())
            }
            _ => Err(Fault::Method),
        }
    }

    /// The properties in the body: JSON, or an Atom entry.
    fn sent(&self) -> Result<Sent, Fault> {
        let text = std::str::from_utf8(self.body).map_err(|_| Fault::Format("UTF-8".to_owned()))?;
        if text.trim().is_empty() {
            return Err(Fault::Format("пустое тело запроса".to_owned()));
        }
        let kind = said(self.headers, header::CONTENT_TYPE);
        if kind.contains("xml") {
            return atom::read(text);
        }
        if kind.is_empty() || kind.contains("json") {
            return serde_json::from_str(text).map_err(|error| Fault::Format(error.to_string()));
        }
        Err(Fault::Representation(kind.to_owned()))
    }
}

/// A text in the format that was asked for.
fn written(format: Format, part: &'static str, text: String) -> Response {
    let kind = match (format, part) {
        (Format::Json(_), _) => "application/json;charset=utf-8",
        (Format::Atom, "entry") => "application/atom+xml;type=entry;charset=utf-8",
        (Format::Atom, "feed") => "application/atom+xml;type=feed;charset=utf-8",
        (Format::Atom, _) => "application/xml;charset=utf-8",
    };
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], text).into_response()
}

fn said(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
