//! The JSON envelope of text framing, the same envelopes as a bare JSON array (`format=json`), and, since they begin in
//! the same way, the packets of JSON-RPC servers.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Body, Decoded, Fault, Message, Moment, jsonrpc, quick, sequence};
use crate::position::Mid;

/// Only the parts that are needed; every one may be missing or of another type.
#[derive(Deserialize)]
pub(super) struct Envelope<'a> {
    #[serde(borrow)]
    pub(super) method: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) params: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) result: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) id: Option<&'a RawValue>,
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

/// Reads one envelope of text framing, whatever it looks like.
pub(super) fn decode_one(text: &str) -> Result<Message, Fault> {
    message(serde_json::from_str(text).map_err(|_| Fault::Envelope)?)
}

fn message(envelope: Envelope<'_>) -> Result<Message, Fault> {
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
        receipt: false,
    })
}

/// Reads what stands without markers: one object, or an array of them.
pub(super) fn decode_bare(text: &str, decoded: &mut Decoded) {
    let text = text.trim();
    if let Some(message) = quick::packet(text) {
        return decoded.messages.push(message);
    }
    let whole = if text.starts_with('[') {
        // Element by element, since an array of a million empty ones must not cost memory.
        sequence::each(text, |item| take(item, decoded))
    } else {
        serde_json::from_str::<&RawValue>(text).map(|item| take(item, decoded))
    };
    if whole.is_err() {
        decoded.faults.push(Fault::Garbage);
    }
}

fn take(item: &RawValue, decoded: &mut Decoded) {
    if let Some(message) = quick::packet(item.get()) {
        return decoded.messages.push(message);
    }
    let taken = match serde_json::from_str::<Envelope<'_>>(item.get()) {
        Ok(packet) if packet.method.is_some() => {
            jsonrpc::command(&packet).map(|message| decoded.messages.push(message))
        }
        Ok(packet) if packet.text.is_none() && (packet.result.is_some() || packet.error.is_some()) => {
            jsonrpc::answer(&packet).map(|answer| decoded.signals.push(answer))
        }
        Ok(envelope) => message(envelope).map(|message| decoded.messages.push(message)),
        Err(_) => Err(Fault::Envelope),
    };
    if let Err(fault) = taken {
        // One of each kind is enough to say what was wrong.
        if !decoded.faults.contains(&fault) {
            decoded.faults.push(fault);
        }
    }
}

/// A string or a number as text; nothing for null, empty strings and structures.
pub(super) fn scalar(raw: Option<&RawValue>) -> Option<String> {
    let raw = raw?.get();
    let text = match raw.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(raw).ok()?,
        b'-' | b'0'..=b'9' => raw.to_owned(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}
