//! From an entity to its object: known, led to by the mapping, searched, created or linked by hand.
use std::time::Duration;

use hotstart_core::failure::Code;
use hotstart_core::link::Source;
use hotstart_core::resolve::{FoundObject, Gathered, Search};
use hotstart_core::settings::MappedKind;
use hotstart_core::view::{LinksCommand, Page, UiCommand};
use hotstart_core::window::WindowCommand;
use onec::{Identifier, ObjectType, Ref};
use serde_json::json;

use super::super::desk::{Deed, Desk, PORTAL, settings};
use super::{ORDER, UUID, deal, facts, links, mapped};

#[tokio::test(start_paused = true)]
async fn a_known_entity_is_not_asked_for_again_and_a_stale_one_only_whether_it_changed() {
    let mut desk = Desk::start(settings());
    let known = json!({
        "UF_CRM_1": ORDER, "updatedTime": "2026-11-22T10:00:00+03:00", "lastActivityTime": "2026-11-22T09:00:00+03:00",
    });
    desk.portal.said().facts.push_back(Ok(facts(known.clone())));
    desk.warm(&deal(1)).await;
    assert_eq!(desk.portal.asked(), ["facts deal:1"]);

    desk.open(&deal(1), Source::Clicked).await;
    assert!(matches!(desk.window().await, WindowCommand::Navigate { .. }));
    assert_eq!(desk.portal.asked(), [] as [&str; 0], "within a minute");

    tokio::time::sleep(Duration::from_secs(120)).await;
    desk.portal.said().facts.push_back(Ok(Gathered::Unchanged));
    desk.open(&deal(1), Source::Clicked).await;
    desk.rest().await;
    assert_eq!(desk.portal.asked(), ["facts deal:1 since 2026-11-22T10:00:00+03:00"]);
    desk.open(&deal(1), Source::Clicked).await;
    desk.rest().await;
    assert_eq!(desk.portal.asked(), [] as [&str; 0], "good for another minute");

    tokio::time::sleep(Duration::from_secs(3600)).await;
    desk.portal.said().facts.push_back(Ok(facts(known)));
    desk.open(&deal(1), Source::Clicked).await;
    desk.rest().await;
    assert_eq!(
        desk.portal.asked(),
        ["facts deal:1"],
        "after half an hour everything is gathered anew"
    );
}

#[tokio::test(start_paused = true)]
async fn identifiers_lead_to_the_object_by_the_mapping() {
    let mut desk = Desk::start(mapped());
    let known = json!({"originatorId": "1C_UT", "originId": UUID});
    desk.portal.said().facts.push_back(Ok(facts(known)));
    desk.open(&deal(1), Source::Clicked).await;
    let WindowCommand::Open { address, .. } = desk.window().await else {
        panic!("a window opens")
    };
    assert!(address.ends_with("ref=8936000c29dddd3811ecc9c9312e175a"), "{address}");
}

#[tokio::test(start_paused = true)]
async fn where_nothing_leads_to_an_object_the_base_is_searched() {
    let mut desk = Desk::start(mapped());
    let parties = ObjectType::parse("Справочник.Контрагенты").unwrap();
    let object = FoundObject {
        search: Search {
            base: "ut".to_owned(),
            object: parties,
            attribute: Identifier::parse("Description").unwrap(),
            value: "ООО «Зерно»".to_owned(),
        },
        reference: Ref::parse_either(UUID).unwrap(),
        title: "Зерно ООО".to_owned(),
    };
    desk.portal.said().found = vec![object];
    desk.portal
        .said()
        .facts
        .push_back(Ok(facts(json!({"title": "ООО «Зерно»"}))));
    desk.open(&format!("hotstart://crm/{PORTAL}/company/21"), Source::Clicked)
        .await;
    let WindowCommand::Open { address, .. } = desk.window().await else {
        panic!("a window opens")
    };
    assert!(address.contains("ref=8936000c29dddd3811ecc9c9312e175a"), "{address}");
    assert_eq!(desk.portal.asked(), ["facts company:21", "find ut 2"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_found_nowhere_can_be_created_or_linked_by_hand() {
    let mut desk = Desk::start(mapped());
    let nothing = json!({"title": "Чайная комната", "UF_CRM_HOTSTART": null});
    desk.portal.said().facts.push_back(Ok(facts(nothing)));
    desk.open(&deal(127), Source::Clicked).await;
    assert_eq!(desk.rest().await, [Deed::Settings]);
    let question = desk.view().await.question.unwrap();
    assert!(question.text.contains("Чайная комната"), "{}", question.text);
    let keys: Vec<&str> = question.choices.iter().map(|choice| choice.key.as_str()).collect();
    assert_eq!(keys, ["create:0", "link", "cancel"]);
    assert_eq!(question.choices[0].label, "Создать: Документ.ЗаказКлиента");

    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "link".to_owned(),
    })
    .await
    .unwrap();
    let view = desk.view().await;
    let card = view.links.by_hand.unwrap();
    assert_eq!(
        (view.page, card.entity.as_str(), card.title.as_str()),
        (Page::Links, "deal:127", "Чайная комната")
    );

    let by_hand = |text: &str| LinksCommand::LinkByHand {
        portal: PORTAL.to_owned(),
        entity: "deal:127".to_owned(),
        text: Some(text.to_owned()),
    };
    for (text, code) in [
        ("https://evil.example/", "link.refused.address"),
        (
            "hotstart://onec/zup/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a",
            "base.unknown",
        ),
        (&deal(1), "link.refused.scheme"),
        ("e1cib/list/Документ.ЗаказКлиента", "link.refused.scheme"),
    ] {
        assert_eq!(links(&desk, by_hand(text)).await.unwrap_err(), code, "{text}");
    }
    assert_eq!(desk.portal.said().writes, []);
    let view = links(&desk, by_hand(&format!("https://srv.example.ru/ut/ru_RU/#{ORDER}")))
        .await
        .unwrap();
    assert_eq!(view.by_hand, None);
    let write = desk.portal.said().writes[0].clone();
    assert_eq!(
        (write.field.as_str(), write.link),
        ("UF_CRM_HOTSTART", format!("hotstart://onec/ut/{ORDER}"))
    );
    assert!(
        matches!(desk.window().await, WindowCommand::Open { .. }),
        "and it opens"
    );
}

#[tokio::test(start_paused = true)]
async fn a_card_without_the_field_says_so_and_a_question_that_is_declined_leaves_its_code() {
    let mut desk = Desk::start(settings());
    let by_hand = LinksCommand::LinkByHand {
        portal: PORTAL.to_owned(),
        entity: "deal:1".to_owned(),
        text: Some(ORDER.to_owned()),
    };
    assert_eq!(links(&desk, by_hand).await.unwrap_err(), Code::FieldMissing.as_str());
    desk.open(&deal(1), Source::Clicked).await;
    desk.rest().await;
    let question = desk.view().await.question.unwrap();
    assert_eq!(question.choices.len(), 2, "no mapping, so nothing can be created");
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "cancel".to_owned(),
    })
    .await
    .unwrap();
    let record = desk.journal().await;
    assert_eq!(record.error_code.as_deref(), Some(Code::EntityWithoutObject.as_str()));
}

#[tokio::test(start_paused = true)]
async fn something_new_is_made_in_the_base_of_its_kind_and_of_several_one_is_chosen() {
    let mut two = mapped();
    let mut mapping = two.mapping(PORTAL);
    mapping.kinds.push(MappedKind {
        entity: "deal".to_owned(),
        base: "bp".to_owned(),
        object: "Документ.СчетНаОплатуПокупателю".to_owned(),
        attribute: None,
        field: None,
    });
    mapping.kinds.push(MappedKind {
        entity: "deal".to_owned(),
        base: "bp".to_owned(),
        object: "Документ.ЗаказКлиента".to_owned(),
        attribute: None,
        field: None,
    });
    two.set_mapping(mapping);
    let mut desk = Desk::start(two);
    desk.open(
        &format!("{}/new/Документ.СчетНаОплатуПокупателю", deal(1)),
        Source::Clicked,
    )
    .await;
    desk.rest().await;
    let question = desk.view().await.question.unwrap();
    assert!(
        question.text.contains("bp") || question.text.contains("База bp"),
        "the base of the kind: {}",
        question.text
    );
    desk.open(&format!("{}/new/Документ.ЗаказКлиента", deal(1)), Source::Clicked)
        .await;
    desk.rest().await;
    let question = desk.view().await.question.unwrap();
    let keys: Vec<&str> = question.choices.iter().map(|choice| choice.key.as_str()).collect();
    assert_eq!(keys, ["base:ut", "base:bp", "cancel"]);
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "base:bp".to_owned(),
    })
    .await
    .unwrap();
    let WindowCommand::Open { address, .. } = desk.window().await else {
        panic!("a window opens")
    };
    assert!(address.starts_with("https://srv.example.ru/bp/"), "{address}");
}
