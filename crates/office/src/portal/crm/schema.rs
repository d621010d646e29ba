//! Which fields a type has, in both spellings, and the user fields that were added.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::names;
use crate::portal::entities::{
    COMPANY, CONTACT, DEAL, EXTERNAL_FIELD, Entity, INVOICE, LEAD, PROCESS, QUOTE, SECOND_FIELD,
};

/// The types of this portal: number, symbol, short symbol, name of its user fields.
pub(crate) const TYPES: [(u32, &str, &str, &str); 7] = [
    (LEAD, "LEAD", "L", "CRM_LEAD"),
    (DEAL, "DEAL", "D", "CRM_DEAL"),
    (CONTACT, "CONTACT", "C", "CRM_CONTACT"),
    (COMPANY, "COMPANY", "CO", "CRM_COMPANY"),
    (QUOTE, "QUOTE", "Q", "CRM_QUOTE"),
    (INVOICE, "SMART_INVOICE", "SI", "CRM_SMART_INVOICE"),
    (PROCESS, "DYNAMIC_128", "T80", "CRM_4"),
];

/// What an integration leaves on a lead, deal, contact or company.
const ORIGIN: [&str; 3] = ["ORIGINATOR_ID", "ORIGIN_ID", "ORIGIN_VERSION"];

/// A field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// `STAGE_ID`.
    pub(crate) name: String,
    /// `stageId`.
    pub(crate) camel: String,
    /// The type of a user field that was added.
    pub(crate) kind: Option<String>,
    /// Its name for people.
    pub(crate) label: Option<String>,
}

/// The fields of a type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema {
    fields: BTreeMap<String, Field>,
    by_camel: BTreeMap<String, String>,
}

impl Schema {
    /// The fields of the entities of a type, and what every one of its kind has.
    pub(crate) fn of<'a>(type_id: u32, entities: impl Iterator<Item = &'a Entity>) -> Self {
        let mut schema = Self::default();
        for entity in entities {
            for name in entity.fields.keys() {
                schema.add(name, None, None);
            }
        }
        let mut usual: Vec<&str> = Vec::new();
        if matches!(type_id, LEAD | DEAL | CONTACT | COMPANY) {
            usual.extend(ORIGIN);
            usual.push(EXTERNAL_FIELD);
        } else {
            usual.extend(["XML_ID", "CATEGORY_ID", EXTERNAL_FIELD]);
        }
        if type_id == DEAL {
            usual.push(SECOND_FIELD);
        }
        if type_id != CONTACT && type_id != COMPANY {
            usual.extend(["MOVED_TIME", "MOVED_BY_ID"]);
        }
        usual.extend(
            ["COMMENTS", "TITLE"]
                .iter()
                .filter(|name| type_id != CONTACT || **name != "TITLE"),
        );
        for name in usual {
            schema.add(name, None, None);
        }
        schema
    }

    /// Adds a field, if it is not there.
    pub(crate) fn add(&mut self, name: &str, kind: Option<&str>, label: Option<&str>) {
        if self.fields.contains_key(name) {
            return;
        }
        let camel = names::camel(name);
        self.by_camel.insert(camel.clone(), name.to_owned());
        self.fields.insert(
            name.to_owned(),
            Field {
                name: name.to_owned(),
                camel,
                kind: kind.map(str::to_owned),
                label: label.map(str::to_owned),
            },
        );
    }

    /// Forgets a field.
    pub(crate) fn remove(&mut self, name: &str) {
        if let Some(field) = self.fields.remove(name) {
            self.by_camel.remove(&field.camel);
        }
    }

    /// All fields.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.fields.values()
    }

    /// The classic name of a field that is named in either spelling.
    pub(crate) fn classic<'s>(&'s self, name: &'s str) -> Option<&'s str> {
        if self.fields.contains_key(name) {
            return Some(name);
        }
        self.by_camel.get(name).map(String::as_str)
    }

    /// The value of a field of an entity; what was never written is nothing. `None`: there is no such field.
    pub(crate) fn value<'e>(&self, fields: &'e Map<String, Value>, name: &str) -> Option<&'e Value> {
        let classic = self.classic(name)?;
        Some(fields.get(classic).unwrap_or(&Value::Null))
    }
}
