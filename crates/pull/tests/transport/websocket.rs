use std::{sync::Arc, time::Duration};

use bitrix24_pull::{
    TransportKind,
    session::{Closed, NotOpened},
    transport::{Incoming, Link, Outgoing},
};
use bytes::Bytes;
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};

use crate::stage::{
    LIMIT, Stage, client_frame, close_code, direct, drip, endpoint, frame, head, header, next, open, upgraded, write,
};

const KIND: TransportKind = TransportKind::WebSocket;

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

async fn opened() -> (Link, TcpStream) {
    let stage = Stage::new().await;
    let (opened, stream) = stage
        .open(KIND, async {
            let mut stream = stage.accept().await;
            let request = head(&mut stream).await;
            write(&mut stream, upgraded(&request)).await;
            stream
        })
        .await;
    (opened.unwrap(), stream)
}

fn text(incoming: &Incoming) -> &str {
    let Incoming::Text(text) = incoming else {
        panic!("{incoming:?}");
    };
    text.as_str()
}

/// How the link ends by what the server sends, and the code that the server hears.
async fn ends_by(bytes: &[u8]) -> (Closed, Option<u16>) {
    let (mut link, mut stream) = opened().await;
    let heard = async move {
        write(&mut stream, bytes).await;
        close_code(&mut stream).await
    };
    let end = async {
        loop {
            if let Incoming::Closed(why) = next(&mut link).await {
                break why;
            }
        }
    };
    let (end, heard) = tokio::join!(end, heard);
    // It stays so.
    assert!(matches!(next(&mut link).await, Incoming::Closed(again) if again == end));
    (end, heard)
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
async fn a_server_may_write_byte_by_byte() {
    let stage = Stage::new().await;
    let script = async {
        let mut stream = stage.accept().await;
        let request = head(&mut stream).await;
        drip(&mut stream, upgraded(&request)).await;
        drip(&mut stream, frame(0x82, &[7; 300])).await;
        drip(&mut stream, frame(0x01, "при".as_bytes())).await;
        drip(&mut stream, frame(0x89, b"between")).await;
        drip(&mut stream, frame(0x80, "вет".as_bytes())).await;
        stream
    };
    let client = async {
        let mut link = open(direct(), KIND, vec![stage.endpoint("ws")]).await.unwrap();
        assert!(matches!(next(&mut link).await, Incoming::Binary(bytes) if bytes == vec![7; 300]));
        assert!(matches!(next(&mut link).await, Incoming::Alive));
        assert_eq!(text(&next(&mut link).await), "привет");
        link
    };
    let (_link, mut stream) = tokio::join!(client, script);
    assert_eq!(client_frame(&mut stream).await, Some((0x8a, b"between".to_vec())));
}

#[tokio::test]
async fn next_may_be_dropped_at_any_time() {
    let (mut link, mut stream) = opened().await;
    let script = async {
        for number in 0..50_u32 {
            drip(&mut stream, frame(0x81, number.to_string().as_bytes())).await;
        }
    };
    let client = async {
        let mut numbers = Vec::new();
        while numbers.len() < 50 {
            if let Ok(incoming) = timeout(Duration::from_micros(100), link.next()).await {
                numbers.push(text(&incoming).parse::<u32>().unwrap());
            }
        }
        numbers
    };
    let (numbers, ()) = tokio::join!(client, script);
    assert_eq!(numbers, (0..50).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cut_inside_a_frame_is_a_broken_connection() {
    for bytes in [
        &[][..],
        &[0x81],
        &[0x81, 126, 1],
        &frame(0x81, &[b'x'; 500])[..200],
        &frame(0x01, b"begun"),
    ] {
        let (mut link, mut stream) = opened().await;
        write(&mut stream, bytes).await;
        drop(stream);
        assert!(
            matches!(next(&mut link).await, Incoming::Closed(Closed::Broken)),
            "{bytes:x?}"
        );
    }
}

#[tokio::test]
async fn violations_end_with_the_code_of_the_standard() {
    let invalid = |first: u8, payload: &[u8]| frame(first, payload);
    let masked = vec![0x81, 0x82, 1, 2, 3, 4, b'a', b'b'];
    for (bytes, code) in [
        (masked, 1002),
        (invalid(0xc1, b"compressed"), 1002),
        (invalid(0x91, b"reserved"), 1002),
        (invalid(0x83, b"opcode"), 1002),
        (invalid(0x8b, b"opcode"), 1002),
        (invalid(0x80, b"continues nothing"), 1002),
        ([frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002),
        (invalid(0x89, &[0; 126]), 1002),
        (invalid(0x09, b"a fragmented ping"), 1002),
        (invalid(0x81, b"\xc3\x28"), 1007),
        ([frame(0x01, b"\xd0"), frame(0x80, b"\x28")].concat(), 1007),
        (invalid(0x88, b"\x03\xe8\xff\xfe"), 1007),
        (invalid(0x88, b"\x03"), 1002),
    ] {
        assert_eq!(ends_by(&bytes).await, (Closed::Protocol, Some(code)), "{bytes:x?}");
    }
}

#[tokio::test]
async fn messages_beyond_the_limit_end_with_1009() {
    let claimed = [&[0x82, 127][..], &i64::MAX.to_be_bytes()].concat();
    assert_eq!(ends_by(&claimed).await, (Closed::TooLarge, Some(1009)));
    let by_one = [&[0x82, 127][..], &(LIMIT as u64 + 1).to_be_bytes()].concat();
    assert_eq!(ends_by(&by_one).await, (Closed::TooLarge, Some(1009)));
    let whole = frame(0x82, &vec![1; LIMIT + 1]);
    assert_eq!(ends_by(&whole).await, (Closed::TooLarge, Some(1009)));
    let half = vec![b'x'; LIMIT / 2 + 1];
    let fragments = [frame(0x01, &half), frame(0x80, &half)].concat();
    assert_eq!(ends_by(&fragments).await, (Closed::TooLarge, Some(1009)));
}

#[tokio::test]
async fn endless_fragments_end_with_1009() {
    let (mut link, stream) = opened().await;
    let (mut from_client, mut to_client) = stream.into_split();
    let flood = tokio::spawn(async move {
        let part = [frame(0x01, &[b'x'; 1000]), frame(0x00, &[b'x'; 1000])];
        let mut result = to_client.write_all(&part[0]).await;
        while result.is_ok() {
            result = to_client.write_all(&part[1]).await;
        }
    });
    let (end, heard) = tokio::join!(next(&mut link), close_code(&mut from_client));
    assert!(matches!(end, Incoming::Closed(Closed::TooLarge)), "{end:?}");
    assert_eq!(heard, Some(1009));
    drop((link, from_client));
    flood.await.unwrap();
}

#[tokio::test]
async fn the_largest_message_is_taken() {
    let (mut link, mut stream) = opened().await;
    let bytes = frame(0x82, &vec![9; LIMIT]);
    let (incoming, ()) = tokio::join!(next(&mut link), write(&mut stream, &bytes));
    assert!(matches!(incoming, Incoming::Binary(bytes) if bytes.len() == LIMIT));
}

#[tokio::test]
async fn the_server_closes_with_a_code_and_is_answered() {
    for (payload, code, answer) in [
        (&b""[..], None, None),
        (b"\x03\xe8", Some(1000), Some(1000)),
        (b"\x0f\xaa4010: Wrong Channel Id.", Some(4010), Some(4010)),
        (b"\x03\xf0{\"http_status\": 400}", Some(1008), Some(1008)),
        // Codes that nobody may send.
        (b"\x03\xf7", Some(1002), Some(1002)),
    ] {
        assert_eq!(
            ends_by(&frame(0x88, payload)).await,
            (Closed::ByServer(code), answer),
            "{payload:x?}"
        );
    }
}

#[tokio::test]
async fn both_kinds_of_frames_are_sent() {
    let (mut link, mut stream) = opened().await;
    link.send(Outgoing::Text("mack:м1".to_owned())).await.unwrap();
    assert_eq!(
        client_frame(&mut stream).await,
        Some((0x81, "mack:м1".as_bytes().to_vec()))
    );
    let large = Bytes::from(vec![5; LIMIT]);
    let (sent, got) = tokio::join!(link.send(Outgoing::Binary(large.clone())), client_frame(&mut stream));
    sent.unwrap();
    assert_eq!(got, Some((0x82, large.to_vec())));
    link.ping().await;
    assert_eq!(client_frame(&mut stream).await, Some((0x89, Vec::new())));
    write(&mut stream, frame(0x8a, b"")).await;
    assert!(matches!(next(&mut link).await, Incoming::Alive));
    let (code, ()) = tokio::join!(close_code(&mut stream), link.close(3001, Duration::from_secs(1)));
    assert_eq!(code, Some(3001));
}

#[tokio::test]
async fn a_long_frame_that_arrives_slowly_is_alive() {
    let (mut link, mut stream) = opened().await;
    let bytes = frame(0x82, &[3; 3000]);
    write(&mut stream, &bytes[..1000]).await;
    // Without a ping nobody needs to know.
    assert!(timeout(Duration::from_millis(50), link.next()).await.is_err());
    for part in [1000..1500, 1500..2000] {
        link.ping().await;
        assert!(
            timeout(Duration::from_millis(30), link.next()).await.is_err(),
            "nothing came"
        );
        write(&mut stream, &bytes[part]).await;
        assert!(matches!(next(&mut link).await, Incoming::Alive));
        assert!(
            timeout(Duration::from_millis(30), link.next()).await.is_err(),
            "once is enough"
        );
    }
    write(&mut stream, &bytes[2000..]).await;
    assert!(matches!(next(&mut link).await, Incoming::Binary(bytes) if bytes.len() == 3000));
}

#[tokio::test]
async fn a_good_bye_does_not_wait_for_a_dead_server() {
    let (mut link, stream) = opened().await;
    // A full socket takes no close frame.
    let filled = timeout(Duration::from_millis(300), async {
        while link
            .send(Outgoing::Binary(Bytes::from(vec![0; LIMIT / 2])))
            .await
            .is_ok()
        {}
    });
    assert!(filled.await.is_err());
    timeout(Duration::from_secs(2), link.close(1000, Duration::from_millis(50)))
        .await
        .unwrap();
    drop(stream);
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
