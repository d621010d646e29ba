//! HTTP services of a publication: sessions, events, drafts.

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::base::{Base, USER};

fn ping(base: &Base) -> RequestBuilder {
    base.ask(Method::GET, "hs/hotstart/v1/ping")
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.expect("an answer").status().as_u16()
}

fn cookie(answer: &Response) -> String {
    let cookie = answer.headers()["set-cookie"].to_str().expect("a text");
    assert!(cookie.contains("; Path=/ut; HttpOnly"), "{cookie}");
    cookie.split(';').next().expect("a pair").to_owned()
}

#[tokio::test]
async fn without_a_word_every_call_has_a_session_of_its_own() {
    let base = Base::open().await;
    for _ in 0..3 {
        let answer = ping(&base).send().await.unwrap();
        assert!(answer.headers().get("set-cookie").is_none());
        assert_eq!(
            answer.json::<Value>().await.unwrap(),
            json!({"service": "hotstart", "version": 1, "user": USER})
        );
    }
    let state = base.state().await;
    assert_eq!(
        (&state["begun"]["http_service"], &state["in_use"]),
        (&json!(3), &json!(0))
    );
    base.set(json!({"licences": 0})).await;
    let full = ping(&base).send().await.unwrap();
    assert_eq!(full.status(), 406);
    assert!(
        full.text()
            .await
            .unwrap()
            .starts_with("Не обнаружено свободной лицензии!")
    );
    let odata = base.odata("Catalog_Контрагенты?$top=1").await;
    assert_eq!(odata.status(), 406);
}

#[tokio::test]
async fn a_session_is_started_used_again_and_finished() {
    let base = Base::open().await;
    let started = ping(&base).header("IBSession", "start").send().await.unwrap();
    let cookie = cookie(&started);
    for _ in 0..3 {
        assert_eq!(status(ping(&base).header("cookie", &cookie)).await, 200);
    }
    let odata = base
        .ask(Method::GET, "odata/standard.odata/?$format=json")
        .header("cookie", &cookie);
    assert_eq!(status(odata).await, 200, "the session serves OData too");
    let state = base.state().await;
    assert_eq!(
        (&state["begun"]["http_service"], &state["begun"]["odata"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(state["sessions"][0]["app"], "http_service");
    assert_eq!(state["in_use"], 1);
    assert_eq!(
        status(ping(&base).header("cookie", &cookie).header("IBSession", "finish")).await,
        200
    );
    assert_eq!(base.state().await["in_use"], 0);
    assert_eq!(status(ping(&base).header("cookie", &cookie)).await, 404, "it is gone");
}

#[tokio::test]
async fn a_lost_session_has_the_status_that_is_set() {
    let base = Base::open().await;
    for lost in [404, 400, 500] {
        base.set(json!({"stale_status": lost})).await;
        let started = ping(&base).header("IBSession", "start").send().await.unwrap();
        let cookie = cookie(&started);
        base.control("session/lose", &json!({"publication": "ut"})).await;
        assert_eq!(status(ping(&base).header("cookie", &cookie)).await, lost);
        assert_eq!(
            status(ping(&base).header("cookie", &cookie).header("IBSession", "start")).await,
            lost
        );
        assert_eq!(status(ping(&base)).await, 200);
    }
    assert_eq!(
        status(ping(&base).header("IBSession", "finish")).await,
        400,
        "there is none"
    );
    assert_eq!(status(ping(&base).header("IBSession", "go")).await, 400);
}

#[tokio::test]
async fn a_session_belongs_to_its_user_and_ages() {
    let base = Base::open().await;
    let started = ping(&base).header("IBSession", "start").send().await.unwrap();
    let cookie = cookie(&started);
    let url = format!("{}/hs/hotstart/v1/ping", base.address(0));
    let other = base
        .client
        .get(url)
        .basic_auth("Петрова А.С.", Some("demo"))
        .header("cookie", &cookie);
    assert_eq!(status(other).await, 404);
    let seance = base.enter().await;
    assert_eq!(
        status(ping(&base).header("cookie", format!("ibsession={seance}"))).await,
        404,
        "no web client"
    );
    base.set(json!({"service_timeout_s": 0})).await;
    assert_eq!(status(ping(&base).header("cookie", &cookie)).await, 404);
    assert_eq!(base.state().await["in_use"], 1, "the web client stays");
}

#[tokio::test]
async fn services_want_a_user_with_rights_and_an_open_base() {
    let base = Base::open().await;
    let url = format!("{}/hs/hotstart/v1/ping", base.address(0));
    assert_eq!(status(base.client.get(&url)).await, 401);
    base.control(
        "users",
        &json!({"publication": "ut", "name": "Гость", "password": "1", "services": false}),
    )
    .await;
    assert_eq!(status(base.client.get(&url).basic_auth("Гость", Some("1"))).await, 403);
    assert_eq!(status(base.ask(Method::GET, "hs/other/v1/ping")).await, 404);
    assert_eq!(status(base.ask(Method::GET, "hs/hotstart/v2/ping")).await, 404);
    assert_eq!(status(base.ask(Method::GET, "hs/hotstart/v1/events")).await, 405);
    base.set(json!({"locked": true, "lock_message": "Обновление до 20:00"}))
        .await;
    let locked = ping(&base).send().await.unwrap();
    assert_eq!(locked.status(), 500);
    assert!(locked.text().await.unwrap().contains("Обновление до 20:00"));
    base.set(json!({"locked": false, "service": false})).await;
    assert_eq!(status(ping(&base)).await, 404);
}

#[tokio::test]
async fn events_are_applied_once_whatever_is_lost() {
    let base = Base::open().await;
    let first = json!({"events": [{"id": "a", "type": "deal", "data": {"id": 1}}, {"id": "b", "type": "lead"}]});
    let fault = |trouble: Value| {
        let mut trouble = trouble;
        trouble["publication"] = json!("ut");
        trouble
    };
    base.control("events/fault", &fault(json!({"lose_answers": 1}))).await;
    assert_eq!(
        base.service("events", &first).await.status(),
        500,
        "applied, and nobody is told"
    );
    let again: Value = base.service("events", &first).await.json().await.unwrap();
    let expected =
        json!([{"id": "a", "status": "done", "answer": {"n": 1}}, {"id": "b", "status": "done", "answer": {"n": 2}}]);
    assert_eq!(again["results"], expected);
    let applied = base.read("events?publication=ut").await;
    assert_eq!(applied["events"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&applied["events"][0]["times"], &applied["events"][0]["data"]["id"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(applied["events"][0]["user"], USER);

    base.control("events/fault", &fault(json!({"status": 503, "count": 1})))
        .await;
    let third = json!({"events": [{"id": "c", "type": "task"}]});
    assert_eq!(base.service("events", &third).await.status(), 503);
    base.control("events/fault", &fault(json!({"refuse_types": ["task"]})))
        .await;
    let failed: Value = base.service("events", &third).await.json().await.unwrap();
    assert_eq!(failed["results"][0]["status"], "failed");
    base.control("events/fault", &fault(json!({}))).await;
    base.service("events", &third).await;
    assert_eq!(base.read("events?publication=ut&after=2").await["events"][0]["id"], "c");
    for wrong in [
        json!({}),
        json!({"events": [{"id": "", "type": "x"}]}),
        json!({"events": [{"id": 1, "type": "x"}]}),
    ] {
        assert_eq!(base.service("events", &wrong).await.status(), 400, "{wrong}");
    }
    let url = format!("{}/publication/events?publication=ut", base.office.addresses().control);
    assert_eq!(status(base.client.delete(url)).await, 200);
    assert_eq!(base.read("events?publication=ut").await["events"], json!([]));
    assert_eq!(base.read("events?publication=bp").await["events"], json!([]));
}

#[tokio::test]
async fn a_draft_is_filled_from_the_entity() {
    let base = Base::open().await;
    let order = json!({
        "kind": "Документ.ЗаказКлиента", "portal": "portal.example", "type": "deal", "id": 123,
        "fields": {"Ответственный": "Петрова А.С."},
    });
    let answer = base.service("draft", &order).await;
    assert_eq!(answer.status(), 201);
    let draft: Value = answer.json().await.unwrap();
    let link = draft["link"].as_str().unwrap();
    assert!(link.starts_with("e1cib/data/Документ.ЗаказКлиента?ref="));
    assert!(draft["title"].as_str().unwrap().starts_with("Заказ клиента "));
    let seance = base.enter().await;
    let form = base
        .e1cib("form", &seance, &json!({"link": link, "reason": "click"}))
        .await;
    let form = form.json::<Value>().await.unwrap()["root"].clone();
    let field = |name: &str| {
        let fields = form["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap().clone()
    };
    assert_eq!(field("Контрагент")["value"], "ООО «Зерно»");
    assert_eq!(field("Ответственный")["value"], "Петрова А.С.");
    assert!(
        field("Сделка")["link"]
            .as_str()
            .unwrap()
            .ends_with("/crm/deal/details/123/")
    );
    assert_eq!(form["table"]["rows"].as_array().unwrap().len(), 2);
    let found = base
        .odata("Document_ЗаказКлиента?$format=json&$select=Ref_Key,Posted&$filter=СделкаБитрикс24 eq '123'")
        .await;
    let found: Value = found.json().await.unwrap();
    assert_eq!(
        found["value"].as_array().unwrap().len(),
        2,
        "the order that the portal knows, and the draft"
    );
    assert_eq!(found["value"][1]["Posted"], false);
    let second: Value = base.service("draft", &order).await.json().await.unwrap();
    assert_ne!(second["link"], draft["link"]);
    let unknown = json!({"kind": "Документ.Нет", "portal": "p", "type": "deal", "id": 1});
    assert_eq!(base.service("draft", &unknown).await.status(), 404);
    assert_eq!(
        base.service("draft", &json!({"kind": "Документ.ЗаказКлиента"}))
            .await
            .status(),
        400
    );
}

#[tokio::test]
async fn an_order_for_a_deal_is_written_once_and_its_number_is_told() {
    let base = Base::open().await;
    let order = |id: &str, kind: &str, data: Value| json!({"events": [{"id": id, "type": kind, "data": data}]});
    let deal = json!({"entity": {"type": "deal", "id": 123}, "fields": {"title": "Кофемашины"}});
    let wanted = order("a", "hotstart/order", deal.clone());
    let first: Value = base.service("events", &wanted).await.json().await.unwrap();
    let answer = &first["results"][0]["answer"];
    assert_eq!(first["results"][0]["status"], "done");
    assert!(!answer["number"].as_str().unwrap().is_empty());
    assert!(
        answer["link"]
            .as_str()
            .unwrap()
            .starts_with("e1cib/data/Документ.ЗаказКлиента?ref=")
    );
    let again: Value = base.service("events", &wanted).await.json().await.unwrap();
    assert_eq!(again, first);
    let found = base
        .odata("Document_ЗаказКлиента?$format=json&$select=Number,Posted&$filter=СделкаБитрикс24 eq '123'")
        .await;
    let found: Value = found.json().await.unwrap();
    assert_eq!(
        found["value"].as_array().unwrap().len(),
        2,
        "the order that the portal knows, and this one"
    );
    assert_eq!(
        (&found["value"][1]["Number"], &found["value"][1]["Posted"]),
        (&answer["number"], &json!(true))
    );
    for (data, kind) in [
        (json!({}), "hotstart/order"),
        (json!({"entity": {"type": "lead", "id": 1}}), "hotstart/order"),
    ] {
        let refused: Value = base
            .service("events", &order("b", kind, data))
            .await
            .json()
            .await
            .unwrap();
        assert_eq!(refused["results"][0]["status"], "refused");
    }
    assert_eq!(
        base.service("events", &order("b", "hotstart/other", deal))
            .await
            .status(),
        200
    );
}
