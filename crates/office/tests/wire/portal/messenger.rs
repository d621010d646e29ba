use serde_json::{Value, json};

use super::{Stand, code};

#[tokio::test]
async fn confirmations_come_first_and_are_answered_once() {
    let stand = Stand::open().await;
    let simple = stand
        .order("/notify", json!({"user": 1, "text": "[b]one[/b]", "from": 2}))
        .await["id"]
        .clone();
    let asked = stand
        .order(
            "/notify",
            json!({"user": 1, "text": "agree?", "from": 2, "confirm": true}),
        )
        .await["id"]
        .clone();
    let newer = stand.order("/notify", json!({"user": 1, "text": "two"})).await["id"].clone();
    let page = stand
        .result("im.notify.get", json!({"LIMIT": 2, "CONVERT_TEXT": "Y"}))
        .await;
    let ids = |page: &Value| -> Vec<Value> {
        page["notifications"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].clone())
            .collect()
    };
    assert_eq!(ids(&page), [asked.clone(), newer.clone()]);
    assert_eq!(page["notifications"][0]["notify_type"], 1);
    let buttons: Value = serde_json::from_str(page["notifications"][0]["notify_buttons"].as_str().unwrap()).unwrap();
    assert_eq!(buttons[0]["VALUE"], "Y");
    let next = stand
        .result(
            "im.notify.get",
            json!({"LAST_ID": newer, "LAST_TYPE": 3, "CONVERT_TEXT": "Y"}),
        )
        .await;
    assert_eq!(ids(&next), std::slice::from_ref(&simple));
    assert_eq!(next["notifications"][0]["text"], "one");
    let yes = json!({"NOTIFY_ID": asked, "NOTIFY_VALUE": "Y"});
    assert!(stand.result("im.notify.confirm", yes.clone()).await["result_message"][0].is_string());
    assert_eq!(stand.hook("im.notify.confirm", yes).await.0, 400);
    let answer = json!({"NOTIFY_ID": simple, "ANSWER_TEXT": "thanks"});
    assert!(stand.result("im.notify.answer", answer).await["result_message"][0].is_string());
    let nobody = json!({"NOTIFY_ID": newer, "ANSWER_TEXT": "thanks"});
    assert_eq!(
        stand.hook("im.notify.answer", nobody).await.0,
        400,
        "the system reads no answers"
    );
    stand
        .result("im.notify.read", json!({"ID": newer, "ONLY_CURRENT": "Y"}))
        .await;
    assert_eq!(stand.result("im.counters.get", json!({})).await["TYPE"]["NOTIFY"], 1);
    stand.result("im.notify.read", json!({"ID": simple})).await;
    assert_eq!(stand.result("im.counters.get", json!({})).await["TYPE"]["NOTIFY"], 0);
    stand.result("im.notify.delete", json!({"ID": simple})).await;
    assert_eq!(ids(&stand.result("im.notify.get", json!({})).await), [newer]);
}

#[tokio::test]
async fn tags_are_for_applications_and_each_has_its_own() {
    let stand = Stand::open().await;
    let notice = json!({"USER_ID": 1, "MESSAGE": "x", "TAG": "T"});
    for _ in 0..2 {
        stand.result("im.notify.personal.add", notice.clone()).await;
    }
    let by_hook = stand.result("im.notify.get", json!({})).await;
    assert_eq!(
        (&by_hook["total_count"], &by_hook["notifications"][0]["notify_tag"]),
        (&json!(2), &json!(""))
    );
    assert_eq!(by_hook["notifications"][0]["setting_name"], "rest|rest_notify");
    assert_eq!(by_hook["notifications"][0]["author_id"], 1);
    for client in ["local.1", "local.2", "local.1"] {
        let token = stand.token(client, 2).await;
        assert_eq!(
            stand.by_token(&token, "im.notify.personal.add", notice.clone()).await.0,
            200
        );
    }
    let all = stand.result("im.notify.get", json!({})).await;
    assert_eq!(all["total_count"], 4, "the same tag of the same application replaces");
    let tag = all["notifications"][0]["notify_tag"].as_str().unwrap();
    assert_eq!(tag, "MP|24dac|T");
}

#[tokio::test]
async fn a_dialogue_is_read_from_both_sides() {
    let stand = Stand::open().await;
    let token = stand.token("local.1", 2).await;
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        let sent = stand
            .by_token(&token, "im.message.add", json!({"DIALOG_ID": "1", "MESSAGE": text}))
            .await;
        ids.push(sent.1["result"].clone());
    }
    let recent = stand
        .result("im.recent.list", json!({"LIMIT": 10, "UNREAD_ONLY": "Y"}))
        .await;
    assert_eq!(
        (&recent["items"][0]["id"], &recent["items"][0]["counter"]),
        (&json!(2), &json!(3))
    );
    assert_eq!(recent["hasMore"], false);
    let page = stand
        .result("im.dialog.messages.get", json!({"DIALOG_ID": 2, "LIMIT": 2}))
        .await;
    let texts = |page: &Value| -> Vec<Value> {
        page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["text"].clone())
            .collect()
    };
    assert_eq!(texts(&page), ["three", "two"]);
    assert_eq!(page["messages"][0]["unread"], true);
    let older = json!({"DIALOG_ID": 2, "LAST_ID": ids[1]});
    assert_eq!(texts(&stand.result("im.dialog.messages.get", older).await), ["one"]);
    let newer = json!({"DIALOG_ID": 2, "FIRST_ID": ids[0]});
    assert_eq!(
        texts(&stand.result("im.dialog.messages.get", newer).await),
        ["two", "three"]
    );
    // An answer has read what was there.
    stand
        .result("im.message.add", json!({"DIALOG_ID": "2", "MESSAGE": "four"}))
        .await;
    assert_eq!(stand.result("im.counters.get", json!({})).await["TYPE"]["ALL"], 0);
    let (_, other) = stand.by_token(&token, "im.counters.get", json!({})).await;
    assert_eq!(other["result"]["DIALOG"], json!({"1": 1}));
    let group = stand
        .result("im.message.add", json!({"DIALOG_ID": "chat12", "MESSAGE": "all"}))
        .await;
    let (_, list) = stand
        .by_token(&token, "im.dialog.messages.get", json!({"DIALOG_ID": "chat12"}))
        .await;
    assert_eq!(
        (
            &list["result"]["messages"][0]["id"],
            list["result"]["messages"].as_array().unwrap().len()
        ),
        (&group, 1)
    );
    stand
        .by_token(&token, "im.dialog.read", json!({"DIALOG_ID": "chat12"}))
        .await;
    assert_eq!(
        stand.by_token(&token, "im.counters.get", json!({})).await.1["result"]["CHAT"],
        json!([])
    );
}

#[tokio::test]
async fn the_event_queue_has_one_consumer() {
    let stand = Stand::open().await;
    assert_eq!(stand.result("im.v2.Event.get", json!({})).await["events"], json!([]));
    stand.result("im.v2.Event.subscribe", json!({})).await;
    for text in ["one", "two", "three"] {
        stand.order("/message", json!({"user": 1, "text": text})).await;
    }
    let first = stand.result("im.v2.Event.get", json!({"limit": 2})).await;
    assert_eq!(
        (&first["hasMore"], first["events"].as_array().unwrap().len()),
        (&json!(true), 2)
    );
    assert_eq!(first["events"][0]["type"], "ONIMV2MESSAGEADD");
    assert_eq!(first["events"][0]["data"]["message"]["text"], "one");
    let again = stand.result("im.v2.Event.get", json!({"limit": 2})).await;
    assert_eq!(again["events"], first["events"], "only an offset acknowledges");
    let next = stand
        .result("im.v2.Event.get", json!({"offset": first["nextOffset"]}))
        .await;
    assert_eq!(next["events"][0]["data"]["message"]["text"], "three");
    // A second reader with the offset of its own finds what the first one acknowledged gone.
    let late = stand.result("im.v2.Event.get", json!({})).await;
    assert_eq!(late["events"].as_array().unwrap().len(), 1);
    stand.result("im.v2.Event.unsubscribe", json!({})).await;
    assert_eq!(stand.result("im.v2.Event.get", json!({})).await["events"], json!([]));
}

#[tokio::test]
async fn application_events_are_for_applications_and_others_for_administrators() {
    let stand = Stand::open().await;
    let event = json!({"COMMAND": "open", "PARAMS": {"id": 1}, "USER_ID": "1"});
    let refused = stand.hook("pull.application.event.add", event.clone()).await;
    assert_eq!(code(&refused), (403, "WRONG_AUTH_TYPE"));
    let token = stand.token("local.1", 2).await;
    let refused = stand
        .by_token(&token, "pull.application.event.add", event.clone())
        .await;
    assert_eq!(code(&refused), (400, "USER_ID_ACCESS_ERROR"));
    let mut number = event.clone();
    number["USER_ID"] = json!(2);
    let refused = stand.by_token(&token, "pull.application.event.add", number).await;
    assert_eq!(
        code(&refused),
        (400, "USER_ID_ACCESS_ERROR"),
        "even himself, if it is a number"
    );
    let mut own = event.clone();
    own["USER_ID"] = json!("2");
    assert_eq!(stand.by_token(&token, "pull.application.event.add", own).await.0, 200);
    let admin = stand.token("local.1", 1).await;
    assert_eq!(stand.by_token(&admin, "pull.application.event.add", event).await.0, 200);
}
