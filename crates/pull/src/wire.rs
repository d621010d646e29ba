//! Frames of the push server, told apart by what arrives and not by what was asked for: a server of version 4 that
//! ignores `binaryMode` sends text, a proxy may send anything.
//!
//! Decoding is total. What cannot be understood becomes a [`Fault`] and takes nothing with it: not its neighbours in
//! the same frame, and not the cursor.

mod body;
mod envelope;
mod jsonrpc;
mod markers;
pub mod outgoing;
pub(crate) mod pieces;
mod protobuf;
mod quick;
mod scan;
mod sequence;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::value::RawValue;

pub use body::Body;

use crate::{event::Sender, position::Mid};

/// One frame as the transport delivers it.
#[derive(Debug, Clone)]
pub enum Frame<'a> {
    /// A text frame, or the text of a long-polling answer.
    Text(&'a str),
    /// A binary frame.
    Binary(Bytes),
}

/// One message of a frame.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id, if the server has ids.
    pub mid: Option<Mid>,
    /// Tag and time for servers that go by them.
    pub moment: Option<Moment>,
    /// When the push server took it, where the frame says so.
    pub created: Option<Timestamp>,
    /// Who sent it, from the envelope; what a body claims about its sender is not believed.
    pub sender: Option<Sender>,
    /// What it says.
    pub body: Body,
    /// The server waits to hear that it is stored (`mack` of JSON-RPC servers), and may forget it then.
    pub receipt: bool,
}

/// What a frame says besides messages.
#[derive(Debug, Clone)]
pub enum Signal {
    /// A JSON-RPC server wants a `pong`.
    Ping,
    /// The answer to a JSON-RPC request.
    Answer {
        /// Number of the request.
        id: u64,
        /// Result, or code and text of the refusal.
        result: Result<Box<RawValue>, (i64, String)>,
    },
    /// Which of the channels that were asked about have a listener: public id in hex, and whether.
    Stats(Vec<(String, bool)>),
}

/// Tag and time of a message (servers 1 and 2 replay by them).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Tag: order within one second.
    pub tag: String,
    /// Time as the server writes it.
    pub time: String,
}

/// Everything of one frame.
#[derive(Debug, Clone, Default)]
pub struct Decoded {
    /// What was understood, in order.
    pub messages: Vec<Message>,
    /// What was not.
    pub faults: Vec<Fault>,
    /// What was said besides.
    pub signals: Vec<Signal>,
}

/// Why a piece of a frame was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Text without markers that is no JSON either.
    #[error("text that is no message")]
    Garbage,
    /// The envelope around a message is broken.
    #[error("broken envelope")]
    Envelope,
    /// The body of a message is no JSON object with module and command.
    #[error("broken body")]
    Body,
    /// A protobuf structure is broken or cut.
    #[error("broken protobuf")]
    Protobuf,
    /// A JSON-RPC method that this crate does not know.
    #[error("unknown method")]
    Method,
}

/// Takes a frame apart.
pub fn decode(frame: Frame<'_>) -> Decoded {
    let mut decoded = Decoded::default();
    match frame {
        Frame::Text(text) => decode_text(text, &mut decoded),
        // Some proxies deliver text as binary.
        Frame::Binary(bytes) if bytes.starts_with(markers::START.as_bytes()) => match std::str::from_utf8(&bytes) {
            Ok(text) => markers::decode(text, &mut decoded),
            Err(_) => decoded.faults.push(Fault::Garbage),
        },
        Frame::Binary(bytes) => protobuf::decode(bytes, &mut decoded),
    }
    decoded
}

fn decode_text(text: &str, decoded: &mut Decoded) {
    // What begins as JSON is JSON, whatever the texts in it contain.
    match text.trim_start().as_bytes().first() {
        Some(b'[' | b'{') => envelope::decode_bare(text, decoded),
        Some(_) if markers::is_marked(text) => markers::decode(text, decoded),
        Some(_) if text.trim() == jsonrpc::PING => decoded.signals.push(Signal::Ping),
        Some(_) => decoded.faults.push(Fault::Garbage),
        None => {}
    }
}

#[cfg(test)]
mod tests;
