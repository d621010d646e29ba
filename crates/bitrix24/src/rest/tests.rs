//! Against a portal of a few lines on loopback.

mod errors;
mod requests;
mod waits;

use std::time::Duration;

use serde_json::json;
use tokio::net::TcpListener;

use super::*;
use crate::stage::{SECRET, Stage, good, webhook};

#[tokio::test]
async fn a_call_is_a_post_of_json_to_the_webhook() {
    let stage = Stage::new().await;
    let time = json!({"start": 100.5, "finish": 101, "operating": "3.5", "operating_reset_at": 701});
    stage.answers(200, json!({"result": {"a": 1}, "total": 3, "next": "50", "time": time}));
    let answer: Answer = stage
        .rest
        .call_fully("crm.item.list", json!({"entityTypeId": 2}))
        .await
        .unwrap();
    assert_eq!(answer.result, json!({"a": 1}));
    assert_eq!((answer.total, answer.next), (Some(3), Some(50)));
    let time = answer.time.unwrap();
    assert_eq!(time.operating, Some(3.5));
    assert_eq!(time.operating_resets_in(), Some(Duration::from_secs(600)));
    let asked = &stage.asked()[0];
    assert_eq!(asked.uri, format!("/rest/7/{SECRET}/crm.item.list.json"));
    assert_eq!(asked.json(), json!({"entityTypeId": 2}));
    assert_eq!(asked.headers["content-type"], "application/json");
    assert!(asked.headers["user-agent"].to_str().unwrap().starts_with("bitrix24/"));
}

#[tokio::test]
async fn a_null_is_a_result_and_time_may_be_missing_or_empty() {
    let stage = Stage::new().await;
    for body in [json!({"result": null}), json!({"result": null, "time": []})] {
        stage.answers(200, body);
        let answer: Answer = stage.rest.call_fully("profile", Value::Null).await.unwrap();
        assert_eq!((answer.result, answer.time), (Value::Null, None));
    }
}

#[tokio::test]
async fn nobody_there_and_nobody_answering() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let options = ClientOptions {
        answer_within: Duration::from_millis(50),
        ..ClientOptions::default()
    };
    let rest = Rest::new(webhook(&host), &options).unwrap();
    let error = rest.profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Timeout);
    drop(listener);
    let error = rest.profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Unreachable);
    assert!(!format!("{error} {error:?} {rest:?}").contains(SECRET));
}

#[tokio::test]
async fn a_server_without_tls_is_no_secure_portal() {
    let stage = Stage::new().await;
    let address = format!("https://{}/rest/7/{SECRET}/", stage.host);
    let rest = Rest::new(Webhook::parse(&address).unwrap(), &ClientOptions::default());
    let error = rest.unwrap().profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Tls, "{error}");
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn strange_method_names_never_leave() {
    let stage = Stage::new().await;
    for name in ["", "a/b", "../x", "profile?x=1", "a b", "методы", "a%2fb"] {
        let error = stage.rest.call(name, json!({})).await.unwrap_err();
        assert_eq!(error.kind(), RestErrorKind::Request, "{name}");
        let error = stage.rest.batch(&[Call::new(name, json!({}))]).await.unwrap_err();
        assert_eq!(error.kind(), RestErrorKind::Request, "{name}");
    }
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn answers_as_values() {
    let stage = Stage::new().await;
    stage.plays(|_| good(&json!({"ID": "7", "ADMIN": "Y", "NAME": "Иван", "LAST_NAME": null})));
    let profile = stage.rest.profile().await.unwrap();
    assert_eq!((profile.id, profile.admin, profile.name.as_str()), (7, true, "Иван"));
    assert_eq!(
        (stage.rest.user_current().await.unwrap().id, profile.last_name),
        (7, String::new())
    );
    stage.plays(|_| good(&json!(["crm", "im"])));
    assert_eq!(stage.rest.scope().await.unwrap(), ["crm", "im"]);
    let error = stage.rest.profile().await.unwrap_err();
    assert_eq!(error.kind(), RestErrorKind::Unexpected);
    stage.plays(|_| good(&json!({"isExisting": true, "isAvailable": false})));
    let info = stage.rest.method_get("pull.config.get").await.unwrap();
    assert_eq!((info.existing, info.available), (true, false));
    stage.plays(|_| good(&json!({"item": {"id": 5}})));
    assert_eq!(stage.rest.crm_item_get(2, 5).await.unwrap(), json!({"id": 5}));
    stage.plays(|_| good(&json!({"result_message": ["Хорошо", "до свидания"]})));
    assert_eq!(
        stage.rest.im_notify_confirm(1, true).await.unwrap(),
        ["Хорошо", "до свидания"]
    );
    stage.plays(|_| good(&json!(true)));
    assert!(stage.rest.im_notify_confirm(1, true).await.unwrap().is_empty());
    stage.plays(|_| good(&json!("17")));
    assert_eq!(stage.rest.im_message_add("chat1", "x").await.unwrap(), Some(17));
}

#[tokio::test]
async fn the_messenger_as_portals_write_it() {
    let stage = Stage::new().await;
    stage.plays(|_| {
        good(&json!({
            "TYPE": {"ALL": 5, "NOTIFY": "4", "CHAT": 0, "LINES": 0, "DIALOG": 1, "MESSENGER": 1},
            "CHAT": [], "DIALOG": {"547": 1}
        }))
    });
    let counters = stage.rest.im_counters_get().await.unwrap();
    assert_eq!((counters.all, counters.notify, counters.dialog), (5, 4, 1));
    stage.plays(|_| {
        good(&json!({"total_count": 2, "total_unread_count": 1, "chat_id": 9, "users": [], "notifications": [
            {"id": 12, "author_id": "0", "date": "2026-05-14T10:26:32+02:00", "notify_type": 1, "notify_read": "N",
             "notify_module": "rest", "notify_event": "rest_notify", "notify_tag": null, "text": "Да?", "params": []},
            {"id": "11", "notify_read": "Y"}
        ]}))
    });
    let page = stage.rest.im_notify_get(50, None).await.unwrap();
    assert_eq!((page.total_unread_count, page.notifications.len()), (1, 2));
    assert_eq!((page.notifications[0].id, page.notifications[0].read), (12, false));
    assert_eq!((page.notifications[1].id, page.notifications[1].read), (11, true));
    stage.plays(|_| {
        good(&json!({"hasMore": true, "items": [
            {"id": 547, "title": "Анна", "counter": 2, "unread": false,
             "message": {"id": 3, "text": "привет", "author_id": 547, "date": "x"}},
            {"id": "chat1317", "title": "Общий", "counter": "0", "unread": true, "message": []}
        ]}))
    });
    let page = stage.rest.im_recent_list(0, 200).await.unwrap();
    let ids: Vec<_> = page.items.iter().map(|dialog| dialog.id.as_str()).collect();
    assert_eq!((ids, page.has_more), (vec!["547", "chat1317"], true));
    assert_eq!(page.items[0].message.as_ref().unwrap().text, "привет");
    assert_eq!((page.items[1].message.as_ref(), page.items[1].unread), (None, true));
}
