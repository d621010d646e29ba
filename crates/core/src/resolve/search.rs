//! When nothing leads to an object: what is searched in which base, and what can be made there.
use bitrix24::Entity;
use onec::{Identifier, NavigationLink, ObjectType, Ref};

use super::candidates::of_nav;
use super::facts::EntityFacts;
use super::{Candidate, Origin};
use crate::plan::base_of_portal;
use crate::settings::Settings;

/// A search in a base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The alias of the base.
    pub base: String,
    /// What is searched.
    pub object: ObjectType,
    /// The attribute.
    pub attribute: Identifier,
    /// Its value.
    pub value: String,
}

/// An object that a search has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundObject {
    /// By which search.
    pub search: Search,
    /// Which object.
    pub reference: Ref,
    /// What the base calls it.
    pub title: String,
}

/// An object that can be made from an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creation {
    /// Kind and name.
    pub object: ObjectType,
    /// The alias of the base.
    pub base: String,
}

/// The searches that the mapping names for an entity, without those whose field is empty and those in bases that
/// cannot be asked.
pub fn searches(portal: &str, entity: Entity, facts: &EntityFacts, settings: &Settings) -> Vec<Search> {
    let mapping = settings.mapping(portal);
    let search = |kind: &crate::settings::MappedKind| {
        let base = settings.base(&kind.base)?;
        base.service_key()?;
        let value = match kind.field.as_deref() {
            None => entity.id.to_string(),
            Some(field) => facts.text(super::own_field(&facts.fields, field).unwrap_or(field))?,
        };
        Some(Search {
            base: base.alias.clone(),
            object: kind.object_type()?,
            attribute: Identifier::parse(kind.attribute.as_deref()?)?,
            value,
        })
    };
    mapping.kinds_of(entity.entity_type).filter_map(search).collect()
}

/// What was found, as candidates.
pub fn found(objects: &[FoundObject], settings: &Settings) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for object in objects {
        let search = &object.search;
        let Some(base) = settings.base(&search.base) else {
            continue;
        };
        let nav = NavigationLink::Object {
            of: search.object.clone(),
            reference: object.reference,
        };
        let origin = Origin::Search {
            attribute: search.attribute.to_string(),
        };
        let candidate = of_nav(base, nav, &object.title, origin);
        candidates.extend(candidate.filter(|new| candidates.iter().all(|known| known.link != new.link)));
    }
    candidates
}

/// What can be made from an entity: each kind of the mapping in its base.
pub fn creations(portal: &str, entity: Entity, settings: &Settings) -> Vec<Creation> {
    let mapping = settings.mapping(portal);
    let mut found: Vec<Creation> = Vec::new();
    for kind in mapping.kinds_of(entity.entity_type) {
        if let (Some(object), Some(base)) = (kind.object_type(), settings.base(&kind.base)) {
            let base = base.alias.clone();
            let new = Creation { object, base };
            if new.object.kind.kind.has_new_form() && !found.contains(&new) {
                found.push(new);
            }
        }
    }
    found
}

/// The bases in which an object of this kind is made from an entity: those that the mapping has for type and kind, then
/// those that it has for the type, else the one of the portal.
pub(crate) fn bases_of_new(portal: &str, entity: Entity, object: &ObjectType, settings: &Settings) -> Vec<String> {
    let mut bases: Vec<String> = Vec::new();
    for creation in creations(portal, entity, settings) {
        if creation.object == *object && !bases.contains(&creation.base) {
            bases.push(creation.base);
        }
    }
    if bases.is_empty() {
        let base = settings
            .portal(portal)
            .and_then(|portal| base_of_portal(portal, settings));
        bases.extend(base.map(|base| base.alias.clone()));
    }
    bases
}
