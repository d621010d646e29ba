//! What leaves the program, word for word.

use std::fmt::Write as _;

use serde_json::json;

use super::*;
use crate::rest::{Activities, AppEvent, FieldSpec, Items};
use crate::stage::{Asked, Stage};

/// The requests as text, with port and secret left out.
fn written(asked: &[Asked]) -> String {
    let mut text = String::new();
    for one in asked {
        let uri = one.uri.replace(SECRET, "<secret>");
        writeln!(text, "{} {uri}\n    {}", one.verb, one.body).unwrap();
    }
    text
}

#[tokio::test]
async fn every_call_of_a_webhook() {
    let stage = Stage::new().await;
    stage.answers(200, json!({"result": []}));
    let rest = &stage.rest;
    let _ = rest.profile().await;
    let _ = rest.user_current().await;
    let _ = rest.scope().await;
    let _ = rest.method_get("pull.config.get").await;
    let _ = rest.app_info().await;
    let _ = rest.server_time().await;
    let _ = rest.pull_config_get().await;
    let _ = rest.pull_application_config_get().await;
    let event = AppEvent {
        command: "open".to_owned(),
        params: json!({"link": "x"}),
        module: Some("application".to_owned()),
        user: Some(7),
    };
    let _ = rest.pull_application_event_add(&event).await;
    let _ = rest.pull_channel_public_list(&[1, 2]).await;
    let _ = rest.pull_watch_extend(&["TAG".to_owned()]).await;
    let _ = rest.crm_item_get(2, 123).await;
    let items = Items {
        entity_type_id: 2,
        select: vec!["id".to_owned(), "title".to_owned()],
        filter: json!({"=originId": "x"}).as_object().cloned().unwrap(),
        original_names: true,
    };
    let _ = rest.crm_items::<Value>(&items).next().await;
    let _ = rest.crm_item_update(2, 123, json!({"UF_CRM_LINK": "x"})).await;
    let activities = Activities {
        owner_type_id: 2,
        owner_id: 123,
        select: vec!["ID".to_owned()],
    };
    let _ = rest.crm_activities::<Value>(&activities).next().await;
    let _ = rest.user_fields(Some("CRM_DEAL")).next().await;
    let field = FieldSpec {
        entity: "CRM_DEAL".to_owned(),
        name: "UF_CRM_LINK".to_owned(),
        kind: "url".to_owned(),
        labels: vec![("ru".to_owned(), "Документ".to_owned())],
    };
    let _ = rest.user_field_add(&field).await;
    let _ = rest.user_field_delete(5).await;
    let _ = rest.im_counters_get().await;
    let _ = rest.im_recent_list(0, 200).await;
    let _ = rest.im_notify_get(50, None).await;
    let _ = rest.im_notify_get(50, Some((12, 3))).await;
    let _ = rest.im_notify_read(12, true).await;
    let _ = rest.im_notify_read_list(&[1, 2], false).await;
    let _ = rest.im_notify_read_all().await;
    let _ = rest.im_notify_confirm(12, false).await;
    let _ = rest.im_notify_answer(12, "да").await;
    let _ = rest.im_message_add("chat13", "привет").await;
    let _ = rest.im_dialog_read("chat13", Some(5)).await;
    let _ = rest
        .call("task.commentitem.add", json!([1, {"POST_MESSAGE": "x"}]))
        .await;
    let calls = [
        Call::new("profile", json!(null)),
        Call::new("user.get", json!({"ID": reference(0, &["ID"])})),
    ];
    let _ = rest.batch(&calls).await;
    let _ = rest.run::<Value>(&calls.into_iter().collect::<Batch>().halting()).await;
    insta::assert_snapshot!(written(&stage.asked()));
}

#[tokio::test]
async fn calls_of_an_application_hold_its_token_in_the_body() {
    let stage = Stage::new().await;
    stage.answers(200, json!({"result": []}));
    let rest = crate::oauth::tests::rest(&stage, "access-1", "refresh-1");
    let _ = rest.profile().await;
    let _ = rest.call("profile", Value::Null).await;
    let _ = rest.crm_item_get(2, 123).await;
    let _ = rest.batch(&[Call::new("profile", json!({}))]).await;
    let _ = rest.call("task.commentitem.add", json!([1])).await;
    let asked = stage.asked();
    assert_eq!(asked[4].headers["authorization"], "Bearer access-1");
    assert!(asked[..4].iter().all(|one| !one.headers.contains_key("authorization")));
    assert!(asked.iter().all(|one| !one.uri.contains("access-1")));
    insta::assert_snapshot!(written(&asked));
}
