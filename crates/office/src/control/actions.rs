//! Events on command: published as the portal itself would.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Desk, Refused};
use crate::clock;
use crate::portal::{Letter, Notice, Post};
use crate::push::Outgoing;

/// `POST /publish`: any event.
pub(super) async fn publish(State(desk): State<Arc<Desk>>, Json(post): Json<Post>) -> Result<Json<Value>, Refused> {
    let signal = desk.portal.publish(&post).ok_or_else(no_user)?;
    Ok(Json(json!({"mid": signal.mid, "at_us": signal.at_us})))
}

/// `POST /notify`: a notification.
pub(super) async fn notify(State(desk): State<Arc<Desk>>, Json(notice): Json<Notice>) -> Result<Json<Value>, Refused> {
    let (id, signal) = desk.portal.notify(&notice).ok_or_else(no_user)?;
    Ok(Json(json!({"id": id, "mid": signal.mid, "at_us": signal.at_us})))
}

/// `POST /message`: a chat message.
pub(super) async fn message(State(desk): State<Arc<Desk>>, Json(letter): Json<Letter>) -> Result<Json<Value>, Refused> {
    let (id, signal) = desk.portal.write(&letter).ok_or_else(no_user)?;
    Ok(Json(json!({"id": id, "mid": signal.mid, "at_us": signal.at_us})))
}

/// `POST /disconnect`: every push socket ends without a close frame.
pub(super) async fn disconnect(State(desk): State<Arc<Desk>>) -> Json<Value> {
    Json(json!({"disconnected": desk.hub.tell_sockets(&Outgoing::Cut)}))
}

/// An application that a user allowed to act for him.
#[derive(Debug, Deserialize)]
pub(super) struct Application {
    client_id: String,
    user: u64,
}

/// `POST /application`: an access token, as OAuth would give it.
pub(super) async fn application(
    State(desk): State<Arc<Desk>>,
    Json(application): Json<Application>,
) -> Result<Json<Value>, Refused> {
    let token = desk
        .portal
        .authorise(&application.client_id, application.user)
        .ok_or_else(no_user)?;
    Ok(Json(json!({"access_token": token})))
}

/// A page of the portal that the user looks at.
#[derive(Debug, Deserialize)]
pub(super) struct Watch {
    user: u64,
    tag: String,
}

/// `POST /watch`: what a page of the portal leaves when it is opened.
pub(super) async fn watch(State(desk): State<Arc<Desk>>, Json(watch): Json<Watch>) -> Json<Value> {
    desk.portal.add_watch(watch.user, &watch.tag, clock::now());
    Json(json!({"ok": true}))
}

pub(super) fn no_user() -> Refused {
    Refused::not_found("there is no such user on the portal")
}
