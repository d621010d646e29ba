use std::sync::Arc;

use jiff::Timestamp;

use super::{request, text};
use crate::office::ServerVersion;
use crate::push::batch::Response;
use crate::push::hub::{Hub, Link, Outgoing};
use crate::push::message::Sender;
use crate::push::protobuf::Writer;
use crate::push::signature::{Channel, Id, Key, Trust};
use crate::push::status::Status;

const OWN: Id = [2; 16];
const OTHER: Channel = Channel {
    private: [5; 16],
    public: Some([6; 16]),
};

fn hub() -> Arc<Hub> {
    Arc::new(Hub::with_counter(
        Key::new("testsecretkey0123456789"),
        ServerVersion::V4,
        1_795_304_145,
        0,
    ))
}

fn at() -> Timestamp {
    Timestamp::from_second(1_795_304_147).unwrap()
}

fn signature(hub: &Hub, id: Id) -> Vec<u8> {
    let text = hub.key().sign_public(id).unwrap();
    (0..text.len())
        .step_by(2)
        .map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap())
        .collect()
}

fn receiver(id: &[u8], private: bool, signature: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.bytes(1, id).varint(2, u64::from(private)).bytes(3, signature);
    writer.finish()
}

fn command(field: u32, items: &[Vec<u8>]) -> Vec<u8> {
    let mut list = Writer::default();
    for item in items {
        list.bytes(1, item);
    }
    let mut request = Writer::default();
    request.bytes(field, &list.finish());
    let mut batch = Writer::default();
    batch.bytes(1, &request.finish());
    batch.finish()
}

fn message(receivers: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::default();
    for receiver in receivers {
        writer.bytes(1, receiver);
    }
    writer.bytes(3, b"{}").varint(4, 60);
    writer.finish()
}

fn client(hub: &Hub, bytes: &[u8]) -> Result<Option<Response>, Status> {
    request(hub, Trust::Client, Some(OWN), bytes, at())
}

#[test]
fn a_client_publishes_to_a_signed_public_channel_under_its_own_name() {
    let hub = hub();
    let mut other = hub.join(&[OTHER], Link::Socket, None);
    let to = receiver(&[6; 16], false, &signature(&hub, [6; 16]));
    assert!(client(&hub, &command(1, &[message(&[to])])).unwrap().is_none());
    let Ok(Outgoing::Response(Response::Messages(messages))) = other.inbox.try_recv() else {
        panic!("nothing came")
    };
    assert_eq!(messages[0].sender, Sender::Client(OWN));
    assert_eq!(messages[0].expiry, 60);
}

#[test]
fn a_client_is_refused_what_the_real_server_refuses() {
    let hub = hub();
    let signed = signature(&hub, [6; 16]);
    let good = receiver(&[6; 16], false, &signed);
    let cases = [
        (
            command(1, &vec![message(std::slice::from_ref(&good)); 101]),
            Status::TooManyMessages,
        ),
        (command(1, &[message(&[])]), Status::NoChannelsFound),
        (
            command(1, &[message(&vec![good.clone(); 101])]),
            Status::TooManyChannels,
        ),
        (
            command(1, &[message(&[receiver(&[5; 16], true, &signed)])]),
            Status::PrivateChannelIsNotAllowed,
        ),
        (
            command(1, &[message(&[receiver(&[6; 16], false, &signed[..19])])]),
            Status::InvalidSignature,
        ),
        (
            command(1, &[message(&[receiver(&[7; 16], false, &signed)])]),
            Status::InvalidSignature,
        ),
        (
            command(1, &[message(&[receiver(&[6; 15], false, &signed)])]),
            Status::InvalidSignature,
        ),
        (command(2, &[]), Status::NoChannelsFound),
        (command(2, &vec![good.clone(); 101]), Status::TooManyChannels),
        (
            command(2, &[receiver(&[5; 16], true, &signed)]),
            Status::PrivateChannelIsNotAllowed,
        ),
        (command(3, &[]), Status::CommandIsNotAllowed),
        (command(4, &[]), Status::CommandIsNotAllowed),
        (command(9, &[]), Status::WrongRequestCommand),
        (b"text".to_vec(), Status::WrongRequestData),
        (Vec::new(), Status::EmptyRequest),
    ];
    for (bytes, status) in cases {
        assert_eq!(client(&hub, &bytes).unwrap_err(), status);
    }
    let anonymous = request(&hub, Trust::Client, None, b"text", at()).unwrap_err();
    assert_eq!(anonymous, Status::PublicChannelIdIsRequired);
    assert_eq!(hub.totals().published, 0);
}

#[test]
fn one_bad_message_keeps_its_neighbours_from_being_sent() {
    let hub = hub();
    let good = message(&[receiver(&[6; 16], false, &signature(&hub, [6; 16]))]);
    let bad = message(&[receiver(&[6; 16], false, &[0; 20])]);
    assert_eq!(
        client(&hub, &command(1, &[good, bad])).unwrap_err(),
        Status::InvalidSignature
    );
    assert_eq!(hub.totals().published, 0);
}

#[test]
fn presence_is_answered() {
    let hub = hub();
    let ask = command(2, &[receiver(&[6; 16], false, &signature(&hub, [6; 16]))]);
    let online = |hub: &Hub| match client(hub, &ask).unwrap() {
        Some(Response::ChannelStats(channels)) => channels[0].online,
        other => panic!("{other:?}"),
    };
    assert!(!online(&hub));
    let member = hub.join(&[OTHER], Link::Socket, None);
    assert!(online(&hub));
    drop(member);
    assert!(!online(&hub));
}

#[test]
fn the_portal_needs_no_signature_but_whole_ids() {
    let hub = hub();
    let portal = |bytes: &[u8]| request(&hub, Trust::Portal, None, bytes, at());
    assert!(portal(&command(1, &[message(&[receiver(&[5; 16], true, b"")])])).is_ok());
    assert_eq!(
        portal(&command(1, &[message(&[receiver(&[5; 4], true, b"")])])).unwrap_err(),
        Status::InvalidChannelId
    );
    assert!(matches!(portal(&command(3, &[])), Ok(Some(Response::ServerStats(_)))));
    assert_eq!(portal(&command(4, &[])).unwrap_err(), Status::WrongRequestCommand);
}

#[test]
fn the_portal_publishes_text_to_many_channels() {
    let hub = hub();
    let id = |number: usize| format!("{number:032x}");
    let many = |count: usize| (0..count).map(id).collect::<Vec<_>>().join("/");
    assert_eq!(text(&hub, &many(100), b"{}", 60, at()), Ok(()));
    assert_eq!(text(&hub, &many(101), b"{}", 60, at()), Err(Status::TooManyChannels));
    assert_eq!(text(&hub, "xyz", b"{}", 60, at()), Err(Status::WrongChannelId));
    assert_eq!(hub.totals().stored, 100);
}
