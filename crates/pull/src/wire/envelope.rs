//! The JSON envelope of text framing, and the same envelopes as a bare JSON array (`format=json`).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Body, Decoded, Fault, Message, Moment};
use crate::position::Mid;

/// Only the parts that are needed; every one may be missing or of another type.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    mid: Option<&'a RawValue>,
    #[serde(borrow)]
    tag: Option<&'a RawValue>,
    #[serde(borrow)]
    time: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    extra: Option<&'a RawValue>,
}

/// Reads one envelope.
pub(super) fn decode_one(text: &str) -> Result<Message, Fault> {
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|_| Fault::Envelope)?;
    let body = envelope.text.ok_or(Fault::Envelope)?;
    let body = Body::parse(body.get(), envelope.extra)?;
    let moment = match (scalar(envelope.tag), scalar(envelope.time)) {
        (Some(tag), Some(time)) => Some(Moment { tag, time }),
        _ => None,
    };
    let mid = match (scalar(envelope.mid), &moment) {
        (Some(mid), _) => Mid::new(&mid).ok(),
        (None, Some(moment)) => {
            let id = scalar(envelope.id).unwrap_or_default();
            Mid::of_tag_and_time(&moment.tag, &moment.time, &id).ok()
        }
        (None, None) => None,
    };
    let named = envelope.mid.is_some();
    Ok(Message {
        mid,
        moment: moment.filter(|_| !named),
        created: None,
        sender: None,
        body,
    })
}

/// Reads envelopes without markers: one object, or an array of them.
pub(super) fn decode_bare(text: &str, decoded: &mut Decoded) {
    let text = text.trim();
    let items: Vec<&RawValue> = if text.starts_with('[') {
        match serde_json::from_str(text) {
            Ok(items) => items,
            Err(_) => return decoded.faults.push(Fault::Garbage),
        }
    } else {
        match serde_json::from_str::<&RawValue>(text) {
            Ok(item) => vec![item],
            Err(_) => return decoded.faults.push(Fault::Garbage),
        }
    };
    for item in items {
        match decode_one(item.get()) {
            Ok(message) => decoded.messages.push(message),
            Err(fault) => decoded.faults.push(fault),
        }
    }
}

/// A string or a number as text; nothing for null, empty strings and structures.
fn scalar(raw: Option<&RawValue>) -> Option<String> {
    let raw = raw?.get();
    let text = match raw.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(raw).ok()?,
        b'-' | b'0'..=b'9' => raw.to_owned(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}
