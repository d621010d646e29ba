use std::time::Duration;

use bitrix24_pull::{
    TransportKind,
    session::{Closed, NotOpened},
    transport::{Answer, HOLD_PROOF, Incoming, Link, Outgoing, post},
    wire::{Frame, decode},
};
use bytes::Bytes;
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::stage::{Stage, direct, drip, endpoint, head, header, next, open, write};

const KIND: TransportKind = TransportKind::LongPolling;
const EMPTY_304: &str = "HTTP/1.1 304 Not Modified\r\n\r\n";

fn envelope(number: u32) -> String {
    format!(
        "#!NGINXNMS!#{{\"mid\":\"{number:026}\",\"text\":{{\"module_id\":\"im\",\"command\":\"c{number}\",\"params\":[]}}}}#!NGINXNME!#"
    )
}

fn ok(kind: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Opens a way whose first request is answered so; the server keeps the connection.
async fn opened(answer: impl AsRef<[u8]>) -> (Stage, Result<Link, NotOpened>, TcpStream) {
    let stage = Stage::new().await;
    let (opened, stream) = stage
        .open(KIND, async {
            let mut stream = stage.accept().await;
            head(&mut stream).await;
            write(&mut stream, answer).await;
            stream
        })
        .await;
    (stage, opened, stream)
}

/// Everything of one answer: commands of its messages, number of faults, and its end.
async fn answer(link: &mut Link) -> (Vec<String>, usize, Answer) {
    let (mut commands, mut faults) = (Vec::new(), 0);
    loop {
        let incoming = next(link).await;
        match &incoming {
            Incoming::Answered(answer) => return (commands, faults, answer.clone()),
            Incoming::Closed(why) => panic!("{why:?} after {commands:?}"),
            Incoming::Alive => {}
            Incoming::Text(_) | Incoming::Binary(_) => {
                let decoded = decode(incoming.frame().unwrap());
                faults += decoded.faults.len();
                commands.extend(decoded.messages.into_iter().map(|message| message.body.command));
            }
        }
    }
}

async fn closed(link: &mut Link) -> Closed {
    loop {
        if let Incoming::Closed(why) = next(link).await {
            return why;
        }
    }
}

#[tokio::test]
async fn the_request_asks_for_nothing_compressed() {
    let stage = Stage::new().await;
    let (opened, request) = stage
        .open(KIND, async {
            let mut stream = stage.accept().await;
            let request = head(&mut stream).await;
            write(&mut stream, EMPTY_304).await;
            request
        })
        .await;
    assert_eq!(opened.unwrap().kind(), KIND);
    assert!(
        request.starts_with("GET /bitrix/subws/?CHANNEL_ID=secret&mid=1 HTTP/1.1\r\n"),
        "{request}"
    );
    assert_eq!(header(&request, "host"), Some(stage.address().to_string().as_str()));
    assert_eq!(header(&request, "accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn a_text_answer_gives_its_envelopes() {
    let body = [envelope(1), envelope(2)].concat();
    for kind in [
        "text/plain",
        "text/plain; charset=utf-8",
        "Application/JSON",
        "application/octet-stream",
    ] {
        let (_stage, link, _stream) = opened(ok(kind, &body)).await;
        let (commands, faults, end) = answer(&mut link.unwrap()).await;
        assert_eq!(commands, ["c1", "c2"], "{kind}");
        assert_eq!(faults, 0);
        let expected = Answer {
            status: 200,
            empty: false,
            last_message_id: None,
            etag_tag: None,
            last_modified: None,
        };
        assert_eq!(end, expected);
    }
    let untyped = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let (_stage, link, _stream) = opened(untyped).await;
    assert_eq!(answer(&mut link.unwrap()).await.0, ["c1", "c2"]);
}

#[tokio::test]
async fn a_binary_answer_gives_its_messages() {
    // Two messages in one response, as a server 2.0 sends them.
    let message = |number: u8| {
        let body = format!(r#"{{"module_id":"im","command":"b{number}","params":{{}}}}"#);
        let mut message = vec![0x0a, 13];
        message.extend([number; 13]);
        message.extend([0x12, u8::try_from(body.len()).unwrap()]);
        message.extend(body.as_bytes());
        message.extend([0x18, 0, 0x25, 1, 2, 3, 4, 0x2a, 2, 8, 2]);
        [&[0x0a, u8::try_from(message.len()).unwrap()][..], &message].concat()
    };
    let messages = [message(1), message(2)].concat();
    let length = |bytes: &[u8]| {
        let low = u8::try_from(bytes.len() & 0x7f).unwrap() | 0x80;
        [0x0a, low, u8::try_from(bytes.len() >> 7).unwrap()]
    };
    let response = [&length(&messages)[..], &messages].concat();
    let batch = [&length(&response)[..], &response].concat();
    assert_eq!(decode(Frame::Binary(Bytes::from(batch.clone()))).messages.len(), 2);
    let (_stage, link, _stream) = opened(ok("application/octet-stream", batch)).await;
    let (commands, faults, end) = answer(&mut link.unwrap()).await;
    assert_eq!(commands, ["b1", "b2"]);
    assert_eq!((faults, end.empty), (0, false));
}

#[tokio::test]
async fn an_array_and_an_empty_body_are_answers() {
    let one = r#"{"mid":"1","text":{"module_id":"im","command":"j1","params":{}}}"#;
    let (_stage, link, _stream) = opened(ok("application/json", format!("[{one},{one}]"))).await;
    assert_eq!(answer(&mut link.unwrap()).await.0, ["j1", "j1"]);
    let (_stage, link, _stream) = opened(ok("text/plain", "")).await;
    let (commands, _, end) = answer(&mut link.unwrap()).await;
    assert!(commands.is_empty() && end.empty);
}

#[tokio::test]
async fn a_304_of_push_servers_tells_the_cursor() {
    let head = |expires: &str, id: &str| {
        format!(
            "HTTP/1.1 304 Not Modified\r\nLast-Message-Id:{id}\r\nExpires: {expires}\r\nAccess-Control-Expose-Headers: Last-Message-Id\r\n\r\n"
        )
    };
    let id = "17953041450000000000000003";
    for (answer_head, expected) in [
        (head("Thu, 01 Jan 1973 11:11:01 GMT", id), Some(id)),
        (head("Thu, 01 Jan 1973 11:11:01 GMT", ""), None),
        (head("Thu, 01 Jan 1970 00:00:01 GMT", id), None),
        (EMPTY_304.to_owned(), None),
    ] {
        let (_stage, link, _stream) = opened(answer_head).await;
        let (commands, _, end) = answer(&mut link.unwrap()).await;
        assert!(commands.is_empty());
        assert_eq!((end.status, end.empty), (304, true));
        assert_eq!(end.last_message_id.as_deref(), expected);
    }
}

#[tokio::test]
async fn old_servers_tell_tag_and_time_in_headers() {
    for (etag, tag) in [("W/0", "0"), ("W/\"732\"", "732"), ("5", "5")] {
        let head = format!(
            "HTTP/1.1 304 Not Modified\r\nLast-Modified: Sat, 21 Nov 2026 23:35:45 GMT\r\nEtag: {etag}\r\nExpires: Thu, 01 Jan 1970 00:00:01 GMT\r\n\r\n"
        );
        let (_stage, link, _stream) = opened(head).await;
        let (_, _, end) = answer(&mut link.unwrap()).await;
        assert_eq!(end.etag_tag.as_deref(), Some(tag));
        assert_eq!(end.last_modified.as_deref(), Some("Sat, 21 Nov 2026 23:35:45 GMT"));
    }
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let (stage, link, mut stream) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    for number in 0..20 {
        link.poll(endpoint(&format!("http://{}/sub/?mid={number}", stage.address())));
        let script = async {
            let request = head(&mut stream).await;
            assert!(request.starts_with(&format!("GET /sub/?mid={number} ")), "{request}");
            write(&mut stream, ok("text/plain", envelope(number))).await;
        };
        let (given, ()) = tokio::join!(answer(&mut link), script);
        assert_eq!(given.0, [format!("c{number}")]);
    }
    assert!(stage.is_left_alone().await);
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_is_replaced_quietly() {
    let (stage, link, stream) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    drop(stream);
    // Known to be closed, or not yet known.
    for wait in [50, 0] {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        link.poll(stage.endpoint("http"));
        let script = async {
            let mut stream = stage.accept().await;
            head(&mut stream).await;
            write(&mut stream, ok("text/plain", envelope(7))).await;
        };
        let (given, ()) = tokio::join!(answer(&mut link), script);
        assert_eq!(given.0, ["c7"]);
    }
    // Closed after the request was taken.
    let (stage, link, mut stream) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    link.poll(stage.endpoint("http"));
    let script = async {
        head(&mut stream).await;
        drop(stream);
        let mut stream = stage.accept().await;
        head(&mut stream).await;
        write(&mut stream, EMPTY_304).await;
        stream
    };
    let (given, stream) = tokio::join!(answer(&mut link), script);
    assert_eq!(given.2.status, 304);
    // A fresh connection that is cut is a failure.
    drop(stream);
    link.poll(stage.endpoint("http"));
    let script = async {
        let mut stream = stage.accept().await;
        head(&mut stream).await;
    };
    let (end, ()) = tokio::join!(closed(&mut link), script);
    assert_eq!(end, Closed::Broken);
}

#[tokio::test]
async fn http_1_0_style_closing_needs_no_keep_alive() {
    let closing = "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n";
    let (stage, link, _kept) = opened(closing).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    link.poll(stage.endpoint("http"));
    let script = async {
        let mut stream = stage.accept().await;
        head(&mut stream).await;
        // No length: the body ends with the connection.
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
        write(&mut stream, format!("{head}{}", envelope(3))).await;
    };
    let (given, ()) = tokio::join!(answer(&mut link), script);
    assert_eq!(given.0, ["c3"]);
}

#[tokio::test]
async fn refusals_and_foreign_pages_open_nothing() {
    let refused = |status, seconds: Option<u64>| NotOpened::Refused {
        status,
        retry_after: seconds.map(Duration::from_secs),
    };
    let foreign = NotOpened::NotAPushServer;
    for (answer, expected) in [
        (
            "400 Bad Request\r\nContent-Length: 23\r\n\r\n4010: Wrong Channel Id.",
            refused(400, None),
        ),
        ("401 Unauthorized\r\nContent-Length: 0\r\n\r\n", refused(401, None)),
        ("403 Forbidden\r\nContent-Length: 0\r\n\r\n", refused(403, None)),
        (
            "429 Too Many\r\nRetry-After: 9\r\nContent-Length: 0\r\n\r\n",
            refused(429, Some(9)),
        ),
        (
            "502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
            refused(502, None),
        ),
        (
            "302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n",
            foreign,
        ),
        ("204 No Content\r\n\r\n", foreign),
        ("404 Not Found\r\nContent-Length: 0\r\n\r\n", foreign),
        (
            "200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 6\r\n\r\n<html>",
            foreign,
        ),
        (
            "200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n.PNG",
            foreign,
        ),
        (
            "200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\u{8}00",
            foreign,
        ),
    ] {
        let (_stage, link, _stream) = opened(format!("HTTP/1.1 {answer}")).await;
        assert_eq!(link.err(), Some(expected), "{answer}");
    }
    for answer in [
        "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n",
        "SSH-2.0-OpenSSH_9\r\n\r\n",
    ] {
        let (_stage, link, _stream) = opened(answer).await;
        assert_eq!(link.err(), Some(foreign), "{answer}");
    }
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(200_000));
    let (_stage, link, _stream) = opened(endless).await;
    assert_eq!(link.err(), Some(foreign));
}

#[tokio::test]
async fn later_refusals_close_the_way() {
    let wait = Some(Duration::from_secs(30));
    for (answer, expected) in [
        (
            "429 Too Many\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n",
            Closed::Refused {
                status: 429,
                retry_after: wait,
            },
        ),
        (
            "403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            Closed::Refused {
                status: 403,
                retry_after: None,
            },
        ),
        (
            "302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
            Closed::NotAPushServer,
        ),
        (
            "200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\n<",
            Closed::NotAPushServer,
        ),
        // A page that says it is none.
        (
            "200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\n\n<!DOCTYPE html><html>",
            Closed::NotAPushServer,
        ),
    ] {
        let (stage, link, mut stream) = opened(EMPTY_304).await;
        let mut link = link.unwrap();
        self::answer(&mut link).await;
        link.poll(stage.endpoint("http"));
        let script = async {
            head(&mut stream).await;
            write(&mut stream, format!("HTTP/1.1 {answer}")).await;
        };
        let (end, ()) = tokio::join!(closed(&mut link), script);
        assert_eq!(end, expected, "{answer}");
        assert_eq!(closed(&mut link).await, expected);
    }
}

#[tokio::test]
async fn a_body_may_come_byte_by_byte_and_in_chunks() {
    let stage = Stage::new().await;
    let script = async {
        let mut stream = stage.accept().await;
        head(&mut stream).await;
        drip(&mut stream, ok("text/plain", [envelope(1), envelope(2)].concat())).await;
        head(&mut stream).await;
        write(&mut stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        for part in [envelope(3), envelope(4)].concat().as_bytes().chunks(37) {
            write(&mut stream, format!("{:x}\r\n", part.len())).await;
            write(&mut stream, part).await;
            write(&mut stream, "\r\n").await;
        }
        write(&mut stream, "0\r\n\r\n").await;
        stream
    };
    let client = async {
        let mut link = open(direct(), KIND, vec![stage.endpoint("http")]).await.unwrap();
        assert_eq!(answer(&mut link).await.0, ["c1", "c2"]);
        link.poll(stage.endpoint("http"));
        assert_eq!(answer(&mut link).await.0, ["c3", "c4"]);
    };
    tokio::join!(client, script);
}

#[tokio::test]
async fn what_came_whole_before_a_cut_is_given() {
    let body = [envelope(1), envelope(2), envelope(3)].concat();
    // The end may come together with the last bytes, or later.
    for wait in [0, 20] {
        let cut = &ok("text/plain", &body)[..body.len()];
        let (_stage, link, stream) = opened(cut).await;
        let mut link = link.unwrap();
        drop(stream);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let mut commands = Vec::new();
        loop {
            let incoming = next(&mut link).await;
            match &incoming {
                Incoming::Closed(why) => break assert_eq!(*why, Closed::Broken),
                Incoming::Answered(_) => panic!("it was cut"),
                Incoming::Alive => {}
                Incoming::Text(_) | Incoming::Binary(_) => {
                    let decoded = decode(incoming.frame().unwrap());
                    assert!(decoded.faults.is_empty());
                    commands.extend(decoded.messages.into_iter().map(|message| message.body.command));
                }
            }
        }
        assert_eq!(commands, ["c1", "c2"], "{wait}");
    }
}

#[tokio::test]
async fn a_message_beyond_the_limit_costs_only_itself() {
    let long = envelope(2).replace("[]", &format!("[\"{}\"]", "x".repeat(2 << 20)));
    let (stage, script) = (Stage::new().await, [envelope(1), long, envelope(3)].concat());
    let script = async {
        let mut stream = stage.accept().await;
        head(&mut stream).await;
        write(&mut stream, ok("text/plain", script)).await;
        stream
    };
    let client = async {
        let mut link = open(direct(), KIND, vec![stage.endpoint("http")]).await.unwrap();
        answer(&mut link).await
    };
    let ((commands, faults, _), _stream) = tokio::join!(client, script);
    assert_eq!((commands, faults), (vec!["c1".to_owned(), "c3".to_owned()], 1));
}

#[tokio::test]
async fn a_held_request_is_an_open_way() {
    let stage = Stage::new().await;
    let began = Instant::now();
    let script = async {
        let mut stream = stage.accept().await;
        head(&mut stream).await;
        stream
    };
    let ((link, took), mut stream) = tokio::join!(
        async {
            let link = open(direct(), KIND, vec![stage.endpoint("http")]).await;
            (link, began.elapsed())
        },
        script
    );
    assert!(took >= HOLD_PROOF, "{took:?}");
    let mut link = link.unwrap();
    // Dropping the wait loses nothing.
    assert!(timeout(Duration::from_millis(20), link.next()).await.is_err());
    write(&mut stream, ok("text/plain", envelope(1))).await;
    assert_eq!(answer(&mut link).await.0, ["c1"]);
}

#[tokio::test]
async fn a_ping_moves_a_held_request_to_a_fresh_connection() {
    let (stage, link, mut old) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    link.poll(endpoint(&format!("http://{}/sub/?mid=5", stage.address())));
    assert!(timeout(Duration::from_millis(20), link.next()).await.is_err());
    let request = head(&mut old).await;

    link.ping().await;
    assert!(matches!(next(&mut link).await, Incoming::Alive));
    let script = async {
        let mut stream = stage.accept().await;
        assert_eq!(head(&mut stream).await, request, "the same request");
        // The old one is dropped, so that nothing is answered twice.
        assert_eq!(old.read(&mut [0; 16]).await.unwrap_or(0), 0);
        write(&mut stream, ok("text/plain", envelope(6))).await;
        stream
    };
    let (given, _stream) = tokio::join!(answer(&mut link), script);
    assert_eq!(given.0, ["c6"]);
}

#[tokio::test]
async fn a_ping_finds_a_dead_server() {
    let (stage, link, mut old) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    link.poll(stage.endpoint("http"));
    assert!(timeout(Duration::from_millis(20), link.next()).await.is_err());
    head(&mut old).await;
    // It still holds the old connection, but takes no new one.
    drop(stage);
    link.ping().await;
    assert_eq!(closed(&mut link).await, Closed::Broken);
}

#[tokio::test]
async fn an_answer_that_comes_during_a_ping_is_taken() {
    let (stage, link, mut old) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    link.poll(stage.endpoint("http"));
    assert!(timeout(Duration::from_millis(20), link.next()).await.is_err());
    head(&mut old).await;
    write(&mut old, ok("text/plain", envelope(8))).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    link.ping().await;
    assert_eq!(answer(&mut link).await.0, ["c8"]);
}

#[tokio::test]
async fn a_long_body_that_arrives_slowly_is_alive() {
    let whole = ok(
        "text/plain",
        envelope(1).replace("[]", &format!("[\"{}\"]", "x".repeat(3000))),
    );
    let (_stage, link, mut stream) = opened(&whole[..1000]).await;
    let mut link = link.unwrap();
    assert!(timeout(Duration::from_millis(20), link.next()).await.is_err());
    link.ping().await;
    assert!(
        timeout(Duration::from_millis(20), link.next()).await.is_err(),
        "nothing came"
    );
    write(&mut stream, &whole[1000..2000]).await;
    assert!(matches!(next(&mut link).await, Incoming::Alive));
    write(&mut stream, &whole[2000..]).await;
    assert_eq!(answer(&mut link).await.0, ["c1"]);
}

#[tokio::test]
async fn nothing_is_sent_over_long_polling() {
    let (_stage, link, _stream) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    assert!(link.send(Outgoing::Text("pong".to_owned())).await.is_err());
    link.close(1000, Duration::from_secs(1)).await;
}

#[tokio::test]
async fn a_post_carries_bytes_and_hears_refusals() {
    let stage = Stage::new().await;
    for (answer, expected) in [
        ("200 OK\r\nContent-Length: 0\r\n\r\n", Ok(())),
        (
            "413 Too Large\r\nContent-Length: 0\r\n\r\n",
            Err(NotOpened::Refused {
                status: 413,
                retry_after: None,
            }),
        ),
        (
            "404 Not Found\r\nContent-Length: 0\r\n\r\n",
            Err(NotOpened::NotAPushServer),
        ),
    ] {
        let body = Bytes::from(vec![0xff; 100_000]);
        let endpoint = stage.endpoint("http");
        let connector = direct();
        let script = async {
            let mut stream = stage.accept().await;
            let request = head(&mut stream).await;
            assert!(
                request.starts_with("POST /bitrix/subws/?CHANNEL_ID=secret&mid=1 HTTP/1.1\r\n"),
                "{request}"
            );
            assert_eq!(header(&request, "content-length"), Some("100000"));
            let mut got = vec![0; 100_000];
            stream.read_exact(&mut got).await.unwrap();
            write(&mut stream, format!("HTTP/1.1 {answer}")).await;
            got
        };
        let (posted, got) = tokio::join!(post(&connector, &endpoint, body.clone()), script);
        assert_eq!(posted, expected);
        assert_eq!(body, got);
    }
}
