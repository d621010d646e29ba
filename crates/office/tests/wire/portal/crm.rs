use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Stand, code};

#[tokio::test]
async fn ten_thousand_deals_are_read_in_every_way() {
    let stand = Stand::open().await;
    let made = stand
        .order("/portal/bulk", json!({"count": 10_000, "first_id": 1001}))
        .await;
    assert_eq!(made, json!({"first": 1001, "last": 11_000}));
    // By pages: the six that were there come first.
    let (_, body) = stand
        .hook("crm.deal.list", json!({"order": {"ID": "ASC"}, "select": ["ID"]}))
        .await;
    assert_eq!((&body["total"], &body["next"]), (&json!(10_006), &json!(50)));
    assert_eq!(
        (&body["result"][0], &body["result"][6]),
        (&json!({"ID": "123"}), &json!({"ID": "1001"}))
    );
    let (_, body) = stand.hook("crm.deal.list", json!({"start": 10_000})).await;
    assert_eq!(body["result"].as_array().unwrap().len(), 6);
    assert!(body.get("next").is_none());
    // By ids, counting nothing, fifty pages in a batch, each from the last of the one before.
    let (mut ids, mut last) = (BTreeSet::new(), 0);
    loop {
        let mut cmd = serde_json::Map::new();
        let list = |after: &str| {
            format!("crm.deal.list?start=-1&select[]=ID&select[]=TITLE&order[ID]=ASC&filter[%3EID]={after}")
        };
        cmd.insert("p00".to_owned(), list(&last.to_string()).into());
        for page in 1..50 {
            let before = format!("$result[p{:02}][49][ID]", page - 1);
            cmd.insert(format!("p{page:02}"), list(&before).into());
        }
        let (_, body) = stand.hook("batch", json!({"halt": 1, "cmd": cmd})).await;
        let pages = body["result"]["result"].as_object().unwrap();
        assert_eq!(body["result"]["result_total"]["p00"], 0);
        for row in pages.values().flat_map(|page| page.as_array().unwrap()) {
            ids.insert(row["ID"].as_str().unwrap().parse::<u64>().unwrap());
        }
        let full = pages["p49"].as_array().unwrap().len() == 50 && *ids.last().unwrap() > last;
        last = *ids.last().unwrap();
        if !full {
            break;
        }
    }
    assert_eq!(ids.len(), 10_006);
    // The same order makes the same deals.
    let one = json!({"entityTypeId": 2, "id": 5000});
    let first = stand.result("crm.item.get", one.clone()).await;
    stand
        .order("/portal/bulk", json!({"count": 10_000, "first_id": 1001}))
        .await;
    assert_eq!(stand.result("crm.item.get", one).await, first);
}

#[tokio::test]
async fn lists_are_filtered_and_ordered_by_any_field() {
    let stand = Stand::open().await;
    stand.order("/portal/bulk", json!({"count": 300, "type": 31})).await;
    let params = json!({
        "entityTypeId": 31, "select": ["id", "opportunity", "movedTime"], "order": {"opportunity": "DESC"},
        "filter": {"@stageId": ["DT31_1:N"], ">=opportunity": 1000, "!id": 71},
    });
    let result = stand.result("crm.item.list", params).await;
    let sums: Vec<u64> = result["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["opportunity"].as_u64().unwrap())
        .collect();
    assert!(
        sums.len() == 50 && sums.is_sorted_by(|left, right| left >= right),
        "{sums:?}"
    );
    let since = json!({"entityTypeId": 31, "filter": {">movedTime": "2025-06-01T00:00:00+03:00"}, "order": {"movedTime": "ASC"}});
    let items = stand.result("crm.item.list", since).await["items"].clone();
    let times: Vec<&str> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["movedTime"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted() && times[0] >= "2025-06-01");
    let refused = stand
        .hook("crm.item.list", json!({"entityTypeId": 31, "filter": {"=nothing": 1}}))
        .await;
    assert_eq!(code(&refused), (400, "INVALID_ARG_VALUE"));
    let found = stand
        .result(
            "crm.duplicate.findbycomm",
            json!({"type": "PHONE", "values": ["8 (495) 123-45-01"]}),
        )
        .await;
    assert_eq!(found, json!({"CONTACT": [31]}));
}

#[tokio::test]
async fn entities_are_made_changed_and_deleted() {
    let stand = Stand::open().await;
    let fields = json!({"title": "Новая", "originatorId": "1C:ut", "originId": "8936000c-29dd-dd38-11ec-c9c9312e175a", "stageId": "NEW"});
    let item = stand
        .result("crm.item.add", json!({"entityTypeId": 2, "fields": fields}))
        .await["item"]
        .clone();
    let id = item["id"].as_u64().unwrap();
    let found = json!({"entityTypeId": 2, "filter": {"=originatorId": "1C:ut", "=originId": "8936000c-29dd-dd38-11ec-c9c9312e175a"}});
    assert_eq!(stand.result("crm.item.list", found).await["items"][0]["id"], id);
    let moved = stand
        .result(
            "crm.item.update",
            json!({"entityTypeId": 2, "id": 128, "fields": {"stageId": "NEW"}}),
        )
        .await["item"]
        .clone();
    assert_eq!(moved["movedTime"], moved["updatedTime"]);
    let edited = stand
        .result(
            "crm.item.update",
            json!({"entityTypeId": 2, "id": 127, "fields": {"title": "x"}}),
        )
        .await["item"]
        .clone();
    assert!(edited["movedTime"].is_null(), "it did not move");
    let company = stand
        .result(
            "crm.company.add",
            json!({"fields": {"TITLE": "АО", "UF_CRM_EXTERNAL_URL": "e1cib/x"}}),
        )
        .await;
    let row = stand.result("crm.company.get", json!({"ID": company})).await;
    assert_eq!(
        (&row["TITLE"], &row["UF_CRM_EXTERNAL_URL"]),
        (&json!("АО"), &json!("e1cib/x"))
    );
    assert_eq!(
        stand
            .result("crm.company.update", json!({"ID": company, "fields": {"TITLE": "ООО"}}))
            .await,
        true
    );
    assert_eq!(stand.result("crm.company.delete", json!({"ID": company})).await, true);
    assert_eq!(
        stand.hook("crm.company.get", json!({"ID": company})).await.1["error_description"],
        "Not found"
    );
    assert_eq!(
        stand
            .result("crm.item.delete", json!({"entityTypeId": 2, "id": id}))
            .await,
        json!([])
    );
    assert_eq!(
        code(&stand.hook("crm.item.get", json!({"entityTypeId": 2, "id": id})).await),
        (400, "NOT_FOUND")
    );
    let types = stand.result("crm.enum.ownertype", json!({})).await;
    assert!(
        types
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["ID"] == 128 && row["SYMBOL_CODE_SHORT"] == "T80")
    );
    assert_eq!(
        stand.result("crm.type.list", json!({})).await["types"][0]["entityTypeId"],
        128
    );
}

#[tokio::test]
async fn user_fields_are_made_by_administrators() {
    let stand = Stand::open().await;
    let fields =
        json!({"FIELD_NAME": "ONEC", "USER_TYPE_ID": "url", "LABEL": "Открыть в 1С", "SETTINGS": {"POPUP": "N"}});
    let id = stand.result("crm.deal.userfield.add", json!({"fields": fields})).await;
    let list = stand
        .result(
            "crm.deal.userfield.list",
            json!({"filter": {"FIELD_NAME": "UF_CRM_ONEC"}}),
        )
        .await;
    assert_eq!(
        (&list[0]["ID"], &list[0]["USER_TYPE_ID"]),
        (&json!(id.to_string()), &json!("url"))
    );
    let again = stand.hook("crm.deal.userfield.add", json!({"fields": fields})).await;
    assert_eq!(code(&again), (400, "ERROR_CORE"));
    let link = json!({"entityTypeId": 2, "id": 127, "fields": {"ufCrmOnec": "hotstart://crm/x/deal/127"}});
    assert_eq!(
        stand.result("crm.item.update", link).await["item"]["ufCrmOnec"],
        "hotstart://crm/x/deal/127"
    );
    let described = stand.result("crm.deal.fields", json!({})).await["UF_CRM_ONEC"].clone();
    assert_eq!(
        (&described["type"], &described["title"]),
        (&json!("url"), &json!("Открыть в 1С"))
    );
    let token = stand.token("local.1", 2).await;
    let refused = stand
        .by_token(&token, "crm.deal.userfield.add", json!({"fields": fields}))
        .await;
    assert_eq!(code(&refused), (400, "ACCESS_DENIED"));
    assert_eq!(stand.result("crm.deal.userfield.delete", json!({"id": id})).await, true);
    let row: Value = stand.result("crm.deal.get", json!({"ID": 127})).await;
    assert!(row.get("UF_CRM_ONEC").is_none());
    let field =
        json!({"entityId": "CRM_4", "fieldName": "UF_CRM_4_ONEC", "userTypeId": "url", "editFormLabel": {"ru": "1С"}});
    let made = stand
        .result("userfieldconfig.add", json!({"moduleId": "crm", "field": field}))
        .await["field"]
        .clone();
    assert_eq!(
        (&made["fieldName"], &made["entityId"]),
        (&json!("UF_CRM_4_ONEC"), &json!("CRM_4"))
    );
    let fields = stand.result("crm.item.fields", json!({"entityTypeId": 128})).await;
    assert_eq!(fields["fields"]["ufCrm4Onec"]["type"], "url");
    let listed = json!({"moduleId": "crm", "filter": {"entityId": "CRM_4"}});
    let names = stand.result("userfieldconfig.list", listed).await["fields"].clone();
    assert!(
        names
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["fieldName"] == "UF_CRM_4_ONEC")
    );
    stand
        .result("userfieldconfig.delete", json!({"moduleId": "crm", "id": made["id"]}))
        .await;
    assert_eq!(
        stand
            .hook("userfieldconfig.get", json!({"moduleId": "crm", "id": made["id"]}))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn documents_of_1c_are_activities_of_an_external_channel() {
    let stand = Stand::open().await;
    let filter = json!({"OWNER_TYPE_ID": 3, "OWNER_ID": 31, "PROVIDER_ID": "CRM_EXTERNAL_CHANNEL"});
    let list = stand.result("crm.activity.list", json!({"filter": filter})).await;
    assert_eq!(list.as_array().unwrap().len(), 2);
    let fields = &list[0]["PROVIDER_PARAMS"]["ACTIVITY"]["EXTERNAL_FIELDS"];
    let url = fields["EXTERNAL_URL"].as_str().unwrap();
    assert!(url.starts_with("/#e1cib/data/Документ.ЗаказКлиента?ref="));
    let connectors = json!({"filter": {"ORIGINATOR_ID": list[0]["ORIGINATOR_ID"]}});
    let connector = stand.result("crm.externalchannel.connector.list", connectors).await[0].clone();
    assert_eq!(connector["TYPE_ID"], list[0]["PROVIDER_GROUP_ID"]);
    let host = connector["EXTERNAL_SERVER_HOST"].as_str().unwrap();
    assert!(host.starts_with(&stand.office.addresses().publications[0]));
    let by_bindings =
        json!({"filter": {"BINDINGS": [{"OWNER_TYPE_ID": 4, "OWNER_ID": 21}, {"OWNER_TYPE_ID": 3, "OWNER_ID": 31}]}});
    assert_eq!(
        stand
            .result("crm.activity.list", by_bindings)
            .await
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let fields = json!({"OWNER_TYPE_ID": 2, "OWNER_ID": 127, "TYPE_ID": 6, "PROVIDER_ID": "CRM_EXTERNAL_CHANNEL", "SUBJECT": "x"});
    let id = stand.result("crm.activity.add", json!({"fields": fields})).await;
    assert_eq!(
        stand.result("crm.activity.get", json!({"ID": id})).await["OWNER_ID"],
        "127"
    );
    assert_eq!(stand.result("crm.activity.delete", json!({"ID": id})).await, true);
}
