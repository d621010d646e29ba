//! How an entity is called and drawn in menus, choosers and notifications.
use bitrix24::{Entity, EntityType, Page, Template};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::facts::{text, value};
use crate::ports::EntityFields;
use crate::settings::PortalMapping;

/// An entity for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct EntityCard {
    /// The portal.
    pub portal: String,
    /// Type and id: `deal:123`.
    pub entity: String,
    /// Its name; type and id where it has none.
    pub title: String,
    /// Its picture.
    pub icon: EntityIcon,
    /// The link that opens its page.
    pub link: String,
}

/// The picture of a type of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum EntityIcon {
    /// A lead.
    Lead,
    /// A deal.
    Deal,
    /// A person.
    Contact,
    /// A company.
    Company,
    /// A quote or an invoice.
    Paper,
    /// An item of a smart process.
    Item,
    /// A task.
    Task,
    /// A talk.
    Chat,
    /// A workgroup.
    Group,
}

impl EntityIcon {
    /// The picture of a type.
    pub const fn of(entity_type: EntityType) -> Self {
        match entity_type {
            EntityType::Lead => Self::Lead,
            EntityType::Deal => Self::Deal,
            EntityType::Contact | EntityType::User => Self::Contact,
            EntityType::Company => Self::Company,
            EntityType::Quote | EntityType::Invoice => Self::Paper,
            EntityType::Smart(_) => Self::Item,
            EntityType::Task => Self::Task,
            EntityType::Chat => Self::Chat,
            EntityType::Group => Self::Group,
        }
    }
}

impl EntityCard {
    /// The card of an entity with this name.
    pub fn new(mapping: &PortalMapping, entity: Entity, title: &str) -> Self {
        let portal = &mapping.portal;
        let moved: Vec<Template> = mapping.page_templates();
        let path = Page::of_entity(entity).path_with(&moved);
        Self {
            portal: portal.clone(),
            entity: entity.to_string(),
            title: if title.trim().is_empty() {
                entity.to_string()
            } else {
                title.trim().to_owned()
            },
            icon: EntityIcon::of(entity.entity_type),
            link: format!("hotstart://b24/{portal}{path}"),
        }
    }
}

impl PortalMapping {
    /// The pages that this portal has moved.
    pub fn page_templates(&self) -> Vec<Template> {
        let templates = self.templates.iter();
        templates
            .filter_map(|known| Template::parse(&known.page, &known.path))
            .collect()
    }
}

/// The name of an item: its title, or the names of a person.
pub fn title_of(fields: &EntityFields) -> String {
    let given = |name: &str| value(fields, name).and_then(text);
    given("title").unwrap_or_else(|| {
        let names = ["name", "lastName"].iter().filter_map(|name| given(name));
        names.collect::<Vec<_>>().join(" ")
    })
}
