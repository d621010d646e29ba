//! User fields: `crm.deal.userfield.*` and its like, and `userfieldconfig.*` for every type.

mod spelling;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::classic::type_of;
use super::listing::rows;
use super::schema::{Schema, TYPES};
use super::{Records, denied, id_of, map_of};
use crate::params::{self, Params};
use crate::portal::entities::{EXTERNAL_FIELD, URL_FIELD};
use crate::portal::people::User;
use crate::portal::reply::{Outcome, Refusal, Reply};
use spelling::{camel, describe, entity_of, label_of, prefix, upper};

/// What a field can hold.
const KINDS: [&str; 14] = [
    "string",
    "integer",
    "double",
    "boolean",
    "date",
    "datetime",
    "enumeration",
    "url",
    "address",
    "money",
    "file",
    "employee",
    "crm",
    "crm_status",
];
const ACTIONS: [&str; 5] = ["add", "get", "list", "update", "delete"];
/// Characters of a name that the portal's database takes.
const LONGEST: usize = 50;

/// A user field.
#[derive(Clone, Debug)]
pub(super) struct UserField {
    type_id: u32,
    row: Map<String, Value>,
}

/// The fields that the portal starts with.
pub(super) fn first(schemas: &BTreeMap<u32, Schema>) -> BTreeMap<u64, UserField> {
    let mut fields = BTreeMap::new();
    for (type_id, schema) in schemas {
        for field in schema.fields().filter(|field| field.name.starts_with("UF_")) {
            let kind = match field.name.as_str() {
                URL_FIELD | EXTERNAL_FIELD => "url",
                _ => "string",
            };
            let id = 100 + fields.len() as u64;
            let row = describe(id, *type_id, &field.name, kind, &Map::new());
            fields.insert(id, UserField { type_id: *type_id, row });
        }
    }
    fields
}

/// Whether the method is one of these.
pub(super) fn exists(method: &str) -> bool {
    split(method).is_some()
}

pub(super) fn call(records: &mut Records, method: &str, params: &Params, user: &User) -> Outcome {
    match split(method) {
        Some((Some(type_id), action)) => classic(records, type_id, action, params, user),
        Some((None, action)) => config(records, action, params, user),
        None => Err(Refusal::bad("ERROR_METHOD_NOT_FOUND", "Method not found!")),
    }
}

/// The type, if the name of the method has one, and the action.
fn split(method: &str) -> Option<(Option<u32>, &str)> {
    let (type_id, action) = if let Some(action) = method.strip_prefix("userfieldconfig.") {
        (None, action)
    } else {
        let (word, action) = method.strip_prefix("crm.")?.split_once(".userfield.")?;
        (Some(type_of(word)?), action)
    };
    ACTIONS.contains(&action).then_some((type_id, action))
}

fn classic(records: &mut Records, type_id: u32, action: &str, params: &Params, user: &User) -> Outcome {
    let fields = || map_of(params, "fields").ok_or_else(|| Refusal::bad("", "Parameter 'fields' must be array."));
    if action == "list" {
        let of_type = records.user_fields.values().filter(|field| field.type_id == type_id);
        let (result, total, _) = rows(of_type.map(|field| field.row.clone()).collect(), params);
        return Ok(Reply {
            total: Some(total),
            ..Reply::of(result.into())
        });
    }
    if action != "get" && !user.admin {
        return Err(denied());
    }
    if action == "add" {
        return Ok(Reply::of(add(records, type_id, fields()?)?.into()));
    }
    let id = id_of(params, "id").ok_or_else(|| Refusal::bad("", "ID is not defined or invalid."))?;
    let found = records
        .user_fields
        .get_mut(&id)
        .filter(|field| field.type_id == type_id);
    let field = found.ok_or_else(|| Refusal::bad("ERROR_NOT_FOUND", "The entity with ID was not found"))?;
    match action {
        "get" => Ok(Reply::of(Value::Object(field.row.clone()))),
        "update" => {
            change(field, fields()?);
            Ok(Reply::of(true.into()))
        }
        _ => {
            remove(records, id);
            Ok(Reply::of(true.into()))
        }
    }
}

fn config(records: &mut Records, action: &str, params: &Params, user: &User) -> Outcome {
    if params::text(params, "moduleId").as_deref() != Some("crm") {
        return Err(Refusal::missing("moduleId"));
    }
    if action == "list" {
        let all = records.user_fields.values().map(camel).collect();
        let (result, total, next) = rows(all, params);
        return Ok(Reply {
            result: json!({"fields": result}),
            total: Some(total),
            next,
            operating: None,
        });
    }
    if action != "get" && !user.admin {
        return Err(denied());
    }
    if action == "add" {
        let field = map_of(params, "field").ok_or_else(|| Refusal::missing("field"))?;
        let text = |name: &str| params::text(field, name).unwrap_or_default();
        let entity = text("entityId");
        let (type_id, ..) = TYPES
            .into_iter()
            .find(|(.., name)| *name == entity)
            .ok_or_else(|| Refusal::bad("0", "Неизвестная сущность"))?;
        let mut classic = upper(field);
        // Names here must carry the prefix themselves.
        if !text("fieldName").starts_with(&prefix(type_id)) && !text("fieldName").starts_with("UF_CRM_") {
            let text = format!("fieldName should start with {}", prefix(type_id));
            return Err(Refusal::bad("0", &text));
        }
        classic.insert("FIELD_NAME".to_owned(), text("fieldName").into());
        let id = add(records, type_id, &classic)?;
        return Ok(Reply::of(json!({"field": records.user_fields.get(&id).map(camel)})));
    }
    let id = id_of(params, "id").ok_or_else(|| Refusal::missing("id"))?;
    let found = records.user_fields.get_mut(&id);
    let field = found.ok_or_else(|| Refusal::bad("NOT_FOUND", "Пользовательское поле не найдено"))?;
    match action {
        "get" => Ok(Reply::of(json!({"field": camel(field)}))),
        "update" => {
            let changes = map_of(params, "field").ok_or_else(|| Refusal::missing("field"))?;
            change(field, &upper(changes));
            Ok(Reply::of(json!({"field": camel(field)})))
        }
        _ => {
            remove(records, id);
            Ok(Reply::of(Value::Null))
        }
    }
}

fn add(records: &mut Records, type_id: u32, fields: &Map<String, Value>) -> Result<u64, Refusal> {
    let text = |name: &str| params::text(fields, name).unwrap_or_default();
    let kind = text("USER_TYPE_ID");
    if !KINDS.contains(&kind.as_str()) {
        return Err(Refusal::bad("ERROR_CORE", "Указан неверный пользовательский тип."));
    }
    let given = text("FIELD_NAME").to_uppercase();
    let name = match given.as_str() {
        "" => format!("{}{}", prefix(type_id), 1_732_559_100_000 + records.user_fields.len()),
        given if given.starts_with("UF_") => given.to_owned(),
        given => format!("{}{given}", prefix(type_id)),
    };
    if name.len() > LONGEST {
        return Err(Refusal::bad("ERROR_CORE", "Название поля длиннее 50 символов."));
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    {
        return Err(Refusal::bad(
            "ERROR_CORE",
            "Название поля содержит недопустимые символы.",
        ));
    }
    let schema = records.schemas.get_mut(&type_id).ok_or_else(super::no_type)?;
    if schema.classic(&name).is_some() {
        let text = format!("Поле {name} для объекта {} уже существует.", entity_of(type_id));
        return Err(Refusal::bad("ERROR_CORE", &text));
    }
    let id = records.user_fields.keys().last().copied().unwrap_or(100) + 1;
    let row = describe(id, type_id, &name, &kind, fields);
    let label = ["LABEL", "EDIT_FORM_LABEL"]
        .iter()
        .find_map(|name| label_of(fields.get(*name)?));
    schema.add(&name, Some(&kind), label.as_deref());
    records.user_fields.insert(id, UserField { type_id, row });
    Ok(id)
}

fn remove(records: &mut Records, id: u64) {
    let Some(field) = records.user_fields.remove(&id) else {
        return;
    };
    let name = field.row["FIELD_NAME"].as_str().unwrap_or_default().to_owned();
    if let Some(schema) = records.schemas.get_mut(&field.type_id) {
        schema.remove(&name);
    }
    for entity in records
        .entities
        .values_mut()
        .filter(|entity| entity.type_id == field.type_id)
    {
        entity.fields.remove(&name);
    }
}

/// Name, type and owner of a field never change.
fn change(field: &mut UserField, fields: &Map<String, Value>) {
    for (name, value) in fields {
        if !["ID", "FIELD_NAME", "USER_TYPE_ID", "ENTITY_ID", "MULTIPLE"].contains(&name.as_str()) {
            field.row.insert(name.clone(), value.clone());
        }
    }
}
