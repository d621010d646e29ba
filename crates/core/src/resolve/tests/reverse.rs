//! From an object back to its entities.
use super::*;

#[test]
fn the_same_facts_are_asked_the_other_way_round() {
    let settings = settings();
    let base = settings.base("ut").unwrap();
    let nav = NavigationLink::parse(&order(HEX)).unwrap();
    let learned = [(EntityType::parse("1030").unwrap(), "UF_CRM_8_LINK".to_owned())];
    let asked = looks(PORTAL, base, &nav, &learned, &settings);
    assert!(asked.len() < 50, "with the connectors they fit into a batch");
    let has = |entity_type: &str, by: &By| {
        let entity_type = EntityType::parse(entity_type).unwrap();
        asked
            .iter()
            .any(|look| look.entity_type == entity_type && look.by == *by)
    };
    let field = |name: &str| By::Field {
        name: name.to_owned(),
        reference: HEX.to_owned(),
    };
    let ids = vec![UUID.to_owned(), UUID.to_uppercase(), HEX.to_owned()];
    let origin = By::Origin {
        originator: "1C_UT".to_owned(),
        ids: ids.clone(),
    };
    assert_eq!(asked[0].entity_type, EntityType::Deal, "the likeliest first");
    assert!(
        has("deal", &field("UF_CRM_HOTSTART")) && has("deal", &field("UF_CRM_EXTERNAL_URL")) && has("deal", &origin)
    );
    assert!(has("1030", &field("UF_CRM_8_LINK")) && has("1030", &By::XmlId(ids.clone())));
    assert!(has("invoice", &By::XmlId(ids.clone())) && !has("invoice", &origin));
    assert!(has("company", &By::Activity(ids)));
    assert_eq!(looks(PORTAL, base, &NavigationLink::StartPage, &[], &settings), []);

    let holder = |fields: Value| Holder {
        entity: entity("deal:1"),
        facts: facts(fields),
    };
    let link = Link::parse(&format!("hotstart://onec/ut/{}", order(HEX))).unwrap();
    assert!(holds(
        PORTAL,
        &holder(json!({"UF_CRM_HOTSTART": order(HEX)})),
        &link,
        &settings
    ));
    assert!(holds(
        PORTAL,
        &holder(json!({"originatorId": "1C_UT", "originId": UUID})),
        &link,
        &settings
    ));
    let elsewhere = format!("https://srv.example.ru/bp/#{}", order(HEX));
    assert!(!holds(
        PORTAL,
        &holder(json!({ "UF_CRM_HOTSTART": elsewhere })),
        &link,
        &settings
    ));
}
