//! Pages, files, forms, papers, beacons and the control.

use serde_json::{Value, json};

use super::{ORDER, Office};

#[tokio::test]
async fn the_bare_address_leads_to_the_page() {
    let office = Office::open().await;
    for path in [
        "/ut?MainWindowMode=Workplace",
        "/ut/?MainWindowMode=Workplace",
        "/ut/ru_RU?MainWindowMode=Workplace",
    ] {
        let answer = office.get(path).await;
        assert_eq!(answer.status, 302, "{path}");
        assert!(
            answer.head.contains("location: /ut/ru_RU/?MainWindowMode=Workplace"),
            "{}",
            answer.head
        );
    }
    let page = office.get("/ut/ru_RU/").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("<title>Управление торговлей</title>"));
    for path in [
        "/zup",
        "/zup/ru_RU/",
        "/ut/hs/",
        "/ut/ru_RU/scripts/none.js",
        "/ut/ru_RU/e1cib/none",
        "/",
    ] {
        assert_eq!(office.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_file_the_browser_has_is_not_sent_again() {
    let office = Office::open().await;
    for path in [
        "/ut/ru_RU/",
        "/ut/ru_RU/scripts/mod_core.js",
        "/ut/ru_RU/scripts/client.css",
    ] {
        let first = office.get(path).await;
        let tag = first.head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
        assert!(!first.head.contains("content-encoding"));
        let second = office.ask("GET", path, &format!("if-none-match: {tag}\r\n"), "").await;
        assert_eq!((second.status, second.body.as_str()), (304, ""), "{path}");
    }
}

#[tokio::test]
async fn only_hash_changes_are_ignored_when_told_so() {
    let office = Office::open().await;
    let seance = office.enter().await;
    office
        .control("set", json!({"publication": "ut", "follow_hash": false}))
        .await;
    for (reason, ignored) in [("hash", true), ("start", false), ("click", false)] {
        let form = office
            .call("ut", "form", &seance, json!({"link": ORDER, "reason": reason}))
            .await
            .root();
        assert_eq!(form["ignored"] == true, ignored, "{reason}");
    }
}

#[tokio::test]
async fn what_is_written_stays_and_a_new_object_gets_a_link() {
    let office = Office::open().await;
    let seance = office.enter().await;
    let fields = json!({"Комментарий": "Позвонить", "Контрагент": "ООО «Новый»"});
    let form = office
        .call("ut", "write", &seance, json!({"link": ORDER, "fields": fields}))
        .await
        .root();
    assert!(form.to_string().contains("Позвонить"));
    let again = office
        .call("ut", "form", &seance, json!({"link": ORDER, "reason": "click"}))
        .await
        .root();
    assert_eq!(again, form);
    let new = json!({"link": "e1cib/data/Справочник.Партнеры", "fields": {"Наименование": "АО «Ветер»"}});
    let created = office.call("ut", "write", &seance, new).await.root();
    assert!(
        created["nav"]
            .as_str()
            .unwrap()
            .starts_with("e1cib/data/Справочник.Партнеры?ref=")
    );
    assert_eq!(created["title"], "АО «Ветер» (Партнер)");
    let nowhere = json!({"link": "e1cib/list/Справочник.Партнеры", "fields": {}});
    assert_eq!(
        office.call("ut", "write", &seance, nowhere).await.code(),
        "unknown_object"
    );
    let long = json!({"link": ORDER, "fields": {"Комментарий": "x".repeat(5_000)}});
    assert_eq!(office.call("ut", "write", &seance, long).await.status, 507);
}

#[tokio::test]
async fn papers_leave_as_a_page_and_as_an_attachment() {
    let office = Office::open().await;
    let seance = office.enter().await;
    let link = percent_encoding::utf8_percent_encode(ORDER, percent_encoding::NON_ALPHANUMERIC).to_string();
    let print = office
        .get(&format!("/ut/ru_RU/e1cib/print?seanceId={seance}&link={link}"))
        .await;
    assert!(print.head.contains("text/html") && print.body.contains("window.print()") && print.body.contains("Итого"));
    assert!(!print.body.contains("{{"));
    let file = office
        .get(&format!("/ut/ru_RU/e1cib/download?seanceId={seance}&link={link}"))
        .await;
    assert!(
        file.head.contains("content-disposition: attachment; filename=\"0000-"),
        "{}",
        file.head
    );
    let none = office
        .get(&format!("/ut/ru_RU/e1cib/print?seanceId={seance}&link=e1cib"))
        .await;
    assert_eq!(none.code(), "unknown_object");
    let kept = office
        .ask(
            "POST",
            &format!("/ut/ru_RU/e1cib/attach?seanceId={seance}&name=a.txt"),
            "",
            "12345",
        )
        .await;
    assert_eq!(kept.root()["size"], 5);
}

#[tokio::test]
async fn a_beacon_wakes_the_one_who_waits() {
    let office = Office::open().await;
    let seance = office.enter().await;
    let painted = json!({"load": "load", "seq": 1, "nav": ORDER, "title": "Заказ", "page_us": 7, "dirty": false, "screen": "form"});
    let unknown = office
        .ask("POST", "/ut/beacon?seanceId=1", "", &painted.to_string())
        .await;
    assert_eq!(unknown.status, 404);
    let (path, text) = (format!("/ut/beacon?seanceId={seance}"), painted.to_string());
    let send = office.ask("POST", &path, "", &text);
    let (waited, sent) = tokio::join!(office.get("/control/beacons?after=0&wait_ms=20000"), send);
    assert_eq!(sent.status, 204);
    let waited: Value = serde_json::from_str(&waited.body).unwrap();
    let beacon = &waited["beacons"][0];
    assert_eq!(
        (beacon["n"].as_u64(), beacon["nav"].as_str(), beacon["page_us"].as_u64()),
        (Some(1), Some(ORDER), Some(7))
    );
    assert!(beacon["at_us"].as_u64().unwrap() > 1_700_000_000_000_000);
    assert_eq!(
        (beacon["publication"].as_str(), beacon["session"].as_str()),
        (Some("ut"), Some(seance.as_str()))
    );
    let none: Value = serde_json::from_str(&office.get("/control/beacons?after=1").await.body).unwrap();
    assert_eq!(none, json!({"beacons": [], "last": 1}));
}

#[tokio::test]
async fn the_control_refuses_what_it_does_not_know() {
    let office = Office::open().await;
    assert_eq!(office.control("set", json!({"publication": "zup"})).await.status, 404);
    assert_eq!(
        office
            .control("set", json!({"publication": "ut", "licence": 1}))
            .await
            .status,
        422
    );
    assert_eq!(
        office
            .control("set", json!({"publication": "ut", "licences": 100_000}))
            .await
            .status,
        400
    );
    let set = office
        .control("set", json!({"publication": "ut", "portal": "http://127.0.0.1:9/"}))
        .await;
    assert_eq!(set.status, 200);
    let seance = office.enter().await;
    let form = office
        .call("ut", "form", &seance, json!({"link": ORDER, "reason": "click"}))
        .await
        .body;
    assert!(
        form.contains("http://127.0.0.1:9/crm/deal/details/") && form.contains("hotstart://b24/127.0.0.1:9/crm/deal/")
    );
}
