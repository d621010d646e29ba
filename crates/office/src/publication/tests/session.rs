//! Sessions, licences and refusals.

use serde_json::{Value, json};

use super::super::platform;
use super::{ORDER, Office};

#[tokio::test]
async fn no_call_works_without_its_session() {
    let office = Office::open().await;
    for (method, call) in [
        ("GET", "users"),
        ("POST", "start"),
        ("GET", "metadata"),
        ("GET", "sections"),
        ("POST", "form"),
        ("POST", "write"),
        ("POST", "ping"),
        ("GET", "print"),
        ("GET", "download"),
        ("POST", "attach"),
        ("POST", "logout"),
        ("GET", "logout"),
    ] {
        let path = format!("/ut/ru_RU/e1cib/{call}");
        let bare = office.ask(method, &path, "", "").await;
        assert_eq!((bare.status, bare.code().as_str()), (400, "no_seance"), "{call}");
        let unknown = office.ask(method, &format!("{path}?seanceId=1"), "", "").await;
        assert_eq!(
            (unknown.status, unknown.code().as_str()),
            (404, "unknown_seance"),
            "{call}"
        );
        assert!(unknown.body.contains("Сеанс отсутствует или удален"));
    }
}

#[tokio::test]
async fn the_desk_user_enters_at_once_and_sees_an_order() {
    let office = Office::open().await;
    let begun = office.begin("ut", "load").await.root();
    assert_eq!(
        (begun["state"].as_str(), begun["user"].as_str()),
        (Some("entered"), Some("Иванов И.И."))
    );
    let seance = begun["seanceId"].as_str().unwrap();
    assert_eq!(
        office.call("ut", "start", seance, json!({"modules": 3})).await.code(),
        "wrong_client"
    );
    let started = office
        .call("ut", "start", seance, json!({"modules": platform::MODULES}))
        .await;
    assert_eq!(started.root()["title"], "Управление торговлей");
    let form = office
        .call("ut", "form", seance, json!({"link": ORDER, "reason": "start"}))
        .await
        .root();
    assert_eq!(form["nav"], ORDER);
    assert!(form["title"].as_str().unwrap().starts_with("Заказ клиента 0000-"));
    assert_eq!(office.call("ut", "form", seance, json!({})).await.code(), "malformed");
    assert_eq!(
        office.call("bp", "form", seance, json!({})).await.code(),
        "unknown_seance"
    );
}

#[tokio::test]
async fn the_login_form_counts_and_wants_the_password() {
    let office = Office::open().await;
    let begun = office.begin("bp", "load").await.root();
    assert_eq!(begun["state"], "form");
    let seance = begun["seanceId"].as_str().unwrap();
    let state = office.state("bp").await;
    assert_eq!(
        (state["in_use"].as_u64(), state["sessions"][0]["login_form"].as_bool()),
        (Some(1), Some(true))
    );
    assert_eq!(office.call("bp", "form", seance, json!({})).await.status, 401);
    let users = office
        .get(&format!("/bp/ru_RU/e1cib/users?seanceId={seance}"))
        .await
        .body;
    assert!(users.split("\r\n").any(|user| user == "Иванов И.И."));
    let wrong = office
        .call("bp", "login", seance, json!({"usr": "Иванов И.И.", "pwd": "x"}))
        .await;
    assert_eq!((wrong.status, wrong.code().as_str()), (401, "wrong_password"));
    let right = office
        .call("bp", "login", seance, json!({"usr": "Иванов И.И.", "pwd": "demo"}))
        .await;
    assert_eq!(right.status, 200);
    assert_eq!(office.state("bp").await["sessions"][0]["user"], "Иванов И.И.");
    assert_eq!(office.call("bp", "ping", seance, json!({})).await.status, 200);
}

#[tokio::test]
async fn a_used_up_counter_refuses_until_a_logout() {
    let office = Office::open().await;
    office.control("set", json!({"publication": "ut", "licences": 1})).await;
    let seance = office.enter().await;
    let refused = office.begin("ut", "second").await;
    assert_eq!((refused.status, refused.code().as_str()), (406, "no_licence"));
    assert!(refused.body.contains("Не обнаружено свободной лицензии!"));
    let out = office.call("ut", "logout", &seance, json!({})).await;
    assert_eq!((out.status, out.body.as_str()), (200, r#"{"root":{}}"#));
    assert_eq!(office.state("ut").await["in_use"], 0);
    assert_eq!(
        office.call("ut", "form", &seance, json!({})).await.code(),
        "ended_seance"
    );
    let next = office.begin("ut", "third").await.root();
    let next = next["seanceId"].as_str().unwrap();
    assert_eq!(
        office
            .get(&format!("/ut/ru_RU/e1cib/logout?seanceId={next}"))
            .await
            .status,
        200
    );
    assert_eq!(office.state("ut").await["in_use"], 0);
}

#[tokio::test]
async fn loads_are_counted_by_page_and_not_by_session() {
    let office = Office::open().await;
    office.control("set", json!({"publication": "ut", "licences": 2})).await;
    for load in ["a", "a", "b"] {
        office.begin("ut", load).await;
    }
    assert_eq!(office.state("ut").await["loads"], 2);
    let loads: Value = serde_json::from_str(&office.get("/control/loads").await.body).unwrap();
    assert_eq!(
        (
            loads["loads"][0]["outcome"].as_str(),
            loads["loads"][1]["outcome"].as_str()
        ),
        (Some("opened"), Some("no_licence"))
    );
}

#[tokio::test]
async fn a_locked_base_takes_no_new_session_and_leaves_the_open_ones() {
    let office = Office::open().await;
    let seance = office.enter().await;
    office
        .control("set", json!({"publication": "ut", "locked": true}))
        .await;
    let page = office.get("/ut/ru_RU/").await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("Начало сеанса с информационной базой запрещено"));
    assert_eq!(office.begin("ut", "second").await.code(), "locked");
    assert_eq!(office.call("ut", "ping", &seance, json!({})).await.status, 200);
    assert_eq!(office.get("/bp/ru_RU/").await.status, 200);
    office
        .control("set", json!({"publication": "ut", "locked": false}))
        .await;
    assert_eq!(office.get("/ut/ru_RU/").await.status, 200);
}

#[tokio::test]
async fn a_lost_session_is_unknown_and_the_form_is_asked_for() {
    let office = Office::open().await;
    let seance = office.enter().await;
    let lost = office.control("session/lose", json!({"publication": "ut"})).await;
    assert_eq!(lost.body, r#"{"lost":1}"#);
    assert_eq!(
        office.call("ut", "form", &seance, json!({})).await.code(),
        "unknown_seance"
    );
    let again = office
        .ask("POST", "/ut/ru_RU/e1cib/login?clnId=load&cred=form", "", "")
        .await
        .root();
    assert_eq!(again["state"], "form");
}
