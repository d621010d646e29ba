use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;

use super::answer;
use crate::faults::{Fault, Faults, Setting};
use crate::line::Line;
use crate::office::ServerVersion;
use crate::push::hub::{Address, Hub};
use crate::push::message::{Draft, Mid};
use crate::push::signature::{Channel, Key};
use crate::push::ticket::{Cursor, Framing, Ticket};

const CHANNEL: Channel = Channel {
    private: [1; 16],
    public: None,
};
const ADDRESS: Address = Address {
    id: [1; 16],
    private: true,
};

fn hub() -> Arc<Hub> {
    Arc::new(Hub::with_counter(Key::new("k"), ServerVersion::V4, 1, 0))
}

fn ticket(after: Option<Mid>) -> Ticket {
    Ticket {
        channels: vec![CHANNEL],
        user: None,
        sender: None,
        framing: Framing::Plain,
        cursor: after.map_or(Cursor::Live, Cursor::After),
    }
}

fn publish(hub: &Hub) {
    hub.publish(&[ADDRESS], Draft::portal("{}".to_owned(), 60), Timestamp::now());
}

#[tokio::test(start_paused = true)]
async fn nothing_for_forty_seconds_is_304_with_the_cursor() {
    let hub = hub();
    let start = tokio::time::Instant::now();
    let response = answer(Arc::clone(&hub), Arc::new(Faults::new()), Line::default(), ticket(None)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(40));
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(response.headers()["last-message-id"], "");
    assert_eq!(response.headers()["expires"], "Thu, 01 Jan 1973 11:11:01 GMT");
    publish(&hub);
    let response = answer(Arc::clone(&hub), Arc::new(Faults::new()), Line::default(), ticket(None)).await;
    assert_eq!(response.headers()["last-message-id"], "00000000010000000000000001");
    let given = Mid::new(9, 9);
    let response = answer(hub, Arc::new(Faults::new()), Line::default(), ticket(Some(given))).await;
    assert_eq!(response.headers()["last-message-id"], given.to_string());
}

#[tokio::test(start_paused = true)]
async fn the_replay_comes_at_once_and_a_live_message_when_it_comes() {
    let hub = hub();
    publish(&hub);
    publish(&hub);
    let faults = Arc::new(Faults::new());
    let response = answer(
        Arc::clone(&hub),
        Arc::clone(&faults),
        Line::default(),
        ticket(Some(Mid::new(0, 0))),
    )
    .await;
    assert_eq!(response.headers()["content-type"], "text/plain");
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    assert_eq!(body.windows(12).filter(|part| part == b"#!NGINXNMS!#").count(), 2);
    let poll = tokio::spawn(answer(Arc::clone(&hub), faults, Line::default(), ticket(None)));
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
        ..Setting::default()
    };
    faults.set(Fault::Poll502, once());
    faults.set(Fault::PollBareTimeout, once());
    assert_eq!(
        answer(hub(), Arc::clone(&faults), Line::default(), ticket(None))
            .await
            .status(),
        StatusCode::BAD_GATEWAY
    );
    let bare = answer(hub(), faults, Line::default(), ticket(None)).await;
    assert_eq!(bare.status(), StatusCode::NOT_MODIFIED);
    assert!(!bare.headers().contains_key("last-message-id"));
}
