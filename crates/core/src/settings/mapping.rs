//! How the entities of a portal belong to objects of bases, for everything that a link in a field does not say: which
//! base an external system is, which kind of object an entity becomes, by which attribute it is found, and which fields
//! hold links.
mod preset;
#[cfg(test)]
mod tests;

use bitrix24::EntityType;
use onec::{Identifier, ObjectType};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Settings;
use crate::failure::{Code, Failure};

pub use preset::Preset;

/// The field that the set-up action makes, and that links are written to.
pub const LINK_FIELD: &str = "UF_CRM_HOTSTART";

/// The field where the connector of 1C keeps the address of the web client.
pub const EXTERNAL_FIELD: &str = "UF_CRM_EXTERNAL_URL";

/// The mapping of one portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct PortalMapping {
    /// The portal.
    pub portal: String,
    /// User fields that hold links, looked at before all others, in this order.
    pub fields: Vec<String>,
    /// The field that links are written to: `UF_CRM_...`.
    pub link_field: String,
    /// Which base an external system is.
    pub originators: Vec<Originator>,
    /// Which kind of object an entity becomes; the first of a type is its main one.
    pub kinds: Vec<MappedKind>,
    /// Pages of a portal on a server of the company that has moved them.
    pub templates: Vec<PageTemplate>,
}

/// An external system and the base it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Originator {
    /// `ORIGINATOR_ID`, as entities and connectors have it.
    pub originator: String,
    /// The alias of the base.
    pub base: String,
}

/// What the entities of a type are in a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MappedKind {
    /// The type of entity: `deal`, or the number of a smart process.
    pub entity: String,
    /// The alias of the base.
    pub base: String,
    /// Kind and name: `Документ.ЗаказКлиента`.
    pub object: String,
    /// The attribute by which the object is found where no link leads to it: `ИНН`, `Description`. None: it is not
    /// searched.
    #[serde(default)]
    pub attribute: Option<String>,
    /// The field of the entity whose value the attribute has: `title`, `UF_CRM_INN`; its id without one.
    #[serde(default)]
    pub field: Option<String>,
}

/// Where the pages of one kind are on this portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PageTemplate {
    /// The kind of page: `deal`, `task`.
    pub page: String,
    /// Its path, `{id}` in it: `/b24/crm/deal/details/{id}/`.
    pub path: String,
}

impl Default for PortalMapping {
    fn default() -> Self {
        Self {
            portal: String::new(),
            fields: Vec::new(),
            link_field: LINK_FIELD.to_owned(),
            originators: Vec::new(),
            kinds: Vec::new(),
            templates: Vec::new(),
        }
    }
}

impl MappedKind {
    /// The type of entity.
    pub fn entity_type(&self) -> Option<EntityType> {
        EntityType::parse(&self.entity)
    }

    /// The kind of object.
    pub fn object_type(&self) -> Option<ObjectType> {
        ObjectType::parse(&self.object).ok()
    }

    fn check(&self) -> Result<(), &str> {
        if !self.entity_type().is_some_and(EntityType::is_crm) {
            return Err(&self.entity);
        }
        if !self.object_type().is_some_and(|of| of.kind.kind.has_reference()) {
            return Err(&self.object);
        }
        match &self.attribute {
            Some(attribute) if Identifier::parse(attribute).is_none() => Err(attribute),
            _ => Ok(()),
        }
    }
}

impl PortalMapping {
    /// The mapping of a portal that has none yet.
    pub fn of(portal: &str) -> Self {
        Self {
            portal: portal.to_owned(),
            ..Self::default()
        }
    }

    /// The base that an external system is; systems are told apart by every letter, as the portal does.
    pub fn base_of(&self, originator: &str) -> Option<&str> {
        let found = self.originators.iter().find(|known| known.originator == originator);
        found.map(|known| known.base.as_str())
    }

    /// What the entities of a type are, the main one first.
    pub fn kinds_of(&self, entity_type: EntityType) -> impl Iterator<Item = &MappedKind> {
        let is = move |kind: &&MappedKind| kind.entity_type() == Some(entity_type);
        self.kinds.iter().filter(is)
    }

    /// Adds what a configuration of 1C usually has, for a base; what the base has for a type already stays.
    pub fn add(&mut self, preset: Preset, base: &str) {
        let known: Vec<String> = self
            .kinds
            .iter()
            .filter(|kind| kind.base == base)
            .map(|kind| kind.entity.clone())
            .collect();
        let new = preset
            .kinds(base)
            .into_iter()
            .filter(|kind| !known.contains(&kind.entity));
        self.kinds.extend(new);
    }

    /// Brings a mapping into the form in which it is kept, or names what does not fit.
    pub fn checked(mut self, settings: &Settings) -> Result<Self, Failure> {
        let invalid = |value: &str| Failure::new(Code::MappingInvalid).with("value", value);
        let field = |text: &str| text.trim().to_uppercase();
        self.fields = self
            .fields
            .iter()
            .map(|text| field(text))
            .filter(|text| !text.is_empty())
            .collect();
        self.link_field = match field(&self.link_field).as_str() {
            "" => LINK_FIELD.to_owned(),
            text => text.to_owned(),
        };
        // Its name on other types is made of this one.
        if !self.link_field.starts_with("UF_CRM_") {
            return Err(invalid(&self.link_field));
        }
        if let Some(wrong) = self
            .fields
            .iter()
            .chain([&self.link_field])
            .find(|name| !is_user_field(name))
        {
            return Err(invalid(wrong));
        }
        for known in &mut self.originators {
            known.originator = known.originator.trim().to_owned();
            if known.originator.is_empty() || known.originator.len() > 250 {
                return Err(invalid(&known.originator));
            }
        }
        for kind in &mut self.kinds {
            kind.entity = kind.entity.trim().to_lowercase();
            kind.object = kind.object.trim().to_owned();
            kind.attribute = given(kind.attribute.take());
            kind.field = given(kind.field.take());
            if let Some(known) = kind.entity_type() {
                kind.entity = known.to_string();
            }
            kind.check().map_err(invalid)?;
        }
        let bases = self.originators.iter().map(|known| &known.base);
        for base in bases.chain(self.kinds.iter().map(|kind| &kind.base)) {
            if settings.base(base).is_none() {
                return Err(Failure::new(Code::BaseUnknown).with("base", base));
            }
        }
        for template in &mut self.templates {
            template.path = template.path.trim().to_owned();
            bitrix24::Template::parse(&template.page, &template.path).ok_or_else(|| invalid(&template.path))?;
        }
        Ok(self)
    }

    /// A base has another alias now, or is gone.
    pub(crate) fn rename(&mut self, from: &str, to: Option<&str>) {
        let renamed = |base: &mut String| match to {
            _ if base != from => true,
            Some(to) => {
                to.clone_into(base);
                true
            }
            None => false,
        };
        self.originators.retain_mut(|known| renamed(&mut known.base));
        self.kinds.retain_mut(|kind| renamed(&mut kind.base));
    }
}

impl Settings {
    /// The mapping of a portal.
    pub fn mapping(&self, portal: &str) -> PortalMapping {
        let known = self.mappings.iter().find(|known| known.portal == portal);
        known.cloned().unwrap_or_else(|| PortalMapping::of(portal))
    }

    /// Keeps the mapping of a portal.
    pub fn set_mapping(&mut self, mapping: PortalMapping) {
        self.mappings.retain(|known| known.portal != mapping.portal);
        self.mappings.push(mapping);
    }

    /// A base has another alias now, or is gone: so it does for every mapping.
    pub fn rename_in_mappings(&mut self, from: &str, to: Option<&str>) {
        for mapping in &mut self.mappings {
            mapping.rename(from, to);
        }
    }
}

/// `UF_...` of letters, digits and `_`, as the portal's database takes it.
fn is_user_field(name: &str) -> bool {
    name.len() <= 50
        && name.strip_prefix("UF_").is_some_and(|rest| {
            !rest.is_empty()
                && rest
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        })
}

fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
