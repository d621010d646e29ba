//! Faults of real networks and servers: what is stored arrives, whatever happens in between.
use std::time::Duration;

use bitrix24_pull::{Reason, TransportKind};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::peer::{Client, Office, PATIENCE, up_to};

/// One event before the fault, one after, and both arrive once.
async fn survives(version: u8, kind: &str, more: Value) {
    let office = Office::start(version);
    let mut client = Client::start(&office);
    client.online().await;
    office.publish(1).await;
    client.until(1).await;
    office.fault(kind, more).await;
    if kind.starts_with("upgrade") {
        office.control("/disconnect", json!({})).await;
    }
    office.publish(2).await;
    client.until(2).await;
    office.fault("clear", json!({})).await;
    office.publish(3).await;
    client.until(3).await;
    client.during(Duration::from_millis(100)).await;
    assert_eq!(client.numbers, up_to(3), "{kind} {version}");
}

macro_rules! faults {
    ($($name:ident $kind:literal $more:tt;)*) => { $(
        #[tokio::test]
        async fn $name() {
            for version in [3, 4, 5] {
                survives(version, $kind, json!($more)).await;
            }
        }
    )* };
}

faults! {
    an_upgrade_that_is_refused "upgrade_400" {};
    an_upgrade_that_is_forbidden "upgrade_status" {"status": 403};
    a_busy_server "upgrade_status" {"status": 503};
    a_captive_portal "upgrade_200" {};
    a_login_page "upgrade_status" {"status": 302};
    a_wrong_accept "upgrade_wrong_accept" {};
    a_close_after_the_upgrade "upgrade_close" {"status": 4010};
    a_server_that_goes "close" {"status": 1001};
    a_server_that_restarts "close" {"status": 1012};
    a_close_without_a_code "close" {"status": 0};
    a_reset "reset" {};
    half_a_frame_and_a_cut "half_frame" {"then": "cut"};
    half_a_frame_and_a_reset "half_frame" {"then": "reset"};
    a_byte_at_a_time "slow_writes" {"value": 1};
    garbage_text "garbage_frame" {"text": "x"};
    garbage_bytes "garbage_frame" {"binary": "ffff00"};
    a_bad_body "bad_body" {"user": 1};
    duplicates "duplicate_mids" {};
    fields_of_the_future "unknown_fields" {};
    no_sender "no_sender" {};
    another_revision "revision" {"revision": 20};
    a_wrong_clock "clock_skew" {"value": 86400};
    a_clock_behind "clock_skew" {"value": -86400};
}

#[tokio::test]
async fn a_silent_server_is_left() {
    let office = Office::start(4);
    let mut client = Client::resume(&office, None, Vec::new(), |options| {
        options.limits.ping_every = Duration::from_millis(100);
        options.limits.ping_answer = Duration::from_millis(100);
    });
    client.online().await;
    office.publish(1).await;
    client.until(1).await;
    office.fault("push_silent", json!({})).await;
    let status = &mut client.connection.status;
    let silent = status.wait_for(|status| status.reason == Some(Reason::Silent));
    timeout(PATIENCE, silent).await.unwrap().unwrap();
    office.fault("clear", json!({})).await;
    office.publish(2).await;
    client.until(2).await;
    assert_eq!(client.numbers, up_to(2));
}

#[tokio::test]
async fn a_network_without_websocket() {
    let office = Office::start(4);
    office.fault("upgrade_200", json!({"count": 1000})).await;
    let mut client = Client::start(&office);
    assert_eq!(client.online().await, TransportKind::LongPolling);
    office.publish(1).await;
    client.until(1).await;
    for kind in ["poll_502", "poll_empty", "poll_html"] {
        office.fault(kind, json!({})).await;
        office.publish(u64::try_from(client.numbers.len()).unwrap() + 1).await;
        client.until(client.numbers.len() + 1).await;
    }
    office
        .fault("poll_status", json!({"status": 429, "retry_after": 1}))
        .await;
    office.publish(5).await;
    client.until(5).await;
    assert_eq!(client.numbers, up_to(5));
    // The network changes for the better.
    office.fault("clear", json!({})).await;
    client.connection.control.wake();
    client.over_websocket().await;
    office.publish(6).await;
    client.until(6).await;
    assert_eq!(client.numbers, up_to(6));
}

#[tokio::test]
async fn a_replay_that_is_too_large_for_a_websocket() {
    let office = Office::start(4);
    let mut client = Client::resume(&office, None, Vec::new(), |options| {
        options.limits.max_message = 64 << 10;
    });
    client.online().await;
    office.publish(1).await;
    client.until(1).await;
    office.control("/push/set", json!({"hold_ms": 300})).await;
    office
        .control("/push/fill", json!({"user": 1, "count": 600, "size": 1000}))
        .await;
    office.control("/disconnect", json!({})).await;
    client.until(601).await;
    assert_eq!(client.numbers.split_off(1), up_to(600));
    // The next request has nothing to bring.
    client.over_websocket().await;
}

#[tokio::test]
async fn channels_that_are_replaced() {
    for version in [3, 4, 5] {
        for channel in ["private", "shared"] {
            let office = Office::start(version);
            let mut client = Client::start(&office);
            client.online().await;
            office.publish(1).await;
            client.until(1).await;
            office
                .fault("channel_expire", json!({"channel": channel, "user": 1}))
                .await;
            client.during(Duration::from_millis(1500)).await;
            office.publish(2).await;
            client.until(2).await;
            office.fault("config_expire", json!({})).await;
            client.during(Duration::from_millis(1500)).await;
            office.fault("server_restart", json!({})).await;
            client.during(Duration::from_millis(150)).await;
            office.publish(3).await;
            client.until(3).await;
            assert_eq!(client.numbers, up_to(3), "{version} {channel}");
            assert_eq!(client.gaps, [], "{version} {channel}");
        }
    }
}

#[tokio::test]
async fn a_history_that_cannot_be_read() {
    let office = Office::start(4);
    let mut client = Client::start(&office);
    client.online().await;
    office.publish(1).await;
    client.until(1).await;
    office.fault("history_down", json!({})).await;
    office.control("/disconnect", json!({})).await;
    client.during(Duration::from_millis(200)).await;
    office.fault("clear", json!({})).await;
    office.publish(2).await;
    client.until(2).await;
    assert_eq!(client.numbers, up_to(2));
}
