//! The publications over TLS, with certificates that are right and wrong.

use serde_json::{Value, json};

use crate::base::{Base, USER, client};

fn origin(told: &Value, name: &str) -> String {
    told["origins"][name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {told}"))
        .to_owned()
}

/// Every text of an error and of what caused it.
fn reasons(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[tokio::test]
async fn every_state_of_a_certificate_can_be_met() {
    let base = Base::open().await;
    let told = base.read("tls").await;
    assert_eq!(base.read("tls").await, told, "started once");
    let trusting = client(told["authority"].as_str());
    let good = origin(&told, "good");
    let page = trusting.get(format!("{good}/ut/ru_RU/")).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let localhost = good.replace("127.0.0.1", "localhost");
    assert_eq!(
        trusting
            .get(format!("{localhost}/bp/ru_RU/"))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let odata = trusting.get(format!("{good}/ut/odata/standard.odata/?$format=json"));
    let odata: Value = odata
        .basic_auth(USER, Some("demo"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        odata["odata.metadata"],
        format!("{good}/ut/odata/standard.odata/$metadata")
    );
    for (state, reason) in [
        ("missing_intermediate", "UnknownIssuer"),
        ("wrong_name", "not valid for name"),
        ("expired", "expired"),
        ("not_yet_valid", "not valid yet"),
        ("self_signed", "UnknownIssuer"),
        ("unknown_authority", "UnknownIssuer"),
    ] {
        let refused = trusting.get(format!("{}/ut/ru_RU/", origin(&told, state))).send().await;
        let reasons = reasons(&refused.expect_err(state));
        assert!(reasons.contains(reason), "{state}: {reasons}");
    }
    let both = format!(
        "{}{}",
        told["authority"].as_str().unwrap(),
        told["intermediate"].as_str().unwrap()
    );
    assert_eq!(both.matches("BEGIN CERTIFICATE").count(), 2);
}

#[tokio::test]
async fn plain_http_may_lead_to_tls() {
    let base = Base::open().await;
    let told = base.read("tls").await;
    let secure = format!("{}/ut", origin(&told, "good"));
    base.set(json!({"moved_to": secure})).await;
    let old = base
        .client
        .get(format!("{}/ru_RU/", base.address(0)))
        .send()
        .await
        .unwrap();
    assert_eq!(old.status(), 301);
    let new = old.headers()["location"].to_str().unwrap();
    assert_eq!(new, format!("{secure}/ru_RU/"));
    let page = client(told["authority"].as_str()).get(new).send().await.unwrap();
    assert_eq!(page.status(), 200);
}

#[tokio::test]
async fn nothing_is_left_when_the_office_ends() {
    let base = Base::open().await;
    let told = base.read("tls").await;
    let good = origin(&told, "good");
    let trusting = client(told["authority"].as_str());
    base.office.end().await;
    let limit = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while trusting.get(format!("{good}/ut/")).send().await.is_ok() {
        assert!(std::time::Instant::now() < limit, "it still answers");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
