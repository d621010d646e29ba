//! How a publication behaves: sessions that end, maintenance, updates, delays, places, frames.

use std::time::{Duration, Instant};

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::base::{Base, ORDER, refusal};

async fn page(base: &Base, path: &str) -> Response {
    let portal = base.address(0).strip_suffix("/ut").expect("the first base").to_owned();
    base.client
        .get(format!("{portal}{path}"))
        .send()
        .await
        .expect("an answer")
}

fn location(answer: &Response) -> &str {
    answer.headers()["location"].to_str().expect("a text")
}

#[tokio::test]
async fn an_idle_session_ends_and_the_page_asks_for_the_login_form() {
    let base = Base::open().await;
    base.set(json!({"timeout_s": 0.05, "ping_s": 1})).await;
    let seance = base.enter().await;
    let limit = Instant::now() + Duration::from_secs(10);
    while base.state().await["in_use"] != 0 {
        assert!(Instant::now() < limit, "the session stays");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        refusal(base.e1cib("ping", &seance, &json!({})).await).await,
        "unknown_seance"
    );
    let page = page(&base, "/ut/ru_RU/").await.text().await.unwrap();
    assert!(page.contains("data-ping=\"1\""), "{page}");
    base.set(json!({"timeout_s": 0})).await;
    let seance = base.enter().await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(base.e1cib("ping", &seance, &json!({})).await.status(), 200);
}

#[tokio::test]
async fn maintenance_has_its_message() {
    let base = Base::open().await;
    base.set(json!({"locked": true, "lock_message": "Обновление <до> 20:00"}))
        .await;
    let page = page(&base, "/ut/ru_RU/").await;
    assert_eq!(page.status(), 403);
    assert!(page.text().await.unwrap().contains("Обновление &lt;до&gt; 20:00"));
    base.set(json!({"locked": true})).await;
    let url = format!("{}/ru_RU/e1cib/login?clnId=x&cred=auto", base.address(0));
    let refused: Value = base
        .client
        .post(url)
        .body("{}")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let told = refused["root"]["exception"]["descr"].as_str().unwrap();
    assert!(
        told.starts_with("Начало сеанса с информационной базой запрещено.\nВыполняется обслуживание"),
        "{told}"
    );
}

#[tokio::test]
async fn the_login_form_knows_the_users_and_licences_are_of_one_base() {
    let base = Base::open().await;
    base.set(json!({"licences": 0})).await;
    base.control(
        "users",
        &json!({"publication": "bp", "name": "Бухгалтер", "password": "счёт"}),
    )
    .await;
    let url = format!("{}/ru_RU/e1cib", base.address(1));
    let begun = base
        .client
        .post(format!("{url}/login?clnId=x&cred=auto"))
        .body("{}")
        .send()
        .await
        .unwrap();
    let begun: Value = begun.json().await.unwrap();
    assert_eq!(begun["root"]["state"], "form", "the other base has licences of its own");
    let seance = begun["root"]["seanceId"].as_str().unwrap();
    let users = base
        .client
        .get(format!("{url}/users?seanceId={seance}"))
        .send()
        .await
        .unwrap();
    assert!(
        users
            .text()
            .await
            .unwrap()
            .split("\r\n")
            .any(|name| name == "Бухгалтер")
    );
    let enter = async |password: &str| {
        let body = json!({"root": {"usr": "Бухгалтер", "pwd": password}}).to_string();
        let login = base.client.post(format!("{url}/login?seanceId={seance}")).body(body);
        login.send().await.unwrap().status().as_u16()
    };
    assert_eq!((enter("demo").await, enter("счёт").await), (401, 200));
    assert_eq!(base.read("state").await["bp"]["sessions"][0]["user"], "Бухгалтер");
}

#[tokio::test]
async fn an_update_ends_every_session_and_wants_a_new_page() {
    let base = Base::open().await;
    let seance = base.enter().await;
    let updated = base.control("update", &json!({"publication": "ut"})).await;
    assert_eq!(updated, json!({"release": 2, "ended": 1}));
    let answer = base
        .e1cib("form", &seance, &json!({"link": ORDER, "reason": "hash"}))
        .await;
    assert_eq!(answer.status(), 409);
    assert_eq!(refusal(answer).await, "updated");
    let login = |release: &str| {
        let url = format!(
            "{}/ru_RU/e1cib/login?clnId=x&cred=auto&release={release}",
            base.address(0)
        );
        base.client.post(url).body("{}").send()
    };
    assert_eq!(login("1").await.unwrap().status(), 409, "a page of before");
    assert_eq!(login("2").await.unwrap().status(), 200);
    assert!(
        page(&base, "/ut/ru_RU/")
            .await
            .text()
            .await
            .unwrap()
            .contains("data-release=\"2\"")
    );
}

#[tokio::test]
async fn a_logout_works_hangs_fails_or_keeps() {
    let base = Base::open().await;
    let seance = base.enter().await;
    base.set(json!({"logout": "hangs"})).await;
    let short = Duration::from_millis(100);
    let url = format!("{}/ru_RU/e1cib/logout?seanceId={seance}", base.address(0));
    let hung = base.client.post(url).timeout(short).send().await;
    assert!(hung.unwrap_err().is_timeout());
    for (how, status, in_use) in [("fails", 500, 1), ("keeps", 200, 1), ("works", 200, 0)] {
        base.set(json!({"logout": how})).await;
        assert_eq!(
            base.e1cib("logout", &seance, &json!({})).await.status(),
            status,
            "{how}"
        );
        assert_eq!(base.state().await["in_use"], in_use, "{how}");
    }
}

#[tokio::test]
async fn a_slow_publication_makes_everything_wait() {
    let base = Base::open().await;
    base.set(json!({"delay_ms": 150})).await;
    let before = Instant::now();
    assert_eq!(page(&base, "/ut/ru_RU/").await.status(), 200);
    assert!(before.elapsed() >= Duration::from_millis(150));
    let other = Duration::from_secs(2);
    let url = base.address(1).to_owned() + "/ru_RU/";
    assert!(
        base.client.get(url).timeout(other).send().await.is_ok(),
        "the other base is not slow"
    );
}

#[tokio::test]
async fn a_publication_that_moved_redirects_and_works_there() {
    let base = Base::open().await;
    let moved = base.set(json!({"moved_to": "new/trade"})).await;
    assert_eq!(moved["path"], "/new/trade");
    let old = page(&base, "/ut/ru_RU/?MainWindowMode=Workplace").await;
    assert_eq!(old.status(), 301);
    assert_eq!(location(&old), "/new/trade/ru_RU/?MainWindowMode=Workplace");
    let bare = page(&base, "/new/trade").await;
    assert_eq!((bare.status().as_u16(), location(&bare)), (302, "/new/trade/ru_RU/"));
    assert_eq!(page(&base, "/new/trade/ru_RU/").await.status(), 200);
    assert_eq!(page(&base, "/new/trade/ru_RU/scripts/start.js").await.status(), 200);
    base.set(json!({"moved_to": "https://elsewhere.example/base/"})).await;
    assert_eq!(
        location(&page(&base, "/ut/hs/x/y").await),
        "https://elsewhere.example/base/hs/x/y"
    );
    base.set(json!({"moved_to": ""})).await;
    assert_eq!(page(&base, "/ut/ru_RU/").await.status(), 200);
}

#[tokio::test]
async fn a_base_in_service_mode_lives_in_its_area() {
    let base = Base::open().await;
    base.set(json!({"area": "1042"})).await;
    assert_eq!(page(&base, "/ut/ru_RU/").await.status(), 404);
    assert_eq!(page(&base, "/a/ut/1043/ru_RU/").await.status(), 404);
    assert_eq!(location(&page(&base, "/a/ut/1042").await), "/a/ut/1042/ru_RU/");
    assert_eq!(page(&base, "/a/ut/1042/ru_RU/").await.status(), 200);
    let root = base.address(0).strip_suffix("/ut").unwrap();
    let service = base
        .client
        .get(format!("{root}/a/ut/1042/hs/hotstart/v1/ping"))
        .header("IBSession", "start");
    let service = service.basic_auth("Иванов И.И.", Some("demo")).send().await.unwrap();
    assert!(
        service.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("; Path=/a/ut/1042;")
    );
    let odata = base
        .client
        .get(format!("{root}/a/ut/1042/odata/standard.odata/?$format=json"));
    let odata: Value = odata
        .basic_auth("Иванов И.И.", Some("demo"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        odata["odata.metadata"],
        format!("{root}/a/ut/1042/odata/standard.odata/$metadata")
    );
}

#[tokio::test]
async fn frames_are_forbidden_by_either_header() {
    let base = Base::open().await;
    let header = async |framing: &str, name: &str| {
        base.set(json!({"framing": framing})).await;
        let page = page(&base, "/ut/ru_RU/").await;
        page.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(
        header("x_frame_options", "x-frame-options").await.as_deref(),
        Some("DENY")
    );
    assert_eq!(
        header("same_origin", "x-frame-options").await.as_deref(),
        Some("SAMEORIGIN")
    );
    let csp = header("csp", "content-security-policy").await;
    assert_eq!(csp.as_deref(), Some("frame-ancestors 'none'"));
    assert_eq!(header("allowed", "x-frame-options").await, None);
}

#[tokio::test]
async fn wrong_orders_change_nothing() {
    let base = Base::open().await;
    let before = base.state().await;
    let url = format!("{}/publication/set", base.office.addresses().control);
    for change in [
        json!({"licences": 100_000}),
        json!({"delay_ms": 1_000_000}),
        json!({"ping_s": 0}),
        json!({"timeout_s": -1}),
        json!({"moved_to": "../x"}),
        json!({"moved_to": "/x"}),
        json!({"area": "1/2"}),
        json!({"stale_status": 200}),
        json!({"logout": "sings"}),
        json!({"unknown": true}),
    ] {
        let mut change = change;
        change["publication"] = json!("ut");
        let answer = base
            .client
            .request(Method::POST, &url)
            .json(&change)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_client_error(), "{change}");
    }
    assert_eq!(base.state().await, before);
}
