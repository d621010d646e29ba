//! Links for entities that 1C already knows: which ones are written.
use bitrix24::{Entity, EntityId, EntityType};

use super::candidates::candidates;
use super::facts::{EntityFacts, text, value};
use super::{Origin, own_field};
use crate::ports::EntityFields;
use crate::settings::Settings;

/// A link that is written to an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkWrite {
    /// The entity.
    pub entity: Entity,
    /// The field, as the portal has it on this type.
    pub field: String,
    /// The link.
    pub link: String,
}

/// The links for items of a type whose identifiers lead to an object and whose link field is empty. Doing it again
/// writes nothing that is there already, so an interrupted run is simply begun anew.
pub fn links_to_write(
    portal: &str,
    entity_type: EntityType,
    items: &[EntityFields],
    settings: &Settings,
) -> Vec<LinkWrite> {
    let name = settings.mapping(portal).link_field;
    let write = |item: &EntityFields| {
        let id = EntityId::parse(&value(item, "id").and_then(text)?)?;
        let field = own_field(item, &name)?;
        if item.get(field).and_then(text).is_some() {
            return None;
        }
        let entity = Entity { entity_type, id };
        let facts = EntityFacts {
            fields: item.clone(),
            ..EntityFacts::default()
        };
        let found = candidates(portal, entity, &facts, settings);
        let object = found
            .into_iter()
            .find(|candidate| candidate.origin == Origin::External)?;
        Some(LinkWrite {
            entity,
            field: field.to_owned(),
            link: object.link,
        })
    };
    items.iter().filter_map(write).collect()
}
