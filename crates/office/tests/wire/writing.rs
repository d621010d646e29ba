//! Writing over OData.

use reqwest::Method;
use serde_json::{Value, json};

use crate::base::{Base, GRAIN};
use crate::odata::{json_of, party};

async fn send(base: &Base, method: Method, resource: &str, body: &Value) -> reqwest::Response {
    base.ask(method, &format!("odata/standard.odata/{resource}?$format=json"))
        .json(body)
        .send()
        .await
        .expect("an answer")
}

#[tokio::test]
async fn objects_are_created_changed_posted_and_deleted() {
    let base = Base::open().await;
    let body = json!({
        "Date": "2026-11-22T10:00:00", "Контрагент@odata.bind": party(""), "СделкаБитрикс24": "777", "Неизвестное": 1,
        "Товары": [{"Номенклатура": "Стол", "Количество": 2, "Цена": 10.5}],
    });
    let made = send(&base, Method::POST, "Document_ЗаказКлиента", &body).await;
    assert_eq!(made.status(), 201);
    assert!(
        made.headers()["location"]
            .to_str()
            .unwrap()
            .contains("/odata/standard.odata/Document_%D0%97")
    );
    let made: Value = made.json().await.unwrap();
    assert_eq!(
        (&made["Date"], &made["СуммаДокумента"], &made["Posted"]),
        (&json!("2026-11-22T10:00:00"), &json!(21.0), &json!(false))
    );
    let key = made["Ref_Key"].as_str().unwrap();
    let address = format!("Document_ЗаказКлиента(guid'{key}')");
    let found = json_of(
        &base,
        "Document_ЗаказКлиента?$format=json&$filter=СделкаБитрикс24 eq '777'",
    )
    .await;
    assert_eq!(found["value"][0]["Ref_Key"], key);
    assert_eq!(
        send(&base, Method::POST, "Document_ЗаказКлиента", &made).await.status(),
        400,
        "the key is taken"
    );

    let comment = json!({"Комментарий": "Срочно"});
    let patch = |version: String| {
        base.ask(Method::PATCH, &format!("odata/standard.odata/{address}?$format=json"))
            .header("if-match", version)
            .json(&comment)
    };
    let version = made["DataVersion"].as_str().unwrap().to_owned();
    let changed: Value = patch(version.clone()).send().await.unwrap().json().await.unwrap();
    assert_eq!(changed["Комментарий"], "Срочно");
    assert_eq!(patch(version).send().await.unwrap().status(), 412);

    let posted = base.ask(
        Method::POST,
        &format!("odata/standard.odata/{address}/Post?PostingModeOperational=false"),
    );
    assert_eq!(posted.send().await.unwrap().status(), 200);
    assert_eq!(json_of(&base, &format!("{address}?$format=json")).await["Posted"], true);
    assert_eq!(
        send(&base, Method::PATCH, &address, &json!({"Ref_Key": GRAIN}))
            .await
            .status(),
        400
    );
    assert_eq!(
        send(&base, Method::PUT, &address, &comment).await.status(),
        400,
        "not the whole"
    );
    assert_eq!(
        send(&base, Method::PATCH, &address, &json!({"Date": "вчера"}))
            .await
            .status(),
        400
    );
    assert_eq!(
        send(&base, Method::POST, "Document_ЗаказКлиента", &json!({}))
            .await
            .status(),
        400,
        "no date"
    );
    assert_eq!(
        send(&base, Method::POST, "Document_ЗаказКлиента_Товары", &json!({}))
            .await
            .status(),
        400,
        "rows"
    );
    assert_eq!(
        send(&base, Method::POST, &format!("{address}/Explode"), &json!({}))
            .await
            .status(),
        404
    );
    assert_eq!(
        send(&base, Method::DELETE, "Document_ЗаказКлиента", &json!({}))
            .await
            .status(),
        405
    );
    assert_eq!(send(&base, Method::DELETE, &address, &json!({})).await.status(), 204);
    assert_eq!(base.odata(&address).await.status(), 404);
}

#[tokio::test]
async fn an_atom_entry_is_taken_too() {
    let base = Base::open().await;
    let entry = "<entry xmlns=\"http://www.w3.org/2005/Atom\"><content type=\"application/xml\"><m:properties>\
        <d:Description>ООО &lt;Стол&gt;</d:Description><d:Code>7</d:Code></m:properties></content></entry>";
    let made = base
        .ask(Method::POST, "odata/standard.odata/Catalog_Контрагенты")
        .header("content-type", "application/atom+xml")
        .body(entry)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    assert!(
        made.text()
            .await
            .unwrap()
            .contains("<d:Description>ООО &lt;Стол&gt;</d:Description>")
    );
}
