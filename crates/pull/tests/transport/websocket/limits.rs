//! Frames that break the standard, or the limit.

use bitrix24_pull::{session::Closed, transport::Incoming};
use tokio::io::AsyncWriteExt as _;

use super::{ends_by, opened};
use crate::stage::{LIMIT, close_code, frame, next, write};

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
