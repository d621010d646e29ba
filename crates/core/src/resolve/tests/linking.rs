//! Links that are written, and the field that holds them.
use super::*;

#[test]
fn links_are_written_only_where_there_is_none() {
    let settings = settings();
    let item = |value: Value| value.as_object().unwrap().clone();
    let known = |id: u64, link: Value| {
        item(json!({"id": id, "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": link}))
    };
    let items = [
        known(1, json!(null)),
        known(2, json!("")),
        known(3, json!("hotstart://crm/x/deal/3")),
        item(json!({"id": "4", "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": false})),
        item(json!({"id": 5, "originatorId": "MAIL", "originId": UUID, "UF_CRM_HOTSTART": null})),
        item(json!({"id": 6, "originatorId": "1C_UT", "originId": UUID})),
        item(json!({"id": 0, "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": null})),
    ];
    let writes = links_to_write(PORTAL, EntityType::Deal, &items, &settings);
    let ids: Vec<u64> = writes.iter().map(|write| write.entity.id.get()).collect();
    assert_eq!(ids, [1, 2, 4]);
    assert_eq!(writes[0].link, format!("hotstart://onec/ut/{}", order(HEX)));
    let invoice = [item(
        json!({"id": 7, "xmlId": UUID, "UF_CRM_SMART_INVOICE_HOTSTART": null}),
    )];
    let writes = links_to_write(PORTAL, EntityType::Invoice, &invoice, &settings);
    assert_eq!(writes[0].field, "UF_CRM_SMART_INVOICE_HOTSTART");
}

#[test]
fn the_field_has_the_name_that_its_type_wants() {
    let smart = EntityType::parse("128").unwrap();
    for (name, entity_type, process, expected) in [
        ("UF_CRM_HOTSTART", EntityType::Deal, None, Some("UF_CRM_HOTSTART")),
        (
            "UF_CRM_HOTSTART",
            EntityType::Invoice,
            None,
            Some("UF_CRM_SMART_INVOICE_HOTSTART"),
        ),
        ("UF_CRM_HOTSTART", smart, Some(4), Some("UF_CRM_4_HOTSTART")),
        ("UF_CRM_HOTSTART", smart, None, None),
        ("UF_CRM_4_1732", smart, None, Some("UF_CRM_4_1732")),
        (
            "UF_CRM_1732558654060",
            EntityType::Deal,
            None,
            Some("UF_CRM_1732558654060"),
        ),
        ("UF_CRM_HOTSTART", EntityType::Task, None, None),
        ("TITLE", EntityType::Deal, None, None),
    ] {
        assert_eq!(
            field_of(name, entity_type, process).as_deref(),
            expected,
            "{name} {entity_type}"
        );
    }
    let fields = facts(json!({"UF_CRM_OTHERHOTSTART": 1, "UF_CRM_12_HOTSTART": 2})).fields;
    assert_eq!(own_field(&fields, "UF_CRM_HOTSTART"), Some("UF_CRM_12_HOTSTART"));
    assert_eq!(own_field(&fields, "UF_CRM_13_HOTSTART"), None);
}
