//! The handshake: what opens a WebSocket, and what does not.

use std::{sync::Arc, time::Duration};

use bitrix24_pull::{session::NotOpened, transport::Link};
use tokio::time::timeout;

use super::{KIND, text};
use crate::stage::{LIMIT, Stage, direct, endpoint, frame, head, header, next, open, upgraded, write};

/// What comes of an answer to the handshake.
async fn answered(answer: impl Fn(&str) -> String) -> Result<Link, NotOpened> {
    let stage = Stage::new().await;
    let (opened, ()) = stage
        .open(KIND, async {
            let mut stream = stage.accept().await;
            let request = head(&mut stream).await;
            write(&mut stream, answer(&request)).await;
        })
        .await;
    opened
}

#[tokio::test]
async fn the_request_is_the_one_of_the_protocol() {
    let stage = Stage::new().await;
    let (opened, request) = stage
        .open(KIND, async {
            let mut stream = stage.accept().await;
            let request = head(&mut stream).await;
            write(&mut stream, upgraded(&request)).await;
            request
        })
        .await;
    opened.unwrap();
    assert!(
        request.starts_with("GET /bitrix/subws/?CHANNEL_ID=secret&mid=1 HTTP/1.1\r\n"),
        "{request}"
    );
    assert_eq!(header(&request, "host"), Some(stage.address().to_string().as_str()));
    assert_eq!(header(&request, "upgrade"), Some("websocket"));
    assert_eq!(header(&request, "connection"), Some("Upgrade"));
    assert_eq!(header(&request, "sec-websocket-version"), Some("13"));
    assert_eq!(header(&request, "sec-websocket-extensions"), None);
}

#[tokio::test]
async fn hostile_answers_open_nothing() {
    let wrong_key = |_: &str| {
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n".to_owned()
    };
    assert_eq!(answered(wrong_key).await.err(), Some(NotOpened::NotAPushServer));
    let changed = |from: &'static str, to: &'static str| move |request: &str| upgraded(request).replace(from, to);
    for (from, to) in [
        ("Upgrade: websocket\r\n", ""),
        ("Connection: Upgrade\r\n", ""),
        ("Connection: Upgrade", "Connection: close"),
        ("Upgrade: websocket", "Upgrade: h2c"),
        ("HTTP/1.1 101", "HTTP/1.0 101"),
        ("HTTP/1.1 101", "HTTP/1.1 200"),
        ("HTTP/1.1", "SSH-2.0-OpenSSH"),
        ("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
        ("\r\n\r\n", "\r\nSec-WebSocket-Protocol: chat\r\n\r\n"),
        ("\r\n\r\n", "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<html>sign in</html>"),
        ("\r\n\r\n", "\r\n\r\n<html>sign in</html>"),
    ] {
        let opened = answered(changed(from, to)).await;
        assert_eq!(opened.err(), Some(NotOpened::NotAPushServer), "{from:?} {to:?}");
    }
}

#[tokio::test]
async fn a_captive_portal_is_no_push_server() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 19\r\n\r\n<html>login</html>\n",
        "HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n<html>",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "<html>no head at all</html>\r\n\r\n",
    ] {
        let opened = answered(|_| answer.to_owned()).await;
        assert_eq!(opened.err(), Some(NotOpened::NotAPushServer), "{answer}");
    }
}

#[tokio::test]
async fn refusals_are_told_with_their_wait() {
    let refused = |status, seconds: Option<u64>| NotOpened::Refused {
        status,
        retry_after: seconds.map(Duration::from_secs),
    };
    for (answer, expected) in [
        (
            "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 23\r\n\r\n4010: Wrong Channel Id.",
            refused(400, None),
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            refused(403, None),
        ),
        (
            "HTTP/1.1 429 Too Many\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n",
            refused(429, Some(17)),
        ),
        (
            "HTTP/1.1 503 Busy\r\nDate: Sun, 22 Nov 2026 04:00:00 GMT\r\nRetry-After: Sun, 22 Nov 2026 04:00:30 GMT\r\nContent-Length: 0\r\n\r\n",
            refused(503, Some(30)),
        ),
    ] {
        assert_eq!(answered(|_| answer.to_owned()).await.err(), Some(expected));
    }
}

#[tokio::test]
async fn a_cut_or_silent_handshake_opens_nothing() {
    for answer in [
        "",
        "HTTP/1.1 101 Swit",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n",
    ] {
        assert_eq!(
            answered(|_| answer.to_owned()).await.err(),
            Some(NotOpened::Unreachable)
        );
    }
    let stage = Stage::new().await;
    let opening = Link::open(Arc::new(direct()), KIND, vec![stage.endpoint("ws")], LIMIT);
    // The wait is the caller's to end.
    assert!(timeout(Duration::from_millis(100), opening).await.is_err());
}

#[tokio::test]
async fn the_next_address_is_tried_only_when_the_first_is_not_reached() {
    let gone = Stage::new().await.endpoint("ws");
    let stage = Stage::new().await;
    let script = async {
        let mut stream = stage.accept().await;
        let request = head(&mut stream).await;
        write(&mut stream, upgraded(&request)).await;
        stream
    };
    let (link, _stream) = tokio::join!(open(direct(), KIND, vec![gone, stage.endpoint("ws")]), script);
    assert!(link.is_ok());

    let refusing = Stage::new().await;
    let script = async {
        let mut stream = refusing.accept().await;
        head(&mut stream).await;
        write(&mut stream, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await;
    };
    let endpoints = vec![refusing.endpoint("ws"), stage.endpoint("ws")];
    let (link, ()) = tokio::join!(open(direct(), KIND, endpoints), script);
    assert!(matches!(link, Err(NotOpened::Refused { status: 400, .. })));
    assert!(stage.is_left_alone().await);
}

#[tokio::test]
async fn frames_may_come_with_the_handshake() {
    let stage = Stage::new().await;
    let (opened, _stream) = stage
        .open(KIND, async {
            let mut stream = stage.accept().await;
            let request = head(&mut stream).await;
            let mut bytes = upgraded(&request).into_bytes();
            bytes.extend(frame(0x81, b"one"));
            bytes.extend(&frame(0x81, b"two")[..3]);
            write(&mut stream, bytes).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
            write(&mut stream, &frame(0x81, b"two")[3..]).await;
            stream
        })
        .await;
    let mut link = opened.unwrap();
    assert_eq!(text(&next(&mut link).await), "one");
    assert_eq!(text(&next(&mut link).await), "two");
}

#[tokio::test]
async fn addresses_that_cannot_be_are_refused() {
    for address in ["ws://127.0.0.1:1/", "ws://name.invalid/"] {
        let opened = open(direct(), KIND, vec![endpoint(address)]).await;
        assert_eq!(opened.err(), Some(NotOpened::Unreachable), "{address}");
    }
    assert_eq!(
        open(direct(), KIND, Vec::new()).await.err(),
        Some(NotOpened::Unreachable)
    );
}
