//! The usual message, read in one pass: what every real server writes, and nothing else.
//!
//! Anything unusual (a number where a text is usual, an empty list for an object, a missing part) is left to the patient
//! readers beside this one, which look at every part for itself and say what was wrong. So a reader here gives a message
//! or nothing, and never a fault.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Body, Message, body, jsonrpc};
use crate::{
    event::{Sender, SenderType},
    position::Mid,
};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    mid: Cow<'a, str>,
    #[serde(borrow)]
    text: RawBody<'a>,
}

#[derive(Deserialize)]
struct Packet<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: Incoming<'a>,
}

#[derive(Deserialize)]
struct Incoming<'a> {
    #[serde(borrow)]
    mid: Cow<'a, str>,
    #[serde(borrow)]
    body: RawBody<'a>,
    #[serde(borrow)]
    sender: Option<RawSender<'a>>,
    #[serde(borrow)]
    user_params: Option<&'a RawValue>,
    #[serde(borrow)]
    dictionary: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct RawSender<'a> {
    #[serde(rename = "type")]
    kind: i32,
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct RawBody<'a> {
    #[serde(borrow)]
    module_id: Cow<'a, str>,
    #[serde(borrow)]
    command: Cow<'a, str>,
    #[serde(borrow)]
    params: &'a RawValue,
    #[serde(borrow)]
    extra: Extra<'a>,
}

#[derive(Deserialize)]
struct Extra<'a> {
    #[serde(borrow)]
    server_time: Option<Cow<'a, str>>,
    server_time_unix: Option<f64>,
    revision_web: Option<u32>,
    revision: Option<u32>,
}

/// An envelope of text framing with an id.
pub(super) fn envelope(text: &str) -> Option<Message> {
    let envelope: Envelope<'_> = serde_json::from_str(text).ok()?;
    Some(Message {
        mid: Some(Mid::new(&envelope.mid).ok()?),
        moment: None,
        created: None,
        sender: None,
        body: envelope.text.body()?,
        receipt: false,
    })
}

/// A call of a JSON-RPC server that brings a message.
pub(super) fn packet(text: &str) -> Option<Message> {
    let packet: Packet<'_> = serde_json::from_str(text).ok()?;
    if packet.method != jsonrpc::INCOMING {
        return None;
    }
    let incoming = packet.params;
    let mut body = incoming.body.body()?;
    for more in [incoming.user_params, incoming.dictionary].into_iter().flatten() {
        jsonrpc::merge(&mut body.params, more).ok()?;
    }
    Some(Message {
        mid: Some(Mid::new(&incoming.mid).ok()?),
        moment: None,
        created: None,
        sender: incoming.sender.map(|sender| Sender {
            kind: SenderType::from_number(sender.kind),
            id: sender.id.map(Cow::into_owned).filter(|id| !id.is_empty()),
        }),
        body,
        receipt: true,
    })
}

/// The body of a message.
pub(super) fn body(text: &str) -> Option<Body> {
    serde_json::from_str::<RawBody<'_>>(text).ok()?.body()
}

impl RawBody<'_> {
    fn body(self) -> Option<Body> {
        if self.module_id.is_empty() || self.command.is_empty() {
            return None;
        }
        Some(Body {
            module: body::module(self.module_id.into_owned()),
            command: self.command.into_owned(),
            params: self.params.to_owned(),
            server_time: self.extra.time(),
            revision: self.extra.revision_web.or(self.extra.revision),
        })
    }
}

impl Extra<'_> {
    fn time(&self) -> Option<Timestamp> {
        let exact = self.server_time_unix.and_then(body::unix);
        exact.or_else(|| self.server_time.as_ref()?.parse().ok())
    }
}
