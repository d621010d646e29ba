//! The body of a long-polling answer, cut into small frames while it arrives: the replay of a day may have a hundred
//! megabytes, and is decoded and stored in parts of some tens of kilobytes.
//!
//! Every piece is a frame of its own that [`decode`](super::decode) understands, cut only between messages, so all pieces together give what
//! the whole would give. A message beyond the limit is left out and something undecodable put in its place: it shows as
//! a fault where it stood, and its neighbours survive. The kind of body is told by how it begins.

mod array;
mod markers;
mod protobuf;

use bytes::{Buf as _, Bytes, BytesMut};

use self::{array::Array, markers::Markers, protobuf::Protobuf};

/// Messages are gathered up to about this size.
const GROUP: usize = 64 << 10;
/// So much is enough to tell what a body is.
const SAMPLE: usize = 16;

/// A frame of some messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// As a text frame.
    Text(String),
    /// As a binary frame.
    Binary(Bytes),
}

/// Cuts one body.
#[derive(Debug)]
pub(crate) struct Pieces {
    limit: usize,
    arrived: BytesMut,
    kind: Kind,
    finished: bool,
    empty: bool,
}

#[derive(Debug)]
enum Kind {
    /// Not enough has arrived; binary is excluded once white space was skipped.
    Unknown { begun: bool },
    /// Envelopes between markers, or other text.
    Markers(Markers),
    /// A JSON array.
    Array(Array),
    /// A JSON object, which is one message or one answer.
    Object { lost: bool },
    /// A `ResponseBatch`.
    Protobuf(Protobuf),
    /// A page of HTML or XML, which no push server sends.
    Markup,
}

impl Pieces {
    /// For a body whose messages may have `limit` bytes each.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            arrived: BytesMut::new(),
            kind: Kind::Unknown { begun: false },
            finished: false,
            empty: true,
        }
    }

    /// Takes what arrived.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.empty &= bytes.is_empty();
        self.arrived.extend_from_slice(bytes);
        self.cut();
    }

    /// The body is complete.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
        self.cut();
    }

    /// The next piece that is large enough.
    pub(crate) fn next(&mut self) -> Option<Piece> {
        self.take(GROUP)
    }

    /// What is whole, however small it is.
    pub(crate) fn rest(&mut self) -> Option<Piece> {
        self.take(1)
    }

    /// Whether there is anything whole.
    pub(crate) fn has_rest(&self) -> bool {
        self.gathered() > 0
    }

    /// Whether nothing has arrived at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.empty
    }

    /// Whether this is a page and no answer of a push server.
    pub(crate) fn is_markup(&self) -> bool {
        matches!(self.kind, Kind::Markup)
    }

    fn gathered(&self) -> usize {
        match &self.kind {
            Kind::Markers(markers) => markers.gathered.len(),
            Kind::Array(array) => array.gathered.len(),
            Kind::Object { .. } if self.finished => self.arrived.len(),
            Kind::Protobuf(protobuf) => protobuf.gathered.len(),
            Kind::Object { .. } | Kind::Unknown { .. } | Kind::Markup => 0,
        }
    }

    fn take(&mut self, least: usize) -> Option<Piece> {
        if self.gathered() < least {
            return None;
        }
        let piece = match &mut self.kind {
            Kind::Markers(markers) => Piece::Text(std::mem::take(&mut markers.gathered)),
            Kind::Array(array) => Piece::Text(array.take()),
            Kind::Object { .. } => Piece::Text(String::from_utf8_lossy(&self.arrived.split()).into_owned()),
            Kind::Protobuf(protobuf) => Piece::Binary(std::mem::take(&mut protobuf.gathered).into()),
            Kind::Unknown { .. } | Kind::Markup => return None,
        };
        // Cutting pauses when enough is gathered.
        self.cut();
        Some(piece)
    }

    fn cut(&mut self) {
        self.recognise();
        let Self {
            limit,
            arrived,
            kind,
            finished,
            ..
        } = self;
        match kind {
            Kind::Markers(markers) => markers.cut(arrived, *limit, *finished),
            Kind::Array(array) => array.cut(arrived, *limit, *finished),
            Kind::Protobuf(protobuf) => protobuf.cut(arrived, *limit, *finished),
            Kind::Object { lost } => {
                *lost |= arrived.len() > *limit;
                if *lost {
                    // One brace is a fault when it is decoded.
                    arrived.truncate(1);
                }
            }
            Kind::Markup => arrived.clear(),
            Kind::Unknown { .. } => {}
        }
    }

    fn recognise(&mut self) {
        let Kind::Unknown { begun } = &mut self.kind else {
            return;
        };
        if self.arrived.len() < SAMPLE && !self.finished {
            return;
        }
        if !*begun && protobuf::begins(&self.arrived) {
            self.kind = Kind::Protobuf(Protobuf::default());
            return;
        }
        *begun = true;
        let white = self
            .arrived
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        self.arrived.advance(white);
        self.kind = match self.arrived.first() {
            None => return,
            Some(b'[') => Kind::Array(Array::default()),
            Some(b'{') => Kind::Object { lost: false },
            Some(b'<') => Kind::Markup,
            Some(byte) if byte.is_ascii_control() => Kind::Protobuf(Protobuf::default()),
            Some(_) => Kind::Markers(Markers::default()),
        };
    }
}

#[cfg(test)]
mod tests;
