//! The push server: handshakes, frames, close codes, history, limits.

use std::time::{Duration, Instant};

use futures_util::SinkExt as _;
use hotstart_office::{Options, start};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::error::Error;

use crate::http::{get, send};
use crate::stage::{close_code, frames, next, stage, text};

#[tokio::test]
async fn a_bad_channel_is_refused_during_the_upgrade() {
    let stage = stage().await;
    let good = stage.channels();
    for query in [
        "",
        "revision=19",
        "CHANNEL_ID=x",
        &good.replacen('0', "1", 3),
        &format!("{good}%2Fx"),
    ] {
        let url = format!("{}?{query}", stage.office.addresses().push.subws);
        match connect_async(&url).await {
            Err(Error::Http(response)) => {
                assert_eq!(response.status().as_u16(), 400, "{query}");
                assert_eq!(response.body().as_deref(), Some(&b"4010: Wrong Channel Id."[..]));
            }
            other => panic!("{query}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn channels_may_come_raw_and_twice() {
    let stage = stage().await;
    let raw = format!("CHANNEL_ID={0}/{0}/{1}", stage.private, stage.shared);
    let url = format!("{}?{raw}", stage.office.addresses().push.sub.replacen("http", "ws", 1));
    assert!(connect_async(url).await.is_ok());
}

#[tokio::test]
async fn text_and_binary_members_get_the_same_event() {
    let stage = stage().await;
    let (mut plain, mut binary) = (stage.joined("").await, stage.joined("&binaryMode=true").await);
    let mid = stage.publish("hello", 60).await;
    let envelope = text(&mut plain).await.remove(0);
    assert_eq!(
        (envelope["mid"].as_str(), envelope["channel"].as_str()),
        (Some(mid.as_str()), Some("-"))
    );
    assert_eq!(envelope["id"].as_u64(), mid[10..].parse().ok());
    assert_eq!(envelope["text"]["module_id"], "im");
    assert_eq!(envelope["text"]["params"], json!([]));
    assert_eq!(envelope["text"]["extra"]["revision_web"], 19);
    let Message::Binary(bytes) = next(&mut binary).await else {
        panic!("no binary frame")
    };
    let packed: Vec<u8> = (0..26)
        .step_by(2)
        .map(|at| u8::from_str_radix(&mid[at..at + 2], 16).unwrap())
        .collect();
    assert!(bytes.windows(13).any(|part| part == packed));
    assert!(bytes.ends_with(&[0x2a, 2, 8, 2]), "sender: the portal, without an id");
}

#[tokio::test]
async fn the_first_message_comes_at_once_and_the_next_ones_together() {
    let stage = stage().await;
    let mut socket = stage.joined("").await;
    let started = Instant::now();
    stage.publish("one", 60).await;
    assert_eq!(text(&mut socket).await.len(), 1);
    let first = started.elapsed();
    stage.publish("two", 60).await;
    stage.publish("three", 60).await;
    assert_eq!(text(&mut socket).await.len(), 2);
    assert!(
        started.elapsed() >= first + Duration::from_millis(300),
        "gathered for 400 ms"
    );
    assert!(first < Duration::from_millis(300), "{first:?}");
}

#[tokio::test]
async fn history_is_replayed_in_one_frame_and_without_a_cursor_not_at_all() {
    let stage = stage().await;
    stage.publish("one", 60).await;
    let second = stage.publish("two", 60).await;
    stage.publish("live only", 0).await;
    let third = stage.publish("three", 60).await;
    let mut all = stage.socket("&mid=00000000000000000000000000").await;
    let names: Vec<Value> = text(&mut all)
        .await
        .into_iter()
        .map(|event| event["text"]["command"].clone())
        .collect();
    assert_eq!(names, ["one", "two", "three"]);
    let mut rest = stage.socket(&format!("&mid={second}")).await;
    assert_eq!(text(&mut rest).await[0]["mid"], third);
    for none in ["", "&mid=7", "&mid=abc"] {
        let mut socket = stage.joined(none).await;
        let mid = stage.publish("now", 60).await;
        assert_eq!(text(&mut socket).await[0]["mid"], mid, "{none}");
    }
}

#[tokio::test]
async fn long_polling_replays_waits_and_refuses() {
    let stage = stage().await;
    let url = format!("{}?{}", stage.office.addresses().push.sub, stage.channels());
    let waiting = tokio::spawn({
        let url = url.clone();
        async move { get(&url).await }
    });
    while stage.state().await["push"]["polls"] == 0 {
        tokio::task::yield_now().await;
    }
    let mid = stage.publish("polled", 60).await;
    let answer = waiting.await.unwrap();
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, Some("*"))
    );
    assert_eq!(frames(&answer.text())[0]["mid"], mid);
    let replay = get(&format!("{url}&mid=00000000000000000000000000&binaryMode=true")).await;
    assert_eq!(replay.header("content-type"), Some("application/octet-stream"));
    let bad = get(&format!("{}?CHANNEL_ID=x", stage.office.addresses().push.sub)).await;
    assert_eq!((bad.status, bad.text().as_str()), (400, "4010: Wrong Channel Id."));
}

#[tokio::test]
async fn other_methods_and_routes() {
    let stage = stage().await;
    let push = stage.office.addresses().push.clone();
    assert_eq!(send("PUT", &push.sub, "", b"").await.unwrap().status, 404);
    assert_eq!(get(&push.rest).await.status, 404);
    let options = send("OPTIONS", &push.publish, "", b"").await.unwrap();
    assert_eq!(
        options.header("access-control-allow-methods"),
        Some("POST, GET, DELETE, OPTIONS")
    );
    let stats = get(&push.stats).await.json();
    assert_eq!(stats[0]["limits"]["maxPayload"], 1_048_576);
}

#[tokio::test]
async fn the_portal_publishes_text_and_asks_for_subscribers() {
    let stage = stage().await;
    let url = format!(
        "{}?CHANNEL_ID={}",
        stage.office.addresses().push.publish,
        stage.private_only()
    );
    assert_eq!(get(&url).await.json(), json!({"infos": []}));
    let mut socket = stage.joined("").await;
    let infos = json!({"infos": [{"channel": stage.private_only(), "subscribers": 1}]});
    assert_eq!(get(&url).await.json(), infos);
    let answer = send("POST", &url, "Message-Expiry: 600\r\n", b"{\"any\":1}")
        .await
        .unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(text(&mut socket).await[0]["text"], json!({"any": 1}));
    let big = send("POST", &url, "", &vec![b'x'; 1_048_577]).await.unwrap();
    assert_eq!(big.status, 413);
    let bad = send("POST", &url.replace("CHANNEL_ID=", "CHANNEL_ID=x"), "", b"{}")
        .await
        .unwrap();
    assert_eq!((bad.status, bad.text().as_str()), (400, "4010: Wrong Channel Id."));
}

#[tokio::test]
async fn a_wrong_request_closes_the_socket_with_its_code() {
    let stage = stage().await;
    for (bytes, code, reason) in [
        (&b"text"[..], 4013, "4013: Wrong Request Data."),
        (&[0x0a, 2, 0x1a, 0], 4014, "4014: Request command is not allowed."),
        (&[0x0a, 0], 4015, "4015: Wrong Request Command."),
        (&[0x0a, 4, 0x0a, 2, 0x0a, 0], 4017, "4017: No channels found."),
        (
            &[0x0a, 6, 0x12, 4, 0x0a, 2, 0x10, 1],
            4020,
            "4020: Private channel is not allowed.",
        ),
        (&[0x0a, 5, 0x12, 3, 0x0a, 1, 0x0a], 4013, "4013: Wrong Request Data."),
        (
            &[0x0a, 7, 0x12, 5, 0x0a, 3, 0x0a, 1, 1],
            4021,
            "4021: Channel has an invalid signature.",
        ),
    ] {
        let mut socket = stage.joined("&binaryMode=true").await;
        socket.send(Message::binary(bytes.to_vec())).await.unwrap();
        assert_eq!(close_code(socket).await, (code, reason.to_owned()));
    }
}

#[tokio::test]
async fn a_member_without_a_public_channel_may_not_publish() {
    let stage = stage().await;
    let url = format!(
        "{}?CHANNEL_ID={}&binaryMode=true",
        stage.office.addresses().push.subws,
        stage.shared
    );
    let (mut socket, _) = connect_async(url).await.unwrap();
    socket.send(Message::binary(vec![0x0a, 0])).await.unwrap();
    assert_eq!(close_code(socket).await.0, 4012);
    let rest = format!("{}?CHANNEL_ID={}", stage.office.addresses().push.rest, stage.shared);
    let answer = send("POST", &rest, "", &[0x0a, 0]).await.unwrap();
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (400, "4012: Public Channel Id is Required.")
    );
}

#[tokio::test]
async fn text_members_are_not_listened_to() {
    let stage = stage().await;
    let mut socket = stage.joined("").await;
    socket.send(Message::binary(b"nonsense".to_vec())).await.unwrap();
    socket.send(Message::text("nonsense")).await.unwrap();
    let mid = stage.publish("still here", 60).await;
    assert_eq!(text(&mut socket).await[0]["mid"], mid);
}

#[tokio::test]
async fn a_message_over_the_limit_closes_with_1009() {
    let stage = stage().await;
    let mut socket = stage.joined("&binaryMode=true").await;
    socket.send(Message::binary(vec![0; 1_048_577])).await.unwrap();
    assert_eq!(close_code(socket).await.0, 1009);
}

#[tokio::test]
async fn without_a_key_nothing_is_signed_and_users_cannot_connect() {
    let options = Options {
        key: Some(String::new()),
        ..Options::default()
    };
    let office = start(options).await.unwrap();
    let config = get(&format!("{}pull.config.get", office.addresses().webhook))
        .await
        .json()["result"]
        .clone();
    assert_eq!(config["channels"]["private"]["public_id"], "");
    let shared = config["channels"]["shared"]["id"].as_str().unwrap();
    assert_eq!(shared.len(), 32);
    let sub = &office.addresses().push.subws;
    assert!(connect_async(format!("{sub}?CHANNEL_ID={shared}")).await.is_ok());
    let private = config["channels"]["private"]["id"].as_str().unwrap();
    assert!(connect_async(format!("{sub}?CHANNEL_ID={private}")).await.is_err());
}

#[tokio::test]
async fn every_write_is_stamped_in_the_moment_before() {
    let stage = stage().await;
    let control = format!("{}/push/writes", stage.office.addresses().control);
    let (mut plain, mut binary) = (stage.joined("").await, stage.joined("&binaryMode=true").await);
    let published = jiff::Timestamp::now().as_microsecond();
    let mid = stage.publish("hello", 60).await;
    text(&mut plain).await;
    next(&mut binary).await;
    let arrived = jiff::Timestamp::now().as_microsecond();
    let writes = get(&control).await.json()["writes"].as_array().cloned().unwrap();
    let stamps: Vec<i64> = writes
        .iter()
        .filter(|write| write["mid"] == mid.as_str())
        .map(|write| write["at_us"].as_i64().unwrap())
        .collect();
    assert_eq!(stamps.len(), 2, "two sockets: {writes:?}");
    assert!(stamps.iter().all(|stamp| (published..=arrived).contains(stamp)));
    send("DELETE", &control, "", b"").await.unwrap();
    assert_eq!(get(&control).await.json()["writes"], json!([]));
}
