//! Version 3, the Push server 1.0: text with the name of the channel, no binary mode, no publishing clients.

use hotstart_office::ServerVersion;
use serde_json::json;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::error::Error;

use crate::http::{get, send};
use crate::stage::{Stage, commands, next, stage_of, text};

async fn stage() -> Stage {
    stage_of(ServerVersion::V3).await
}

#[tokio::test]
async fn ids_have_no_public_part_and_clients_may_not_publish() {
    let stage = stage().await;
    let dot = stage.private.find('.');
    assert_eq!((dot, stage.private.len()), (Some(32), 73));
    assert_eq!(stage.config["publicChannels"], false);
    assert_eq!(stage.config["server"]["publish_enabled"], false);
    assert_eq!(stage.config["server"]["websocket_enabled"], true);
    assert_eq!(
        send("POST", &stage.office.addresses().push.rest, "", b"x")
            .await
            .unwrap()
            .status,
        404
    );
}

#[tokio::test]
async fn envelopes_name_the_first_channel_and_binary_mode_is_not_known() {
    let stage = stage().await;
    let mut socket = stage.joined("&binaryMode=true").await;
    let mid = stage.publish("hello", 60).await;
    let envelope = text(&mut socket).await.remove(0);
    assert_eq!(
        (&envelope["mid"], &envelope["channel"]),
        (&json!(mid), &json!(stage.private_only()))
    );
    let url = format!(
        "{}?binaryMode=true&CHANNEL_ID={}/{}",
        stage.office.addresses().push.publish,
        &stage.shared[..32],
        stage.private_only()
    );
    assert_eq!(
        send("POST", &url, "Message-Expiry: 5\r\n", b"{}").await.unwrap().status,
        200
    );
    let both = text(&mut socket).await;
    assert_eq!(both.len(), 2, "one for each channel that the connection holds");
    assert!(both.iter().all(|envelope| envelope["channel"] == stage.shared[..32]));
}

#[tokio::test]
async fn expiry_zero_is_stored_and_replayed() {
    let stage = stage().await;
    stage.publish("kept", 0).await;
    let mut socket = stage.socket("&mid=00000000000000000000000000").await;
    assert_eq!(commands(&text(&mut socket).await), ["kept"]);
}

#[tokio::test]
async fn a_bad_channel_is_refused_during_the_upgrade_and_letters_are_allowed() {
    let stage = stage().await;
    let public = format!("CHANNEL_ID={0}:{0}.{1}", stage.private_only(), "0".repeat(40));
    for query in [
        "",
        "CHANNEL_ID=x",
        &public,
        &format!("CHANNEL_ID={}", stage.private_only()),
    ] {
        match connect_async(stage.ws(query)).await {
            Err(Error::Http(response)) => {
                assert_eq!(response.status().as_u16(), 400, "{query}");
                assert_eq!(response.body().as_deref(), Some(&b"4010: Wrong Channel Id."[..]));
            }
            other => panic!("{query}: {other:?}"),
        }
    }
    let name = "Zz".repeat(16);
    let url = format!("{}?CHANNEL_ID={name}", stage.office.addresses().push.publish);
    assert_eq!(send("POST", &url, "", b"{}").await.unwrap().status, 200);
    let bad = format!("{}?CHANNEL_ID={name}0", stage.office.addresses().push.publish);
    assert_eq!(send("POST", &bad, "", b"{}").await.unwrap().status, 400);
}

#[tokio::test]
async fn bodies_end_at_a_million_and_pings_carry_a_payload() {
    let stage = stage().await;
    let url = format!(
        "{}?CHANNEL_ID={}",
        stage.office.addresses().push.publish,
        stage.private_only()
    );
    assert_eq!(
        send("POST", &url, "", &vec![b'x'; 1_000_001]).await.unwrap().status,
        413
    );
    stage.control("/push/set", json!({"ping_ms": 20})).await;
    let mut socket = stage.joined("").await;
    assert!(matches!(next(&mut socket).await, Message::Ping(payload) if payload.as_ref() == b"ws ping"));
}

#[tokio::test]
async fn a_poll_is_answered_with_304_and_the_cursor() {
    let stage = stage().await;
    stage.control("/push/set", json!({"hold_ms": 10})).await;
    let mid = stage.publish("old", 60).await;
    let answer = get(&stage.poll(&stage.channels())).await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(answer.header("last-message-id"), Some(mid.as_str()));
    assert_eq!(answer.header("expires"), Some("Thu, 01 Jan 1973 11:11:01 GMT"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("Last-Message-Id"));
    let replay = get(&stage.poll(&format!("{}&mid=00000000000000000000000000", stage.channels()))).await;
    assert_eq!(
        (replay.status, replay.header("content-type")),
        (200, Some("text/plain"))
    );
}
