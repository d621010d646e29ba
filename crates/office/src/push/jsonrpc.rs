//! Version 5: JSON-RPC 2.0, the calls of clients and those of the portal.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::MAX_PER_REQUEST;
use super::hub::{Address, Hub, Membership, user_id};
use super::message::{Draft, Personal, Sender};
use super::signature::{any_id, hex, read_id};

/// Who calls.
pub(super) enum Caller<'a> {
    /// A client with its token; over a socket it has a place in the live list, over HTTP none.
    Client {
        sender: Option<Sender>,
        member: Option<&'a Membership>,
    },
    /// The portal.
    Portal,
}

/// An error of the protocol: code and text.
type Fault = (i32, &'static str);

const PARSE_ERROR: Fault = (-32700, "Parse error");
const INVALID_REQUEST: Fault = (-32600, "Invalid Request");
const METHOD_NOT_FOUND: Fault = (-32601, "Method not found");
const INVALID_PARAMS: Fault = (-32602, "Invalid params");

/// Executes a text: one call or an array of them. `None`: nothing to answer. The portal, whose calls have no id, is
/// always answered.
pub(super) fn execute(hub: &Hub, caller: &Caller<'_>, text: &[u8], at: Timestamp) -> Option<String> {
    let Ok(request) = serde_json::from_slice::<Value>(text) else {
        return Some(error(PARSE_ERROR, &Value::Null).to_string());
    };
    let Some(calls) = request.as_array() else {
        return one(hub, caller, &request, at).map(|answer| answer.to_string());
    };
    if calls.is_empty() {
        return Some(error(INVALID_REQUEST, &Value::Null).to_string());
    }
    let answers: Vec<Value> = calls.iter().filter_map(|call| one(hub, caller, call, at)).collect();
    (!answers.is_empty()).then(|| Value::Array(answers).to_string())
}

fn one(hub: &Hub, caller: &Caller<'_>, call: &Value, at: Timestamp) -> Option<Value> {
    let id = call.get("id").cloned();
    let valid = call["jsonrpc"] == "2.0" && call["method"].is_string();
    // A client's answer to a call of the server is no call.
    if !valid && (call.get("result").is_some() || call.get("error").is_some()) {
        return None;
    }
    let outcome = if valid {
        let none = Map::new();
        let params = call["params"].as_object().unwrap_or(&none);
        method(hub, caller, call["method"].as_str().unwrap_or_default(), params, at)
    } else {
        Err(INVALID_REQUEST)
    };
    match (outcome, id) {
        (Ok(result), Some(id)) => Some(json!({"jsonrpc": "2.0", "result": result, "id": id})),
        (Ok(result), None) => {
            matches!(caller, Caller::Portal).then(|| json!({"jsonrpc": "2.0", "result": result, "id": null}))
        }
        (Err(fault), id) => Some(error(fault, &id.unwrap_or(Value::Null))),
    }
}

fn method(
    hub: &Hub,
    caller: &Caller<'_>,
    name: &str,
    params: &Map<String, Value>,
    at: Timestamp,
) -> Result<Value, Fault> {
    match (name, caller) {
        ("publish", _) => publish(hub, caller, params, at),
        ("getUsersLastSeen", _) => Ok(Value::Object(hub.last_seen(&users(params)?, at))),
        ("updateUsersLastSeen", Caller::Portal) => {
            for (user, seen) in params
                .iter()
                .filter_map(|(user, seen)| Some((user.parse().ok()?, seen)))
            {
                let seen = seen.as_i64().ok_or(INVALID_PARAMS)?;
                hub.set_seen(user, Timestamp::from_second(seen).map_err(|_| INVALID_PARAMS)?);
            }
            Ok(json!(true))
        }
        ("ping", Caller::Client { .. }) => Ok(json!("pong")),
        ("listChannels", Caller::Client { member, .. }) => Ok(member
            .map(|member| hub.rooms_of(member.number))
            .unwrap_or_default()
            .iter()
            .map(|room| Value::String(hex(&room.id)))
            .collect()),
        ("subscribeStatusChange" | "unsubscribeStatusChange", Caller::Client { member, .. }) => {
            let user = params.get("userId").and_then(as_user).ok_or(INVALID_PARAMS)?;
            let on = name == "subscribeStatusChange";
            Ok(json!(member.is_some_and(|member| hub.watch(member.number, user, on))))
        }
        // An older client; nobody is told anything by it any more.
        ("subscribe", Caller::Client { .. }) => Ok(json!(true)),
        _ => Err(METHOD_NOT_FOUND),
    }
}

fn publish(hub: &Hub, caller: &Caller<'_>, params: &Map<String, Value>, at: Timestamp) -> Result<Value, Fault> {
    let sender = match caller {
        Caller::Portal => Sender::Backend,
        Caller::Client { sender, .. } => sender.ok_or(INVALID_REQUEST)?,
    };
    let body = params
        .get("body")
        .filter(|body| body.is_object())
        .ok_or(INVALID_PARAMS)?;
    let mut to: Vec<Address> = Vec::new();
    if params.contains_key("userList") {
        to.extend(users(params)?.into_iter().map(|user| Address {
            id: user_id(user),
            private: true,
        }));
    }
    for channel in items(params.get("channelList"))? {
        to.push(address(hub, caller, channel).ok_or(INVALID_PARAMS)?);
    }
    if to.is_empty() || to.len() > MAX_PER_REQUEST {
        return Err(INVALID_PARAMS);
    }
    let object = |name: &str| params.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
    let expiry = params.get("expiry").and_then(Value::as_u64).unwrap_or(0);
    let trusted = matches!(caller, Caller::Portal);
    let draft = Draft {
        body: body.to_string(),
        expiry: u32::try_from(expiry).unwrap_or(u32::MAX),
        sender,
        channel: String::new(),
        personal: Personal {
            user_params: if trusted { object("user_params") } else { Map::new() },
            dictionary: if trusted { object("dictionary") } else { Map::new() },
        },
    };
    hub.publish(&to, draft, at);
    Ok(json!(true))
}

/// A channel as `id.signature` or `{publicId, signature}`: a client names public ones and shows the signature, the
/// portal names any.
fn address(hub: &Hub, caller: &Caller<'_>, channel: &Value) -> Option<Address> {
    let (text, signature, public) = match channel {
        Value::String(text) => {
            let (id, signature) = text.split_once('.').unwrap_or((text, ""));
            (id, signature, false)
        }
        Value::Object(object) => (
            object.get("publicId")?.as_str()?,
            object.get("signature").and_then(Value::as_str).unwrap_or_default(),
            true,
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => return None,
    };
    match caller {
        Caller::Portal => Some(Address {
            id: any_id(text),
            private: !public,
        }),
        Caller::Client { .. } => {
            let id = read_id(text)?;
            let message = format!("public:{text}");
            hub.key()
                .verify(message.as_bytes(), signature)
                .then_some(Address { id, private: false })
        }
    }
}

fn users(params: &Map<String, Value>) -> Result<Vec<u64>, Fault> {
    items(params.get("userList"))?
        .into_iter()
        .map(|user| as_user(user).ok_or(INVALID_PARAMS))
        .collect()
}

/// The items of a list, which PHP also writes as a map.
fn items(list: Option<&Value>) -> Result<Vec<&Value>, Fault> {
    match list {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => Ok(items.iter().collect()),
        Some(Value::Object(map)) => Ok(map.values().collect()),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => Err(INVALID_PARAMS),
    }
}

fn as_user(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn error((code, message): Fault, id: &Value) -> Value {
    json!({"jsonrpc": "2.0", "error": {"code": code, "message": message}, "id": id})
}

/// What a client's text frame means beside calls: an answer to `ping`, or an acknowledgement.
pub(super) fn receipt(hub: &Arc<Hub>, user: Option<u64>, text: &str) -> bool {
    if text == "pong" {
        hub.ponged();
        return true;
    }
    text.strip_prefix("mack:").is_some_and(|mid| {
        hub.acknowledge(user, mid);
        true
    })
}

#[cfg(test)]
mod tests;
