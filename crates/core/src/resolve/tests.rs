//! The way from entities to objects and back, on one mapping of one portal; here the cards.
mod cache;
mod candidates;
mod linking;
mod reverse;
mod search;

use bitrix24::{Entity, EntityType};
use onec::NavigationLink;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::Timestamp;
use crate::link::Link;
use crate::ports::EntityFields;
use crate::settings::{BaseSettings, MappedKind, Originator, PortalMapping, PortalSettings, Preset, Settings};

const PORTAL: &str = "portal.example.ru";
const HEX: &str = "8936000c29dddd3811ecc9c9312e175a";
const UUID: &str = "312e175a-c9c9-11ec-8936-000c29dddd38";
const OTHER: &str = "8780b06ebf2faaf611e86899c3314ae6";

fn settings() -> Settings {
    let base = |alias: &str| BaseSettings {
        alias: alias.to_owned(),
        name: format!("База {alias}"),
        publication: Some(format!("https://srv.example.ru/{alias}")),
        service_user: Some("Обмен".to_owned()),
        ..BaseSettings::default()
    };
    let mut mapping = PortalMapping::of(PORTAL);
    mapping.add(Preset::Ut, "ut");
    mapping.add(Preset::Bp, "bp");
    mapping.originators = vec![
        Originator {
            originator: "1C_UT".to_owned(),
            base: "ut".to_owned(),
        },
        Originator {
            originator: "1C_BP".to_owned(),
            base: "bp".to_owned(),
        },
    ];
    Settings {
        portals: vec![PortalSettings {
            portal: PORTAL.to_owned(),
            scheme: "https".to_owned(),
            base: Some("ut".to_owned()),
            ..PortalSettings::default()
        }],
        bases: vec![base("ut"), base("bp")],
        mappings: vec![mapping],
        ..Settings::default()
    }
}

fn entity(text: &str) -> Entity {
    Entity::parse(text).unwrap()
}

fn facts(fields: Value) -> EntityFacts {
    EntityFacts::read(fields.as_object().unwrap().clone(), None, None)
}

fn order(reference: &str) -> String {
    format!("e1cib/data/Документ.ЗаказКлиента?ref={reference}")
}

#[test]
fn cards_have_names_pictures_and_pages() {
    let mut mapping = PortalMapping::of(PORTAL);
    let card = EntityCard::new(&mapping, entity("deal:5"), " Кофе ");
    assert_eq!((card.title.as_str(), card.icon), ("Кофе", EntityIcon::Deal));
    assert_eq!(card.link, format!("hotstart://b24/{PORTAL}/crm/deal/details/5/"));
    mapping.templates = vec![crate::settings::PageTemplate {
        page: "deal".to_owned(),
        path: "/b24/deals/{id}/".to_owned(),
    }];
    let moved = EntityCard::new(&mapping, entity("deal:5"), "");
    assert_eq!(
        (moved.title.as_str(), moved.link.as_str()),
        ("deal:5", "hotstart://b24/portal.example.ru/b24/deals/5/")
    );
    assert_eq!(
        title_of(&facts(json!({"NAME": "Ольга", "LAST_NAME": "Зернова"})).fields),
        "Ольга Зернова"
    );
    assert_eq!(title_of(&facts(json!({"name": "О", "title": "Т"})).fields), "Т");
}
