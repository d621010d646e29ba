//! The field for links and what is written to it.
use bitrix24::EntityType;
use hotstart_core::ports::{Entities as _, FieldWanted};
use hotstart_core::resolve::{LinkWrite, links_to_write};
use serde_json::{Value, json};

use super::{Desk, written};

const NAME: &str = "UF_CRM_HOTSTART";

fn wanted(types: &[&str]) -> FieldWanted {
    FieldWanted {
        name: NAME.to_owned(),
        label: ("Открыть в 1С".to_owned(), "Open in 1C".to_owned()),
        types: types.iter().map(|word| EntityType::parse(word).unwrap()).collect(),
    }
}

#[tokio::test]
async fn the_field_is_made_where_it_is_missing_and_only_there() {
    let desk = Desk::new().await;
    let types = ["deal", "company", "contact", "invoice", "128", "777"];
    let made = desk
        .entities
        .make_fields(desk.portal.clone(), wanted(&types))
        .await
        .unwrap();
    assert_eq!(desk.calls().await, ["crm.type.list", "crm.type.list", "batch", "batch"]);
    let names: Vec<_> = made
        .iter()
        .map(|field| (field.result.clone().ok(), field.known))
        .collect();
    let name = |text: &str| Some(text.to_owned());
    assert_eq!(
        names,
        [
            (name(NAME), false),
            (name(NAME), false),
            (name(NAME), false),
            (name("UF_CRM_SMART_INVOICE_HOTSTART"), false),
            (name("UF_CRM_4_HOTSTART"), false),
            (None, false),
        ]
    );
    assert_eq!(made[5].result.as_ref().unwrap_err().code_text(), "mapping.invalid");
    let fields = desk
        .portal("crm.item.fields", json!({"entityTypeId": 2, "useOriginalUfNames": "Y"}))
        .await;
    assert_eq!(fields["fields"][NAME]["type"], "url");

    let again = desk
        .entities
        .make_fields(desk.portal.clone(), wanted(&["deal", "invoice", "128"]))
        .await
        .unwrap();
    assert!(again.iter().all(|field| field.known && field.result.is_ok()));
    assert_eq!(desk.calls().await, ["batch"], "nothing is made twice");
    let batch = |result: Value, errors: Value| {
        let whole = json!({"result": {"result": result, "result_error": errors, "result_total": [], "result_next": [], "result_time": []}});
        json!({"method": "batch", "text": whole.to_string()})
    };
    desk.answer(batch(json!({"c00": []}), json!([]))).await;
    desk.answer(batch(
        json!([]),
        json!({"c00": {"error": "ACCESS_DENIED", "error_description": "Access denied."}}),
    ))
    .await;
    let denied = desk
        .entities
        .make_fields(desk.portal.clone(), wanted(&["lead"]))
        .await
        .unwrap();
    assert_eq!(denied[0].result.as_ref().unwrap_err().code_text(), "field.rights");
}

#[tokio::test]
async fn links_are_written_for_what_1c_knows_and_found_again() {
    let desk = Desk::new().await;
    desk.entities
        .make_fields(desk.portal.clone(), wanted(&["deal", "invoice"]))
        .await
        .unwrap();
    desk.calls().await;
    for (of, known, link) in [
        (
            EntityType::Deal,
            126,
            "Документ.ЗаказКлиента?ref=9abc123456789abc5678123412345678",
        ),
        (
            EntityType::Invoice,
            71,
            "Документ.СчетНаОплатуКлиенту?ref=8ca0000d8843cd1b11dc8d043d71007f",
        ),
    ] {
        let page = |after| {
            desk.entities
                .known_outside(desk.portal.clone(), of, NAME.to_owned(), after)
        };
        let items = page(0).await.unwrap();
        let writes = links_to_write(&desk.portal, of, &items, &desk.settings);
        assert_eq!(writes.len(), 1);
        assert_eq!(writes[0].entity.id.get(), known);
        let outcomes = desk.entities.write_links(desk.portal.clone(), writes).await.unwrap();
        assert_eq!(outcomes, [Ok(())]);
        assert_eq!(desk.calls().await, ["crm.item.list", "batch"]);
        let items = page(0).await.unwrap();
        assert_eq!(
            links_to_write(&desk.portal, of, &items, &desk.settings),
            [],
            "a second run writes nothing"
        );
        assert_eq!(page(known).await.unwrap(), [], "behind the last one is none");
        let item = desk
            .portal(
                "crm.item.get",
                json!({"entityTypeId": of.crm_number(), "id": known, "useOriginalUfNames": "Y"}),
            )
            .await;
        let field = if of == EntityType::Deal {
            NAME
        } else {
            "UF_CRM_SMART_INVOICE_HOTSTART"
        };
        assert_eq!(item["item"][field], format!("hotstart://onec/ut/e1cib/data/{link}"));
    }
}

#[tokio::test]
async fn each_link_of_a_batch_has_its_own_outcome() {
    let desk = Desk::new().await;
    desk.entities
        .make_fields(desk.portal.clone(), wanted(&["deal"]))
        .await
        .unwrap();
    let write = |text: &str, field: &str| LinkWrite {
        entity: text.parse().unwrap(),
        field: field.to_owned(),
        link: "hotstart://onec/ut/e1cib/list/Документ.ЗаказКлиента".to_owned(),
    };
    desk.calls().await;
    let writes = vec![
        write("deal:123", NAME),
        write("deal:9999", NAME),
        write("deal:124", "UF_CRM_NOWHERE"),
    ];
    let outcomes = desk.entities.write_links(desk.portal.clone(), writes).await.unwrap();
    assert_eq!(desk.calls().await, ["batch"]);
    let codes: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().err().map(hotstart_core::failure::Failure::code_text))
        .collect();
    assert_eq!(codes, [None, Some("entity.missing"), Some("field.missing")]);
    let item = desk
        .portal(
            "crm.item.get",
            json!({"entityTypeId": 2, "id": 123, "useOriginalUfNames": "Y"}),
        )
        .await;
    assert_eq!(
        item["item"][NAME],
        written("hotstart://onec/ut/e1cib/list/Документ.ЗаказКлиента")[NAME]
    );
}
