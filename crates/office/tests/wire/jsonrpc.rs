//! Version 5: tokens, JSON-RPC, pings, acknowledgements.

use futures_util::SinkExt as _;
use hotstart_office::ServerVersion;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::http::{get, send};
use crate::stage::{Socket, Stage, close_code, raw_text, stage_of};

async fn stage() -> Stage {
    stage_of(ServerVersion::V5).await
}

impl Stage {
    fn token(&self) -> String {
        format!("token={}&jsonRpc=true", self.config["jwt"].as_str().expect("a token"))
    }

    async fn member(&self, more: &str) -> Socket {
        let before = self.sockets().await;
        let socket = self.open(&format!("{}{more}", self.token())).await;
        self.until_sockets(before + 1).await;
        socket
    }
}

async fn json_frame(socket: &mut Socket) -> Value {
    let text = raw_text(socket).await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

async fn ask(socket: &mut Socket, method: &str, params: Value) -> Value {
    let call = json!({"jsonrpc": "2.0", "method": method, "params": params, "id": 9});
    socket.send(Message::text(call.to_string())).await.unwrap();
    loop {
        let answer = json_frame(socket).await;
        if answer["id"] == 9 {
            return answer;
        }
    }
}

#[tokio::test]
async fn the_configuration_has_a_token_and_its_end() {
    let stage = stage().await;
    let config = &stage.config;
    assert!(config.get("clientId").is_none());
    assert_eq!(config["server"]["version"], 5);
    assert_eq!(config["jwt"].as_str().unwrap().split('.').count(), 3);
    assert!(stage.private.contains(':'));
    stage.control("/push/set", json!({"config_ttl": 100})).await;
    let short = stage.rest("pull.config.get").await["result"]["exp"].as_i64().unwrap();
    let life = config["exp"].as_i64().unwrap() - short;
    assert!((43_098..=43_101).contains(&life), "{life}");
}

#[tokio::test]
async fn a_wrong_or_ended_token_is_closed_after_the_upgrade() {
    let stage = stage().await;
    let forged = stage.token().replacen("eyJ", "eyK", 1);
    stage.control("/push/set", json!({"config_ttl": -1})).await;
    let ended = stage.rest("pull.config.get").await["result"]["jwt"]
        .as_str()
        .unwrap()
        .to_owned();
    for query in [
        "",
        &forged,
        &format!("token={ended}"),
        "token=header.payload.sig",
        "CHANNEL_ID=x",
    ] {
        let socket = stage.open(query).await;
        assert_eq!(
            close_code(socket).await,
            (4010, "4010: Wrong Channel Id.".to_owned()),
            "{query}"
        );
    }
    let poll = get(&stage.poll("token=x")).await;
    assert_eq!((poll.status, poll.text().as_str()), (400, "4010: Wrong Channel Id."));
}

#[tokio::test]
async fn events_are_calls_with_the_reader_s_additions() {
    let stage = stage().await;
    let mut socket = stage.member("").await;
    let event = json!({"user": 1, "module_id": "im", "command": "x", "params": {"a": 1},
        "user_params": {"1": {"mine": 1}, "2": {"other": 1}}, "dictionary": {"common": 2}});
    let mid = stage.control("/publish", event).await["mid"].clone();
    let call = json_frame(&mut socket).await;
    assert_eq!(
        (&call["jsonrpc"], &call["method"]),
        (&json!("2.0"), &json!("incoming.message"))
    );
    assert!(call.get("id").is_none());
    let params = &call["params"];
    assert_eq!((&params["mid"], &params["sender"]), (&mid, &json!({"type": 2})));
    assert_eq!(
        (&params["user_params"], &params["dictionary"]),
        (&json!({"mine": 1}), &json!({"common": 2}))
    );
    assert_eq!(params["body"]["params"], json!({"a": 1}));
    let everybody = json!({"user": null, "module_id": "im", "command": "all"});
    stage.control("/publish", everybody).await;
    assert_eq!(json_frame(&mut socket).await["params"]["body"]["command"], "all");
}

#[tokio::test]
async fn the_replay_is_an_array_after_the_cursor() {
    let stage = stage().await;
    let mids = [
        stage.publish("one", 60).await,
        stage.publish("two", 60).await,
        stage.publish("three", 60).await,
    ];
    let mut socket = stage.open(&format!("{}&mid={}", stage.token(), mids[0])).await;
    let replay = json_frame(&mut socket).await;
    let got: Vec<&str> = replay
        .as_array()
        .unwrap()
        .iter()
        .map(|call| call["params"]["mid"].as_str().unwrap())
        .collect();
    assert_eq!(got, [&mids[1], &mids[2]]);
    let poll = get(&stage.poll(&format!("{}&mid={}", stage.token(), mids[1])))
        .await
        .json();
    assert_eq!(poll["params"]["mid"], mids[2]);
}

#[tokio::test]
async fn pings_are_text_and_receipts_are_kept() {
    let stage = stage().await;
    stage.control("/push/set", json!({"rpc_ping_ms": 20})).await;
    let mut socket = stage.member("").await;
    assert_eq!(raw_text(&mut socket).await, "ping");
    for text in ["pong", "mack:17953041450000000000000001"] {
        socket.send(Message::text(text)).await.unwrap();
    }
    loop {
        let receipts = stage.ask("GET", "/push/receipts").await;
        if receipts["macks"] == json!([{"user": 1, "mid": "17953041450000000000000001"}]) {
            assert_eq!(receipts["pongs"], 1);
            assert_eq!(receipts["arrivals"][0]["framing"], "json-rpc");
            break;
        }
    }
    stage.ask("DELETE", "/push/receipts").await;
    assert_eq!(stage.ask("GET", "/push/receipts").await["macks"], json!([]));
}

#[tokio::test]
async fn who_answers_no_ping_is_dropped() {
    let stage = stage().await;
    stage.control("/push/set", json!({"rpc_ping_ms": 10})).await;
    let mut socket = stage.member("").await;
    while let Some(Ok(message)) = futures_util::StreamExt::next(&mut socket).await {
        assert_eq!(message, Message::text("ping"));
    }
    stage.until_sockets(0).await;
}

#[tokio::test]
async fn a_client_calls_over_its_socket() {
    let stage = stage().await;
    let mut socket = stage.member("").await;
    assert_eq!(ask(&mut socket, "ping", json!({})).await["result"], "pong");
    let channels = ask(&mut socket, "listChannels", json!({})).await["result"].clone();
    assert_eq!(channels.as_array().unwrap().len(), 2);
    let seen = ask(&mut socket, "getUsersLastSeen", json!({"userList": [1, 2]})).await;
    assert_eq!(seen["result"], json!({"1": 0}));
    assert_eq!(ask(&mut socket, "fly", json!({})).await["error"]["code"], -32601);
    let body = json!({"module_id": "im", "command": "cmd", "params": {"a": 1}});
    let call = json!({"jsonrpc": "2.0", "method": "publish", "params": {"userList": [1], "body": body}});
    socket.send(Message::text(call.to_string())).await.unwrap();
    let event = json_frame(&mut socket).await;
    assert_eq!(event["params"]["sender"], json!({"type": 1, "id": "1"}));
    assert_eq!(event["params"]["body"], body);
}

#[tokio::test]
async fn a_client_without_a_socket_calls_over_http() {
    let stage = stage().await;
    let url = format!("{}?{}", stage.office.addresses().push.rest, stage.token());
    let call = json!({"jsonrpc": "2.0", "method": "getUsersLastSeen", "params": {"userList": [1]}, "id": 1});
    let answer = send("POST", &url, "", call.to_string().as_bytes()).await.unwrap();
    assert_eq!(answer.json(), json!({"jsonrpc": "2.0", "result": {}, "id": 1}));
    assert_eq!(send("POST", &url, "", b"mack:1").await.unwrap().status, 200);
    assert_eq!(stage.ask("GET", "/push/receipts").await["macks"][0]["mid"], "1");
}

#[tokio::test]
async fn the_portal_must_sign_what_it_posts() {
    let stage = stage().await;
    let mut socket = stage.member("").await;
    let api = stage.office.addresses().push.publish.replace("/pub/", "/api/");
    let body = r#"{"a":1}"#;
    let vector = "2a9c49be96ccc8c769482030b159adda67109b96";
    let signed = send(
        "POST",
        &format!("{api}?hostId=H&signature={vector}&hostname=p"),
        "",
        body.as_bytes(),
    )
    .await;
    assert_eq!(signed.unwrap().json()["error"]["code"], -32600, "signed, but no call");
    for signature in ["", &vector.replace('2', "3")] {
        let answer = send("POST", &format!("{api}?signature={signature}"), "", body.as_bytes())
            .await
            .unwrap();
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (400, "4026: Wrong request signature.")
        );
    }
    // HMAC-SHA1 of the batch below by the key of the vectors, made by another program.
    let batch = r#"[{"jsonrpc":"2.0","method":"publish","params":{"userList":[1],"body":{"module_id":"im","command":"b","params":{}},"expiry":60,"type":"im_b"}}]"#;
    let signature = "167bbea80706352925e57d2e33140bc6207748a8";
    let answer = send(
        "POST",
        &format!("{api}?hostId=H&signature={signature}"),
        "",
        batch.as_bytes(),
    )
    .await
    .unwrap();
    assert_eq!((answer.status, answer.json()[0]["result"].clone()), (200, json!(true)));
    assert_eq!(json_frame(&mut socket).await["params"]["body"]["command"], "b");
}
