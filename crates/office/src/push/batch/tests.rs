use std::sync::Arc;

use super::{Command, Incoming, Oddities, Presence, Receiver, Response, read_request, write_responses};
use crate::push::message::{Message, Mid, Personal, Sender, Stamp};
use crate::push::protobuf::Writer;
use crate::push::signature::{hex, read_id};

const PUBLIC: &str = "520be2333eea151a956c0c2581c8fa06";

fn captured_message() -> Arc<Message> {
    Arc::new(Message {
        mid: Mid::new(1_795_304_145, 3),
        number: 3,
        stamp: Stamp::default(),
        channel: String::new(),
        personal: Personal::default(),
        body: r#"{"module_id":"im","command":"startWriting","params":{"dialogId":5}}"#.to_owned(),
        expiry: 0,
        created: 1_795_304_147,
        sender: Sender::Client(read_id(PUBLIC).unwrap()),
    })
}

#[test]
fn a_client_message_is_the_captured_frame() {
    let frame = write_responses(&[Response::Messages(vec![captured_message()])], Oddities::default());
    assert_eq!(frame.len(), 119);
    assert_eq!(
        hex(&frame),
        "0a750a730a710a0d1795304145000000000000000312437b226d6f64756c655f6964223a22696d222c22636f6d6d616e64223a22737461\
         727457726974696e67222c22706172616d73223a7b226469616c6f674964223a357d7d180025d32a026b2a1408011210520be2333eea15\
         1a956c0c2581c8fa06"
            .replace(' ', "")
    );
}

#[test]
fn a_portal_message_has_a_sender_without_id() {
    let message = Message {
        sender: Sender::Backend,
        ..(*captured_message()).clone()
    };
    let frame = hex(&write_responses(
        &[Response::Messages(vec![Arc::new(message)])],
        Oddities::default(),
    ));
    assert!(frame.ends_with("2a020802"), "{frame}");
}

#[test]
fn coalesced_responses_are_entries_of_one_batch() {
    let one = write_responses(&[Response::Messages(vec![captured_message()])], Oddities::default());
    let both = write_responses(
        &[
            Response::Messages(vec![captured_message()]),
            Response::Messages(vec![captured_message()]),
        ],
        Oddities::default(),
    );
    assert_eq!(both, [one.clone(), one].concat());
}

#[test]
fn channel_stats_are_the_captured_frame() {
    let presence = Presence {
        id: read_id(PUBLIC).unwrap(),
        private: false,
        online: true,
    };
    let frame = write_responses(&[Response::ChannelStats(vec![presence])], Oddities::default());
    assert_eq!(hex(&frame), "0a1a12180a160a10520be2333eea151a956c0c2581c8fa0610001801");
}

#[test]
fn unknown_fields_only_add_to_the_frame() {
    let plain = write_responses(&[Response::Messages(vec![captured_message()])], Oddities::default());
    let added = write_responses(
        &[Response::Messages(vec![captured_message()])],
        Oddities {
            unknown_fields: true,
            no_sender: false,
        },
    );
    assert!(added.len() > plain.len());
}

/// The captured request of the portal: receiver `0a14 0a10 <id> 1001`, body, expiry `20d804`, type `2a07`.
#[test]
fn the_captured_request_of_the_portal_is_read() {
    let body = "x".repeat(194);
    let mut bytes = vec![
        0x0a, 0xed, 0x01, 0x0a, 0xea, 0x01, 0x0a, 0xe7, 0x01, 0x0a, 0x14, 0x0a, 0x10,
    ];
    bytes.extend([7; 16]);
    bytes.extend([0x10, 0x01, 0x1a, 0xc2, 0x01]);
    bytes.extend(body.as_bytes());
    bytes.extend([0x20, 0xd8, 0x04, 0x2a, 0x07]);
    bytes.extend(b"im_test");
    let receiver = Receiver {
        id: vec![7; 16],
        private: true,
        signature: Vec::new(),
    };
    let expected = Incoming {
        receivers: vec![receiver],
        body,
        expiry: 600,
    };
    assert_eq!(read_request(&bytes), Ok(Some(Command::Publish(vec![expected]))));
}

#[test]
fn only_the_first_request_counts_and_an_empty_batch_has_none() {
    let mut stats = Writer::default();
    stats.bytes(3, b"");
    let mut registration = Writer::default();
    registration.bytes(4, b"");
    let mut batch = Writer::default();
    batch.bytes(1, &stats.finish()).bytes(1, &registration.finish());
    assert_eq!(read_request(&batch.finish()), Ok(Some(Command::ServerStats)));
    assert_eq!(read_request(b""), Ok(None));
    assert_eq!(read_request(&[0x0a, 0]), Ok(Some(Command::Unknown)));
    assert!(read_request(b"\x0a\x05hi").is_err());
}
