//! CRM over REST: `crm.item.*` with camel-case names, and the classic `crm.deal.*` and its like.

mod filter;
mod names;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

pub(crate) use names::{label, type_label};

use super::Surroundings;
use super::entities::{self, COMPANY, CONTACT, DEAL, Entity, INVOICE, LEAD, PROCESS, QUOTE};
use super::reply::{Outcome, Refusal, Reply};
use crate::clock;
use crate::params::{self, Params};

/// Rows of a page.
const PAGE: usize = 50;
/// Methods that read or change items of any type.
const ITEM_METHODS: [&str; 4] = ["crm.item.get", "crm.item.list", "crm.item.fields", "crm.item.update"];

/// All entities.
#[derive(Debug)]
pub(crate) struct Crm(Mutex<Vec<Entity>>);

impl Crm {
    /// The entities that the portal starts with.
    pub(crate) fn new(around: &Surroundings, now: Timestamp) -> Self {
        Self(Mutex::new(entities::all(around, now)))
    }

    /// One entity.
    pub(crate) fn find(&self, type_id: u32, id: u64) -> Option<Entity> {
        self.lock()
            .iter()
            .find(|entity| entity.type_id == type_id && entity.id == id)
            .cloned()
    }

    /// All entities of a type.
    pub(crate) fn of_type(&self, type_id: u32) -> Vec<Entity> {
        self.lock()
            .iter()
            .filter(|entity| entity.type_id == type_id)
            .cloned()
            .collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entity>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the method is one of CRM.
pub(crate) fn exists(method: &str) -> bool {
    ITEM_METHODS.contains(&method) || classic(method).is_some()
}

/// Calls a method of CRM.
pub(crate) fn call(crm: &Crm, method: &str, params: &Params) -> Outcome {
    match (method, classic(method)) {
        ("crm.item.get", _) => item_get(crm, params),
        ("crm.item.list", _) => item_list(crm, params),
        ("crm.item.fields", _) => item_fields(crm, params),
        ("crm.item.update", _) => item_update(crm, params),
        (_, Some((type_id, "get"))) => classic_get(crm, type_id, params),
        (_, Some((type_id, "list"))) => Ok(classic_list(crm, type_id, params)),
        (_, Some((type_id, _))) => Ok(Reply::of(Value::Object(names::classic_fields(&sample(crm, type_id))))),
        _ => Err(Refusal::new(
            StatusCode::NOT_FOUND,
            "ERROR_METHOD_NOT_FOUND",
            "Method not found!",
        )),
    }
}

/// `crm.deal.get` and its like: type and action.
fn classic(method: &str) -> Option<(u32, &str)> {
    let (word, action) = method.strip_prefix("crm.")?.split_once('.')?;
    let type_id = match word {
        "lead" => LEAD,
        "deal" => DEAL,
        "contact" => CONTACT,
        "company" => COMPANY,
        "quote" => QUOTE,
        _ => return None,
    };
    matches!(action, "get" | "list" | "fields").then_some((type_id, action))
}

fn item_get(crm: &Crm, params: &Params) -> Outcome {
    let type_id = type_id(params)?;
    let id = params::number(params, "id").ok_or_else(|| Refusal::missing("id"))?;
    let entity = u64::try_from(id)
        .ok()
        .and_then(|id| crm.find(type_id, id))
        .ok_or_else(not_found)?;
    Ok(Reply::of(json!({"item": names::item(&entity, original_names(params))})))
}

fn item_list(crm: &Crm, params: &Params) -> Outcome {
    let type_id = type_id(params)?;
    let original = original_names(params);
    let empty = Map::new();
    let filter = params::get(params, "filter")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let mut items: Vec<Map<String, Value>> = Vec::new();
    for entity in crm.of_type(type_id) {
        // A filter may name fields either way.
        let both = names::item(&entity, false)
            .into_iter()
            .chain(names::item(&entity, true))
            .collect();
        if filter::matches(&both, filter).map_err(|field| {
            Refusal::bad(
                "INVALID_ARG_VALUE",
                &format!("Invalid filter: field '{field}' is not allowed in filter"),
            )
        })? {
            items.push(names::item(&entity, original));
        }
    }
    Ok(page(items, params, "id", |items| json!({"items": items})))
}

fn item_fields(crm: &Crm, params: &Params) -> Outcome {
    let type_id = type_id(params)?;
    Ok(Reply::of(
        json!({"fields": names::item_fields(&sample(crm, type_id), original_names(params))}),
    ))
}

/// Known fields and user fields are written, anything else is passed over, as the product does.
fn item_update(crm: &Crm, params: &Params) -> Outcome {
    let type_id = type_id(params)?;
    let id = params::number(params, "id").ok_or_else(|| Refusal::missing("id"))?;
    let fields = params::get(params, "fields")
        .and_then(Value::as_object)
        .ok_or_else(|| Refusal::missing("fields"))?;
    let mut entities = crm.lock();
    let entity = entities
        .iter_mut()
        .find(|entity| entity.type_id == type_id && i64::try_from(entity.id) == Ok(id))
        .ok_or_else(not_found)?;
    for (name, value) in fields {
        let known = entity
            .fields
            .keys()
            .find(|key| *key == name || names::camel(key) == *name)
            .cloned();
        match known {
            Some(key) if key != "ID" => {
                entity.fields.insert(key, value.clone());
            }
            Some(_) | None => {}
        }
    }
    entity
        .fields
        .insert("DATE_MODIFY".to_owned(), clock::iso(clock::now()).into());
    Ok(Reply::of(json!({"item": names::item(entity, original_names(params))})))
}

fn classic_get(crm: &Crm, type_id: u32, params: &Params) -> Outcome {
    let id = params::number(params, "ID")
        .and_then(|id| u64::try_from(id).ok())
        .filter(|id| *id > 0);
    let id = id.ok_or_else(|| Refusal::bad("", "ID is not defined or invalid."))?;
    let entity = crm.find(type_id, id).ok_or_else(|| Refusal::bad("", "Not found"))?;
    Ok(Reply::of(Value::Object(names::classic_row(&entity))))
}

fn classic_list(crm: &Crm, type_id: u32, params: &Params) -> Reply {
    let empty = Map::new();
    let filter = params::get(params, "filter")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let rows = crm
        .of_type(type_id)
        .iter()
        .map(names::classic_row)
        // Classic methods pass over a field that they do not know.
        .filter(|row| filter::matches(row, filter).unwrap_or(true))
        .collect();
    page(rows, params, "ID", Value::from)
}

/// Orders by id, cuts the page, keeps the selected fields.
fn page(mut rows: Vec<Map<String, Value>>, params: &Params, id: &str, wrap: fn(Vec<Value>) -> Value) -> Reply {
    let number = |row: &Map<String, Value>| row.get(id).and_then(params::as_number).unwrap_or(0);
    rows.sort_by_key(number);
    let order = params::get(params, "order").and_then(Value::as_object);
    let descending = order
        .and_then(|order| params::text(order, id))
        .is_some_and(|direction| direction.eq_ignore_ascii_case("desc"));
    if descending {
        rows.reverse();
    }
    let start = params::number(params, "start").unwrap_or(0);
    let total = rows.len();
    let offset = usize::try_from(start).unwrap_or(0);
    let select: Vec<String> = params::get(params, "select")
        .map(params::items)
        .unwrap_or_default()
        .iter()
        .filter_map(params::as_text)
        .collect();
    let page: Vec<Value> = rows
        .into_iter()
        .skip(offset)
        .take(PAGE)
        .map(|row| {
            Value::Object(
                row.into_iter()
                    .filter(|(name, _)| selected(name, &select, id == "ID"))
                    .collect(),
            )
        })
        .collect();
    let next = (start >= 0 && offset + PAGE < total).then_some(offset + PAGE);
    Reply {
        result: wrap(page),
        total: Some(if start < 0 { 0 } else { total }),
        next,
    }
}

/// `*` means every field; in classic methods not the user fields, which `UF_*` asks for.
fn selected(name: &str, select: &[String], classic: bool) -> bool {
    let asked = |wanted: &str| select.iter().any(|given| given == wanted);
    let user_field = classic && name.starts_with("UF_");
    let all = if user_field {
        asked("UF_*")
    } else {
        select.is_empty() || asked("*")
    };
    all || asked(name) || name.eq_ignore_ascii_case("id")
}

fn type_id(params: &Params) -> Result<u32, Refusal> {
    let given = params::number(params, "entityTypeId").ok_or_else(|| Refusal::missing("entityTypeId"))?;
    [LEAD, DEAL, CONTACT, COMPANY, QUOTE, INVOICE, PROCESS]
        .into_iter()
        .find(|known| i64::from(*known) == given)
        .ok_or_else(|| Refusal::bad("NOT_FOUND", "Смарт-процесс не найден"))
}

fn not_found() -> Refusal {
    Refusal::bad("NOT_FOUND", "Элемент не найден")
}

fn original_names(params: &Params) -> bool {
    params::text(params, "useOriginalUfNames").as_deref() == Some("Y")
}

/// An entity of the type, to tell the fields by.
fn sample(crm: &Crm, type_id: u32) -> Entity {
    let found = crm.of_type(type_id).into_iter().next();
    found.unwrap_or_else(|| Entity {
        type_id,
        id: 0,
        fields: Map::new(),
    })
}

#[cfg(test)]
mod tests;
