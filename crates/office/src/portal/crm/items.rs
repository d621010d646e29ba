//! `crm.item.*`: items of any type, and what types there are.

use serde_json::{Map, Value, json};

use super::listing::{self, selection};
use super::schema::{Field, Schema, TYPES};
use super::{Records, id_of, map_of, names, no_type, not_found, type_label};
use crate::params::{self, Params};
use crate::portal::entities::{Entity, PROCESS};
use crate::portal::people::User;
use crate::portal::reply::{Outcome, Refusal, Reply, object};

/// Methods about items of any type.
pub(super) const METHODS: [&str; 10] = [
    "crm.item.get",
    "crm.item.list",
    "crm.item.fields",
    "crm.item.add",
    "crm.item.update",
    "crm.item.delete",
    "crm.type.list",
    "crm.type.getbyentitytypeid",
    "crm.enum.ownertype",
    "crm.duplicate.findbycomm",
];

pub(super) fn call(records: &mut Records, method: &str, params: &Params, user: &User) -> Outcome {
    match method {
        "crm.item.get" => get(records, params),
        "crm.item.list" => list(records, params),
        "crm.item.fields" => {
            let schema = records.schema(type_id(params)?)?;
            Ok(Reply::of(
                json!({"fields": names::item_fields(schema, original_names(params))}),
            ))
        }
        "crm.item.add" => {
            let type_id = type_id(params)?;
            let id = records.make(type_id, fields(params)?, user.id)?;
            item(records, type_id, id, params)
        }
        "crm.item.update" => {
            let (type_id, id) = (type_id(params)?, id(params)?);
            records.write(type_id, id, fields(params)?, user.id)?;
            item(records, type_id, id, params)
        }
        "crm.item.delete" => {
            records.delete(type_id(params)?, id(params)?)?;
            Ok(Reply::of(json!([])))
        }
        "crm.type.list" => Ok(Reply {
            total: Some(1),
            ..Reply::of(json!({"types": [process()]}))
        }),
        "crm.type.getbyentitytypeid" => match type_id(params)? {
            PROCESS => Ok(Reply::of(json!({"type": process()}))),
            _ => Err(no_type()),
        },
        "crm.enum.ownertype" => Ok(Reply::of(owner_types())),
        _ => duplicates(records, params),
    }
}

fn get(records: &Records, params: &Params) -> Outcome {
    item(records, type_id(params)?, id(params)?, params)
}

fn item(records: &Records, type_id: u32, id: u64, params: &Params) -> Outcome {
    let schema = records.schema(type_id)?;
    let entity = records.entities.get(&(type_id, id)).ok_or_else(not_found)?;
    Ok(Reply::of(
        json!({"item": names::item(schema, entity, original_names(params))}),
    ))
}

fn list(records: &Records, params: &Params) -> Outcome {
    let type_id = type_id(params)?;
    let page = listing::entities(records, type_id, params, true)?;
    let schema = records.schema(type_id)?;
    let (select, original) = (selection(params), original_names(params));
    let wanted = wanted(schema, &select);
    let items: Vec<Value> = page
        .entities
        .iter()
        .map(|entity| {
            Value::Object(match &wanted {
                None => names::item(schema, entity, original),
                Some(fields) => row(fields, entity, original),
            })
        })
        .collect();
    Ok(Reply {
        result: object([("items", Value::Array(items))]),
        total: Some(page.total),
        next: page.next,
        operating: None,
    })
}

/// The fields that were asked for; `None`: all.
fn wanted<'s>(schema: &'s Schema, select: &[String]) -> Option<Vec<&'s Field>> {
    if select.is_empty() || select.iter().any(|name| name == "*") {
        return None;
    }
    let asked =
        |field: &&Field| field.name == "ID" || select.iter().any(|name| *name == field.camel || *name == field.name);
    Some(schema.fields().filter(asked).collect())
}

fn row(fields: &[&Field], entity: &Entity, original: bool) -> Map<String, Value> {
    fields
        .iter()
        .map(|field| {
            let value = entity.fields.get(&field.name).cloned().unwrap_or(Value::Null);
            (names::spelled(field, original).to_owned(), value)
        })
        .collect()
}

fn duplicates(records: &Records, params: &Params) -> Outcome {
    let kind = params::text(params, "type").unwrap_or_default().to_uppercase();
    if kind != "PHONE" && kind != "EMAIL" {
        return Err(Refusal::bad("", "Communication type is not defined"));
    }
    let wanted: Vec<String> = params::get(params, "values")
        .map(params::items)
        .unwrap_or_default()
        .iter()
        .filter_map(params::as_text)
        .map(|value| bare(&value))
        .collect();
    if wanted.is_empty() {
        return Err(Refusal::bad("", "Communication values are not defined"));
    }
    let only = params::text(params, "entity_type");
    let mut found: Map<String, Value> = Map::new();
    for ((type_id, id), entity) in &records.entities {
        let symbol = TYPES
            .iter()
            .find(|(known, ..)| known == type_id)
            .map_or("", |(_, symbol, ..)| symbol);
        if !["LEAD", "CONTACT", "COMPANY"].contains(&symbol) || only.as_ref().is_some_and(|only| only != symbol) {
            continue;
        }
        let values = entity.fields.get(&kind).and_then(Value::as_array);
        let matches = values.into_iter().flatten().any(|value| {
            let value = value["VALUE"].as_str().unwrap_or_default();
            wanted.contains(&bare(value))
        });
        if matches {
            let ids = found.entry(symbol.to_owned()).or_insert_with(|| json!([]));
            if let Value::Array(ids) = ids {
                ids.push((*id).into());
            }
        }
    }
    Ok(Reply::of(if found.is_empty() {
        json!([])
    } else {
        Value::Object(found)
    }))
}

/// A telephone number without its decoration; anything else in lower case.
fn bare(value: &str) -> String {
    if value.contains('@') {
        return value.trim().to_lowercase();
    }
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    digits
        .strip_prefix('8')
        .filter(|rest| rest.len() == 10)
        .map_or(digits.clone(), |rest| format!("7{rest}"))
}

fn process() -> Value {
    json!({
        "id": 4, "title": "Отгрузка", "code": "", "createdBy": 1, "entityTypeId": PROCESS, "isCategoriesEnabled": "Y",
        "isStagesEnabled": "Y", "isClientEnabled": "Y", "isLinkWithProductsEnabled": "N", "isUseInUserfieldEnabled": "Y",
    })
}

fn owner_types() -> Value {
    TYPES
        .into_iter()
        .map(|(type_id, symbol, short, _)| {
            json!({"ID": type_id, "NAME": type_label(type_id), "SYMBOL_CODE": symbol, "SYMBOL_CODE_SHORT": short})
        })
        .collect()
}

fn id(params: &Params) -> Result<u64, Refusal> {
    if params::number(params, "id").is_none() {
        return Err(Refusal::missing("id"));
    }
    id_of(params, "id").ok_or_else(not_found)
}

fn fields(params: &Params) -> Result<&Map<String, Value>, Refusal> {
    map_of(params, "fields").ok_or_else(|| Refusal::missing("fields"))
}

fn type_id(params: &Params) -> Result<u32, Refusal> {
    let given = params::number(params, "entityTypeId").ok_or_else(|| Refusal::missing("entityTypeId"))?;
    let known = TYPES.into_iter().find(|(known, ..)| i64::from(*known) == given);
    known.map(|(known, ..)| known).ok_or_else(no_type)
}

fn original_names(params: &Params) -> bool {
    params::text(params, "useOriginalUfNames").as_deref() == Some("Y")
}
