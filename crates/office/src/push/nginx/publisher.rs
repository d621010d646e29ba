//! The portal's side of the nginx module: publishing, statistics, deletion of channels.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::super::hub::Hub;
use super::super::message::Draft;
use super::{Named, refused};
use crate::clock;

/// Answers a request about channels: POST publishes, DELETE deletes, GET counts.
pub(super) async fn serve(hub: &Hub, method: &Method, channels: &[Named], body: Body) -> Response {
    if *method == Method::DELETE {
        let mut known = false;
        for channel in channels {
            known |= hub.delete(channel.address, &channel.name);
        }
        return if known { StatusCode::OK } else { StatusCode::NOT_FOUND }.into_response();
    }
    if *method == Method::POST {
        let Ok(body) = axum::body::to_bytes(body, hub.tuning().max_payload).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        if body.is_empty() {
            return refused("Empty post requests are not allowed.");
        }
        // Each channel has a history of its own, so the message is stored once for each.
        for channel in channels {
            let draft = Draft {
                channel: channel.name.clone(),
                ..Draft::portal(String::from_utf8_lossy(&body).into_owned(), 0)
            };
            hub.publish(&[channel.address], draft, clock::now());
        }
    }
    stats(hub, channels)
}

/// The numbers of the whole module.
pub(super) fn totals(hub: &Hub) -> Response {
    let totals = hub.totals();
    super::super::json(json!({"channels": totals.channels, "subscribers": totals.sockets + totals.polls}).to_string())
}

fn stats(hub: &Hub, channels: &[Named]) -> Response {
    let infos: Vec<Value> = channels
        .iter()
        .filter_map(|channel| {
            let subscribers = hub.subscribers(channel.address);
            let (published, stored) = hub
                .room_counts(channel.address)
                .or((subscribers > 0).then_some((0, 0)))?;
            Some(json!({
                "channel": channel.name, "published_messages": published, "stored_messages": stored,
                "subscribers": subscribers,
            }))
        })
        .collect();
    super::super::json(json!({"infos": infos}).to_string())
}
