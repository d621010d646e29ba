//! Long polling of the versions 3 to 5: the replay at once, or the first live message, or 304 after 40 seconds.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::time::{sleep, timeout};

use super::batch::{self, Oddities};
use super::frames::{self, Frame};
use super::hub::{Hub, Link, Outgoing};
use super::refusal;
use super::socket::mids;
use super::status::Status;
use super::ticket::{Cursor, Ticket};
use crate::clock;
use crate::faults::{Fault, Faults};
use crate::line::{Line, Then};

/// Tells old clients that the cursor is in Last-Message-Id.
const EXPIRES: &str = "Thu, 01 Jan 1973 11:11:01 GMT";
const PAGE: &str = "<html><head><title>Wi-Fi</title></head><body><h1>Войдите в сеть</h1></body></html>";

/// Answers one poll.
pub(super) async fn answer(hub: Arc<Hub>, faults: Arc<Faults>, line: Line, ticket: Ticket) -> Response {
    if let Some(response) = injected(&faults).await {
        return response;
    }
    if let Cursor::After(after) = ticket.cursor {
        let Some(replay) = hub.replay(&ticket.channels, after, clock::now()) else {
            return refusal(Status::HistoryUnreadable);
        };
        if !replay.is_empty() {
            return body(&hub, &ticket, vec![batch::Response::Messages(replay)], &faults);
        }
        gap(&hub, &faults).await;
    }
    let mut member = hub.join(&ticket.channels, Link::Poll, ticket.user);
    match timeout(hub.tuning().hold, member.inbox.recv()).await {
        Ok(Some(Outgoing::Response(response))) => body(&hub, &ticket, vec![response], &faults),
        Ok(Some(Outgoing::Close(told))) => closed(told),
        Ok(Some(Outgoing::Reset | Outgoing::Cut)) => ended(&line).await,
        Ok(Some(Outgoing::Garbage(_) | Outgoing::Deleted(_)) | None) => StatusCode::BAD_GATEWAY.into_response(),
        Err(_) if faults.strikes(Fault::PollBareTimeout).is_some() => StatusCode::NOT_MODIFIED.into_response(),
        Err(_) => nothing_new(&hub, &ticket),
    }
}

/// The faults of proxies, and a server that accepts and never answers.
pub(super) async fn injected(faults: &Faults) -> Option<Response> {
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    if faults.strikes(Fault::Poll502).is_some() {
        let page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
        return Some((StatusCode::BAD_GATEWAY, html, page).into_response());
    }
    if let Some(setting) = faults.strikes(Fault::PollStatus) {
        return Some(super::refused_with(&setting));
    }
    if faults.strikes(Fault::PollHtml).is_some() {
        return Some((html, PAGE).into_response());
    }
    if faults.strikes(Fault::PollEmpty).is_some() {
        return Some(StatusCode::OK.into_response());
    }
    let mut silent = faults.push_silent();
    let ended = silent.wait_for(|silent| !silent).await.is_err();
    ended.then(|| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

/// The real servers up to 2.0 join the live list after the replay: what is published in between is skipped.
pub(super) async fn gap(hub: &Hub, faults: &Faults) {
    if let Some(gap) = faults.strikes(Fault::ReplayGap) {
        hub.publish_planned(clock::now());
        sleep(Duration::from_millis(gap.value)).await;
    }
}

/// The connection ends without an answer.
pub(super) async fn ended(line: &Line) -> Response {
    line.end(Then::Reset);
    std::future::pending().await
}

/// A close code is HTTP 400 here, too many connections 429.
pub(super) fn closed(told: Option<(u16, String)>) -> Response {
    match told {
        Some((code, _)) if code == Status::TooManyConnections.code() => refusal(Status::TooManyConnections),
        Some((_, reason)) => (StatusCode::BAD_REQUEST, reason).into_response(),
        None => StatusCode::BAD_GATEWAY.into_response(),
    }
}

fn body(hub: &Hub, ticket: &Ticket, mut responses: Vec<batch::Response>, faults: &Faults) -> Response {
    if faults.strikes(Fault::DuplicateMids).is_some() {
        responses.extend(responses.clone());
    }
    let oddities = Oddities {
        unknown_fields: faults.strikes(Fault::UnknownFields).is_some(),
        no_sender: faults.strikes(Fault::NoSender).is_some(),
    };
    let mut text = String::new();
    hub.writes(&mids(&responses));
    for frame in frames::write(ticket.framing, ticket.user, &responses, oddities, clock::now()) {
        match frame {
            Frame::Binary(bytes) => {
                return ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response();
            }
            Frame::Text(part) => text.push_str(&part),
        }
    }
    ([(header::CONTENT_TYPE, "text/plain")], text).into_response()
}

fn nothing_new(hub: &Hub, ticket: &Ticket) -> Response {
    let given = match ticket.cursor {
        Cursor::After(mid) => Some(mid),
        Cursor::Live | Cursor::Since(_) => None,
    };
    let last = given
        .or_else(|| hub.last_mid(&ticket.channels))
        .map_or_else(String::new, |mid| mid.to_string());
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    let headers = response.headers_mut();
    if let Ok(last) = HeaderValue::from_str(&last) {
        headers.insert("last-message-id", last);
    }
    headers.insert(header::EXPIRES, HeaderValue::from_static(EXPIRES));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Last-Message-Id"),
    );
    response
}

#[cfg(test)]
mod tests;
