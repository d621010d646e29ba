//! What goes wrong on purpose, byte by byte.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::error::Error;

use crate::http::get;
use crate::stage::{Stage, close_code, commands, next, raw_text, stage, text};

/// The upgrade by hand: the bytes of the answer are what matters.
async fn upgrade(stage: &Stage) -> TcpStream {
    let address = stage.ws(&stage.channels());
    let rest = address.strip_prefix("ws://").expect("an address");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = TcpStream::connect(host).await.expect("a connection");
    let head = format!(
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    stream
}

async fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.expect("a byte"));
    }
    String::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn upgrades_are_refused_in_every_way() {
    let stage = stage().await;
    for (status, more) in [
        (400, ""),
        (403, ""),
        (429, "retry-after: 7"),
        (502, ""),
        (302, "location: /auth/"),
    ] {
        let order = json!({"kind": "upgrade_status", "status": status, "retry_after": (status == 429).then_some(7)});
        stage.fault(order).await;
        let head = head(&mut upgrade(&stage).await).await;
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")) && head.contains(more),
            "{head}"
        );
    }
    stage.fault(json!({"kind": "upgrade_200"})).await;
    assert!(head(&mut upgrade(&stage).await).await.starts_with("HTTP/1.1 200 "));
    stage.fault(json!({"kind": "upgrade_wrong_accept"})).await;
    let wrong = head(&mut upgrade(&stage).await).await;
    assert!(wrong.starts_with("HTTP/1.1 101 ") && !wrong.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    let right = head(&mut upgrade(&stage).await).await;
    assert!(
        right.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        "the fault struck once: {right}"
    );
    stage.fault(json!({"kind": "upgrade_wrong_accept"})).await;
    assert!(matches!(
        connect_async(stage.ws(&stage.channels())).await,
        Err(Error::Protocol(_))
    ));
    stage.fault(json!({"kind": "upgrade_silent"})).await;
    let wait = tokio::time::timeout(Duration::from_millis(100), upgrade(&stage).await.read_u8()).await;
    assert!(wait.is_err(), "no answer");
}

#[tokio::test]
async fn sockets_are_closed_with_any_code() {
    let stage = stage().await;
    for (code, error, reason) in [
        (4010, None, "4010: Wrong Channel Id."),
        (4033, None, "4033: JSON object doesn't have 'method' property."),
        (1001, Some("bye"), "bye"),
    ] {
        stage
            .fault(json!({"kind": "upgrade_close", "status": code, "error": error}))
            .await;
        assert_eq!(close_code(stage.socket("").await).await, (code, reason.to_owned()));
    }
    let (one, two) = (stage.joined("").await, stage.joined("&binaryMode=true").await);
    assert_eq!(
        stage.fault(json!({"kind": "close", "status": 1012})).await["sockets"],
        2
    );
    assert_eq!((close_code(one).await.0, close_code(two).await.0), (1012, 1012));
    let none = stage.joined("").await;
    stage.fault(json!({"kind": "close", "status": 0})).await;
    assert_eq!(close_code(none).await.0, 1005);
}

#[tokio::test]
async fn a_reset_is_a_reset() {
    let stage = stage().await;
    let mut stream = upgrade(&stage).await;
    head(&mut stream).await;
    stage.until_sockets(1).await;
    assert_eq!(stage.fault(json!({"kind": "reset"})).await["sockets"], 1);
    let error = stream.read_u8().await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    stage.until_sockets(0).await;
}

#[tokio::test]
async fn half_a_frame_stalls_or_ends() {
    let stage = stage().await;
    let mut order = json!({"kind": "half_frame"});
    for (then, left) in [("cut", 0), ("reset", 0), ("stall", 1)] {
        let mut stream = upgrade(&stage).await;
        head(&mut stream).await;
        stage.until_sockets(1).await;
        order["then"] = then.into();
        stage.fault(order.clone()).await;
        stage.publish("halved", 60).await;
        let mut half = Vec::new();
        let end = tokio::time::timeout(Duration::from_millis(150), stream.read_to_end(&mut half)).await;
        assert_eq!(end.is_err(), then == "stall", "{then}");
        let text = String::from_utf8_lossy(&half);
        assert!(
            text.contains("#!NGINXNMS!#") && !text.contains("#!NGINXNME!#"),
            "{text}"
        );
        assert_eq!(stage.sockets().await, left);
        drop(stream);
        stage.until_sockets(0).await;
    }
    let mut socket = stage.socket("&mid=00000000000000000000000000").await;
    assert_eq!(
        commands(&text(&mut socket).await),
        ["halved"; 3],
        "what was halved is still stored"
    );
}

#[tokio::test]
async fn slow_writes_come_byte_by_byte() {
    let stage = stage().await;
    stage.fault(json!({"kind": "slow_writes", "value": 2})).await;
    let started = Instant::now();
    let mut stream = upgrade(&stage).await;
    let length = head(&mut stream).await.len();
    assert!(started.elapsed() >= Duration::from_millis(length as u64 * 2 - 2));
    let quick = Instant::now();
    stage.rest("profile").await;
    assert!(quick.elapsed() < Duration::from_millis(200), "REST is as fast as ever");
}

#[tokio::test]
async fn a_silent_server_answers_no_ping_and_keeps_the_connection() {
    let stage = stage().await;
    let mut socket = stage.joined("").await;
    stage.fault(json!({"kind": "push_silent"})).await;
    futures_util::SinkExt::send(&mut socket, Message::Ping("mine".into()))
        .await
        .unwrap();
    assert!(
        tokio::time::timeout(Duration::from_millis(100), socket.next())
            .await
            .is_err()
    );
    stage.fault(json!({"kind": "clear"})).await;
    assert!(matches!(next(&mut socket).await, Message::Pong(payload) if payload.as_ref() == b"mine"));
}

#[tokio::test]
async fn garbage_comes_as_text_or_as_bytes() {
    let stage = stage().await;
    let mut socket = stage.joined("&binaryMode=true").await;
    stage.fault(json!({"kind": "garbage_frame"})).await;
    assert!(next(&mut socket).await.is_binary());
    stage.fault(json!({"kind": "garbage_frame", "text": "x"})).await;
    assert_eq!(raw_text(&mut socket).await, "x");
    stage.fault(json!({"kind": "garbage_frame", "binary": "ff00"})).await;
    assert_eq!(next(&mut socket).await, Message::binary(vec![0xff, 0]));
}

#[tokio::test]
async fn replays_may_be_huge_reversed_or_without_senders() {
    let stage = stage().await;
    let order = json!({"user": 1, "count": 3000, "size": 2000});
    let mids = stage.control("/push/fill", order).await["mids"].clone();
    assert_eq!(mids.as_array().unwrap().len(), 3000);
    let mut socket = stage.socket("&mid=00000000000000000000000000").await;
    let frame = raw_text(&mut socket).await;
    assert!(frame.len() > 3000 * 2000, "{}", frame.len());
    let from = mids[2996].as_str().unwrap();
    stage.fault(json!({"kind": "out_of_order"})).await;
    let mut socket = stage.socket(&format!("&mid={from}")).await;
    let numbers: Vec<Value> = text(&mut socket)
        .await
        .iter()
        .map(|envelope| envelope["text"]["params"]["n"].clone())
        .collect();
    assert_eq!(numbers, [3000, 2999, 2998]);
    stage.fault(json!({"kind": "clear"})).await;
    stage.fault(json!({"kind": "no_sender", "count": 1})).await;
    let mut binary = stage.joined("&binaryMode=true").await;
    stage.publish("anonymous", 60).await;
    let Message::Binary(bytes) = next(&mut binary).await else {
        panic!("no bytes")
    };
    assert!(!bytes.ends_with(&[0x2a, 2, 8, 2]));
}

#[tokio::test]
async fn a_dead_store_is_told_with_4011() {
    let stage = stage().await;
    stage.fault(json!({"kind": "history_down"})).await;
    stage.publish("lost", 60).await;
    let from = "&mid=00000000000000000000000000";
    let reason = "4011: Couldn't get last messages.";
    assert_eq!(close_code(stage.socket(from).await).await, (4011, reason.to_owned()));
    let poll = get(&stage.poll(&format!("{}{from}", stage.channels()))).await;
    assert_eq!((poll.status, poll.text().as_str()), (400, reason));
    let _live = stage.joined("").await;
    stage.fault(json!({"kind": "history_down", "on": false})).await;
    assert_eq!(stage.state().await["push"]["stored"], 0);
}

#[tokio::test]
async fn polls_fail_in_every_way() {
    let stage = stage().await;
    stage.control("/push/set", json!({"hold_ms": 10})).await;
    let url = stage.poll(&stage.channels());
    stage.fault(json!({"kind": "poll_502"})).await;
    assert_eq!(get(&url).await.status, 502);
    stage
        .fault(json!({"kind": "poll_status", "status": 429, "retry_after": 3}))
        .await;
    let busy = get(&url).await;
    assert_eq!((busy.status, busy.header("retry-after")), (429, Some("3")));
    stage.fault(json!({"kind": "poll_html"})).await;
    let page = get(&url).await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, Some("text/html; charset=utf-8"))
    );
    stage.fault(json!({"kind": "poll_empty"})).await;
    let empty = get(&url).await;
    assert_eq!((empty.status, empty.body.len()), (200, 0));
    stage.fault(json!({"kind": "poll_bare_timeout"})).await;
    let bare = get(&url).await;
    assert_eq!((bare.status, bare.header("last-message-id")), (304, None));
}

#[tokio::test]
async fn bodies_are_passed_on_verbatim() {
    let stage = stage().await;
    let mut socket = stage.joined("").await;
    let bodies = ["{\"params\":[]}", "nonsense", "{}"];
    let mids = stage.control("/push/raw", json!({"user": 1, "bodies": bodies})).await["mids"].clone();
    let frame = raw_text(&mut socket).await;
    assert_eq!(mids.as_array().unwrap().len(), 3);
    for body in bodies {
        assert!(frame.contains(&format!("\"text\":{body}}}#!NGINXNME!#")), "{frame}");
    }
}
