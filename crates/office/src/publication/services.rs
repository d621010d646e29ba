//! The HTTP services of a base, below `<base>/hs/<root>/`: only `hotstart`, with the calls `v1/ping`, `v1/events` and
//! `v1/draft`. `visit` begins and ends the sessions. An event `hotstart/order` about a deal writes an order.

mod draft;
mod events;
mod visit;

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use bytes::Bytes;
use serde_json::{Value, json};

use super::State;
use super::front::Mount;
use super::refusal::Refusal;
use super::sessions::App;

pub(super) use events::{Inbox, Trouble};
pub(super) use visit::{Visit, enter};

/// Answers a call of a service.
pub(super) async fn serve(
    Shared(state): Shared<Arc<State>>,
    Path((name, root, path)): Path<(String, String, String)>,
    Extension(mount): Extension<Mount>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let publication = match state.publication(&name) {
        Ok(publication) => publication,
        Err(refusal) => return refusal.into_response(),
    };
    let visit = match enter(&state, publication, &headers, App::HttpService) {
        Ok(visit) => visit,
        Err(denied) => return denied.into_response(),
    };
    let response = if !visit.services {
        told(StatusCode::FORBIDDEN, "Нарушение прав доступа")
    } else if root != "hotstart" || !publication.desk().manners.service {
        told(StatusCode::NOT_FOUND, "HTTP-сервис не найден")
    } else {
        match (path.as_str(), method) {
            ("v1/ping", Method::GET) => {
                Json(json!({"service": "hotstart", "version": 1, "user": visit.user})).into_response()
            }
            ("v1/events", Method::POST) => events::take(&state, publication, &visit, &body),
            ("v1/draft", Method::POST) => draft::make(&state, publication, &body),
            ("v1/ping" | "v1/events" | "v1/draft", _) => {
                told(StatusCode::METHOD_NOT_ALLOWED, "Метод не поддерживается")
            }
            _ => told(StatusCode::NOT_FOUND, "Шаблон URL не найден"),
        }
    };
    visit.leave(publication, &mount, response)
}

/// A refusal of the platform itself: plain text.
fn told(status: StatusCode, text: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    (status, kind, text.to_owned()).into_response()
}

/// A refusal of the service.
fn refused(status: StatusCode, code: &str, text: &str) -> Response {
    (status, Json(json!({"error": {"code": code, "message": text}}))).into_response()
}

/// The body of a call as JSON.
fn read(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::Malformed(error.to_string()))
}
