//! JSON-RPC servers: receipts, requests, presence; and what clients send to servers of version 4.

use super::*;

fn five() -> Value {
    let mut config = config();
    config["server"]["version"] = json!(5);
    config["jwt"] = json!("header.payload.signature");
    config
}

fn online(config: Value) -> Rig {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    rig.put(Input::Configured(Ok(config)));
    let query = rig.query();
    assert!(!query.contains("header.payload") || !query.contains("CHANNEL_ID"));
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.settle();
    rig
}

fn incoming(number: u64) -> String {
    json!({"jsonrpc": "2.0", "method": "incoming.message", "params": {"mid": format!("m{number}"),
        "body": {"module_id": "im", "command": "c", "params": {"n": number}}}})
    .to_string()
}

fn wish(rig: &mut Rig, number: u64, what: Wish) -> String {
    rig.put(Input::Ask(Ask { what, number }));
    rig.words()
}

fn publication(users: &[u64]) -> Wish {
    Wish::Publish(Publication {
        users: users.to_vec(),
        module: "im".into(),
        command: "startWriting".into(),
        params: json!({"dialogId": 5}),
        expiry: 60,
    })
}

#[test]
fn a_receipt_is_sent_only_for_what_is_stored() {
    let mut rig = online(five());
    rig.text(&incoming(1));
    let mut effects = rig.effects();
    rig.text(&incoming(2));
    effects.extend(rig.effects());
    let mut batches: Vec<Batch> = effects
        .into_iter()
        .filter_map(|effect| {
            if let Effect::Deliver(batch) = effect {
                Some(batch)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(batches.iter().filter(|batch| batch.forgets).count(), 2);
    rig.text(&incoming(1));
    assert_eq!(
        rig.words(),
        "",
        "a repetition of what is not stored yet is not confirmed"
    );
    let (second, first) = (batches.pop().unwrap(), batches.pop().unwrap());
    rig.put(Input::Receipt(second.ticket, true));
    assert_eq!(rig.words(), "", "in order");
    rig.put(Input::Receipt(first.ticket, true));
    assert_eq!(rig.words(), "send:mack:m1 send:mack:m2 send:mack:m1");
    rig.text(&incoming(2));
    assert_eq!(
        rig.words(),
        "send:mack:m2",
        "a repetition of what is stored is confirmed at once"
    );
}

#[test]
fn what_the_owner_gives_up_is_not_confirmed() {
    let mut rig = online(five());
    rig.text(&incoming(1));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    rig.put(Input::Receipt(batch.ticket, false));
    assert_eq!(rig.words(), "close:3004");
    rig.pass(WAIT);
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.effects();
    rig.text(&incoming(1));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("again")
    };
    rig.put(Input::Receipt(batch.ticket, true));
    assert_eq!(rig.words(), "send:mack:m1");
}

#[test]
fn pings_are_answered() {
    let mut rig = online(five());
    rig.text("ping");
    assert_eq!(rig.words(), "send:pong");
    let mut rig = Rig::online();
    rig.text("ping");
    assert_eq!(rig.words(), "", "no other server asks for it");
}

#[test]
fn requests_and_their_answers() {
    let mut rig = online(five());
    let words = wish(&mut rig, 70, Wish::LastSeen(vec![1, 2]));
    assert!(
        words.contains(r#""method":"getUsersLastSeen""#) && words.contains(r#""id":1"#),
        "{words}"
    );
    let words = wish(&mut rig, 71, publication(&[7]));
    assert!(
        words.contains(r#""userList":[7]"#) && words.contains(r#""id":2"#),
        "{words}"
    );
    rig.text(r#"[{"jsonrpc":"2.0","id":1,"result":{"1":0}},{"jsonrpc":"2.0","id":99,"result":{}}]"#);
    assert_eq!(rig.words(), r#"reply:70:{"1":0}"#);
    rig.text(r#"{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"Invalid params"}}"#);
    assert_eq!(rig.words(), "reply:71:refused: -32602 Invalid params");
}

#[test]
fn a_request_without_an_answer_ends() {
    let mut rig = online(five());
    wish(&mut rig, 1, Wish::Ping);
    rig.pass(Duration::from_secs(4));
    assert_eq!(rig.words(), "");
    rig.pass(Duration::from_secs(2));
    assert_eq!(rig.words(), "reply:1:no answer");
    wish(&mut rig, 2, Wish::ListChannels);
    rig.put(Input::Closed(Closed::Broken));
    assert_eq!(rig.words(), "close:1000 reply:2:no answer");
    assert_eq!(wish(&mut rig, 3, Wish::Ping), "reply:3:not connected");
}

#[test]
fn requests_are_bounded() {
    let mut rig = online(five());
    for number in 0..64 {
        assert!(wish(&mut rig, number, Wish::Ping).starts_with("send:"));
    }
    assert_eq!(wish(&mut rig, 64, Wish::Ping), "reply:64:too much at once");
}

#[test]
fn presence_is_asked_for_again_on_every_connection() {
    let mut rig = online(five());
    assert!(wish(&mut rig, 1, Wish::WatchPresence(5)).contains("subscribeStatusChange"));
    rig.put(Input::Closed(Closed::Broken));
    rig.pass(WAIT);
    rig.put(Input::Opened(TransportKind::WebSocket));
    let words = rig.words();
    assert!(
        words.contains("subscribeStatusChange") && words.contains(r#""userId":5"#),
        "{words}"
    );
    assert!(wish(&mut rig, 2, Wish::IgnorePresence(5)).contains("unsubscribeStatusChange"));
    rig.put(Input::Closed(Closed::Broken));
    rig.pass(WAIT);
    rig.put(Input::Opened(TransportKind::WebSocket));
    assert!(!rig.words().contains("subscribeStatusChange"));
}

fn with_public_channel() -> Value {
    let mut config = config();
    config["publicChannels"] = json!({"7": {"user_id": 7, "public_id": "520be2333eea151a956c0c2581c8fa06",
        "signature": "a764b23abc81f14bb5a47a54fcaff76456c0250d"}});
    config
}

#[test]
fn server_four_gets_a_batch() {
    let mut rig = online(with_public_channel());
    assert!(wish(&mut rig, 1, publication(&[7])).ends_with("reply:1:null"));
    assert!(wish(&mut rig, 2, Wish::Listening(vec![7])).starts_with("send:"));
    let stats = [
        0x0a, 0x1a, 0x12, 0x18, 0x0a, 0x16, 0x0a, 0x10, 0x52, 0x0b, 0xe2, 0x33, 0x3e, 0xea, 0x15, 0x1a, 0x95, 0x6c,
        0x0c, 0x25, 0x81, 0xc8, 0xfa, 0x06, 0x10, 0x00, 0x18, 0x01,
    ];
    rig.put(Input::Frame(Frame::Binary(bytes::Bytes::copy_from_slice(&stats))));
    assert_eq!(rig.words(), r#"reply:2:{"7":true}"#);
    assert_eq!(wish(&mut rig, 3, Wish::Ping), "reply:3:the server cannot do this");
}

#[test]
fn strangers_channels_are_asked_of_the_portal() {
    let mut rig = online(with_public_channel());
    assert_eq!(wish(&mut rig, 1, publication(&[7, 8, 9])), "find:[8, 9]");
    let found = |users: &[u64]| {
        let map: serde_json::Map<String, Value> = users
            .iter()
            .map(|user| {
                (
                    user.to_string(),
                    json!({"user_id": user, "public_id": "aa", "signature": "bb"}),
                )
            })
            .collect();
        Input::ChannelsFound(Ok(Value::Object(map)))
    };
    rig.put(found(&[8]));
    assert_eq!(rig.words(), "reply:1:user 9 has no public channel");
    assert_eq!(wish(&mut rig, 2, publication(&[8, 9])), "find:[9]");
    rig.put(found(&[9]));
    assert!(rig.words().ends_with("reply:2:null"));
    assert_eq!(wish(&mut rig, 3, publication(&[10])), "find:[10]");
    rig.put(Input::ChannelsFound(Err(failure(
        "unreachable",
        Remedy::Retry { after: None },
    ))));
    assert_eq!(rig.words(), "reply:3:user 10 has no public channel");
}

#[test]
fn a_new_token_needs_a_new_connection() {
    let mut short = five();
    short["exp"] = json!(start_of_time().as_second() + 670);
    let mut rig = online(short);
    for expected in ["", "", "", "configure"] {
        rig.pass(Duration::from_secs(20));
        rig.put(Input::Pong);
        assert_eq!(rig.words(), expected);
    }
    rig.put(Input::Configured(Ok(five())));
    rig.pass(Duration::from_secs(1));
    assert_eq!(rig.words(), "close:3000 open");
}

#[test]
fn watch_tags_are_named_again_and_dead_ones_forgotten() {
    let mut rig = Rig::online();
    rig.put(Input::Watch(vec!["CRM_1".into(), "CRM_2".into()]));
    rig.pass(Duration::from_secs(2));
    assert_eq!(rig.words(), "watch:CRM_1,CRM_2");
    rig.put(Input::WatchExtended(Ok(json!({"CRM_1": true, "CRM_2": false}))));
    for _ in 0..86 {
        rig.pass(Duration::from_secs(20));
        assert_eq!(rig.words(), "");
        rig.put(Input::Pong);
    }
    rig.pass(Duration::from_secs(23));
    assert_eq!(rig.words(), "watch:CRM_1");
    rig.put(Input::WatchExtended(Err(failure(
        "unreachable",
        Remedy::Retry { after: None },
    ))));
    rig.put(Input::Pong);
    rig.pass(Duration::from_secs(20));
    rig.put(Input::Pong);
    rig.pass(Duration::from_secs(20));
    rig.put(Input::Pong);
    rig.pass(Duration::from_secs(22));
    assert_eq!(rig.words(), "watch:CRM_1");
}
