//! From an entity to its objects and back, links by hand, and links for all that 1C knows.
use std::time::Duration;

use bitrix24::{Entity, EntityType};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::link::Source;
use hotstart_core::ports::{EntityFields, MadeField};
use hotstart_core::resolve::{EntityFacts, FoundObject, Gathered, Holder, Search};
use hotstart_core::settings::{MappedKind, Originator, PortalMapping, Preset, Settings};
use hotstart_core::view::{LinksCommand, LinksView, Page, UiCommand, WritingState};
use hotstart_core::window::WindowCommand;
use onec::{Identifier, ObjectType, Ref};
use serde_json::json;

use super::desk::{Deed, Desk, PORTAL, settings};
use crate::Request;

const ORDER: &str = "e1cib/data/Документ.ЗаказКлиента?ref=8936000c29dddd3811ecc9c9312e175a";
const UUID: &str = "312e175a-c9c9-11ec-8936-000c29dddd38";

fn deal(id: u64) -> String {
    format!("hotstart://crm/{PORTAL}/deal/{id}")
}

fn fields(value: serde_json::Value) -> EntityFields {
    value.as_object().unwrap().clone()
}

fn facts(value: serde_json::Value) -> Gathered {
    Gathered::Facts(EntityFacts {
        fields: fields(value),
        ..EntityFacts::default()
    })
}

/// The base `ut` is a trade base whose objects may be searched.
fn mapped() -> Settings {
    let mut settings = settings();
    settings.bases[0].service_user = Some("Обмен".to_owned());
    let mut mapping = PortalMapping::of(PORTAL);
    mapping.add(Preset::Ut, "ut");
    mapping.originators.push(Originator {
        originator: "1C_UT".to_owned(),
        base: "ut".to_owned(),
    });
    settings.set_mapping(mapping);
    settings
}

async fn links(desk: &Desk, command: LinksCommand) -> Result<LinksView, String> {
    let result = desk.ui(UiCommand::Links { command }).await;
    result.map_err(|failure| failure.code)?;
    // Jobs of the fake portal are done at once.
    tokio::time::sleep(Duration::from_millis(10)).await;
    Ok(desk.view().await.links)
}

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

#[tokio::test(start_paused = true)]
async fn a_preview_shows_what_would_open_and_opens_nothing() {
    let mut desk = Desk::start(mapped());
    desk.view().await;
    let preview = |text: &str| LinksCommand::Preview {
        portal: PORTAL.to_owned(),
        text: text.to_owned(),
    };
    let known = json!({"title": "Кофемашины", "UF_CRM_1": ORDER});
    desk.portal.said().facts.push_back(Ok(facts(known)));
    for text in [
        "deal:5",
        " /crm/deal/details/5/ ",
        &deal(5),
        &format!("https://{PORTAL}/crm/deal/details/5/?IFRAME=Y"),
    ] {
        let shown = links(&desk, preview(text)).await.unwrap().preview.unwrap();
        assert!(!shown.running);
        assert_eq!(shown.card.unwrap().title, "Кофемашины", "{text}");
        assert_eq!(shown.objects[0].link, format!("hotstart://onec/ut/{ORDER}"));
    }
    assert_eq!(desk.portal.asked(), ["facts deal:5"]);
    desk.portal
        .said()
        .facts
        .push_back(Err(Failure::new(Code::EntityMissing).with("entity", "deal:6")));
    let shown = links(&desk, preview("deal:6")).await.unwrap().preview.unwrap();
    assert_eq!(shown.failure.unwrap().code, "entity.missing");
    let empty = links(&desk, preview("deal:7")).await.unwrap().preview.unwrap();
    assert_eq!(empty.creations[0].object, "Документ.ЗаказКлиента");
    for (text, code) in [
        ("task:5", "entity.invalid"),
        ("https://other.example.ru/crm/deal/details/5/", "entity.invalid"),
    ] {
        assert_eq!(links(&desk, preview(text)).await.unwrap_err(), code, "{text}");
    }
    assert_eq!(desk.rest().await, []);
}

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

#[tokio::test(start_paused = true)]
async fn the_mapping_is_checked_before_it_is_kept_and_follows_its_bases() {
    let desk = Desk::start(settings());
    let preset = |base: &str| LinksCommand::AddPreset {
        portal: PORTAL.to_owned(),
        base: base.to_owned(),
        preset: Preset::Bp,
    };
    assert_eq!(links(&desk, preset("zup")).await.unwrap_err(), "base.unknown");
    links(&desk, preset("bp")).await.unwrap();
    let kept = desk.view().await.settings.mapping(PORTAL);
    assert_eq!(kept.kinds[0].object, "Документ.СчетНаОплатуПокупателю");
    let other = PortalMapping::of("other.example.ru");
    let refused = links(&desk, LinksCommand::SetMapping { mapping: other }).await;
    assert_eq!(refused.unwrap_err(), "portal.unknown");
    desk.ui(UiCommand::RemoveBase { alias: "bp".to_owned() }).await.unwrap();
    assert_eq!(desk.view().await.settings.mapping(PORTAL).kinds, []);
}

#[tokio::test(start_paused = true)]
async fn the_field_is_made_and_the_value_for_robots_is_shown() {
    let desk = Desk::start(settings());
    let made = |entity_type, result| MadeField {
        entity_type,
        result,
        known: false,
    };
    desk.portal.said().made = vec![
        made(EntityType::Deal, Ok("UF_CRM_HOTSTART".to_owned())),
        made(EntityType::Company, Err(Failure::new(Code::FieldRights))),
    ];
    let command = LinksCommand::MakeFields {
        portal: PORTAL.to_owned(),
        types: vec!["deal".to_owned(), "company".to_owned()],
    };
    let view = links(&desk, command).await.unwrap().fields.unwrap();
    assert_eq!(view.made[0].pattern, format!("hotstart://crm/{PORTAL}/deal/{{{{ID}}}}"));
    assert_eq!(view.made[0].name.as_deref(), Some("UF_CRM_HOTSTART"));
    assert_eq!(view.made[1].failure.as_ref().unwrap().code, "field.rights");
    let wrong = LinksCommand::MakeFields {
        portal: PORTAL.to_owned(),
        types: vec!["task".to_owned()],
    };
    assert_eq!(links(&desk, wrong).await.unwrap_err(), "mapping.invalid");
}

/// A page of deals that 1C knows; those of even ids have a link already.
fn page(from: u64, count: u64) -> Vec<EntityFields> {
    let item = |id: u64| {
        let link = if id.is_multiple_of(2) {
            json!(format!("hotstart://onec/ut/{ORDER}"))
        } else {
            json!(null)
        };
        fields(json!({"id": id, "originatorId": "1C_UT", "originId": UUID, "UF_CRM_HOTSTART": link}))
    };
    (from..from + count).map(item).collect()
}

fn write() -> LinksCommand {
    LinksCommand::WriteLinks {
        portal: PORTAL.to_owned(),
        types: vec!["deal".to_owned(), "company".to_owned()],
    }
}

#[tokio::test(start_paused = true)]
async fn links_are_written_page_by_page_with_a_pause() {
    let desk = Desk::start(mapped());
    desk.portal.said().known.extend([Ok(page(1, 50)), Ok(page(51, 20))]);
    let began = tokio::time::Instant::now();
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let writing = desk.view().await.links.writing.unwrap();
    assert_eq!(
        (writing.seen, writing.written, writing.failed, writing.state),
        (70, 35, 0, WritingState::Finished)
    );
    assert!(began.elapsed() >= Duration::from_secs(6));
    assert_eq!(
        desk.portal.asked(),
        [
            "known deal after 0",
            "write 25",
            "known deal after 50",
            "write 10",
            "known company after 0"
        ]
    );
    let writes = desk.portal.said().writes.clone();
    assert!(
        writes
            .iter()
            .all(|write| write.link.ends_with(ORDER) && !write.entity.id.get().is_multiple_of(2))
    );
}

#[tokio::test(start_paused = true)]
async fn writing_stops_when_it_is_told_and_goes_on_where_it_was() {
    let desk = Desk::start(mapped());
    desk.portal
        .said()
        .known
        .extend([Ok(page(1, 50)), Ok(page(51, 50)), Ok(page(101, 1))]);
    links(&desk, write()).await.unwrap();
    let stopped = links(&desk, LinksCommand::CancelWriting)
        .await
        .unwrap()
        .writing
        .unwrap();
    assert_eq!((stopped.state, stopped.written), (WritingState::Cancelled, 25));
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(desk.portal.asked(), ["known deal after 0", "write 25"]);
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    let done = desk.view().await.links.writing.unwrap();
    assert_eq!((done.state, done.seen, done.written), (WritingState::Finished, 101, 51));
    assert_eq!(desk.portal.asked()[0], "known deal after 50");
}

#[tokio::test(start_paused = true)]
async fn writing_waits_when_the_portal_asks_for_it_and_stops_when_nothing_helps() {
    let desk = Desk::start(mapped());
    let limit = || Err(Failure::new(Code::PortalLimit).with("portal", PORTAL));
    desk.portal.said().known.extend([limit(), Ok(page(1, 10))]);
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(
        desk.portal.asked(),
        ["known deal after 0"],
        "it waits longer than usual"
    );
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(desk.view().await.links.writing.unwrap().written, 5);

    desk.portal.said().known.extend((0..5).map(|_| limit()));
    links(&desk, write()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(300)).await;
    let failed = desk.view().await.links.writing.unwrap();
    assert_eq!(
        (failed.state, failed.failure.unwrap().code.as_str()),
        (WritingState::Failed, "portal.limit")
    );
}

#[tokio::test(start_paused = true)]
async fn entities_of_notes_have_names_when_the_inbox_is_looked_at_and_are_asked_once() {
    use hotstart_core::inbox::{Note, NoteKind};
    use hotstart_core::ports::Stored;
    let note = |id: u64, path: &str| Note {
        id: format!("{PORTAL}/{id}"),
        portal: PORTAL.to_owned(),
        title: "Сделка".to_owned(),
        text: String::new(),
        link: Some(format!("hotstart://b24/{PORTAL}{path}")),
        tag: None,
        at: hotstart_core::Timestamp(1),
        read: false,
        toast: false,
        kind: NoteKind::Bell,
        buttons: Vec::new(),
    };
    let stored = Stored {
        inbox: vec![
            note(1, "/crm/deal/details/5/"),
            note(2, "/crm/deal/details/5/?x=1"),
            note(3, "/company/personal/user/1/tasks/task/view/9/"),
            note(4, "/stream/"),
        ],
        ..Stored::default()
    };
    let desk = Desk::start_with(settings(), stored);
    assert_eq!(desk.view().await.links.cards, []);
    desk.portal.said().titles = vec![(Entity::parse("deal:5").unwrap(), "Кофемашины".to_owned())];
    let show = UiCommand::ShowPage { page: Page::Inbox };
    desk.ui(show.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    let cards = desk.view().await.links.cards;
    let shown: Vec<(&str, &str)> = cards
        .iter()
        .map(|card| (&card.note[PORTAL.len() + 1..], card.card.title.as_str()))
        .collect();
    assert_eq!(shown, [("1", "Кофемашины"), ("2", "Кофемашины")]);
    let titles = |asked: Vec<String>| {
        asked
            .into_iter()
            .filter(|call| call.starts_with("titles"))
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(desk.portal.asked()), ["titles 2"]);
    desk.ui(show.clone()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(titles(desk.portal.asked()), [] as [&str; 0]);
    tokio::time::sleep(Duration::from_secs(700)).await;
    desk.ui(show).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert_eq!(titles(desk.portal.asked()), ["titles 2"], "names may change");
}
