//! Messages as frames of each framing.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::batch::{Oddities, Response, write_responses};
use super::message::{Message, Sender};
use super::signature::hex;
use super::text;
use super::ticket::Framing;

/// A frame of a socket, or the body of a poll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// UTF-8.
    Text(String),
    /// Protobuf.
    Binary(Vec<u8>),
}

impl Frame {
    /// Bytes in it.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// All responses in as few frames as the framing has: one, and at the nginx module one for each message.
pub(super) fn write(
    framing: Framing,
    user: Option<u64>,
    responses: &[Response],
    oddities: Oddities,
    at: Timestamp,
) -> Vec<Frame> {
    let messages: Vec<&Message> = responses
        .iter()
        .filter_map(|response| match response {
            Response::Messages(messages) => Some(messages),
            Response::ChannelStats(_) | Response::ServerStats(_) => None,
        })
        .flatten()
        .map(AsRef::as_ref)
        .collect();
    match framing {
        Framing::Nginx => messages
            .iter()
            .map(|message| Frame::Text(text::nginx(message)))
            .collect(),
        Framing::Named | Framing::Plain => {
            let named = framing == Framing::Named;
            vec![Frame::Text(
                messages.iter().map(|message| text::frame(message, named, at)).collect(),
            )]
        }
        Framing::Batch => vec![Frame::Binary(write_responses(responses, oddities))],
        Framing::Array => {
            let elements: Value = messages.iter().map(|message| text::element(message, at)).collect();
            vec![Frame::Text(elements.to_string())]
        }
        Framing::Rpc => {
            let calls: Vec<String> = messages.iter().map(|message| call(message, user)).collect();
            let frame = match calls.as_slice() {
                [one] => one.clone(),
                many => format!("[{}]", many.join(",")),
            };
            vec![Frame::Text(frame)]
        }
    }
}

/// `incoming.message` with the body verbatim, and of the users' objects only that of the reader.
fn call(message: &Message, user: Option<u64>) -> String {
    let mut additions = String::new();
    let own = user.and_then(|user| message.personal.user_params.get(&user.to_string()));
    if let Some(own) = own {
        additions = format!(r#","user_params":{own}"#);
    }
    if !message.personal.dictionary.is_empty() {
        let dictionary = Value::Object(Map::clone(&message.personal.dictionary));
        additions = format!(r#"{additions},"dictionary":{dictionary}"#);
    }
    let sender = match message.sender {
        Sender::Backend => json!({"type": 2}),
        Sender::Client(id) => json!({"type": 1, "id": hex(&id)}),
        Sender::User(user) => json!({"type": 1, "id": user.to_string()}),
    };
    format!(
        r#"{{"jsonrpc":"2.0","method":"incoming.message","params":{{"mid":"{}","body":{},"sender":{sender}{additions}}}}}"#,
        message.mid, message.body,
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::{Frame, write};
    use crate::push::batch::{Oddities, Response};
    use crate::push::message::{Message, Mid, Personal, Sender, Stamp};
    use crate::push::ticket::Framing;

    fn message(number: u64) -> Arc<Message> {
        let map = |value: Value| value.as_object().cloned().unwrap();
        Arc::new(Message {
            mid: Mid::new(1_795_304_145, number),
            number,
            stamp: Stamp::default(),
            channel: "c".to_owned(),
            personal: Personal {
                user_params: map(json!({"7": {"counter": 3}, "8": {"counter": 9}})),
                dictionary: map(json!({"d": 1})),
            },
            body: r#"{"module_id":"im","command":"x","params":{}}"#.to_owned(),
            expiry: 60,
            created: 0,
            sender: Sender::User(5),
        })
    }

    fn frames(framing: Framing, numbers: &[u64]) -> Vec<Frame> {
        let responses: Vec<Response> = numbers
            .iter()
            .map(|number| Response::Messages(vec![message(*number)]))
            .collect();
        write(framing, Some(7), &responses, Oddities::default(), Timestamp::UNIX_EPOCH)
    }

    fn text(framing: Framing, numbers: &[u64]) -> String {
        match frames(framing, numbers).as_slice() {
            [Frame::Text(text)] => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_call_holds_the_reader_s_own_object_only() {
        let text = text(Framing::Rpc, &[1]);
        let call: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            call,
            json!({"jsonrpc": "2.0", "method": "incoming.message", "params": {
                "mid": "17953041450000000000000001",
                "body": {"module_id": "im", "command": "x", "params": {}},
                "sender": {"type": 1, "id": "5"}, "user_params": {"counter": 3}, "dictionary": {"d": 1}}})
        );
    }

    #[test]
    fn several_calls_are_an_array_and_nginx_sends_each_alone() {
        let text = text(Framing::Rpc, &[1, 2]);
        assert_eq!(serde_json::from_str::<Vec<Value>>(&text).unwrap().len(), 2);
        assert_eq!(frames(Framing::Nginx, &[1, 2]).len(), 2);
        assert_eq!(frames(Framing::Plain, &[1, 2]).len(), 1);
        assert!(matches!(frames(Framing::Batch, &[1, 2]).as_slice(), [Frame::Binary(_)]));
        let array = self::text(Framing::Array, &[1, 2]);
        assert_eq!(serde_json::from_str::<Vec<Value>>(&array).unwrap()[1]["id"], 2);
    }
}
