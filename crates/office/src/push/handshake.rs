//! The upgrade of a connection, and what may go wrong with it on purpose.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::hub::Hub;
use super::status::{Status, reason_of};
use super::ticket::Ticket;
use super::{refusal, refused_with};
use crate::clock;
use crate::faults::{Fault, Faults};

/// Notes for the control interface who came, how and from where on.
pub(super) fn note(hub: &Hub, upgrade: bool, ticket: &Ticket) {
    hub.arrived(json!({
        "link": if upgrade { "socket" } else { "poll" }, "framing": ticket.framing.name(), "user": ticket.user,
        "cursor": ticket.cursor.show(), "at": clock::iso(clock::now()), "at_us": clock::micros(clock::now()),
    }));
}

/// An answer instead of the upgrade.
pub(super) async fn injected(faults: &Faults) -> Option<Response> {
    if faults.strikes(Fault::UpgradeSilent).is_some() {
        std::future::pending::<()>().await;
    }
    if faults.strikes(Fault::Upgrade400).is_some() {
        return Some(refusal(Status::WrongChannelId));
    }
    if let Some(setting) = faults.strikes(Fault::UpgradeStatus) {
        return Some(refused_with(&setting));
    }
    faults.strikes(Fault::Upgrade200)?;
    let html = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Some(
        (
            StatusCode::OK,
            html,
            "<html><body><h1>Войдите в сеть</h1></body></html>",
        )
            .into_response(),
    )
}

/// The close code and reason that follow the upgrade at once.
pub(super) fn late_refusal(faults: &Faults) -> Option<(u16, String)> {
    let setting = faults.strikes(Fault::UpgradeClose)?;
    let code = u16::try_from(setting.value).unwrap_or(4010);
    Some((code, setting.error.unwrap_or_else(|| reason_of(code))))
}

/// The answer of the upgrade with a wrong proof that the server understood it, if that fault is on.
pub(super) fn spoiled(faults: &Faults, mut response: Response) -> Response {
    if faults.strikes(Fault::UpgradeWrongAccept).is_some() {
        response.headers_mut().insert(
            header::SEC_WEBSOCKET_ACCEPT,
            HeaderValue::from_static("AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        );
    }
    response
}
