//! The methods of the module pull, per version and per kind of caller.

use hotstart_office::ServerVersion;
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::error::Error;

use crate::http::{Answer, get, post, send};
use crate::stage::{KEY, Stage, close_code, commands, next, stage, stage_of, text};

async fn as_application(stage: &Stage, user: u64, method: &str, params: Value) -> Answer {
    let token = stage
        .control("/application", json!({"client_id": "local.1", "user": user}))
        .await["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    let url = format!("{}/rest/{method}.json?auth={token}", stage.office.addresses().portal);
    post(&url, &params).await
}

#[tokio::test]
async fn the_configuration_of_each_version() {
    for number in 1..=5 {
        let stage = stage_of(ServerVersion::from_number(number).unwrap()).await;
        let (server, newer) = (&stage.config["server"], number >= 4);
        assert_eq!(server["version"], number);
        assert_eq!(
            (&server["mode"], &server["publish_enabled"]),
            (&json!("personal"), &json!(newer))
        );
        assert_eq!(stage.config["publicChannels"].is_object(), newer, "{number}");
        assert_eq!(stage.private.contains(':'), newer);
        assert_eq!(
            (stage.config.get("jwt").is_some(), stage.config.get("exp").is_some()),
            (number == 5, number == 5)
        );
        assert!(server["config_timestamp"].is_i64());
        stage
            .control("/push/set", json!({"websocket_enabled": false, "version": 6}))
            .await;
        let changed = stage.rest("pull.config.get").await["result"]["server"].clone();
        assert_eq!(
            (&changed["websocket_enabled"], &changed["version"]),
            (&json!(false), &json!(6))
        );
    }
}

#[tokio::test]
async fn a_server_of_many_portals_wants_to_know_which() {
    let stage = stage().await;
    stage
        .control("/push/set", json!({"mode": "shared", "config_ttl": 86400}))
        .await;
    let config = stage.rest("pull.config.get").await["result"].clone();
    let id = config["clientId"].as_str().unwrap();
    assert_eq!((id.len(), &config["server"]["mode"]), (32, &json!("shared")));
    assert!(
        config["server"]["long_pooling_secure"]
            .as_str()
            .unwrap()
            .ends_with("/subws/")
    );
    assert!(config["server"]["publish"].as_str().unwrap().ends_with("/rest/"));
    assert!(config["exp"].is_i64());
    let with = |id: &str| stage.ws(&format!("{}&clientId={id}", stage.channels()));
    assert!(connect_async(with(id)).await.is_ok());
    for (url, code) in [
        (with("x"), "4036: Wrong Client Id."),
        (stage.ws(&stage.channels()), "4025: Client Id is required."),
    ] {
        let Err(Error::Http(response)) = connect_async(url).await else {
            panic!("let in")
        };
        assert_eq!(response.body().as_deref(), Some(code.as_bytes()));
    }
    let publish = format!(
        "{}?CHANNEL_ID={}&clientId={id}",
        stage.office.addresses().push.publish,
        stage.private_only()
    );
    let signed = format!("{publish}&signature=2a9c49be96ccc8c769482030b159adda67109b96");
    assert_eq!(
        send("POST", &signed, "", br#"{"a":1}"#).await.unwrap().status,
        200,
        "{KEY}"
    );
    let unsigned = send("POST", &publish, "", br#"{"a":1}"#).await.unwrap();
    assert_eq!(
        (unsigned.status, unsigned.text().as_str()),
        (400, "4026: Wrong request signature.")
    );
}

#[tokio::test]
async fn a_user_s_configuration_is_not_for_applications_and_the_other_way_round() {
    let stage = stage().await;
    let refused = as_application(&stage, 1, "pull.config.get", json!({})).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (403, &json!("WRONG_AUTH_TYPE"))
    );
    let url = format!("{}pull.application.config.get", stage.office.addresses().webhook);
    let refused = get(&url).await;
    assert_eq!(
        (refused.status, &refused.json()["error"]),
        (403, &json!("WRONG_AUTH_TYPE"))
    );
    let config = as_application(&stage, 2, "pull.application.config.get", json!({}))
        .await
        .json()["result"]
        .clone();
    assert!(config.get("serverTime").is_none());
    let again = as_application(&stage, 2, "pull.application.config.get", json!({}))
        .await
        .json()["result"]
        .clone();
    assert_eq!(config["channels"], again["channels"]);
    assert_ne!(config["channels"]["private"]["id"], stage.private);
    let token = get(&format!(
        "{}/rest/pull.application.config.get?auth=x",
        stage.office.addresses().portal
    ))
    .await;
    assert_eq!((token.status, &token.json()["error"]), (401, &json!("expired_token")));
    stage.control("/push/set", json!({"server_enabled": false})).await;
    let off = get(&format!("{}pull.config.get", stage.office.addresses().webhook)).await;
    assert_eq!((off.status, &off.json()["error"]), (500, &json!("SERVER_ERROR")));
}

#[tokio::test]
async fn an_application_sends_to_its_own_channels() {
    let stage = stage().await;
    let config = as_application(&stage, 2, "pull.application.config.get", json!({}))
        .await
        .json()["result"]
        .clone();
    let id = |kind: &str| config["channels"][kind]["id"].as_str().unwrap().to_owned();
    let mut socket = stage
        .open(&format!("CHANNEL_ID={}/{}", id("private"), id("shared")))
        .await;
    stage.until_sockets(1).await;
    let add = async |user: u64, params: Value| as_application(&stage, user, "pull.application.event.add", params).await;
    assert_eq!(add(2, json!({"COMMAND": "all"})).await.json()["result"], true);
    assert_eq!(
        add(2, json!({"COMMAND": "own", "USER_ID": "2", "PARAMS": {"a": 1}}))
            .await
            .status,
        200
    );
    assert_eq!(
        add(1, json!({"COMMAND": "adm", "USER_ID": [2, 3], "MODULE_ID": "My.mod"}))
            .await
            .status,
        200
    );
    let mut events = text(&mut socket).await;
    while events.len() < 3 {
        events.extend(text(&mut socket).await);
    }
    assert_eq!(commands(&events), ["all", "own", "adm"]);
    assert_eq!(
        (&events[0]["text"]["module_id"], &events[2]["text"]["module_id"]),
        (&json!("application"), &json!("my.mod"))
    );
    for (params, error) in [
        (json!({"COMMAND": "x", "USER_ID": 2}), "USER_ID_ACCESS_ERROR"),
        (json!({"COMMAND": "x", "USER_ID": "3"}), "USER_ID_ACCESS_ERROR"),
        (json!({"COMMAND": "a b"}), "COMMAND_ERROR"),
        (json!({"COMMAND": "x", "MODULE_ID": "a/b"}), "MODULE_ID_ERROR"),
    ] {
        assert_eq!(add(2, params).await.json()["error"], error);
    }
}

#[tokio::test]
async fn watches_are_left_by_pages_and_extended_by_clients() {
    let stage = stage().await;
    stage.control("/watch", json!({"user": 1, "tag": "CRM_DEAL_1"})).await;
    let url = format!("{}pull.watch.extend", stage.office.addresses().webhook);
    let answer = post(&url, &json!({"TAGS": ["CRM_DEAL_1", "CRM_DEAL_2"]})).await.json();
    assert_eq!(answer["result"], json!({"CRM_DEAL_1": true, "CRM_DEAL_2": false}));
}

#[tokio::test]
async fn channels_that_ended_are_replaced_and_the_old_ones_are_told() {
    let stage = stage().await;
    let mut socket = stage.joined("").await;
    stage
        .control("/push/set", json!({"channel_ttl": 0, "unix_start": true}))
        .await;
    let config = stage.rest("pull.config.get").await["result"].clone();
    assert_ne!(config["channels"]["private"]["id"], stage.private);
    let mut events = text(&mut socket).await;
    while events.len() < 2 {
        events.extend(text(&mut socket).await);
    }
    assert_eq!(commands(&events), ["channel_expire", "channel_expire"]);
    assert!(events[0]["text"]["params"]["new_channel"]["start"].is_i64());
    drop(socket);
}

#[tokio::test]
async fn a_crowded_channel_loses_its_oldest_connection() {
    let stage = stage().await;
    stage.control("/push/set", json!({"max_connections": 2})).await;
    let oldest = stage.joined("").await;
    let _second = stage.joined("").await;
    let mut third = stage.socket("").await;
    assert_eq!(
        close_code(oldest).await,
        (4029, "4029: Too many connections".to_owned())
    );
    stage.publish("still", 60).await;
    next(&mut third).await;
}

#[tokio::test]
async fn newer_builds_answer_arrays_and_refuse_after_the_upgrade() {
    let stage = stage().await;
    let url = stage.poll(&format!(
        "{}&mid=00000000000000000000000000&format=json",
        stage.channels()
    ));
    stage.publish("one", 60).await;
    assert!(
        get(&url).await.text().starts_with("#!NGINXNMS!#"),
        "2.0 does not know it"
    );
    stage
        .control("/push/set", json!({"format_json": true, "late_refusal": true}))
        .await;
    let array = get(&url).await.json();
    assert_eq!(
        (&array[0]["text"]["command"], &array[0]["extra"]["revision_web"]),
        (&json!("one"), &json!(19))
    );
    let socket = stage.open("CHANNEL_ID=x").await;
    assert_eq!(close_code(socket).await, (4010, "4010: Wrong Channel Id.".to_owned()));
}
