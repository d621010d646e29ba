//! The page of links: what an entity would open, its mapping, and its field.
mod names;
mod resolving;
mod returning;
mod writing;

use std::time::Duration;

use bitrix24::EntityType;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{EntityFields, MadeField};
use hotstart_core::resolve::{EntityFacts, Gathered};
use hotstart_core::settings::{Originator, PortalMapping, Preset, Settings};
use hotstart_core::view::{LinksCommand, LinksView, UiCommand};
use serde_json::json;

use super::desk::{Desk, PORTAL, settings};

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
