//! From entities to objects.
use bitrix24::Entity;
use hotstart_core::ports::{Entities as _, Objects as _};
use hotstart_core::resolve::{EntityFacts, Gathered, Origin, candidates, found, searches};
use serde_json::json;

use super::{Desk, ORDER};

impl Desk {
    async fn facts(&self, entity: &str) -> EntityFacts {
        let entity: Entity = entity.parse().unwrap();
        match self.entities.facts(self.portal.clone(), entity, None).await.unwrap() {
            Gathered::Facts(facts) => facts,
            Gathered::Unchanged => panic!("nothing was known"),
        }
    }

    async fn objects_of(&self, entity: &str) -> Vec<(String, String)> {
        let facts = self.facts(entity).await;
        let found = candidates(&self.portal, entity.parse().unwrap(), &facts, &self.settings);
        found
            .into_iter()
            .map(|found| (found.label, found.link.replace("hotstart://onec/ut/e1cib/data/", "")))
            .collect()
    }
}

#[tokio::test]
async fn every_source_leads_to_the_object_in_one_call() {
    let desk = Desk::new().await;
    let order = |reference: &str| format!("Документ.ЗаказКлиента?ref={reference}");
    for (entity, expected) in [
        // A user field with a bare link, one with the address of the publication, two fields.
        ("deal:123", vec![("Документ.ЗаказКлиента", order(ORDER))]),
        (
            "deal:124",
            vec![("Документ.ЗаказКлиента", order("89ab000c29dddd3811ed88195828755a"))],
        ),
        (
            "deal:125",
            vec![
                ("Документ.ЗаказКлиента", order("8780b06ebf2faaf611e86899c3314ae6")),
                (
                    "Документ.РеализацияТоваровУслуг",
                    "Документ.РеализацияТоваровУслуг?ref=b59500055d80a2b911de397d51012ccc".to_owned(),
                ),
            ],
        ),
        // Identifiers of the external system; the field of the connector; nothing.
        (
            "deal:126",
            vec![("Документ.ЗаказКлиента", order("9abc123456789abc5678123412345678"))],
        ),
        (
            "deal:128",
            vec![("Документ.ЗаказКлиента", order("8ca0000d8843cd1b11dc8d043d71007f"))],
        ),
        ("deal:127", vec![]),
        // Activities of the connector.
        (
            "contact:31",
            vec![
                (
                    "Реализация 0000-000127",
                    "Документ.РеализацияТоваровУслуг?ref=b59500055d80a2b911de397d51012ccc".to_owned(),
                ),
                ("Заказ клиента 0000-000127", order("89ab000c29dddd3811ed88195828755a")),
            ],
        ),
        (
            "company:21",
            vec![
                ("Справочник.Контрагенты", format!("Справочник.Контрагенты?ref={ORDER}")),
                ("Заказ клиента 0000-000021", order(ORDER)),
            ],
        ),
        // An identifier without a system, a smart process.
        (
            "invoice:71",
            vec![(
                "Документ.СчетНаОплатуКлиенту",
                "Документ.СчетНаОплатуКлиенту?ref=8ca0000d8843cd1b11dc8d043d71007f".to_owned(),
            )],
        ),
        (
            "128:5",
            vec![(
                "Документ.РеализацияТоваровУслуг",
                "Документ.РеализацияТоваровУслуг?ref=b59500055d80a2b911de397d51012ccc".to_owned(),
            )],
        ),
    ] {
        let shown = desk.objects_of(entity).await;
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .map(|(label, link)| (label.to_owned(), link))
            .collect();
        assert_eq!(shown, expected, "{entity}");
        assert_eq!(desk.calls().await, ["batch"], "{entity}");
    }
    let missing = desk
        .entities
        .facts(desk.portal.clone(), "deal:9999".parse().unwrap(), None)
        .await;
    assert_eq!(missing.unwrap_err().code_text(), "entity.missing");
}

#[tokio::test]
async fn a_stale_answer_costs_one_small_call_and_a_changed_one_two() {
    let desk = Desk::new().await;
    let contact: Entity = "contact:31".parse().unwrap();
    let known = desk.facts("contact:31").await;
    let stamp = known.stamp().unwrap();
    desk.calls().await;
    let again = |stamp| desk.entities.facts(desk.portal.clone(), contact, Some(stamp));
    assert_eq!(again(stamp.clone()).await.unwrap(), Gathered::Unchanged);
    assert_eq!(desk.calls().await, ["crm.item.list"]);

    // An activity that is added leaves the time of the entity alone, and is noticed in any case.
    let activity = json!({"fields": {
        "OWNER_TYPE_ID": 3, "OWNER_ID": 31, "TYPE_ID": 6, "PROVIDER_ID": "CRM_EXTERNAL_CHANNEL", "SUBJECT": "Счет 5", "ORIGINATOR_ID": "1C_UT",
        "PROVIDER_PARAMS": {"ACTIVITY": {"EXTERNAL_FIELDS": {"EXTERNAL_URL": format!("/#e1cib/data/Документ.СчетНаОплатуКлиенту?ref={ORDER}")}}},
    }});
    desk.portal("crm.activity.add", activity).await;
    let Gathered::Facts(facts) = again(stamp).await.unwrap() else {
        panic!("it has changed")
    };
    assert_eq!(desk.calls().await, ["crm.item.list", "batch"]);
    assert_eq!(facts.documents[0].subject, "Счет 5", "the newest first");
}

#[tokio::test]
async fn a_connection_without_activities_still_has_the_fields() {
    let desk = Desk::new().await;
    let denied = json!({"error": "ACCESS_DENIED", "error_description": "Access denied."});
    let item = json!({"item": {"id": 123, "UF_CRM_1": format!("e1cib/data/Документ.ЗаказКлиента?ref={ORDER}")}});
    let batch = json!({"result": {"result": {"c00": item}, "result_error": {"c01": denied, "c02": denied}, "result_total": [], "result_next": [], "result_time": []}});
    desk.answer(json!({"method": "batch", "text": batch.to_string()})).await;
    assert_eq!(desk.objects_of("deal:123").await.len(), 1);
    desk.answer(json!({"method": "batch", "status": 401, "error": "INVALID_CREDENTIALS"}))
        .await;
    let refused = desk
        .entities
        .facts(desk.portal.clone(), "deal:123".parse().unwrap(), None)
        .await;
    assert_eq!(refused.unwrap_err().code_text(), "auth.refused");
}

#[tokio::test]
async fn an_object_is_found_in_the_base_by_its_attribute_and_the_licence_is_given_back() {
    let desk = Desk::new().await;
    let company: Entity = "company:22".parse().unwrap();
    let mut facts = desk.facts("company:22").await;
    let all = desk.portal("profile", json!({})).await;
    assert!(all["ID"].is_string());
    // The base knows its own companies; the portal's one gets the name of one of them.
    let name = desk.first_party().await;
    facts.fields.insert("title".to_owned(), name.clone().into());
    let asked = searches(&desk.portal, company, &facts, &desk.settings);
    assert_eq!(asked.len(), 2, "as a party and as a partner");
    let base = desk.settings.bases[0].clone();
    let objects = desk.objects.find(base.clone(), asked.clone()).await.unwrap();
    assert_eq!(desk.licences().await, 0);
    let shown = found(&objects, &desk.settings);
    assert!(
        shown
            .iter()
            .any(|object| object.label == name && object.kind == "Справочник.Контрагенты"),
        "{shown:?}"
    );
    assert!(
        shown
            .iter()
            .all(|object| matches!(object.origin, Origin::Search { .. }))
    );

    let mut nobody = asked.clone();
    for search in &mut nobody {
        "Такого контрагента нет' or 1 eq 1 or '".clone_into(&mut search.value);
    }
    assert_eq!(desk.objects.find(base.clone(), nobody).await.unwrap(), []);
    let mut unknown = asked;
    for search in &mut unknown {
        search.attribute = onec::Identifier::parse("НетТакого").unwrap();
    }
    let refused = desk.objects.find(base, unknown).await.unwrap_err();
    assert_eq!(refused.code_text(), "service.failed");
    assert_eq!(desk.licences().await, 0);
}

impl Desk {
    /// The name of a party of the trade base.
    async fn first_party(&self) -> String {
        let path = format!(
            "{}/odata/standard.odata/Catalog_%D0%9A%D0%BE%D0%BD%D1%82%D1%80%D0%B0%D0%B3%D0%B5%D0%BD%D1%82%D1%8B?$format=json&$top=1",
            self.office.ut()
        );
        let request = self.office.http.get(path).basic_auth("Администратор", Some("demo"));
        let answer = request.send().await.unwrap().text().await.unwrap();
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["value"][0]["Description"].as_str().unwrap().to_owned()
    }
}
