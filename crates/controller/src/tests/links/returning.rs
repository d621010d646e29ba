//! From an object back to its entity.
use bitrix24::Entity;
use hotstart_core::link::Source;
use hotstart_core::resolve::{EntityFacts, Holder};
use serde_json::json;

use super::super::desk::{Deed, Desk, PORTAL};
use super::{ORDER, UUID, fields, mapped};
use crate::Request;

#[tokio::test(start_paused = true)]
async fn an_object_leads_back_to_its_entity_and_of_several_one_is_chosen() {
    let mut desk = Desk::start(mapped());
    let holder = |text: &str, value: serde_json::Value| Holder {
        entity: Entity::parse(text).unwrap(),
        facts: EntityFacts {
            fields: fields(value),
            ..EntityFacts::default()
        },
    };
    let link = format!("hotstart://onec/ut/{ORDER}");
    let right = holder("deal:5", json!({"title": "Кофе", "UF_CRM_HOTSTART": link}));
    // The filter of a portal finds parts of a text: an entity of another base is no answer.
    let wrong = holder(
        "deal:6",
        json!({"title": "Чай", "UF_CRM_HOTSTART": format!("https://other.example.ru/x/#{ORDER}")}),
    );
    desk.portal.said().holders = vec![right.clone(), wrong.clone()];
    let back = |link: &str| Request::EntityOf {
        link: link.to_owned(),
        source: Source::Bridge,
        token: None,
    };
    desk.send(back(&link)).await;
    assert_eq!(
        desk.next().await,
        Deed::Browsed(format!("https://{PORTAL}/crm/deal/details/5/"))
    );
    assert_eq!(desk.portal.asked(), [format!("holders {PORTAL}")]);
    desk.rest().await;

    let other = holder(
        "company:7",
        json!({"title": "Зерно", "originatorId": "1C_UT", "originId": UUID}),
    );
    desk.portal.said().holders = vec![right, other, wrong];
    let of_order = format!("e1cib/data/Справочник.Контрагенты?ref={}", &ORDER[ORDER.len() - 32..]);
    desk.send(back(&format!("https://srv.example.ru/ut/#{of_order}"))).await;
    assert_eq!(
        desk.next().await,
        Deed::Browsed(format!("https://{PORTAL}/crm/company/details/7/"))
    );

    desk.portal.said().holders = Vec::new();
    desk.rest().await;
    desk.send(back(&link)).await;
    assert_eq!(
        desk.journal().await.error_code.as_deref(),
        Some("object.without-entity")
    );
    for (text, code) in [
        ("hotstart://settings", "link.refused"),
        ("hotstart://onec/zup/e1cib/list/Документ.Заказ", "base.unknown"),
    ] {
        desk.rest().await;
        desk.send(back(text)).await;
        assert!(desk.journal().await.error_code.unwrap().starts_with(code), "{text}");
    }
}
