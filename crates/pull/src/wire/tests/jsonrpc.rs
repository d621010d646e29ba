//! JSON-RPC framing of servers 5 and later, and what clients send.

use serde_json::{Value, json};

use super::{commands, text, unhex};
use crate::{
    event::SenderType,
    position::Mid,
    transport::Outgoing,
    wire::{Fault, Signal, outgoing},
};

fn incoming(mid: &str, params: &Value, more: &Value) -> Value {
    let mut packet = json!({"jsonrpc": "2.0", "method": "incoming.message", "params": {
        "mid": mid,
        "body": {"module_id": "IM", "command": "notifyAdd", "params": params,
            "extra": {"server_time_unix": 1_795_300_000.5, "revision_web": 19}},
        "sender": {"type": 2}}});
    if let (Some(fields), Some(more)) = (packet["params"].as_object_mut(), more.as_object()) {
        fields.extend(more.clone());
    }
    packet
}

#[test]
fn an_incoming_message_with_what_is_the_users_own() {
    let more = json!({"user_params": {"counter": 4}, "dictionary": {"users": {"1": "Иван"}}});
    let decoded = text(&incoming("m1", &json!({"id": 901}), &more).to_string());
    assert_eq!(decoded.faults, []);
    let [message] = decoded.messages.as_slice() else {
        panic!("one message")
    };
    assert_eq!(message.mid.as_ref().map(Mid::as_str), Some("m1"));
    assert!(message.receipt, "the server waits to hear that it is stored");
    assert_eq!(message.body.module, "im");
    let params: Value = serde_json::from_str(message.body.params.get()).unwrap();
    assert_eq!(params, json!({"id": 901, "counter": 4, "users": {"1": "Иван"}}));
    assert_eq!(message.sender.as_ref().unwrap().kind, SenderType::Backend);
    assert_eq!(message.body.server_time.unwrap().as_millisecond(), 1_795_300_000_500);
}

#[test]
fn params_of_php_are_merged_too() {
    let merged = |params: Value, more: Value| {
        let decoded = text(&incoming("m", &params, &more).to_string());
        serde_json::from_str::<Value>(decoded.messages[0].body.params.get()).unwrap()
    };
    assert_eq!(merged(json!([]), json!({"user_params": {"a": 1}})), json!({"a": 1}));
    assert_eq!(
        merged(json!([]), json!({"user_params": [], "dictionary": []})),
        json!([])
    );
    assert_eq!(
        merged(json!({"a": 1}), json!({"dictionary": {"a": 2}})),
        json!({"a": 2})
    );
    assert_eq!(merged(json!("x"), json!({"dictionary": {"a": 2}})), json!("x"));
}

#[test]
fn a_ping_is_told_apart_from_garbage() {
    assert!(matches!(text("ping").signals.as_slice(), [Signal::Ping]));
    assert!(matches!(text(" ping\n").signals.as_slice(), [Signal::Ping]));
    assert_eq!(text("pingpong").faults, [Fault::Garbage]);
}

#[test]
fn answers_and_messages_in_one_array() {
    let frame = json!([
        {"jsonrpc": "2.0", "id": 2, "result": {"1": 0, "2": 55}},
        incoming("m1", &json!({}), &json!({})),
        {"jsonrpc": "2.0", "id": 3, "error": {"code": -32601, "message": "Method not found"}},
        {"jsonrpc": "2.0", "method": "surprise", "params": {}},
        17,
        incoming("m2", &json!({}), &json!({}))
    ]);
    let decoded = text(&frame.to_string());
    assert_eq!(commands(&decoded), ["notifyAdd", "notifyAdd"]);
    assert_eq!(decoded.faults, [Fault::Method, Fault::Envelope]);
    let answers: Vec<String> = decoded
        .signals
        .into_iter()
        .map(|signal| match signal {
            Signal::Answer { id, result: Ok(result) } => format!("{id} {result}"),
            Signal::Answer {
                id,
                result: Err((code, text)),
            } => format!("{id} {code} {text}"),
            Signal::Ping | Signal::Stats(_) => panic!("an answer"),
        })
        .collect();
    assert_eq!(answers, [r#"2 {"1":0,"2":55}"#, "3 -32601 Method not found"]);
}

#[test]
fn a_million_empty_elements_cost_no_memory() {
    let frame = format!(
        "[{}{}]",
        "{},".repeat(1_000_000),
        incoming("m1", &json!({}), &json!({}))
    );
    let decoded = text(&frame);
    assert_eq!(commands(&decoded), ["notifyAdd"]);
    assert_eq!(decoded.faults, [Fault::Envelope]);
}

#[test]
fn what_stands_before_a_break_is_taken() {
    let frame = format!("[{},{{\"jsonrpc\"", incoming("m1", &json!({}), &json!({})));
    let decoded = text(&frame);
    assert_eq!(commands(&decoded), ["notifyAdd"]);
    assert_eq!(decoded.faults, [Fault::Garbage]);
}

#[test]
fn what_clients_send() {
    let text = |frame: Outgoing| match frame {
        Outgoing::Text(text) => text,
        Outgoing::Binary(_) => panic!("text"),
    };
    assert_eq!(text(outgoing::pong()), "pong");
    assert_eq!(text(outgoing::mack(&Mid::new("m1").unwrap())), "mack:m1");
    let request: Value = serde_json::from_str(&text(outgoing::request(1, "ping", &json!({})))).unwrap();
    assert_eq!(
        request,
        json!({"jsonrpc": "2.0", "method": "ping", "params": {}, "id": 1})
    );
}

#[test]
fn a_batch_has_the_bytes_of_the_protocol() {
    let receiver = outgoing::Receiver {
        id: unhex("520be2333eea151a956c0c2581c8fa06"),
        signature: unhex("a764b23abc81f14bb5a47a54fcaff76456c0250d"),
    };
    let receiver_bytes =
        "0a2a0a10520be2333eea151a956c0c2581c8fa061a14a764b23abc81f14bb5a47a54fcaff76456c0250d".replace("0a2a", "");
    let frame = outgoing::publish(std::slice::from_ref(&receiver), "{}", 60, "im_x");
    // requests[0] { incomingMessages { messages[0] { receivers[0], body, expiry, type } } }
    let message = format!("0a28{receiver_bytes}1a027b7d203c2a04696d5f78");
    let length = message.len() / 2;
    let expected = format!("0a{:02x}0a{:02x}0a{length:02x}{message}", length + 4, length + 2);
    assert_eq!(frame, unhex(&expected));

    let frame = outgoing::channel_stats(&[receiver]);
    let channels = format!("0a28{receiver_bytes}");
    let length = channels.len() / 2;
    assert_eq!(frame, unhex(&format!("0a{:02x}12{length:02x}{channels}", length + 2)));
}

#[test]
fn captured_statistics_are_read() {
    let frame = unhex("0a1a12180a160a10520be2333eea151a956c0c2581c8fa0610001801");
    let decoded = super::binary(&frame);
    assert_eq!(decoded.faults, []);
    match decoded.signals.as_slice() {
        [Signal::Stats(stats)] => assert_eq!(stats, &[("520be2333eea151a956c0c2581c8fa06".to_owned(), true)]),
        other => panic!("{other:?}"),
    }
}
