//! A `ResponseBatch`: single messages, each wrapped as a response of its own.

use bytes::{Buf, BytesMut};
use prost::encoding::{WireType, decode_key, decode_varint, encode_varint, encoded_len_varint};

use super::GROUP;

/// Two numbers of ten bytes at most.
const LONGEST_HEAD: usize = 20;
/// The field of responses in a batch, of messages in a response, and of a message in messages; with its wire type.
const ENTRY: u8 = 0x0a;
/// Stands where a message could not be given: a field without its length.
const LOST: &[u8] = &[ENTRY];

#[derive(Debug, Default)]
pub(super) struct Protobuf {
    pub(super) gathered: Vec<u8>,
    /// What is left of the response that is being read.
    response: Option<u64>,
    /// What is left of its messages.
    messages: Option<u64>,
    /// To be passed by.
    skip: u64,
    /// Broken where nothing tells how it goes on.
    broken: bool,
}

/// The beginning of a field.
struct Field {
    number: u32,
    wire_type: WireType,
    /// Bytes of key and length.
    head: u64,
    /// Bytes of the content.
    content: u64,
}

enum Next {
    Field(Field),
    Incomplete,
    Broken,
}

/// Whether a body that begins so is a batch: its first byte is a line break, and the second may be a printable character.
pub(super) fn begins(mut bytes: &[u8]) -> bool {
    if bytes.first().is_none_or(|first| *first != ENTRY) {
        return false;
    }
    bytes.advance(1);
    let Ok(response) = decode_varint(&mut bytes) else {
        return false;
    };
    if response == 0 {
        return true;
    }
    // One of the four answers of the protocol; three begin with their field 1, the last is JSON.
    let Some((&key, mut inside)) = bytes.split_first() else {
        return false;
    };
    let expected: &[u8] = match key {
        ENTRY | 0x12 | 0x1a => &[ENTRY],
        0x22 => b"{[",
        _ => return false,
    };
    match decode_varint(&mut inside) {
        Ok(inner) if inner < response => inner == 0 || inside.first().is_none_or(|first| expected.contains(first)),
        Ok(_) | Err(_) => false,
    }
}

impl Protobuf {
    pub(super) fn cut(&mut self, arrived: &mut BytesMut, limit: usize, finished: bool) {
        while self.gathered.len() < GROUP && !self.broken {
            if !self.pass(arrived) || !self.step(arrived, limit) {
                if finished && self.is_cut(arrived) {
                    self.gather(LOST);
                    self.broken = true;
                }
                break;
            }
        }
        if self.broken {
            arrived.clear();
        }
    }

    fn is_cut(&self, arrived: &BytesMut) -> bool {
        !arrived.is_empty() || self.skip > 0 || self.left() < u64::MAX
    }

    /// Passes by what is to be skipped, as far as it has arrived.
    fn pass(&mut self, arrived: &mut BytesMut) -> bool {
        let now = usize::try_from(self.skip).unwrap_or(usize::MAX).min(arrived.len());
        arrived.advance(now);
        self.skip -= now as u64;
        // A level that is read to its end is left.
        if self.messages == Some(0) {
            self.messages = None;
        }
        if self.messages.is_none() && self.response == Some(0) {
            self.response = None;
        }
        self.skip == 0
    }

    /// What is left of the level that is being read.
    fn left(&self) -> u64 {
        self.messages.or(self.response).unwrap_or(u64::MAX)
    }

    fn step(&mut self, arrived: &mut BytesMut, limit: usize) -> bool {
        let field = match next(arrived, self.left()) {
            Next::Field(field) => field,
            Next::Incomplete => return false,
            Next::Broken => {
                self.give_up();
                return true;
            }
        };
        let size = field.head + field.content;
        let entry = field.number == 1 && field.wire_type == WireType::LengthDelimited;
        match (self.messages, self.response, entry) {
            (None, None, true) => {
                self.skip = field.head;
                self.response = Some(field.content);
            }
            (None, Some(left), true) => {
                self.skip = field.head;
                self.response = Some(left - size);
                self.messages = Some(field.content);
            }
            (Some(left), _, true) => return self.message(arrived, &field, left, limit),
            (None, Some(left), false) if field.number == 1 => {
                // A response in which the messages are something else is none.
                self.skip = left;
                self.response = Some(0);
                self.gather(LOST);
            }
            (None, Some(left), false) if field.wire_type == WireType::LengthDelimited => {
                return self.answer(arrived, size, left, limit);
            }
            (Some(left), _, false) => {
                self.skip = size;
                self.messages = Some(left - size);
            }
            (None, Some(left), false) => {
                self.skip = size;
                self.response = Some(left - size);
            }
            (None, None, false) => self.skip = size,
        }
        true
    }

    /// One message, once it is whole.
    fn message(&mut self, arrived: &mut BytesMut, field: &Field, left: u64, limit: usize) -> bool {
        let size = field.head + field.content;
        match usize::try_from(field.content) {
            Ok(content) if content <= limit => {
                if (arrived.len() as u64) < size {
                    return false;
                }
                // The head is at most twenty bytes long.
                arrived.advance(usize::try_from(field.head).unwrap_or(LONGEST_HEAD));
                let message = arrived.split_to(content);
                self.gather(&message);
            }
            Ok(_) | Err(_) => {
                self.skip = size;
                self.gather(LOST);
            }
        }
        self.messages = Some(left - size);
        true
    }

    /// An answer that is no messages, once it is whole, as it is.
    fn answer(&mut self, arrived: &mut BytesMut, size: u64, left: u64, limit: usize) -> bool {
        match usize::try_from(size) {
            Ok(whole) if whole <= limit => {
                if arrived.len() < whole {
                    return false;
                }
                let answer = arrived.split_to(whole);
                self.gathered.push(ENTRY);
                encode_varint(size, &mut self.gathered);
                self.gathered.extend_from_slice(&answer);
            }
            Ok(_) | Err(_) => {
                self.skip = size;
                self.gather(LOST);
            }
        }
        self.response = Some(left - size);
        true
    }

    /// Leaves a level whose fields make no sense.
    fn give_up(&mut self) {
        self.gather(LOST);
        match (self.messages, self.response) {
            (Some(left), _) => {
                self.skip = left;
                self.messages = Some(0);
            }
            (None, Some(left)) => {
                self.skip = left;
                self.response = Some(0);
            }
            (None, None) => self.broken = true,
        }
    }

    /// Gathers a message as a response of its own.
    fn gather(&mut self, message: &[u8]) {
        let message_len = message.len() as u64;
        let messages_len = 1 + encoded_len_varint(message_len) as u64 + message_len;
        let response_len = 1 + encoded_len_varint(messages_len) as u64 + messages_len;
        for length in [response_len, messages_len, message_len] {
            self.gathered.push(ENTRY);
            encode_varint(length, &mut self.gathered);
        }
        self.gathered.extend_from_slice(message);
    }
}

/// Reads the beginning of a field of a level of which `left` bytes are left.
fn next(arrived: &[u8], left: u64) -> Next {
    let available = usize::try_from(left).unwrap_or(usize::MAX).min(arrived.len());
    let all = &arrived[..available.min(LONGEST_HEAD)];
    let mut head = all;
    let Some((number, wire_type, content)) = read(&mut head) else {
        // Nothing more belongs to it, or no more would help.
        return if all.len() as u64 == left || all.len() == LONGEST_HEAD {
            Next::Broken
        } else {
            Next::Incomplete
        };
    };
    let head = (all.len() - head.len()) as u64;
    match content {
        Some(content) if content <= left - head => Next::Field(Field {
            number,
            wire_type,
            head,
            content,
        }),
        Some(_) | None => Next::Broken,
    }
}

/// Number, type and length of a field; no length for groups, which the protocol does not have.
fn read(head: &mut &[u8]) -> Option<(u32, WireType, Option<u64>)> {
    let (number, wire_type) = decode_key(head).ok()?;
    let content = match wire_type {
        WireType::Varint => decode_varint(head).ok().map(|_| 0)?,
        WireType::SixtyFourBit => 8,
        WireType::ThirtyTwoBit => 4,
        WireType::LengthDelimited => decode_varint(head).ok()?,
        WireType::StartGroup | WireType::EndGroup => return Some((number, wire_type, None)),
    };
    Some((number, wire_type, Some(content)))
}
