use serde_json::json;

use super::{Stand, code, read};

#[tokio::test]
async fn a_renamed_portal_sends_every_call_to_its_new_name() {
    let stand = Stand::open().await;
    let new = stand.host().replace("127.0.0.1", "localhost");
    stand.order("/portal/set", json!({"moved_to": new})).await;
    let old = format!("{}crm.deal.list?start=-1", stand.office.addresses().webhook);
    let answer = stand.client.post(&old).json(&json!({})).send().await.unwrap();
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(location, old.replace("127.0.0.1", "localhost"));
    // Whoever sends the body again by hand is served.
    let id = json!({"filter": {"ID": 123}});
    let again = location.replace("localhost", "127.0.0.1");
    let answer = stand
        .client
        .post(again)
        .header("host", &new)
        .json(&id)
        .send()
        .await
        .unwrap();
    let (status, body) = read(answer).await;
    assert_eq!((status, &body["result"][0]["ID"]), (200, &json!("123")));
    let log = stand.state("/requests").await.to_string();
    let secret = old.split('/').nth(5).unwrap();
    assert!(log.contains("crm.deal.list") && !log.contains(secret));
    stand.order("/portal/set", json!({"moved_to": ""})).await;
    assert_eq!(stand.hook("profile", json!({})).await.0, 200);
}

#[tokio::test]
async fn rest_is_not_sold_with_every_edition() {
    let stand = Stand::open().await;
    stand.order("/portal/set", json!({"edition": "free"})).await;
    let refused = stand.hook("profile", json!({})).await;
    assert_eq!(code(&refused), (403, "ACCESS_DENIED"));
    assert_eq!(
        refused.1["error_description"],
        "REST is available only on commercial plans."
    );
    stand.order("/portal/set", json!({"edition": "unsubscribed"})).await;
    assert_eq!(
        stand.hook("profile", json!({})).await.1["error_description"],
        "REST is available only by subscription."
    );
}

#[tokio::test]
async fn a_portal_on_premise_differs() {
    let stand = Stand::open().await;
    let time = stand.hook("profile", json!({})).await.1["time"].clone();
    assert!(time["operating"].is_number());
    stand
        .order("/portal/set", json!({"flavour": "box", "prefix": "/intranet"}))
        .await;
    let time = stand.hook("profile", json!({})).await.1["time"].clone();
    assert!(time.get("operating").is_none() && time.get("operating_reset_at").is_none());
    let token = stand.token("local.1", 1).await;
    let info = stand.by_token(&token, "app.info", json!({})).await.1["result"].clone();
    assert_eq!((&info["LICENSE"], &info["STATUS"]), (&json!("box"), &json!("L")));
    for (path, status) in [
        ("/crm/deal/details/123/", 404),
        ("/intranet/crm/deal/details/123/", 200),
    ] {
        let answer = stand
            .client
            .get(format!("{}{path}", stand.portal()))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
    stand.order("/portal/set", json!({"authority_down": true})).await;
    let refused = stand.by_token(&token, "profile", json!({})).await;
    assert_eq!(code(&refused), (401, "CONNECTION_ERROR"));
    assert_eq!(
        stand.hook("profile", json!({})).await.0,
        200,
        "a webhook needs no authority"
    );
    stand.order("/portal/set", json!({"https_required": true})).await;
    let refused = stand.hook("profile", json!({})).await;
    assert_eq!(code(&refused), (400, "INVALID_REQUEST"));
}

#[tokio::test]
async fn answers_come_as_ordered() {
    let stand = Stand::open().await;
    let url = format!("{}profile", stand.office.addresses().webhook);
    stand
        .order(
            "/portal/answer",
            json!({"method": "profile", "html": "<html>Nginx</html>", "status": 500}),
        )
        .await;
    let answer = stand.client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 500);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(answer.text().await.unwrap().contains("Nginx"));
    stand
        .order("/portal/answer", json!({"text": "{\"result\": {\"ID\""}))
        .await;
    let answer = stand.client.get(&url).send().await.unwrap();
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("application/json")
    );
    assert!(serde_json::from_str::<serde_json::Value>(&answer.text().await.unwrap()).is_err());
    let error = json!({
        "method": "placement.bind", "error": "ERROR_PLACEMENT_MAX_COUNT", "description": "Placement max count: 1",
        "extra": {"argument": "PLACEMENT"}, "count": 2,
    });
    stand.order("/portal/answer", error).await;
    assert_eq!(stand.hook("profile", json!({})).await.1["result"]["ID"], "1");
    for _ in 0..2 {
        let answer = stand.hook("placement.bind", json!({})).await;
        assert_eq!(code(&answer), (200, "ERROR_PLACEMENT_MAX_COUNT"));
        assert_eq!(answer.1["argument"], "PLACEMENT");
    }
    assert_eq!(stand.hook("placement.bind", json!({})).await.0, 404);
}

#[tokio::test]
async fn methods_about_the_caller() {
    let stand = Stand::open().await;
    let granted = stand.result("scope", json!({})).await;
    assert!(granted.as_array().unwrap().contains(&json!("pull_channel")));
    stand.order("/fault", json!({"kind": "scopes", "scopes": ["im"]})).await;
    assert_eq!(
        code(&stand.hook("crm.deal.list", json!({})).await),
        (401, "insufficient_scope")
    );
    assert_eq!(stand.result("scope", json!({"full": true})).await, granted);
    assert_eq!(
        stand.result("method.get", json!({"name": "crm.deal.list"})).await,
        json!({"isExisting": true, "isAvailable": false})
    );
    let token = stand.token("local.1", 2).await;
    let (_, body) = stand.by_token(&token, "user.current", json!({})).await;
    assert_eq!(body["result"]["ID"], "2");
    assert_eq!(stand.by_token(&token, "user.admin", json!({})).await.1["result"], false);
    let bearer = stand
        .client
        .get(format!("{}/rest/profile", stand.portal()))
        .bearer_auth(&token);
    assert_eq!(read(bearer.send().await.unwrap()).await.1["result"]["ID"], "2");
}
