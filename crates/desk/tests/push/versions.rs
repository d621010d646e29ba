//! The usual life with every version of the push server, over both transports.
use std::time::Duration;

use bitrix24_pull::{AskError, Publication, TransportKind};
use serde_json::json;

use crate::peer::{Client, Office, PATIENCE, up_to};

/// Events live, over a cut, and over a restart of the client, in order and once.
async fn life(version: u8, transport: TransportKind) {
    let office = Office::start(version);
    if transport == TransportKind::LongPolling {
        office.control("/push/set", json!({"websocket_enabled": false})).await;
    }
    let mut client = Client::start(&office);
    assert_eq!(client.online().await, transport);
    // A first request of long polling is answered by the first event.
    for number in 1..=3 {
        office.publish(number).await;
    }
    client.until(3).await;
    office.control("/disconnect", json!({})).await;
    for number in 4..=6 {
        office.publish(number).await;
    }
    client.until(6).await;
    let mut client = client.restart(&office);
    office.publish(7).await;
    client.until(7).await;
    client.during(Duration::from_millis(300)).await;
    assert_eq!(client.numbers, up_to(7), "version {version} over {transport:?}");
}

macro_rules! lives {
    ($($name:ident $version:literal $transport:ident;)*) => { $(
        #[tokio::test]
        async fn $name() {
            life($version, TransportKind::$transport).await;
        }
    )* };
}

lives! {
    version_1_over_websocket 1 WebSocket;
    version_2_over_websocket 2 WebSocket;
    version_3_over_websocket 3 WebSocket;
    version_4_over_websocket 4 WebSocket;
    version_5_over_websocket 5 WebSocket;
    version_1_over_long_polling 1 LongPolling;
    version_2_over_long_polling 2 LongPolling;
    version_3_over_long_polling 3 LongPolling;
    version_4_over_long_polling 4 LongPolling;
}

#[tokio::test]
async fn what_the_server_skips_while_a_connection_is_made_arrives_in_order() {
    for version in [3, 4] {
        let office = Office::start(version);
        let mut client = Client::start(&office);
        client.online().await;
        office.publish(1).await;
        client.until(1).await;
        let gap = json!({"user": 1, "module_id": "im", "command": "count", "params": {"n": 2}, "expiry": 3600});
        office.fault("replay_gap", json!({"value": 40, "publish": gap})).await;
        office.control("/disconnect", json!({})).await;
        client.connection.status.changed().await.unwrap();
        client.online().await;
        tokio::time::sleep(Duration::from_millis(120)).await;
        office.publish(3).await;
        client.until(3).await;
        assert_eq!(client.numbers, up_to(3), "version {version}");
    }
}

#[tokio::test]
async fn receipts_are_sent_for_what_was_stored() {
    let office = Office::start(5);
    let mut client = Client::start(&office);
    client.online().await;
    office.publish(1).await;
    office.publish(2).await;
    client.until(2).await;
    let end = tokio::time::Instant::now() + PATIENCE;
    loop {
        let receipts = office.get("/push/receipts").await;
        if receipts["macks"].as_array().is_some_and(|macks| macks.len() == 2) {
            break;
        }
        assert!(tokio::time::Instant::now() < end, "{receipts}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn publication(number: u64) -> Publication {
    Publication {
        users: vec![1],
        module: "im".to_owned(),
        command: "count".to_owned(),
        params: json!({"n": number}),
        expiry: 60,
    }
}

#[tokio::test]
async fn clients_send_to_users() {
    for version in [4, 5] {
        let office = Office::start(version);
        let mut client = Client::start(&office);
        client.online().await;
        let control = client.connection.control.clone();
        control.publish(publication(1)).await.unwrap();
        client.until(1).await;
        assert_eq!(client.numbers, [1], "version {version}");
    }
    let office = Office::start(3);
    let mut client = Client::start(&office);
    client.online().await;
    let control = client.connection.control.clone();
    assert_eq!(control.publish(publication(1)).await, Err(AskError::Unsupported));
}

#[tokio::test]
async fn clients_send_beside_long_polling() {
    let office = Office::start(4);
    office.control("/push/set", json!({"websocket_enabled": false})).await;
    let mut client = Client::start(&office);
    client.online().await;
    let control = client.connection.control.clone();
    control.publish(publication(1)).await.unwrap();
    client.until(1).await;
}

#[tokio::test]
async fn who_is_there() {
    let office = Office::start(5);
    let mut client = Client::start(&office);
    client.online().await;
    let control = client.connection.control.clone();
    control.ping().await.unwrap();
    assert_eq!(control.last_seen(vec![1]).await.unwrap().get(&1), Some(&0));
    assert!(control.list_channels().await.unwrap().is_array());
    control.watch_presence(2).await.unwrap();

    let office = Office::start(4);
    let mut client = Client::start(&office);
    client.online().await;
    let control = client.connection.control.clone();
    assert_eq!(control.listening(vec![1]).await.unwrap().get(&1), Some(&true));
}
