use serde_json::json;

use super::{Stand, code};

#[tokio::test]
async fn the_bucket_refuses_what_is_above_it_and_counts() {
    let stand = Stand::open().await;
    stand
        .order("/portal/limits", json!({"bucket": {"size": 5, "drain": 0.001}}))
        .await;
    for _ in 0..5 {
        assert_eq!(stand.hook("profile", json!({})).await.0, 200);
    }
    let refused = stand.hook("profile", json!({})).await;
    assert_eq!(code(&refused), (503, "QUERY_LIMIT_EXCEEDED"));
    let report = stand.state("/portal/limits?calls=7").await;
    assert_eq!((&report["accepted"], &report["refusals"]), (&json!(5), &json!(1)));
    assert_eq!(report["refused"]["QUERY_LIMIT_EXCEEDED"], 1);
    assert_eq!(report["ideal_seconds"], 2000.0);
    assert!(report["last_at_us"].as_i64() >= report["first_at_us"].as_i64());
    let url = format!("{}/portal/limits", stand.office.addresses().control);
    stand.client.delete(url).send().await.unwrap();
    assert_eq!(stand.hook("profile", json!({})).await.0, 200);
    let usual = stand.order("/portal/limits", json!({"bucket": {}})).await;
    assert_eq!(usual["setup"]["bucket"], json!({"size": 50.0, "drain": 2.0}));
    assert_eq!(stand.state("/portal/limits?calls=300").await["ideal_seconds"], 125.0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn another_address_has_a_bucket_of_its_own() {
    let stand = Stand::open().await;
    stand
        .order("/portal/limits", json!({"bucket": {"size": 1, "drain": 0.001}}))
        .await;
    let other = reqwest::Client::builder()
        .no_proxy()
        .local_address("127.0.0.2".parse::<std::net::IpAddr>().ok())
        .build()
        .unwrap();
    assert_eq!(stand.hook("profile", json!({})).await.0, 200);
    assert_eq!(stand.hook("profile", json!({})).await.0, 503);
    let url = format!("{}profile", stand.office.addresses().webhook);
    assert_eq!(other.get(url).send().await.unwrap().status(), 200);
    assert_eq!(stand.state("/portal/limits").await["addresses"], 2);
}

#[tokio::test]
async fn operating_time_is_told_and_limited_by_method_also_inside_a_batch() {
    let stand = Stand::open().await;
    let costs = json!({"operating_s": 480, "costs": {"crm.deal.list": 240}});
    stand.order("/portal/limits", costs).await;
    let batch = json!({"cmd": {"a": "crm.deal.list", "b": "crm.deal.list", "c": "crm.deal.list", "d": "profile"}});
    let (_, body) = stand.hook("batch", batch).await;
    let operating = body["result"]["result_time"]["b"]["operating"].as_f64().unwrap();
    assert!((480.0..481.0).contains(&operating), "{operating}");
    assert_eq!(body["result"]["result_error"]["c"]["error"], "OPERATION_TIME_LIMIT");
    assert_eq!(body["result"]["result"]["d"]["ID"], "1");
    let refused = stand.hook("crm.deal.list", json!({})).await;
    assert_eq!(code(&refused), (429, "OPERATION_TIME_LIMIT"));
    // Another webhook has its own time.
    let token = stand.token("local.1", 2).await;
    let (status, body) = stand.by_token(&token, "crm.deal.list", json!({})).await;
    assert_eq!(status, 200);
    let (reset, finish) = (&body["time"]["operating_reset_at"], &body["time"]["finish"]);
    assert!(reset.as_f64() > finish.as_f64());
    assert_eq!(
        stand.state("/portal/limits").await["refused"]["OPERATION_TIME_LIMIT"],
        2
    );
}

#[tokio::test]
async fn a_block_by_hand_stops_everything() {
    let stand = Stand::open().await;
    stand.order("/portal/limits", json!({"overloaded": true})).await;
    assert_eq!(code(&stand.hook("profile", json!({})).await), (503, "OVERLOAD_LIMIT"));
    stand.order("/portal/limits", json!({})).await;
    assert_eq!(stand.hook("profile", json!({})).await.0, 200);
}
