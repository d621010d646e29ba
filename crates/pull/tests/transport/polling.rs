//! Long polling: its requests and the connections that carry them.

mod answers;
mod held;
mod refusals;

use std::time::Duration;

use bitrix24_pull::{
    TransportKind,
    session::{Closed, NotOpened},
    transport::{Answer, Incoming, Link, Outgoing, post},
    wire::decode,
};
use bytes::Bytes;
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use crate::stage::{Stage, direct, endpoint, head, header, next, write};

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
