//! OData of a publication.

use reqwest::Method;
use serde_json::{Value, json};

use crate::base::{Base, GRAIN, ORDER};

pub(crate) fn party(options: &str) -> String {
    format!("Catalog_Контрагенты(guid'{GRAIN}'){options}")
}

pub(crate) async fn json_of(base: &Base, resource: &str) -> Value {
    let answer = base.odata(resource).await;
    let (status, text) = (answer.status(), answer.text().await.expect("a text"));
    assert_eq!(status, 200, "{resource}: {text}");
    serde_json::from_str(&text).expect("JSON")
}

#[tokio::test]
async fn an_entity_is_the_object_of_the_web_client() {
    let base = Base::open().await;
    let order = format!("Document_ЗаказКлиента(guid'{GRAIN}')");
    let entity = json_of(&base, &format!("{order}?$format=json")).await;
    assert_eq!(entity["Контрагент_Key"], GRAIN);
    assert_eq!(entity["СделкаБитрикс24"], "123");
    assert!(
        entity["odata.metadata"]
            .as_str()
            .unwrap()
            .ends_with("/$metadata#Document_ЗаказКлиента/@Element")
    );
    assert_eq!(entity["Контрагент@navigationLinkUrl"], format!("{order}/Контрагент"));
    assert_eq!(entity["Товары"][0]["LineNumber"], "1");
    let customer = json_of(&base, &format!("{order}/Контрагент/Description?$format=json")).await;
    assert_eq!(customer["value"], "ООО «Зерно»");

    let seance = base.enter().await;
    let asked = json!({"link": ORDER, "reason": "click"});
    let form: Value = base.e1cib("form", &seance, &asked).await.json().await.unwrap();
    assert_eq!(form["root"]["fields"][0]["value"], entity["Number"]);
    let fields = json!({"link": ORDER, "fields": {"Комментарий": "Позвонить"}});
    assert_eq!(base.e1cib("write", &seance, &fields).await.status(), 200);
    let again = json_of(&base, &format!("{order}?$format=json")).await;
    assert_eq!(again["Комментарий"], "Позвонить");
    assert_ne!(again["DataVersion"], entity["DataVersion"]);
}

#[tokio::test]
async fn a_set_is_filtered_ordered_counted_and_paged() {
    let base = Base::open().await;
    let page = json_of(
        &base,
        "Catalog_Контрагенты?$format=json&$top=2&$skip=1&$select=Ref_Key,Description&$orderby=Description desc&$inlinecount=allpages",
    )
    .await;
    let rows = page["value"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows[0]["Description"].as_str() >= rows[1]["Description"].as_str());
    assert_eq!(rows[0].as_object().unwrap().len(), 2);
    assert_eq!(
        page["odata.count"], "303",
        "three hundred of the list and three that the portal knows"
    );
    let deal = json_of(
        &base,
        "Document_ЗаказКлиента?$format=json&$filter=СделкаБитрикс24 eq '123' and DeletionMark eq false&$expand=Контрагент",
    )
    .await;
    assert_eq!(deal["value"].as_array().unwrap().len(), 1);
    assert_eq!(deal["value"][0]["Ref_Key"], GRAIN);
    assert_eq!(deal["value"][0]["Контрагент"]["Description"], "ООО «Зерно»");
    let key = "00112233-4455-6677-8899-aabbccddeeff";
    let one = json_of(
        &base,
        &format!("Document_ЗаказКлиента?$format=json&$filter=Ref_Key eq guid'{key}'"),
    )
    .await;
    assert_eq!(one["value"][0]["Ref_Key"], key, "what a link opens is found too");
    let count = base.odata("Catalog_Контрагенты/$count").await.text().await.unwrap();
    assert_eq!(count, "303");
    let shown = json_of(&base, &party("?$format=json&$select=Presentation,*____Presentation")).await;
    assert_eq!(shown["Presentation"], "ООО «Зерно» (Контрагент)");
}

#[tokio::test]
async fn atom_is_the_default_and_json_is_asked_for() {
    let base = Base::open().await;
    let atom = base.odata(&party("")).await;
    assert_eq!(
        atom.headers()["content-type"],
        "application/atom+xml;type=entry;charset=utf-8"
    );
    assert_eq!(atom.headers()["dataserviceversion"], "3.0");
    let text = atom.text().await.unwrap();
    assert!(text.contains("<d:Description>ООО «Зерно»</d:Description>"), "{text}");
    let feed = base
        .odata("Catalog_Контрагенты?$top=1&$inlinecount=allpages")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        feed.contains("<m:count>303</m:count>") && feed.matches("<entry ").count() == 1,
        "{feed}"
    );
    let accepted = base
        .ask(Method::GET, &format!("odata/standard.odata/{}", party("")))
        .header("accept", "application/json;odata=nometadata");
    let accepted: Value = accepted.send().await.unwrap().json().await.unwrap();
    assert!(accepted.get("odata.metadata").is_none() && accepted["Ref_Key"] == GRAIN);
    let sets = json_of(&base, "?$format=json").await;
    assert!(
        sets["value"]
            .as_array()
            .unwrap()
            .iter()
            .any(|set| set["name"] == "Document_ЗаказКлиента_Товары")
    );
    let description = base.odata("$metadata").await.text().await.unwrap();
    assert!(
        description
            .contains("<EntitySet Name=\"Catalog_Контрагенты\" EntityType=\"StandardODATA.Catalog_Контрагенты\"/>")
    );
}

#[tokio::test]
async fn every_refusal_has_its_status_and_code_in_both_formats() {
    let base = Base::open().await;
    for (resource, status, code) in [
        ("Catalog_Нет", 404, "8"),
        (
            "Catalog_Контрагенты(guid'ffffffff-0000-0000-0000-000000000001')",
            404,
            "9",
        ),
        (
            "Catalog_Контрагенты(guid'00000000-0000-0000-0000-000000000000')",
            404,
            "9",
        ),
        ("Catalog_Контрагенты(Code='1')", 400, "7"),
        ("Catalog_Контрагенты(guid'x')", 400, "1"),
        ("Catalog_Контрагенты?$select=Нет", 400, "10"),
        ("Catalog_Контрагенты?$orderby=Нет", 400, "10"),
        ("Catalog_Контрагенты?$filter=Нет eq 1", 400, "10"),
        ("Catalog_Контрагенты?$filter=Description eq", 400, "14"),
        ("Catalog_Контрагенты?$filter=round(1) eq 1", 400, "21"),
        ("Catalog_Контрагенты?$top=many", 400, "14"),
        ("Catalog_Контрагенты/SliceLast()", 404, "11"),
        (
            "Document_ЗаказКлиента(guid'312e175a-c9c9-11ec-8936-000c29dddd38')/Post",
            405,
            "19",
        ),
        (
            "Document_ЗаказКлиента(guid'312e175a-c9c9-11ec-8936-000c29dddd38')?$expand=Контрагент",
            501,
            "0",
        ),
    ] {
        let xml = base.odata(resource).await;
        assert_eq!(xml.status(), status, "{resource}");
        let text = xml.text().await.unwrap();
        assert!(text.contains(&format!("<m:code>{code}</m:code>")), "{resource}: {text}");
        let and = if resource.contains('?') { '&' } else { '?' };
        let json = base.odata(&format!("{resource}{and}$format=json")).await;
        assert_eq!(json.status(), status, "{resource}");
        let json: Value = json.json().await.unwrap();
        assert_eq!(json["odata.error"]["code"], code, "{resource}");
        assert_eq!(json["odata.error"]["message"]["lang"], "ru");
    }
    let format = base.odata("Catalog_Контрагенты?$format=xml").await;
    assert_eq!(format.status(), 406);
    assert!(format.text().await.unwrap().contains("<m:code>3</m:code>"));
}

#[tokio::test]
async fn users_have_passwords_and_rights() {
    let base = Base::open().await;
    let url = format!("{}/odata/standard.odata/{}?$format=json", base.address(0), party(""));
    let as_user =
        |name: &'static str, password: &'static str| base.client.get(&url).basic_auth(name, Some(password)).send();
    let nobody = base.client.get(&url).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
    assert!(
        nobody.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .starts_with("Basic realm=")
    );
    assert_eq!(as_user("Иванов И.И.", "wrong").await.unwrap().status(), 401);
    base.control(
        "users",
        &json!({"publication": "ut", "name": "Робот", "password": "пароль: é"}),
    )
    .await;
    assert_eq!(as_user("Робот", "пароль: é").await.unwrap().status(), 200);
    base.control(
        "users",
        &json!({"publication": "ut", "name": "Гость", "password": "1", "services": false}),
    )
    .await;
    let guest = as_user("Гость", "1").await.unwrap();
    assert_eq!(guest.status(), 401);
    let guest: Value = guest.json().await.unwrap();
    assert_eq!(guest["odata.error"]["code"], "20");
    base.control("users", &json!({"publication": "ut", "name": "Робот"}))
        .await;
    assert_eq!(as_user("Робот", "пароль: é").await.unwrap().status(), 401);
    base.set(json!({"odata": false})).await;
    assert_eq!(as_user("Иванов И.И.", "demo").await.unwrap().status(), 404);
}

#[tokio::test]
async fn the_second_base_has_data_of_its_own() {
    let base = Base::open().await;
    let rows = async |index: usize| -> Value {
        let url = format!(
            "{}/odata/standard.odata/Catalog_Номенклатура?$format=json&$top=5",
            base.address(index)
        );
        let answer = base
            .client
            .get(url)
            .basic_auth("Иванов И.И.", Some("demo"))
            .send()
            .await
            .unwrap();
        answer.json::<Value>().await.unwrap()["value"].clone()
    };
    let (first, second) = (rows(0).await, rows(1).await);
    assert_eq!(
        (first.as_array().unwrap().len(), second.as_array().unwrap().len()),
        (5, 5)
    );
    assert_ne!(first, second);
    assert_eq!(first, rows(0).await, "the same every time");
}
