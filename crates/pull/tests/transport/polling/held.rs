//! A request that the server holds: whether anybody is still there, and what arrives meanwhile.

use std::time::Duration;

use bitrix24_pull::{
    session::Closed,
    transport::{HOLD_PROOF, Incoming, Link},
};
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    time::{Instant, timeout},
};

use super::{EMPTY_304, KIND, answer, closed, envelope, ok, opened};
use crate::stage::{Stage, direct, endpoint, head, next, open, write};

/// A link that has its first answer and whose next request is held by the server.
async fn asked_again() -> (Stage, Link, TcpStream) {
    let (stage, link, mut stream) = opened(EMPTY_304).await;
    let mut link = link.unwrap();
    answer(&mut link).await;
    link.poll(stage.endpoint("http"));
    assert!(timeout(Duration::from_millis(20), link.next()).await.is_err());
    head(&mut stream).await;
    (stage, link, stream)
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
    let (stage, mut link, _old) = asked_again().await;
    // It still holds the old connection, but takes no new one.
    drop(stage);
    link.ping().await;
    assert_eq!(closed(&mut link).await, Closed::Broken);
}

#[tokio::test]
async fn an_answer_that_comes_during_a_ping_is_taken() {
    let (_stage, mut link, mut old) = asked_again().await;
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
