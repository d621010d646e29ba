use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Caller, execute, receipt};
use crate::office::ServerVersion;
use crate::push::batch::Response;
use crate::push::hub::{Address, Hub, Link, Outgoing, user_id};
use crate::push::message::Sender;
use crate::push::signature::{Channel, Key};

const KEY: &str = "testsecretkey0123456789";

fn hub() -> Arc<Hub> {
    Arc::new(Hub::with_counter(Key::new(KEY), ServerVersion::V5, 1_795_304_145, 0))
}

fn at() -> Timestamp {
    Timestamp::from_second(1_795_304_147).unwrap()
}

fn channel(user: u64) -> Channel {
    Channel {
        private: user_id(user),
        public: None,
    }
}

fn ask(hub: &Hub, caller: &Caller<'_>, request: Value) -> Value {
    let answer = execute(hub, caller, request.to_string().as_bytes(), at()).expect("an answer");
    serde_json::from_str(&answer).unwrap()
}

fn client() -> Caller<'static> {
    Caller::Client {
        sender: Some(Sender::User(5)),
        member: None,
    }
}

#[test]
fn errors_have_the_codes_of_the_protocol() {
    let hub = hub();
    let code = |request: &str| {
        let answer = execute(&hub, &client(), request.as_bytes(), at()).unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()["error"]["code"]
            .as_i64()
            .unwrap()
    };
    assert_eq!(code("{"), -32700);
    assert_eq!(code("[]"), -32600);
    assert_eq!(code("{}"), -32600);
    assert_eq!(code(r#"{"jsonrpc":"2.0","method":"fly","id":1}"#), -32601);
    assert_eq!(
        code(r#"{"jsonrpc":"2.0","method":"publish","params":{},"id":1}"#),
        -32602
    );
    assert_eq!(
        code(r#"{"jsonrpc":"2.0","method":"updateUsersLastSeen","params":{"5":1},"id":1}"#),
        -32601,
        "for the portal only"
    );
}

#[test]
fn answers_of_clients_and_notifications_are_not_answered() {
    let hub = hub();
    for request in [
        r#"{"jsonrpc":"2.0","result":{},"id":1}"#,
        r#"{"jsonrpc":"2.0","method":"ping"}"#,
    ] {
        assert_eq!(execute(&hub, &client(), request.as_bytes(), at()), None, "{request}");
    }
}

#[test]
fn a_client_publishes_to_users_under_its_own_name() {
    let hub = hub();
    let mut reader = hub.join(&[channel(7)], Link::Socket, Some(7));
    let request = json!({"jsonrpc": "2.0", "method": "publish", "id": 3,
        "params": {"userList": [7], "body": {"module_id": "im", "command": "cmd", "params": {"a": 1}},
            "user_params": {"7": {"forged": 1}}}});
    assert_eq!(
        ask(&hub, &client(), request),
        json!({"jsonrpc": "2.0", "result": true, "id": 3})
    );
    let Ok(Outgoing::Response(Response::Messages(messages))) = reader.inbox.try_recv() else {
        panic!("nothing came")
    };
    assert_eq!(messages[0].sender, Sender::User(5));
    assert!(messages[0].personal.user_params.is_empty(), "only the portal says it");
}

#[test]
fn a_client_must_show_the_signature_of_a_public_channel() {
    let hub = hub();
    let id = "520be2333eea151a956c0c2581c8fa06";
    let good = "a764b23abc81f14bb5a47a54fcaff76456c0250d";
    let publish = |channel: Value| json!({"jsonrpc": "2.0", "method": "publish", "id": 1, "params": {"channelList": [channel], "body": {}}});
    for channel in [
        json!(format!("{id}.{good}")),
        json!({"publicId": id, "signature": good}),
    ] {
        assert_eq!(ask(&hub, &client(), publish(channel))["result"], true);
    }
    for channel in [json!(id), json!(format!("{id}.{}", "0".repeat(40))), json!(5)] {
        assert_eq!(ask(&hub, &client(), publish(channel))["error"]["code"], -32602);
    }
}

#[test]
fn the_portal_publishes_a_batch_with_additions_and_is_always_answered() {
    let hub = hub();
    let mut reader = hub.join(&[channel(7)], Link::Socket, Some(7));
    let one = json!({"jsonrpc": "2.0", "method": "publish",
        "params": {"userList": [7, "8"], "body": {"command": "x"}, "user_params": {"7": {"c": 1}},
            "dictionary": {"d": 2}, "expiry": 60, "type": "im_x"}});
    let answers = ask(&hub, &Caller::Portal, json!([one, one]));
    assert_eq!(answers.as_array().unwrap().len(), 2);
    let Ok(Outgoing::Response(Response::Messages(messages))) = reader.inbox.try_recv() else {
        panic!("nothing came")
    };
    assert_eq!(messages[0].sender, Sender::Backend);
    assert_eq!(messages[0].personal.user_params["7"], json!({"c": 1}));
    assert_eq!(hub.totals().stored, 4);
}

#[test]
fn users_are_online_away_or_unknown() {
    let hub = hub();
    let seen = |hub: &Hub| {
        let request =
            json!({"jsonrpc": "2.0", "method": "getUsersLastSeen", "params": {"userList": [1, 2, 3]}, "id": 1});
        ask(hub, &client(), request)["result"].clone()
    };
    assert_eq!(seen(&hub), json!({}));
    let member = hub.join(&[channel(1)], Link::Socket, Some(1));
    let update = json!({"jsonrpc": "2.0", "method": "updateUsersLastSeen", "params": {"2": at().as_second() - 55}});
    ask(&hub, &Caller::Portal, update);
    assert_eq!(seen(&hub), json!({"1": 0, "2": 55}));
    drop(member);
    assert!(seen(&hub)["1"].is_number());
}

#[test]
fn who_watches_a_user_is_told_when_he_comes_and_goes() {
    let hub = hub();
    let mut watcher = hub.join(&[channel(1)], Link::Socket, Some(1));
    let caller = Caller::Client {
        sender: None,
        member: Some(&watcher),
    };
    let watch = |name: &str| json!({"jsonrpc": "2.0", "method": name, "params": {"userId": 5}, "id": 1});
    ask(&hub, &caller, watch("subscribeStatusChange"));
    let first = hub.join(&[channel(5)], Link::Socket, Some(5));
    let second = hub.join(&[channel(5)], Link::Poll, Some(5));
    drop(first);
    drop(second);
    let mut online = Vec::new();
    while let Ok(Outgoing::Response(Response::Messages(messages))) = watcher.inbox.try_recv() {
        let body: Value = serde_json::from_str(&messages[0].body).unwrap();
        assert_eq!(
            (&body["module_id"], &body["params"]["user_id"]),
            (&json!("online"), &json!(5))
        );
        online.push(body["params"]["online"].clone());
    }
    assert_eq!(online, [true, false]);
    let caller = Caller::Client {
        sender: None,
        member: Some(&watcher),
    };
    ask(&hub, &caller, watch("unsubscribeStatusChange"));
    drop(hub.join(&[channel(5)], Link::Socket, Some(5)));
    assert!(watcher.inbox.try_recv().is_err());
}

#[test]
fn acknowledgements_are_kept_with_their_user() {
    let hub = hub();
    assert!(receipt(&hub, Some(7), "mack:m1"));
    assert!(receipt(&hub, Some(7), "pong"));
    assert!(!receipt(&hub, Some(7), "{}"));
    let receipts = hub.receipts();
    assert_eq!(receipts.macks, [(Some(7), "m1".to_owned())]);
    assert_eq!(receipts.pongs, 1);
    let room = Address {
        id: user_id(7),
        private: true,
    };
    assert_eq!(hub.subscribers(room), 0);
}
