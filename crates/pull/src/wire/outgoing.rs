//! What a client sends: `RequestBatch` to servers of version 4, text to JSON-RPC servers.

use bytes::Bytes;
use prost::Message as _;
use serde_json::{Value, json};

use crate::{position::Mid, transport::Outgoing};

/// A public channel as the binary format names it: raw bytes of the hex texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Public channel id, 16 bytes.
    pub id: Vec<u8>,
    /// Its signature, 20 bytes of SHA-1.
    pub signature: Vec<u8>,
}

/// The answer to a `ping`.
pub fn pong() -> Outgoing {
    Outgoing::Text("pong".to_owned())
}

/// Says that a message is stored.
pub fn mack(mid: &Mid) -> Outgoing {
    Outgoing::Text(format!("mack:{mid}"))
}

/// A JSON-RPC request.
pub fn request(id: u64, method: &str, params: &Value) -> Outgoing {
    let packet = json!({"jsonrpc": "2.0", "method": method, "params": params, "id": id});
    Outgoing::Text(packet.to_string())
}

/// One message to public channels (server 4). `expiry`: seconds that the server keeps it, 0: only for those who listen
/// now. `kind`: name for the server's statistics.
pub fn publish(receivers: &[Receiver], body: &str, expiry: u32, kind: &str) -> Bytes {
    let message = IncomingMessage {
        receivers: receivers.iter().map(WireChannel::from).collect(),
        body: body.to_owned(),
        expiry,
        kind: kind.to_owned(),
    };
    batch(Command::IncomingMessages(IncomingMessages {
        messages: vec![message],
    }))
}

/// Asks which public channels have a listener (server 4).
pub fn channel_stats(channels: &[Receiver]) -> Bytes {
    let channels = channels.iter().map(WireChannel::from).collect();
    batch(Command::ChannelStats(ChannelStats { channels }))
}

fn batch(command: Command) -> Bytes {
    // The server reads only the first request of a batch.
    let requests = vec![Request { command: Some(command) }];
    RequestBatch { requests }.encode_to_vec().into()
}

#[derive(Clone, PartialEq, prost::Message)]
struct RequestBatch {
    #[prost(message, repeated, tag = "1")]
    requests: Vec<Request>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Request {
    #[prost(oneof = "Command", tags = "1, 2")]
    command: Option<Command>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
enum Command {
    #[prost(message, tag = "1")]
    IncomingMessages(IncomingMessages),
    #[prost(message, tag = "2")]
    ChannelStats(ChannelStats),
}

#[derive(Clone, PartialEq, prost::Message)]
struct IncomingMessages {
    #[prost(message, repeated, tag = "1")]
    messages: Vec<IncomingMessage>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct IncomingMessage {
    #[prost(message, repeated, tag = "1")]
    receivers: Vec<WireChannel>,
    #[prost(string, tag = "3")]
    body: String,
    #[prost(uint32, tag = "4")]
    expiry: u32,
    #[prost(string, tag = "5")]
    kind: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ChannelStats {
    #[prost(message, repeated, tag = "1")]
    channels: Vec<WireChannel>,
}

/// `Receiver` and `ChannelId` of the protocol, which are alike; clients may only name public channels.
#[derive(Clone, PartialEq, prost::Message)]
struct WireChannel {
    #[prost(bytes = "vec", tag = "1")]
    id: Vec<u8>,
    #[prost(bool, tag = "2")]
    is_private: bool,
    #[prost(bytes = "vec", tag = "3")]
    signature: Vec<u8>,
}

impl From<&Receiver> for WireChannel {
    fn from(receiver: &Receiver) -> Self {
        Self {
            id: receiver.id.clone(),
            is_private: false,
            signature: receiver.signature.clone(),
        }
    }
}
