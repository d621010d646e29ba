//! Versions 1 and 2, the nginx push-stream module: history by second and number.

use hotstart_office::ServerVersion;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::http::{get, send};
use crate::stage::{Stage, close_code, commands, frames, next, raw_text, stage_of, text};

const VERSIONS: [ServerVersion; 2] = [ServerVersion::V1, ServerVersion::V2];

/// The place of an envelope as the next query names it.
fn place(envelope: &Value) -> String {
    let field = |name: &str| envelope[name].as_str().expect("a text").replace(' ', "%20");
    format!("&tag={}&time={}", field("tag"), field("time"))
}

async fn publish(stage: &Stage, channel: &str, body: &str) -> Value {
    let url = format!("{}?CHANNEL_ID={channel}", stage.office.addresses().push.publish);
    let answer = send("POST", &url, "", body.as_bytes()).await.unwrap();
    assert_eq!(answer.status, 200);
    answer.json()
}

#[tokio::test]
async fn frames_have_a_place_and_no_mid() {
    for version in VERSIONS {
        let stage = stage_of(version).await;
        let mut socket = stage.joined("").await;
        stage.publish("one", 60).await;
        stage.publish("two", 60).await;
        let (one, two) = (text(&mut socket).await, text(&mut socket).await);
        assert_eq!((one.len(), two.len()), (1, 1), "each message alone");
        let (one, two) = (&one[0], &two[0]);
        assert!(one.get("mid").is_none());
        assert_eq!(
            (&one["id"], &one["eventid"], &one["channel"]),
            (&json!(1), &json!(""), &json!(stage.private_only()))
        );
        assert_ne!((&one["tag"], &one["time"]), (&two["tag"], &two["time"]));
        let has_channel = one["text"]["extra"].get("channel").is_some();
        assert_eq!(has_channel, version == ServerVersion::V1);
    }
}

#[tokio::test]
async fn history_needs_second_and_number_and_plus_is_no_space() {
    let stage = stage_of(ServerVersion::V2).await;
    let mut live = stage.joined("").await;
    for command in ["one", "two", "three"] {
        stage.publish(command, 60).await;
    }
    let first = text(&mut live).await.remove(0);
    let mut socket = stage.socket(&place(&first)).await;
    assert_eq!(commands(&text(&mut socket).await), ["two"]);
    assert_eq!(commands(&text(&mut socket).await), ["three"]);
    let tag_only = format!("&tag={}", first["tag"].as_str().unwrap());
    let plus = place(&first).replace("%20", "+");
    for nothing in ["", "&mid=00000000000000000000000000", &tag_only, &plus] {
        let mut socket = stage.joined(nothing).await;
        stage.publish("now", 60).await;
        assert_eq!(commands(&text(&mut socket).await), ["now"], "{nothing}");
    }
}

#[tokio::test]
async fn polls_tell_the_place_in_headers() {
    for (version, etag) in VERSIONS.into_iter().zip(["0", "W/0"]) {
        let stage = stage_of(version).await;
        stage.control("/push/set", json!({"hold_ms": 10})).await;
        let url = stage.poll(&format!("CHANNEL_ID={}", stage.private));
        let nothing = get(&url).await;
        assert_eq!((nothing.status, nothing.header("etag")), (304, Some(etag)));
        assert_eq!(nothing.header("expires"), Some("Thu, 01 Jan 1970 00:00:01 GMT"));
        assert!(nothing.header("last-message-id").is_none());
        let place = format!(
            "&tag=0&time={}",
            nothing.header("last-modified").unwrap().replace(' ', "%20")
        );
        stage.publish("one", 60).await;
        stage.publish("two", 60).await;
        let answer = get(&format!("{url}{place}")).await;
        assert_eq!(answer.status, 200);
        let envelopes = frames(&answer.text());
        assert_eq!(commands(&envelopes), ["one", "two"]);
        assert_eq!(answer.header("last-modified"), envelopes[1]["time"].as_str());
        let number = envelopes[1]["tag"].as_str().unwrap();
        assert_eq!(
            answer.header("etag"),
            Some(format!("{}{number}", &etag[..etag.len() - 1]).as_str())
        );
    }
}

#[tokio::test]
async fn with_several_channels_a_poll_brings_the_first_message() {
    let stage = stage_of(ServerVersion::V2).await;
    publish(&stage, &stage.shared.clone(), "{\"command\":\"a\"}").await;
    publish(&stage, &stage.private.clone(), "{\"command\":\"b\"}").await;
    let mut place = "&tag=0&time=Thu,%2001%20Jan%201970%2000:00:00%20GMT".to_owned();
    for command in ["a", "b"] {
        let answer = get(&stage.poll(&format!("{}{place}", stage.channels()))).await;
        let envelopes = frames(&answer.text());
        assert_eq!(commands(&envelopes), [command]);
        place = self::place(&envelopes[0]);
    }
}

#[tokio::test]
async fn refusals_explain_themselves() {
    let stage = stage_of(ServerVersion::V2).await;
    let long = format!("CHANNEL_ID={}", "a".repeat(33));
    for (query, explain) in [("", "No channel id provided."), (&long, "Channel id is too large.")] {
        let answer = get(&stage.poll(query)).await;
        assert_eq!(
            (answer.status, answer.header("x-nginx-pushstream-explain")),
            (400, Some(explain))
        );
        let socket = stage.open(query).await;
        let reason = format!(r#"{{"http_status": 400, "explain":"{explain}"}}"#);
        assert_eq!(close_code(socket).await, (1008, reason));
    }
}

#[tokio::test]
async fn a_deleted_channel_says_so_in_no_json_and_closes_without_a_code() {
    let stage = stage_of(ServerVersion::V2).await;
    let mut socket = stage.joined("").await;
    let url = format!(
        "{}?CHANNEL_ID={}",
        stage.office.addresses().push.publish,
        stage.private_only()
    );
    assert_eq!(send("DELETE", &url, "", b"").await.unwrap().status, 200);
    let frame = raw_text(&mut socket).await;
    assert!(frame.starts_with("#!NGINXNMS!#{\"id\":-2,") && frame.ends_with("\"text\":Channel deleted}#!NGINXNME!#"));
    assert_eq!(close_code(socket).await.0, 1005);
    assert_eq!(
        send("DELETE", &url.replace("CHANNEL_ID=", "CHANNEL_ID=0"), "", b"")
            .await
            .unwrap()
            .status,
        400
    );
}

#[tokio::test]
async fn statistics_count_messages_and_subscribers() {
    let stage = stage_of(ServerVersion::V2).await;
    let _socket = stage.joined("").await;
    let name = stage.private_only().to_owned();
    let infos = publish(&stage, &name, "{}").await;
    let expected = json!({"infos": [
        {"channel": name, "published_messages": 1, "stored_messages": 1, "subscribers": 1}]});
    assert_eq!(infos, expected);
    let url = format!("{}?CHANNEL_ID={name}", stage.office.addresses().push.publish);
    assert_eq!(get(&url).await.json(), expected);
    assert_eq!(
        send("POST", &url, "", b"").await.unwrap().status,
        400,
        "an empty message"
    );
    assert_eq!(
        send("POST", &stage.office.addresses().push.rest, "", b"x")
            .await
            .unwrap()
            .status,
        404
    );
}

#[tokio::test]
async fn pings_are_empty_and_clients_are_not_listened_to() {
    let stage = stage_of(ServerVersion::V2).await;
    stage.control("/push/set", json!({"ping_ms": 20})).await;
    let mut socket = stage.joined("").await;
    for _ in 0..3 {
        assert!(matches!(next(&mut socket).await, Message::Ping(payload) if payload.is_empty()));
    }
}

#[tokio::test]
async fn a_body_may_break_the_framing() {
    let stage = stage_of(ServerVersion::V2).await;
    let mut socket = stage.joined("").await;
    publish(&stage, &stage.private.clone(), "\"#!NGINXNME!#\"").await;
    assert!(raw_text(&mut socket).await.ends_with("\"#!NGINXNME!#\"}#!NGINXNME!#"));
}
