//! CRM over REST: `crm.item.*` with camel-case names, the classic `crm.deal.*` and its like, user fields, activities.

mod activities;
mod bulk;
mod classic;
mod filter;
mod items;
mod listing;
mod names;
mod schema;
mod userfields;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value};

pub(crate) use bulk::Bulk;
pub(crate) use names::{label, type_label};

use super::Surroundings;
use super::entities::{self, COMPANY, CONTACT, DEAL, Entity, LEAD, QUOTE, type_word};
use super::people::User;
use super::reply::{Outcome, Refusal};
use crate::clock;
use crate::params::{self, Params};
use schema::{Schema, TYPES};
use userfields::UserField;

/// Rows of a page.
pub(crate) const PAGE: usize = 50;

/// Everything in CRM.
#[derive(Debug)]
pub(crate) struct Crm(Mutex<Records>);

#[derive(Debug)]
struct Records {
    entities: BTreeMap<(u32, u64), Entity>,
    schemas: BTreeMap<u32, Schema>,
    user_fields: BTreeMap<u64, UserField>,
    activities: BTreeMap<u64, Map<String, Value>>,
    changes: Vec<Change>,
    /// What the addresses of 1C documents in activities begin with.
    server_host: String,
    last_id: u64,
}

/// What happened to an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// It was made.
    Add,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
}

/// A change that events tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// Entity type id.
    pub(crate) type_id: u32,
    /// Item id.
    pub(crate) id: u64,
    /// A type with events of its own name.
    pub(crate) classic: bool,
    what: What,
}

impl Change {
    /// `ONCRMDEALUPDATE`, `ONCRMDYNAMICITEMUPDATE_128`.
    pub(crate) fn event(&self) -> String {
        let what = match self.what {
            What::Add => "ADD",
            What::Update => "UPDATE",
            What::Delete => "DELETE",
        };
        if self.classic {
            format!("ONCRM{}{what}", type_word(self.type_id).to_uppercase())
        } else {
            format!("ONCRMDYNAMICITEM{what}_{}", self.type_id)
        }
    }
}

impl Crm {
    /// The entities that the portal starts with.
    pub(crate) fn new(around: &Surroundings, now: Timestamp) -> Self {
        let list = entities::all(around, now);
        let schemas = TYPES
            .into_iter()
            .map(|(type_id, ..)| {
                let of_type = list.iter().filter(|entity| entity.type_id == type_id);
                (type_id, Schema::of(type_id, of_type))
            })
            .collect();
        let entities = list.into_iter().map(|entity| ((entity.type_id, entity.id), entity));
        Self(Mutex::new(Records {
            entities: entities.collect(),
            user_fields: userfields::first(&schemas),
            schemas,
            activities: activities::first(now),
            changes: Vec::new(),
            server_host: format!("{}/{}/ru_RU", around.publications, entities::BASE),
            last_id: 900,
        }))
    }

    /// One entity.
    pub(crate) fn find(&self, type_id: u32, id: u64) -> Option<Entity> {
        self.lock().entities.get(&(type_id, id)).cloned()
    }

    /// The first entities of a type, as a page for a person shows them.
    pub(crate) fn of_type(&self, type_id: u32) -> Vec<Entity> {
        let records = self.lock();
        records
            .entities
            .range((type_id, 0)..=(type_id, u64::MAX))
            .take(4 * PAGE)
            .map(|(_, entity)| entity.clone())
            .collect()
    }

    /// What changed since the last question.
    pub(crate) fn take_changes(&self) -> Vec<Change> {
        std::mem::take(&mut self.lock().changes)
    }

    /// Changes an entity as a person would; false if there is none.
    pub(crate) fn change(&self, type_id: u32, id: u64, fields: &Map<String, Value>, user: u64) -> bool {
        self.lock().write(type_id, id, fields, user).is_ok()
    }

    fn lock(&self) -> MutexGuard<'_, Records> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Records {
    /// The fields of a type; the type exists.
    fn schema(&self, type_id: u32) -> Result<&Schema, Refusal> {
        self.schemas.get(&type_id).ok_or_else(no_type)
    }

    fn note(&mut self, type_id: u32, id: u64, what: What) {
        let classic = matches!(type_id, LEAD | DEAL | CONTACT | COMPANY | QUOTE);
        self.changes.push(Change {
            type_id,
            id,
            classic,
            what,
        });
    }

    /// Known fields are written, anything else is passed over, as the product does.
    fn write(&mut self, type_id: u32, id: u64, fields: &Map<String, Value>, user: u64) -> Result<(), Refusal> {
        let schema = self.schemas.get(&type_id).ok_or_else(no_type)?;
        let entity = self.entities.get_mut(&(type_id, id)).ok_or_else(not_found)?;
        let now = clock::iso(clock::now());
        for (name, value) in fields {
            let Some(classic) = schema.classic(name) else { continue };
            if matches!(
                classic,
                "ID" | "DATE_CREATE" | "DATE_MODIFY" | "MOVED_TIME" | "MOVED_BY_ID" | "CREATED_BY_ID" | "MODIFY_BY_ID"
            ) {
                continue;
            }
            let old = entity.fields.insert(classic.to_owned(), value.clone());
            let moved = matches!(classic, "STAGE_ID" | "STATUS_ID") && old.as_ref() != Some(value);
            if moved {
                entity.fields.insert("MOVED_TIME".to_owned(), now.clone().into());
                entity.fields.insert("MOVED_BY_ID".to_owned(), user.into());
            }
        }
        entity.fields.insert("DATE_MODIFY".to_owned(), now.into());
        entity.fields.insert("MODIFY_BY_ID".to_owned(), user.into());
        self.note(type_id, id, What::Update);
        Ok(())
    }

    /// Makes an entity; gives its id.
    fn make(&mut self, type_id: u32, fields: &Map<String, Value>, user: u64) -> Result<u64, Refusal> {
        self.schema(type_id)?;
        self.last_id += 1;
        let id = self.last_id;
        let now = clock::iso(clock::now());
        let mut made = Map::new();
        for (name, value) in [
            ("ID", Value::from(id)),
            ("DATE_CREATE", now.clone().into()),
            ("CREATED_BY_ID", user.into()),
            ("ASSIGNED_BY_ID", user.into()),
            ("MOVED_TIME", now.into()),
            ("MOVED_BY_ID", user.into()),
            ("OPENED", "Y".into()),
        ] {
            made.insert(name.to_owned(), value);
        }
        if matches!(type_id, CONTACT | COMPANY) {
            made.remove("MOVED_TIME");
            made.remove("MOVED_BY_ID");
        }
        let entity = Entity {
            type_id,
            id,
            fields: made,
        };
        self.entities.insert((type_id, id), entity);
        self.write(type_id, id, fields, user)?;
        self.changes.pop();
        self.note(type_id, id, What::Add);
        Ok(id)
    }

    fn delete(&mut self, type_id: u32, id: u64) -> Result<(), Refusal> {
        self.entities.remove(&(type_id, id)).ok_or_else(not_found)?;
        self.note(type_id, id, What::Delete);
        Ok(())
    }
}

/// Whether the method is one of CRM.
pub(crate) fn exists(method: &str) -> bool {
    items::METHODS.contains(&method)
        || activities::METHODS.contains(&method)
        || userfields::exists(method)
        || classic::exists(method)
}

/// Calls a method of CRM.
pub(crate) fn call(crm: &Crm, method: &str, params: &Params, user: &User) -> Outcome {
    let mut records = crm.lock();
    if items::METHODS.contains(&method) {
        items::call(&mut records, method, params, user)
    } else if activities::METHODS.contains(&method) {
        activities::call(&mut records, method, params, user)
    } else if userfields::exists(method) {
        userfields::call(&mut records, method, params, user)
    } else if classic::exists(method) {
        classic::call(&mut records, method, params, user)
    } else {
        let text = "Method not found!";
        Err(Refusal::new(StatusCode::NOT_FOUND, "ERROR_METHOD_NOT_FOUND", text))
    }
}

fn id_of(params: &Params, name: &str) -> Option<u64> {
    params::number(params, name)
        .and_then(|id| u64::try_from(id).ok())
        .filter(|id| *id > 0)
}

fn map_of<'p>(params: &'p Params, name: &str) -> Option<&'p Map<String, Value>> {
    params::get(params, name).and_then(Value::as_object)
}

fn not_found() -> Refusal {
    Refusal::bad("NOT_FOUND", "Элемент не найден")
}

fn no_type() -> Refusal {
    Refusal::bad("NOT_FOUND", "Смарт-процесс не найден")
}

fn denied() -> Refusal {
    Refusal::bad("ACCESS_DENIED", "Access denied.")
}

#[cfg(test)]
mod tests;
