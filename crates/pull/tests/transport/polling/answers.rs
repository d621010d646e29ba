//! What an answer gives: its messages, the cursor in its head, and what is left of one that is cut or too long.

use std::time::Duration;

use bitrix24_pull::{
    session::Closed,
    transport::{Answer, Incoming},
    wire::{Frame, decode},
};
use bytes::Bytes;

use super::{EMPTY_304, KIND, answer, envelope, ok, opened};
use crate::stage::{Stage, direct, drip, head, next, open, write};

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
