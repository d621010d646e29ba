//! Binary framing of server 4 (protobuf `ResponseBatch`).
//!
//! Nested messages are kept as bytes and decoded one by one, so that a broken one costs only itself; a cut frame gives
//! everything before the cut. Unknown fields are skipped.

use bytes::{Buf, Bytes};
use jiff::Timestamp;
use prost::{
    Message as _,
    encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field},
};

use super::{Body, Decoded, Fault, Message};
use crate::{
    event::{Sender, SenderType},
    position::{Mid, hex},
};

/// `Response` of the protocol: one of several answers; only messages matter to a receiver.
#[derive(Clone, PartialEq, prost::Message)]
struct Response {
    #[prost(bytes = "bytes", optional, tag = "1")]
    outgoing_messages: Option<Bytes>,
    #[prost(bytes = "bytes", optional, tag = "2")]
    channel_stats: Option<Bytes>,
}

/// `ChannelStats` of the protocol: whether somebody listens to a channel.
#[derive(Clone, PartialEq, prost::Message)]
struct ChannelStats {
    #[prost(bytes = "bytes", tag = "1")]
    id: Bytes,
    #[prost(bool, tag = "3")]
    is_online: bool,
}

/// `OutgoingMessage` of the protocol, with its text as bytes: a message that is no UTF-8 must not spoil the others.
#[derive(Clone, PartialEq, prost::Message)]
struct OutgoingMessage {
    #[prost(bytes = "bytes", tag = "1")]
    id: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    body: Bytes,
    #[prost(uint32, tag = "3")]
    expiry: u32,
    #[prost(fixed32, tag = "4")]
    created: u32,
    #[prost(message, optional, tag = "5")]
    sender: Option<WireSender>,
}

/// `Sender` of the protocol.
#[derive(Clone, PartialEq, prost::Message)]
struct WireSender {
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(bytes = "bytes", tag = "2")]
    id: Bytes,
}

/// Takes every message of a `ResponseBatch`.
pub(super) fn decode(frame: Bytes, decoded: &mut Decoded) {
    for response in entries(frame, &mut decoded.faults) {
        match Response::decode(response) {
            Ok(response) => {
                if let Some(stats) = response.channel_stats {
                    let stats = entries(stats, &mut decoded.faults).into_iter();
                    let stats = stats.filter_map(|stats| ChannelStats::decode(stats).ok());
                    let stats = stats.map(|stats| (hex(&stats.id), stats.is_online)).collect();
                    decoded.signals.push(super::Signal::Stats(stats));
                }
                let messages = response.outgoing_messages.unwrap_or_default();
                for message in entries(messages, &mut decoded.faults) {
                    match decode_one(message) {
                        Ok(message) => decoded.messages.push(message),
                        Err(fault) => decoded.faults.push(fault),
                    }
                }
            }
            Err(_) => decoded.faults.push(Fault::Protobuf),
        }
    }
}

fn decode_one(bytes: Bytes) -> Result<Message, Fault> {
    let message = OutgoingMessage::decode(bytes).map_err(|_| Fault::Protobuf)?;
    let body = std::str::from_utf8(&message.body).map_err(|_| Fault::Body)?;
    let body = Body::parse(body, None)?;
    let created = Timestamp::from_second(message.created.into())
        .ok()
        .filter(|_| message.created > 0);
    let sender = message.sender.map(|sender| Sender {
        kind: SenderType::from_number(sender.kind),
        id: Some(hex(&sender.id)).filter(|id| !id.is_empty()),
    });
    Ok(Message {
        mid: Mid::from_bytes(&message.id).ok(),
        moment: None,
        created,
        sender,
        body,
        receipt: false,
    })
}

/// The length-delimited entries of field 1, as far as the bytes make sense.
fn entries(mut bytes: Bytes, faults: &mut Vec<Fault>) -> Vec<Bytes> {
    let mut entries = Vec::new();
    while bytes.has_remaining() {
        let Some(entry) = next_entry(&mut bytes) else {
            faults.push(Fault::Protobuf);
            break;
        };
        entries.extend(entry);
    }
    entries
}

/// One field: its bytes if it is field 1, `Some(None)` if it is another; nothing when the bytes are broken.
#[expect(clippy::option_option, reason = "broken, skipped and found are three answers")]
fn next_entry(bytes: &mut Bytes) -> Option<Option<Bytes>> {
    let (tag, wire_type) = decode_key(bytes).ok()?;
    if tag == 1 && wire_type == WireType::LengthDelimited {
        let length = usize::try_from(decode_varint(bytes).ok()?).ok()?;
        if length > bytes.remaining() {
            return None;
        }
        return Some(Some(bytes.split_to(length)));
    }
    skip_field(wire_type, tag, bytes, DecodeContext::default()).ok()?;
    Some(None)
}

#[cfg(test)]
pub(super) mod write {
    //! Frames for tests, made field by field and not by the structures that read them.

    use bytes::Bytes;
    use prost::encoding::encode_varint;

    /// One message of a frame to be written.
    pub(crate) struct Line<'a> {
        pub(crate) mid: &'a [u8],
        pub(crate) body: &'a [u8],
        pub(crate) created: u32,
        pub(crate) sender: Option<(i32, &'a [u8])>,
    }

    /// One frame with one response that holds all the messages.
    pub(crate) fn frame(lines: &[Line<'_>]) -> Bytes {
        let mut messages = Vec::new();
        for line in lines {
            let mut message = Vec::new();
            delimited(1, line.mid, &mut message);
            delimited(2, line.body, &mut message);
            message.extend([0x18, 0x00, 0x25]);
            message.extend(line.created.to_le_bytes());
            if let Some((kind, id)) = line.sender {
                let mut sender = vec![0x08, u8::try_from(kind).unwrap()];
                if !id.is_empty() {
                    delimited(2, id, &mut sender);
                }
                delimited(5, &sender, &mut message);
            }
            delimited(1, &message, &mut messages);
        }
        let mut response = Vec::new();
        delimited(1, &messages, &mut response);
        let mut batch = Vec::new();
        delimited(1, &response, &mut batch);
        batch.into()
    }

    fn delimited(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
        out.push(tag << 3 | 2);
        encode_varint(bytes.len() as u64, out);
        out.extend(bytes);
    }
}
