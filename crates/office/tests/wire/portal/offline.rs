use serde_json::{Value, json};

use super::{Stand, code};

const BIND: &str = "event.bind";

fn offline(event: &str) -> Value {
    json!({"event": event, "event_type": "offline"})
}

async fn change(stand: &Stand, type_id: u32, id: u64, title: &str) {
    stand
        .order(
            "/portal/change",
            json!({"type": type_id, "id": id, "fields": {"TITLE": title}, "user": 3}),
        )
        .await;
}

#[tokio::test]
async fn only_an_administrators_application_binds() {
    let stand = Stand::open().await;
    for method in [BIND, "event.offline.get", "event.offline.list", "events"] {
        assert_eq!(
            code(&stand.hook(method, offline("ONCRMDEALUPDATE")).await),
            (403, "WRONG_AUTH_TYPE"),
            "{method}"
        );
    }
    let token = stand.token("local.1", 2).await;
    for method in [BIND, "event.offline.get", "event.offline.clear"] {
        let refused = stand.by_token(&token, method, offline("ONCRMDEALUPDATE")).await;
        assert_eq!(code(&refused), (403, "ACCESS_DENIED"), "{method}");
    }
    let admin = stand.token("local.1", 1).await;
    assert_eq!(stand.by_token(&admin, BIND, offline("oncrmdealupdate")).await.0, 200);
    let again = stand.by_token(&admin, BIND, offline("ONCRMDEALUPDATE")).await;
    assert_eq!(code(&again), (400, "ERROR_EVENT_BINDING_EXISTS"));
    let local = json!({"event": "ONCRMDEALADD", "handler": "http://localhost:1/x"});
    assert_eq!(
        code(&stand.by_token(&admin, BIND, local).await),
        (400, "ERROR_WRONG_HANDLER_URL")
    );
    let bound = stand.by_token(&admin, "event.get", json!({})).await.1["result"].clone();
    assert_eq!(
        (&bound[0]["event"], &bound[0]["offline"]),
        (&json!("ONCRMDEALUPDATE"), &json!(1))
    );
    let gone = stand.by_token(&admin, "event.unbind", offline("ONCRMDEALUPDATE")).await;
    assert_eq!(gone.1["result"]["count"], 1);
}

#[tokio::test]
async fn the_queue_keeps_the_latest_state_and_deletes_on_reading() {
    let stand = Stand::open().await;
    let admin = stand.token("local.1", 1).await;
    for event in ["ONCRMDEALUPDATE", "ONCRMCOMPANYUPDATE", "ONCRMDYNAMICITEMUPDATE"] {
        stand.by_token(&admin, BIND, offline(event)).await;
    }
    for title in ["a", "b", "c"] {
        change(&stand, 2, 123, title).await;
    }
    change(&stand, 4, 21, "x").await;
    change(&stand, 128, 5, "y").await;
    let list = stand.by_token(&admin, "event.offline.list", json!({})).await.1;
    assert_eq!(list["total"], 3);
    let taken = stand.by_token(&admin, "event.offline.get", json!({"limit": 2})).await.1["result"].clone();
    assert_eq!(taken["process_id"], Value::Null);
    assert_eq!(taken["events"][0]["EVENT_NAME"], "ONCRMDEALUPDATE");
    assert_eq!(taken["events"][0]["EVENT_DATA"], json!({"FIELDS": {"ID": 123}}));
    assert_eq!(taken["events"][0]["EVENT_ADDITIONAL"]["user_id"], 3);
    let rest = stand.by_token(&admin, "event.offline.get", json!({})).await.1["result"].clone();
    assert_eq!(
        rest["events"][0]["EVENT_DATA"]["FIELDS"],
        json!({"ID": 5, "ENTITY_TYPE_ID": 128})
    );
    assert_eq!(rest["events"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn records_are_reserved_cleared_or_failed() {
    let stand = Stand::open().await;
    let admin = stand.token("local.1", 1).await;
    stand.by_token(&admin, BIND, offline("ONCRMDEALUPDATE")).await;
    for id in [123, 124, 125] {
        change(&stand, 2, id, "x").await;
    }
    let taken = stand
        .by_token(&admin, "event.offline.get", json!({"clear": 0, "limit": 2}))
        .await
        .1["result"]
        .clone();
    let process = taken["process_id"].as_str().unwrap();
    assert_eq!(process.len(), 32);
    let other = stand.by_token(&admin, "event.offline.get", json!({"clear": 0})).await.1["result"].clone();
    assert_eq!(
        other["events"].as_array().unwrap().len(),
        1,
        "readers get disjoint sets"
    );
    assert_eq!(stand.by_token(&admin, "event.offline.clear", json!({})).await.0, 400);
    let short = json!({"process_id": process, "message_id": ["1"]});
    assert_eq!(stand.by_token(&admin, "event.offline.clear", short).await.0, 400);
    let one = json!({"process_id": process, "message_id": [taken["events"][0]["MESSAGE_ID"]]});
    stand.by_token(&admin, "event.offline.clear", one).await;
    let failed = json!({"process_id": process, "message_id": [taken["events"][1]["MESSAGE_ID"]]});
    stand.by_token(&admin, "event.offline.error", failed).await;
    assert_eq!(
        stand.by_token(&admin, "event.offline.list", json!({})).await.1["total"],
        2
    );
    let again = stand.by_token(&admin, "event.offline.get", json!({"error": 1})).await.1["result"].clone();
    assert_eq!(again["events"][0]["ID"], taken["events"][1]["ID"]);
    stand.order("/portal/set", json!({"offline_extended": false})).await;
    assert_eq!(
        code(&stand.by_token(&admin, "event.offline.get", json!({"clear": 0})).await),
        (403, "ACCESS_DENIED")
    );
    assert_eq!(
        stand
            .by_token(&admin, "feature.get", json!({"CODE": "rest_offline_extended"}))
            .await
            .1["result"]["value"],
        "N"
    );
}

#[tokio::test]
async fn a_connector_is_not_told_of_its_own_changes() {
    let stand = Stand::open().await;
    let admin = stand.token("local.1", 1).await;
    let mut bind = offline("ONCRMDEALUPDATE");
    bind["auth_connector"] = "key".into();
    stand.by_token(&admin, BIND, bind).await;
    let own = json!({"ID": 123, "fields": {"TITLE": "x"}, "auth_connector": "key"});
    stand.by_token(&admin, "crm.deal.update", own).await;
    let list = |connector: &str| json!({"auth_connector": connector});
    assert_eq!(
        stand.by_token(&admin, "event.offline.list", list("key")).await.1["total"],
        0
    );
    change(&stand, 2, 123, "y").await;
    assert_eq!(
        stand.by_token(&admin, "event.offline.list", list("key")).await.1["total"],
        1
    );
    assert_eq!(
        stand.by_token(&admin, "event.offline.list", list("")).await.1["total"],
        0
    );
}
