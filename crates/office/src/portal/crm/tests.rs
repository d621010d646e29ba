use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Crm, call};
use crate::chance::Chance;
use crate::office::ServerVersion;
use crate::portal::Surroundings;
use crate::portal::people::People;
use crate::portal::reply::Outcome;

fn crm() -> Crm {
    let around = Surroundings {
        host: "127.0.0.1:18080".to_owned(),
        publications: "http://127.0.0.1:18081".to_owned(),
        version: ServerVersion::V4,
    };
    Crm::new(&around, Timestamp::from_second(1_795_304_145).unwrap())
}

fn ask(crm: &Crm, method: &str, params: Value) -> Outcome {
    let Value::Object(params) = params else {
        panic!("no object")
    };
    let people = People::new(&Chance::new(1));
    call(crm, method, &params, people.get(1).unwrap())
}

#[test]
fn a_deal_is_read_both_ways() {
    let crm = crm();
    let item = ask(&crm, "crm.item.get", json!({"entityTypeId": 2, "id": "123"}))
        .unwrap()
        .result["item"]
        .clone();
    assert_eq!(item["id"], 123);
    assert_eq!(item["stageId"], "PREPARATION");
    let link = "e1cib/data/Документ.ЗаказКлиента?ref=8936000c29dddd3811ecc9c9312e175a";
    assert_eq!(item["ufCrm_1732558654060"], link);
    assert_eq!(item["ufCrm_1732558700100"], "hotstart://crm/127.0.0.1:18080/deal/123");
    let classic = ask(&crm, "crm.deal.get", json!({"ID": 123})).unwrap().result;
    assert_eq!(classic["ID"], "123");
    assert_eq!(classic["OPPORTUNITY"], "486500");
    assert_eq!(classic["UF_CRM_1732558654060"], link);
    let original = json!({"entityTypeId": 2, "id": 123, "useOriginalUfNames": "Y"});
    let item = ask(&crm, "crm.item.get", original).unwrap().result["item"].clone();
    assert_eq!(item["UF_CRM_1732558654060"], link);
}

#[test]
fn every_type_has_an_item_and_fields() {
    let crm = crm();
    for (type_id, id) in [(1, 51), (2, 127), (3, 31), (4, 21), (7, 61), (31, 71), (128, 5)] {
        let item = ask(&crm, "crm.item.get", json!({"entityTypeId": type_id, "id": id})).unwrap();
        assert_eq!(item.result["item"]["entityTypeId"], type_id);
        let fields = ask(&crm, "crm.item.fields", json!({"entityTypeId": type_id})).unwrap();
        assert_eq!(fields.result["fields"]["id"]["type"], "integer");
    }
}

#[test]
fn what_is_not_there_is_refused() {
    let crm = crm();
    let code = |method, params| ask(&crm, method, params).unwrap_err().code;
    assert_eq!(code("crm.item.get", json!({"id": 1})), "100");
    assert_eq!(code("crm.item.get", json!({"entityTypeId": 2, "id": 1})), "NOT_FOUND");
    assert_eq!(code("crm.item.get", json!({"entityTypeId": 130, "id": 1})), "NOT_FOUND");
    assert_eq!(
        code("crm.item.list", json!({"entityTypeId": 2, "filter": {"=nothing": 1}})),
        "INVALID_ARG_VALUE"
    );
    assert_eq!(code("crm.deal.get", json!({"id": 1})), "");
    assert_eq!(
        ask(&crm, "crm.deal.get", json!({})).unwrap_err().description,
        "ID is not defined or invalid."
    );
}

#[test]
fn lists_filter_select_and_order() {
    let crm = crm();
    let params = json!({"entityTypeId": 2, "filter": {"=originatorId": "1C_UT"}, "select": ["id", "originId"]});
    let reply = ask(&crm, "crm.item.list", params).unwrap();
    assert_eq!(
        reply.result["items"],
        json!([{"id": 126, "originId": "12345678-1234-5678-9abc-123456789abc"}])
    );
    assert_eq!((reply.total, reply.next), (Some(1), None));
    let reply = ask(
        &crm,
        "crm.deal.list",
        json!({"order": {"ID": "DESC"}, "select": ["ID"]}),
    )
    .unwrap();
    assert_eq!(reply.result[0], json!({"ID": "128"}));
    assert_eq!(reply.total, Some(6));
    let reply = ask(&crm, "crm.deal.list", json!({"select": ["*"], "start": -1})).unwrap();
    assert_eq!(reply.total, Some(0));
    assert!(
        reply.result[0].get("UF_CRM_1732558654060").is_none(),
        "user fields come only when asked for"
    );
    let reply = ask(&crm, "crm.deal.list", json!({"select": ["*", "UF_*"]})).unwrap();
    assert!(reply.result[0].get("UF_CRM_1732558654060").is_some());
}

#[test]
fn a_link_is_written_back() {
    let crm = crm();
    let link = "e1cib/data/Документ.ЗаказКлиента?ref=89ab000c29dddd3811ed88195828755a";
    let update = json!({"entityTypeId": 2, "id": 127, "fields": {"ufCrm_1732558654060": link, "id": 9, "nothing": 1}});
    ask(&crm, "crm.item.update", update).unwrap();
    let classic = ask(&crm, "crm.deal.get", json!({"ID": 127})).unwrap().result;
    assert_eq!(classic["UF_CRM_1732558654060"], link);
    assert!(classic.get("nothing").is_none());
}
