//! JSON-RPC framing of servers 5 and later: text frames with one packet or an array of them, and a bare `ping`.

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{Body, Fault, Message, Signal, envelope::Envelope, envelope::scalar};
use crate::{
    event::{Sender, SenderType},
    position::Mid,
};

/// What the server sends to hear whether the client is there.
pub(super) const PING: &str = "ping";
/// The only method that a server calls.
pub(super) const INCOMING: &str = "incoming.message";

#[derive(Deserialize)]
struct Incoming<'a> {
    #[serde(borrow)]
    mid: Option<&'a RawValue>,
    #[serde(borrow)]
    body: &'a RawValue,
    #[serde(borrow)]
    sender: Option<&'a RawValue>,
    #[serde(borrow)]
    user_params: Option<&'a RawValue>,
    #[serde(borrow)]
    dictionary: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireSender<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireError {
    #[serde(default)]
    code: i64,
    #[serde(default)]
    message: String,
}

/// A call of the server.
pub(super) fn command(packet: &Envelope<'_>) -> Result<Message, Fault> {
    if scalar(packet.method).as_deref() != Some(INCOMING) {
        return Err(Fault::Method);
    }
    let params = packet.params.ok_or(Fault::Envelope)?;
    let incoming: Incoming<'_> = serde_json::from_str(params.get()).map_err(|_| Fault::Envelope)?;
    let mut body = Body::parse(incoming.body.get(), None)?;
    // What is the same for all users is sent once, and what is this user's own beside it.
    for more in [incoming.user_params, incoming.dictionary].into_iter().flatten() {
        merge(&mut body.params, more)?;
    }
    Ok(Message {
        mid: scalar(incoming.mid).and_then(|mid| Mid::new(&mid).ok()),
        moment: None,
        created: None,
        sender: incoming.sender.and_then(sender),
        body,
        receipt: true,
    })
}

/// An answer of the server.
pub(super) fn answer(packet: &Envelope<'_>) -> Result<Signal, Fault> {
    let id = scalar(packet.id)
        .and_then(|id| id.parse().ok())
        .ok_or(Fault::Envelope)?;
    let result = match (packet.result, packet.error) {
        (_, Some(error)) => match serde_json::from_str::<WireError>(error.get()) {
            Ok(error) => Err((error.code, error.message)),
            Err(_) => Err((0, String::new())),
        },
        (Some(result), None) => Ok(result.to_owned()),
        (None, None) => return Err(Fault::Envelope),
    };
    Ok(Signal::Answer { id, result })
}

fn sender(raw: &RawValue) -> Option<Sender> {
    let sender: WireSender<'_> = serde_json::from_str(raw.get()).ok()?;
    let kind = scalar(sender.kind)
        .and_then(|kind| kind.parse().ok())
        .unwrap_or_default();
    Some(Sender {
        kind: SenderType::from_number(kind),
        id: scalar(sender.id),
    })
}

/// Puts the fields of one object over those of another; anything else is left as it is.
pub(super) fn merge(params: &mut Box<RawValue>, more: &RawValue) -> Result<(), Fault> {
    let Ok(Value::Object(more)) = serde_json::from_str(more.get()) else {
        return Ok(());
    };
    if more.is_empty() {
        return Ok(());
    }
    let mut whole = match serde_json::from_str(params.get()) {
        Ok(Value::Object(whole)) => whole,
        // The empty object of PHP.
        Ok(Value::Array(array)) if array.is_empty() => Map::new(),
        Ok(_) => return Ok(()),
        Err(_) => return Err(Fault::Body),
    };
    whole.extend(more);
    *params = serde_json::value::to_raw_value(&whole).map_err(|_| Fault::Body)?;
    Ok(())
}
