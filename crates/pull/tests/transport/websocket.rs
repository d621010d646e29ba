//! WebSocket: frames that come and go, and the end of the connection.

mod handshake;
mod limits;

use std::time::Duration;

use bitrix24_pull::{
    TransportKind,
    session::Closed,
    transport::{Incoming, Link, Outgoing},
};
use bytes::Bytes;
use tokio::{net::TcpStream, time::timeout};

use crate::stage::{LIMIT, Stage, client_frame, close_code, direct, drip, frame, head, next, open, upgraded, write};

const KIND: TransportKind = TransportKind::WebSocket;

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
