//! Text framing of servers 1 to 4: any number of JSON envelopes between markers, with nothing between them.

use super::{Decoded, envelope};

/// Begins an envelope.
pub(super) const START: &str = "#!NGINXNMS!#";
/// Ends an envelope.
pub(super) const END: &str = "#!NGINXNME!#";

/// Takes every envelope of a text; what stands outside the markers is ignored, as official clients do.
pub(super) fn decode(text: &str, decoded: &mut Decoded) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(START) {
        let Some((inside, behind)) = after.split_once(END) else {
            decoded.faults.push(super::Fault::Envelope);
            return;
        };
        take(inside, decoded);
        rest = behind;
    }
}

fn take(inside: &str, decoded: &mut Decoded) {
    // A cut envelope swallows the one behind it up to the next end marker: then the last beginning counts.
    let whole = envelope::decode_one(inside);
    let message = match (whole, inside.rsplit_once(START)) {
        (Err(fault), Some((_, last))) => {
            decoded.faults.push(fault);
            envelope::decode_one(last)
        }
        (whole, _) => whole,
    };
    match message {
        Ok(message) => decoded.messages.push(message),
        Err(fault) => decoded.faults.push(fault),
    }
}
