//! Changing a publication: what is absent stays as it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use super::super::manners::{Framing, Logout};
use super::super::{Desk, LOCK_MESSAGE, State};
use super::one;

/// More licences than this are a mistake of the test.
const MOST_LICENCES: usize = 1_000;

/// A longer delay is a mistake of the test, in milliseconds.
const LONGEST_DELAY: u64 = 60_000;

/// What is changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    publication: String,
    licences: Option<usize>,
    follow_hash: Option<bool>,
    locked: Option<bool>,
    lock_message: Option<String>,
    portal: Option<String>,
    clear_sessions: Option<bool>,
    timeout_s: Option<f64>,
    service_timeout_s: Option<f64>,
    ping_s: Option<u64>,
    delay_ms: Option<u64>,
    /// Empty brings it back.
    moved_to: Option<String>,
    /// Empty ends the service mode.
    area: Option<String>,
    framing: Option<Framing>,
    logout: Option<Logout>,
    stale_status: Option<u16>,
    service: Option<bool>,
    odata: Option<bool>,
    hostile: Option<bool>,
}

/// Changes a publication and answers its state.
pub(super) async fn set(
    Shared(state): Shared<Arc<State>>,
    Json(change): Json<Change>,
) -> Result<Json<Value>, Response> {
    let publication = state
        .publication(&change.publication)
        .map_err(IntoResponse::into_response)?;
    if let Some(wrong) = change.wrong() {
        return Err((StatusCode::BAD_REQUEST, wrong).into_response());
    }
    change.apply(&mut publication.desk());
    Ok(Json(one(&state, publication)))
}

impl Change {
    fn wrong(&self) -> Option<&'static str> {
        let path = |text: &String| {
            let fits = |part: &str| {
                !["", ".", ".."].contains(&part)
                    && part
                        .chars()
                        .all(|letter| letter.is_ascii_alphanumeric() || "-_.~".contains(letter))
            };
            text.split('/').all(fits)
        };
        let address = |text: &String| text.starts_with("http://") || text.starts_with("https://");
        let seconds = |seconds: &f64| (0.0..1e9).contains(seconds);
        if self.licences.is_some_and(|licences| licences > MOST_LICENCES) {
            return Some("too many licences");
        }
        if self.delay_ms.is_some_and(|delay| delay > LONGEST_DELAY) {
            return Some("too long a delay");
        }
        if self.ping_s == Some(0) {
            return Some("a page cannot ask all the time");
        }
        if self
            .timeout_s
            .iter()
            .chain(&self.service_timeout_s)
            .any(|given| !seconds(given))
        {
            return Some("no number of seconds");
        }
        if self
            .moved_to
            .iter()
            .any(|to| !to.is_empty() && !path(to) && !address(to))
        {
            return Some("moved_to is a path without slashes at its ends, or an address");
        }
        if self
            .area
            .iter()
            .any(|area| !area.is_empty() && (!path(area) || area.contains('/')))
        {
            return Some("an area is one part of a path");
        }
        if self
            .stale_status
            .is_some_and(|status| ![400, 404, 500].contains(&status))
        {
            return Some("a lost session is answered by 400, 404 or 500");
        }
        None
    }

    fn apply(self, desk: &mut Desk) {
        if let Some(licences) = self.licences {
            desk.book.set_licences(licences);
        }
        if let Some(seconds) = self.timeout_s {
            desk.book.set_idle(microseconds(seconds));
        }
        if let Some(seconds) = self.service_timeout_s {
            desk.book.set_service_idle(microseconds(seconds));
        }
        match (self.locked, self.lock_message) {
            (Some(false), _) => desk.locked = None,
            (Some(true), message) => desk.locked = Some(message.unwrap_or_else(|| LOCK_MESSAGE.to_owned())),
            (None, Some(message)) if desk.locked.is_some() => desk.locked = Some(message),
            (None, _) => {}
        }
        if let Some(portal) = self.portal {
            desk.portal = portal;
        }
        if self.clear_sessions == Some(true) {
            desk.book.lose(None);
        }
        let manners = &mut desk.manners;
        put(&mut manners.follow_hash, self.follow_hash);
        put(&mut manners.ping_s, self.ping_s);
        put(&mut manners.delay_ms, self.delay_ms);
        if let Some(to) = self.moved_to {
            manners.moved_to = Some(to).filter(|to| !to.is_empty());
        }
        if let Some(area) = self.area {
            manners.area = Some(area).filter(|area| !area.is_empty());
        }
        put(&mut manners.framing, self.framing);
        put(&mut manners.logout, self.logout);
        put(&mut manners.stale_status, self.stale_status);
        put(&mut manners.service, self.service);
        put(&mut manners.odata, self.odata);
        put(&mut manners.hostile, self.hostile);
    }
}

fn put<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be between 0 and 10^9 seconds"
)]
fn microseconds(seconds: f64) -> u64 {
    (seconds * 1e6) as u64
}
