//! Text framing of servers 1 to 4: any number of JSON envelopes between markers, with nothing between them.

use serde::de::IgnoredAny;

use memchr::memmem;

use super::{Decoded, Fault, Message, envelope, quick};

/// Begins an envelope.
pub(super) const START: &str = "#!NGINXNMS!#";
/// Ends an envelope.
pub(super) const END: &str = "#!NGINXNME!#";

/// Where an envelope ends.
pub(super) enum Extent {
    /// The JSON has so many bytes, and an end marker follows.
    Whole(usize),
    /// The JSON is not complete.
    Cut,
    /// It is no JSON, or something else follows.
    Broken,
}

/// How far the JSON behind a start marker goes. The text of a message may hold markers itself (a person can write them
/// into a chat), so the first end marker need not be the end, and what stands behind it must not pass for an envelope.
pub(super) fn extent(after: &[u8]) -> Extent {
    let mut values = serde_json::Deserializer::from_slice(after).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {
            let length = values.byte_offset();
            let behind = &after[length..];
            if behind.starts_with(END.as_bytes()) {
                Extent::Whole(length)
            } else if END.as_bytes().starts_with(behind) {
                Extent::Cut
            } else {
                Extent::Broken
            }
        }
        Some(Err(error)) if error.is_eof() => Extent::Cut,
        None => Extent::Cut,
        Some(Err(_)) => Extent::Broken,
    }
}

/// Takes every envelope of a text; what stands outside the markers is ignored, as official clients do.
pub(super) fn decode(text: &str, decoded: &mut Decoded) {
    let mut rest = text;
    while let Some(after) = behind_start(rest) {
        if let Some((message, behind)) = usual(after) {
            decoded.messages.push(message);
            rest = behind;
            continue;
        }
        let Some((inside, behind)) = after.split_once(END) else {
            decoded.faults.push(Fault::Envelope);
            return;
        };
        rest = behind;
        let whole = envelope::decode_one(inside);
        if whole.is_err()
            && let Extent::Whole(length) = extent(after.as_bytes())
        {
            let (inside, behind) = after.split_at(length);
            rest = &behind[END.len()..];
            put(envelope::decode_one(inside), decoded);
        } else {
            take(inside, whole, decoded);
        }
    }
}

/// Whether there is an envelope in a text.
pub(super) fn is_marked(text: &str) -> bool {
    behind_start(text).is_some()
}

/// What stands behind the first start marker.
fn behind_start(text: &str) -> Option<&str> {
    if let Some(behind) = text.strip_prefix(START) {
        return Some(behind);
    }
    let at = memmem::find(text.as_bytes(), START.as_bytes())?;
    text.get(at + START.len()..)
}

/// The envelope behind a start marker if it is a usual one and an end marker follows, and what stands behind that.
fn usual(after: &str) -> Option<(Message, &str)> {
    let (message, length) = quick::envelope(after)?;
    Some((message, after.get(length..)?.strip_prefix(END)?))
}

fn take(inside: &str, whole: Result<Message, Fault>, decoded: &mut Decoded) {
    match whole {
        Ok(message) => decoded.messages.push(message),
        Err(fault) => {
            decoded.faults.push(fault);
            // A cut envelope swallows the one behind it up to the next end marker: then the last beginning counts.
            if let Some((_, last)) = inside.rsplit_once(START) {
                put(envelope::decode_one(last), decoded);
            }
        }
    }
}

fn put(message: Result<Message, Fault>, decoded: &mut Decoded) {
    match message {
        Ok(message) => decoded.messages.push(message),
        Err(fault) => decoded.faults.push(fault),
    }
}
