//! From an object to the entities that lead to it: the same facts, asked the other way round.
use bitrix24::{Entity, EntityType};
use onec::{NavigationLink, Ref};

use super::candidates::candidates;
use super::facts::EntityFacts;
use crate::link::Link;
use crate::settings::{BaseSettings, EXTERNAL_FIELD, Settings};

/// How many questions a portal is asked about one object at most: they go in one batch, which has room for fifty.
const MOST: usize = 49;

/// One question about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Among the entities of this type.
    pub entity_type: EntityType,
    /// By what.
    pub by: By,
}

/// By what an entity is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A field with a link holds this reference.
    Field {
        /// A name of the common kind.
        name: String,
        /// 32 hexadecimal digits.
        reference: String,
    },
    /// The identifiers of the external system.
    Origin {
        /// The system.
        originator: String,
        /// The object there, in every spelling.
        ids: Vec<String>,
    },
    /// The identifier of types that name no system.
    XmlId(Vec<String>),
    /// An activity of an external channel has this identifier; the type says nothing then.
    Activity(Vec<String>),
}

/// An entity that a portal has given as an answer, with what is needed to check it.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// The entity.
    pub entity: Entity,
    /// What the portal says of it.
    pub facts: EntityFacts,
}

/// The types that are always looked at.
const TYPES: [EntityType; 6] = [
    EntityType::Deal,
    EntityType::Invoice,
    EntityType::Company,
    EntityType::Contact,
    EntityType::Lead,
    EntityType::Quote,
];

/// The questions for an object of a base, the likelier ones first. `learned` are fields in which links were seen.
pub fn looks(
    portal: &str,
    base: &BaseSettings,
    nav: &NavigationLink,
    learned: &[(EntityType, String)],
    settings: &Settings,
) -> Vec<Look> {
    let Some((of, reference)) = nav.object() else {
        return Vec::new();
    };
    let mapping = settings.mapping(portal);
    let mapped = mapping
        .kinds
        .iter()
        .filter(|kind| kind.base == base.alias && kind.object_type().as_ref() == Some(of));
    let others = mapping.kinds.iter().filter(|kind| kind.base == base.alias);
    let named = mapped
        .chain(others)
        .filter_map(crate::settings::MappedKind::entity_type);
    let mut types: Vec<EntityType> = Vec::new();
    for entity_type in named.chain(learned.iter().map(|(of, _)| *of)).chain(TYPES) {
        if entity_type.is_crm() && !types.contains(&entity_type) {
            types.push(entity_type);
        }
    }
    let ids = spellings(reference);
    let originators: Vec<&str> = mapping
        .originators
        .iter()
        .filter(|known| known.base == base.alias)
        .map(|known| known.originator.as_str())
        .collect();
    let mut found = Vec::new();
    for entity_type in types {
        let own = learned
            .iter()
            .filter(|(of, _)| *of == entity_type)
            .map(|(_, name)| name.as_str());
        let mut names: Vec<&str> = Vec::new();
        for name in mapping
            .fields
            .iter()
            .map(String::as_str)
            .chain(own)
            .chain([mapping.link_field.as_str(), EXTERNAL_FIELD])
        {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let field = |name: &str| By::Field {
            name: name.to_owned(),
            reference: reference.to_string(),
        };
        let mut by: Vec<By> = names.into_iter().map(field).collect();
        if has_origin(entity_type) {
            by.extend(originators.iter().map(|originator| By::Origin {
                originator: (*originator).to_owned(),
                ids: ids.clone(),
            }));
        } else {
            by.push(By::XmlId(ids.clone()));
        }
        found.extend(by.into_iter().map(|by| Look { entity_type, by }));
    }
    found.truncate(MOST - 1);
    found.push(Look {
        entity_type: EntityType::Company,
        by: By::Activity(ids),
    });
    found
}

/// Whether the entity really leads to this place of this base: a filter of the portal finds more than that.
pub fn holds(portal: &str, holder: &Holder, link: &Link, settings: &Settings) -> bool {
    let found = candidates(portal, holder.entity, &holder.facts, settings);
    // Links are compared as values: kinds have names in two languages.
    found
        .iter()
        .any(|candidate| Link::parse(&candidate.link).as_ref() == Ok(link))
}

/// Leads, deals, contacts and companies name the system as well.
const fn has_origin(entity_type: EntityType) -> bool {
    matches!(
        entity_type,
        EntityType::Lead | EntityType::Deal | EntityType::Contact | EntityType::Company
    )
}

/// The identifier of an object as exchanges write it: both spellings, the UUID in both cases.
fn spellings(reference: Ref) -> Vec<String> {
    let uuid = reference.uuid().to_string();
    vec![uuid.clone(), uuid.to_uppercase(), reference.to_string()]
}
