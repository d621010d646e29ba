//! The batches of version 4: requests as clients and the portal send them, responses as the server answers.

use std::sync::Arc;

use super::message::{Message, Sender};
use super::protobuf::{Malformed, Value, Writer, fields};
use super::signature::Id;

/// The one command of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Messages to publish.
    Publish(Vec<Incoming>),
    /// Which of these channels are online?
    ChannelStats(Vec<Receiver>),
    /// Statistics of the server, for the portal only.
    ServerStats,
    /// Registration of a cloud client, unknown to this server.
    Registration,
    /// None that this server knows.
    Unknown,
}

/// A message to publish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Incoming {
    /// Where to.
    pub(crate) receivers: Vec<Receiver>,
    /// JSON, passed on verbatim.
    pub(crate) body: String,
    /// Seconds to keep it; 0 = live only.
    pub(crate) expiry: u32,
}

/// A channel in a request; the id may have any length until it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Receiver {
    /// Raw bytes of the channel id.
    pub(crate) id: Vec<u8>,
    /// Private (or shared) instead of public.
    pub(crate) private: bool,
    /// Raw bytes of the signature.
    pub(crate) signature: Vec<u8>,
}

/// Whether a channel is online.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Presence {
    /// The channel.
    pub(crate) id: Id,
    /// Private instead of public.
    pub(crate) private: bool,
    /// Somebody holds it.
    pub(crate) online: bool,
}

/// One entry of a response batch.
#[derive(Clone, Debug)]
pub(crate) enum Response {
    /// Messages of a channel.
    Messages(Vec<Arc<Message>>),
    /// Answer to a question about channels.
    ChannelStats(Vec<Presence>),
    /// Answer to the portal's question about the server: JSON.
    ServerStats(String),
}

/// Reads a batch: the server looks only at its first request; `None` if it holds no request.
pub(crate) fn read_request(bytes: &[u8]) -> Result<Option<Command>, Malformed> {
    for (field, value) in fields(bytes)? {
        if let (1, Value::Bytes(request)) = (field, value) {
            return read_command(request).map(Some);
        }
    }
    Ok(None)
}

/// What is odd about a frame on purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Oddities {
    /// Fields that no client knows, to be skipped by it.
    pub(crate) unknown_fields: bool,
    /// Messages do not say who sent them.
    pub(crate) no_sender: bool,
}

/// Writes a batch.
pub(crate) fn write_responses(responses: &[Response], oddities: Oddities) -> Vec<u8> {
    let unknown_fields = oddities.unknown_fields;
    let mut batch = Writer::default();
    for response in responses {
        let mut entry = Writer::default();
        match response {
            Response::Messages(messages) => entry.bytes(1, &write_messages(messages, oddities)),
            Response::ChannelStats(channels) => entry.bytes(2, &write_stats(channels)),
            Response::ServerStats(json) => {
                let mut inner = Writer::default();
                inner.bytes(1, json.as_bytes());
                entry.bytes(3, &inner.finish())
            }
        };
        if unknown_fields {
            entry.varint(97, 1);
        }
        batch.bytes(1, &entry.finish());
    }
    if unknown_fields {
        batch.fixed32(98, 0x1234_5678).bytes(99, b"from the future");
    }
    batch.finish()
}

fn write_messages(messages: &[Arc<Message>], oddities: Oddities) -> Vec<u8> {
    let mut list = Writer::default();
    for message in messages {
        let mut writer = Writer::default();
        writer
            .bytes(1, &message.mid.bytes())
            .bytes(2, message.body.as_bytes())
            .varint(3, u64::from(message.expiry))
            .fixed32(4, message.created);
        if !oddities.no_sender {
            writer.bytes(5, &write_sender(message.sender));
        }
        if oddities.unknown_fields {
            writer.varint(15, 42).fixed32(16, 7).bytes(17, b"unknown");
        }
        list.bytes(1, &writer.finish());
    }
    list.finish()
}

fn write_sender(sender: Sender) -> Vec<u8> {
    let mut writer = Writer::default();
    match sender {
        Sender::Client(public) => writer.varint(1, 1).bytes(2, &public),
        Sender::User(user) => writer.varint(1, 1).bytes(2, user.to_string().as_bytes()),
        Sender::Backend => writer.varint(1, 2),
    };
    writer.finish()
}

fn write_stats(channels: &[Presence]) -> Vec<u8> {
    let mut list = Writer::default();
    for channel in channels {
        let mut writer = Writer::default();
        writer
            .bytes(1, &channel.id)
            .varint(2, u64::from(channel.private))
            .varint(3, u64::from(channel.online));
        list.bytes(1, &writer.finish());
    }
    list.finish()
}

fn read_command(bytes: &[u8]) -> Result<Command, Malformed> {
    let mut command = Command::Unknown;
    // Of a oneof the last one on the wire counts.
    for (field, value) in fields(bytes)? {
        let Value::Bytes(inner) = value else { continue };
        match field {
            1 => command = Command::Publish(embedded(inner, read_incoming)?),
            2 => command = Command::ChannelStats(embedded(inner, read_receiver)?),
            3 => command = Command::ServerStats,
            4 => command = Command::Registration,
            _ => {}
        }
    }
    Ok(command)
}

fn embedded<T>(bytes: &[u8], read: fn(&[u8]) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
    let mut items = Vec::new();
    for (field, value) in fields(bytes)? {
        if let (1, Value::Bytes(item)) = (field, value) {
            items.push(read(item)?);
        }
    }
    Ok(items)
}

fn read_incoming(bytes: &[u8]) -> Result<Incoming, Malformed> {
    let mut message = Incoming::default();
    for (field, value) in fields(bytes)? {
        match (field, value) {
            (1, Value::Bytes(receiver)) => message.receivers.push(read_receiver(receiver)?),
            (3, Value::Bytes(body)) => message.body = String::from_utf8_lossy(body).into_owned(),
            // uint32: what does not fit is cut, as protobuf readers do.
            (4, Value::Varint(expiry)) => message.expiry = u32::try_from(expiry & 0xffff_ffff).unwrap_or(0),
            _ => {}
        }
    }
    Ok(message)
}

fn read_receiver(bytes: &[u8]) -> Result<Receiver, Malformed> {
    let mut receiver = Receiver::default();
    for (field, value) in fields(bytes)? {
        match (field, value) {
            (1, Value::Bytes(id)) => receiver.id = id.to_vec(),
            (2, Value::Varint(flag)) => receiver.private = flag != 0,
            (3, Value::Bytes(signature)) => receiver.signature = signature.to_vec(),
            _ => {}
        }
    }
    Ok(receiver)
}

#[cfg(test)]
mod tests;
