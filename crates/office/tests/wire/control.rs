//! The control interface: events on command and injected faults.

use std::time::Duration;

use futures_util::StreamExt as _;
use hotstart_office::{Office, Options, start};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::http::{Answer, get, post, send};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn office() -> Office {
    start(Options::default()).await.expect("the office starts")
}

async fn control(office: &Office, path: &str, body: Value) -> Answer {
    post(&format!("{}{path}", office.addresses().control), &body).await
}

async fn fault(office: &Office, order: Value) {
    let answer = control(office, "/fault", order).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn address(office: &Office) -> String {
    let config = get(&format!("{}pull.config.get", office.addresses().webhook))
        .await
        .json()["result"]
        .clone();
    let id = |kind: &str| config["channels"][kind]["id"].as_str().expect("an id").to_owned();
    format!(
        "{}?CHANNEL_ID={}/{}",
        office.addresses().push.subws,
        id("private"),
        id("shared")
    )
}

async fn socket(office: &Office) -> Socket {
    let (socket, _) = connect_async(address(office).await).await.expect("the upgrade");
    loop {
        let state = get(&format!("{}/state", office.addresses().control)).await.json();
        if state["push"]["sockets"] == 1 {
            return socket;
        }
        tokio::task::yield_now().await;
    }
}

async fn text(socket: &mut Socket) -> String {
    let frame = tokio::time::timeout(Duration::from_secs(10), socket.next())
        .await
        .expect("a frame in time");
    let Some(Ok(Message::Text(text))) = frame else {
        panic!("{frame:?}")
    };
    text.to_string()
}

async fn event(socket: &mut Socket) -> Value {
    let text = text(socket).await;
    let inner = text
        .strip_prefix("#!NGINXNMS!#")
        .unwrap()
        .strip_suffix("#!NGINXNME!#")
        .unwrap();
    serde_json::from_str::<Value>(inner).unwrap()["text"].clone()
}

#[tokio::test]
async fn a_notification_looks_like_one_of_a_portal() {
    let office = office().await;
    let mut socket = socket(&office).await;
    let body = json!({"user": 1, "from": 2, "text": "Новая сделка", "link": "/crm/deal/details/123/"});
    let answer = control(&office, "/notify", body).await.json();
    let event = event(&mut socket).await;
    assert_eq!(
        (&event["module_id"], &event["command"]),
        (&json!("im"), &json!("notifyAdd"))
    );
    let params = &event["params"];
    assert_eq!(params["id"], answer["id"]);
    assert_eq!(
        (&params["type"], &params["userId"], &params["counter"]),
        (&json!(2), &json!(2), &json!(1))
    );
    assert_eq!(params["link"], "/crm/deal/details/123/");
    assert_eq!(params["users"][0]["name"], "Игорь Лебедев");
    assert!(params.get("title").is_some() && params.get("buttons").is_none());
    assert!(answer["at_us"].as_i64().unwrap() > 1_700_000_000_000_000);
    assert_eq!(
        control(&office, "/notify", json!({"user": 99, "text": "x"}))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn messages_come_as_dialogue_and_as_chat() {
    let office = office().await;
    let mut socket = socket(&office).await;
    control(&office, "/message", json!({"user": 1, "from": 2, "text": "привет"})).await;
    let single = event(&mut socket).await;
    assert_eq!(
        (&single["command"], &single["params"]["dialogId"]),
        (&json!("message"), &json!("2"))
    );
    assert_eq!(single["params"]["message"]["text"], "привет");
    control(
        &office,
        "/message",
        json!({"user": 1, "from": 3, "chat": 12, "text": "всем"}),
    )
    .await;
    let group = event(&mut socket).await;
    assert_eq!(
        (&group["command"], &group["params"]["dialogId"]),
        (&json!("messageChat"), &json!("chat12"))
    );
    assert_eq!(group["params"]["chat"]["12"]["type"], "chat");
    let recent = get(&format!("{}im.recent.list", office.addresses().webhook))
        .await
        .json();
    assert_eq!(recent["result"]["items"][0]["id"], "chat12");
    assert_eq!(recent["result"]["items"][1]["id"], 2);
}

#[tokio::test]
async fn a_silent_portal_answers_nothing_but_push_goes_on() {
    let office = office().await;
    let mut socket = socket(&office).await;
    fault(&office, json!({"kind": "portal_silent"})).await;
    let call = get(&format!("{}/crm/deal/details/123/", office.addresses().portal))
        .await_for(300)
        .await;
    assert!(call.is_none());
    control(
        &office,
        "/publish",
        json!({"user": 1, "module_id": "im", "command": "x"}),
    )
    .await;
    assert_eq!(event(&mut socket).await["command"], "x");
    fault(&office, json!({"kind": "portal_silent", "on": false})).await;
    assert_eq!(get(&format!("{}profile", office.addresses().webhook)).await.status, 200);
}

#[tokio::test]
async fn a_portal_that_is_down_closes_old_and_new_connections() {
    let office = office().await;
    let mut socket = socket(&office).await;
    fault(&office, json!({"kind": "portal_down"})).await;
    assert!(
        !matches!(socket.next().await, Some(Ok(Message::Close(_)))),
        "no close frame: 1006"
    );
    let url = format!("{}profile", office.addresses().webhook);
    assert!(send("GET", &url, "", b"").await.is_none());
    fault(&office, json!({"kind": "clear"})).await;
    assert_eq!(get(&url).await.status, 200);
}

#[tokio::test]
async fn rest_fails_as_often_as_asked() {
    let office = office().await;
    let url = format!("{}profile", office.addresses().webhook);
    fault(&office, json!({"kind": "rest_html"})).await;
    let html = get(&url).await;
    assert_eq!((html.status, html.header("content-type")), (502, Some("text/html")));
    assert_eq!(get(&url).await.status, 200);
    fault(
        &office,
        json!({"kind": "rest_error", "count": 2, "status": 429, "error": "OPERATION_TIME_LIMIT"}),
    )
    .await;
    for _ in 0..2 {
        let refused = get(&url).await;
        assert_eq!(
            (refused.status, refused.json()["error"].as_str()),
            (429, Some("OPERATION_TIME_LIMIT"))
        );
    }
    assert_eq!(get(&url).await.status, 200);
    let log = get(&format!("{}/requests", office.addresses().control)).await.json();
    let statuses: Vec<u64> = log["requests"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["status"].as_u64())
        .collect();
    assert_eq!(statuses, [502, 200, 429, 429, 200]);
    assert!(
        !log.to_string()
            .contains(office.addresses().webhook.split('/').nth(5).unwrap()),
        "no secret in the log"
    );
}

#[tokio::test]
async fn upgrade_garbage_and_close() {
    let office = office().await;
    let url = address(&office).await;
    fault(&office, json!({"kind": "upgrade_400"})).await;
    assert!(connect_async(&url).await.is_err());
    let mut socket = socket(&office).await;
    fault(&office, json!({"kind": "garbage_frame"})).await;
    assert!(text(&mut socket).await.starts_with("x "));
    fault(&office, json!({"kind": "close", "status": 1001, "error": "SERVER_DIE"})).await;
    let Some(Ok(Message::Close(Some(frame)))) = socket.next().await else {
        panic!("no close frame")
    };
    assert_eq!((u16::from(frame.code), frame.reason.as_str()), (1001, "SERVER_DIE"));
}

#[tokio::test]
async fn one_broken_body_lies_between_good_ones() {
    let office = office().await;
    let mut socket = socket(&office).await;
    fault(&office, json!({"kind": "bad_body"})).await;
    let frame = text(&mut socket).await;
    let good: Vec<bool> = frame
        .split("#!NGINXNMS!#")
        .skip(1)
        .map(|part| serde_json::from_str::<Value>(part.strip_suffix("#!NGINXNME!#").unwrap()).is_ok())
        .collect();
    assert_eq!(good, [true, false, true]);
}

#[tokio::test]
async fn system_commands_of_the_push_module() {
    let office = office().await;
    let mut socket = socket(&office).await;
    let before = address(&office).await;
    fault(&office, json!({"kind": "channel_expire", "channel": "shared"})).await;
    let shared = event(&mut socket).await;
    assert_eq!(
        (&shared["module_id"], &shared["command"]),
        (&json!("pull"), &json!("channel_expire"))
    );
    assert_eq!(shared["params"]["action"], "reconnect");
    let new = shared["params"]["new_channel"]["id"].as_str().unwrap();
    assert!(before.contains(shared["params"]["channel"]["id"].as_str().unwrap()));
    assert!(
        address(&office).await.contains(new),
        "the configuration names the new channel"
    );
    fault(&office, json!({"kind": "channel_expire", "channel": "private"})).await;
    let private = event(&mut socket).await;
    assert_eq!(private["params"]["action"], "get_config");
    assert!(private["params"].get("new_channel").is_none());
}

#[tokio::test]
async fn configuration_and_restart_are_announced_to_everybody() {
    let office = office().await;
    let mut socket = socket(&office).await;
    for command in ["config_expire", "server_restart"] {
        fault(&office, json!({"kind": command})).await;
        let event = event(&mut socket).await;
        assert_eq!((&event["command"], &event["params"]), (&json!(command), &json!([])));
    }
}

#[tokio::test]
async fn a_cut_is_without_a_close_frame() {
    let office = office().await;
    let mut socket = socket(&office).await;
    assert_eq!(
        control(&office, "/disconnect", json!({})).await.json()["disconnected"],
        1
    );
    assert!(!matches!(socket.next().await, Some(Ok(_))));
}

#[tokio::test]
async fn a_silent_push_server_holds_messages_back() {
    let office = office().await;
    let mut socket = socket(&office).await;
    fault(&office, json!({"kind": "push_silent"})).await;
    control(
        &office,
        "/publish",
        json!({"user": 1, "module_id": "im", "command": "late"}),
    )
    .await;
    assert!(
        tokio::time::timeout(Duration::from_millis(300), socket.next())
            .await
            .is_err()
    );
    fault(&office, json!({"kind": "push_silent", "on": false})).await;
    assert_eq!(event(&mut socket).await["command"], "late");
}

#[tokio::test]
async fn the_page_and_the_state_are_there() {
    let office = office().await;
    let origin = &office.addresses().control;
    assert!(get(&format!("{origin}/")).await.text().contains("Демо-офис"));
    let state = get(&format!("{origin}/state")).await.json();
    assert_eq!(state["push"]["sockets"], 0);
    assert!(state.get("publication").is_some());
    assert_eq!(get(&format!("{origin}/ready")).await.json()["control"], *origin);
    assert_eq!(
        control(&office, "/fault", json!({"kind": "nonsense"})).await.status,
        422
    );
}

/// A wait with an end, for what must not answer.
trait AwaitFor: Future + Sized {
    async fn await_for(self, milliseconds: u64) -> Option<Self::Output> {
        tokio::time::timeout(Duration::from_millis(milliseconds), self)
            .await
            .ok()
    }
}

impl<F: Future> AwaitFor for F {}
