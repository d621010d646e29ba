//! Long polling: the replay at once, or the first live message, or 304 after 40 seconds.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;

use super::batch::{self, write_responses};
use super::hub::{Hub, Link, Outgoing};
use super::status::Status;
use super::{Ticket, refusal, text};
use crate::clock;
use crate::faults::{Fault, Faults};

/// How long a poll is held.
const HOLD: Duration = Duration::from_secs(40);
/// Tells old clients that the cursor is in Last-Message-Id.
const EXPIRES: &str = "Thu, 01 Jan 1973 11:11:01 GMT";

/// Answers one poll.
pub(super) async fn answer(hub: Arc<Hub>, faults: Arc<Faults>, ticket: Ticket) -> Response {
    if faults.strikes(Fault::Poll502).is_some() {
        return (
            StatusCode::BAD_GATEWAY,
            "<html><body><h1>502 Bad Gateway</h1></body></html>",
        )
            .into_response();
    }
    let mut silent = faults.push_silent();
    if silent.wait_for(|silent| !silent).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if let Some(after) = ticket.after {
        let replay = hub.replay(&ticket.channels, after, clock::now());
        if !replay.is_empty() {
            return body(&ticket, &[batch::Response::Messages(replay)], &faults);
        }
    }
    let mut member = hub.join(&ticket.channels, Link::Poll);
    match timeout(HOLD, member.inbox.recv()).await {
        Ok(Some(Outgoing::Response(response))) => body(&ticket, &[response], &faults),
        Ok(Some(Outgoing::Close(..))) => refusal(Status::TooManyConnections),
        Ok(Some(Outgoing::Garbage | Outgoing::Cut) | None) => StatusCode::BAD_GATEWAY.into_response(),
        Err(_) => nothing_new(&hub, &faults, &ticket),
    }
}

fn body(ticket: &Ticket, responses: &[batch::Response], faults: &Faults) -> Response {
    if ticket.binary {
        let bytes = write_responses(responses, faults.strikes(Fault::UnknownFields).is_some());
        return ([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain")], as_text(responses)).into_response()
}

/// All messages as text frames, one after the other; other answers have no text form.
pub(super) fn as_text(responses: &[batch::Response]) -> String {
    let sent_at = clock::now();
    responses
        .iter()
        .filter_map(|response| match response {
            batch::Response::Messages(messages) => Some(messages),
            batch::Response::ChannelStats(_) | batch::Response::ServerStats(_) => None,
        })
        .flatten()
        .map(|message| text::frame(message, sent_at))
        .collect()
}

fn nothing_new(hub: &Hub, faults: &Faults, ticket: &Ticket) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    if faults.strikes(Fault::PollBareTimeout).is_some() {
        return response;
    }
    let last = ticket
        .after
        .or_else(|| hub.last_mid(&ticket.channels))
        .map_or_else(String::new, |mid| mid.to_string());
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
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use axum::http::StatusCode;
    use jiff::Timestamp;

    use super::answer;
    use crate::faults::{Fault, Faults, Setting};
    use crate::push::Ticket;
    use crate::push::hub::{Address, Hub};
    use crate::push::message::{Mid, Sender};
    use crate::push::signature::{Channel, Key};

    const CHANNEL: Channel = Channel {
        private: [1; 16],
        public: None,
    };
    const ADDRESS: Address = Address {
        id: [1; 16],
        private: true,
    };

    fn hub() -> Arc<Hub> {
        Arc::new(Hub::with_counter(Key::new("k"), 1, 0))
    }

    fn ticket(after: Option<Mid>) -> Ticket {
        Ticket {
            channels: vec![CHANNEL],
            binary: false,
            after,
        }
    }

    fn publish(hub: &Hub) {
        hub.publish(&[ADDRESS], "{}".to_owned(), 60, Sender::Backend, Timestamp::now());
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_for_forty_seconds_is_304_with_the_cursor() {
        let hub = hub();
        let start = tokio::time::Instant::now();
        let response = answer(Arc::clone(&hub), Arc::new(Faults::new()), ticket(None)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(40));
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(response.headers()["last-message-id"], "");
        assert_eq!(response.headers()["expires"], "Thu, 01 Jan 1973 11:11:01 GMT");
        publish(&hub);
        let response = answer(Arc::clone(&hub), Arc::new(Faults::new()), ticket(None)).await;
        assert_eq!(response.headers()["last-message-id"], "00000000010000000000000001");
        let given = Mid::new(9, 9);
        let response = answer(hub, Arc::new(Faults::new()), ticket(Some(given))).await;
        assert_eq!(response.headers()["last-message-id"], given.to_string());
    }

    #[tokio::test(start_paused = true)]
    async fn the_replay_comes_at_once_and_a_live_message_when_it_comes() {
        let hub = hub();
        publish(&hub);
        publish(&hub);
        let faults = Arc::new(Faults::new());
        let response = answer(Arc::clone(&hub), Arc::clone(&faults), ticket(Some(Mid::new(0, 0)))).await;
        assert_eq!(response.headers()["content-type"], "text/plain");
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        assert_eq!(body.windows(12).filter(|part| part == b"#!NGINXNMS!#").count(), 2);
        let poll = tokio::spawn(answer(Arc::clone(&hub), faults, ticket(None)));
        while hub.totals().polls == 0 {
            tokio::task::yield_now().await;
        }
        publish(&hub);
        assert_eq!(poll.await.unwrap().status(), StatusCode::OK);
        assert_eq!(hub.totals().polls, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn faults_of_proxies() {
        let faults = Arc::new(Faults::new());
        let once = || Setting {
            count: Some(1),
            value: 0,
            error: String::new(),
        };
        faults.set(Fault::Poll502, once());
        faults.set(Fault::PollBareTimeout, once());
        assert_eq!(
            answer(hub(), Arc::clone(&faults), ticket(None)).await.status(),
            StatusCode::BAD_GATEWAY
        );
        let bare = answer(hub(), faults, ticket(None)).await;
        assert_eq!(bare.status(), StatusCode::NOT_MODIFIED);
        assert!(!bare.headers().contains_key("last-message-id"));
    }
}
