//! What is no answer of a push server, at the first request and at a later one.

use std::time::Duration;

use bitrix24_pull::session::{Closed, NotOpened};

use super::{EMPTY_304, closed, opened};
use crate::stage::{head, write};

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
        super::answer(&mut link).await;
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
