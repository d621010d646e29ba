//! How user fields are named, and how the two families of methods show them.

use serde_json::{Map, Value, json};

use super::UserField;
use crate::params;
use crate::portal::crm::label;
use crate::portal::crm::schema::TYPES;

/// A field as the classic methods show it, from what was given and what is usual.
pub(super) fn describe(
    id: u64,
    type_id: u32,
    name: &str,
    kind: &str,
    given: &Map<String, Value>,
) -> Map<String, Value> {
    let mut row = Map::new();
    let usual = [
        ("XML_ID", Value::Null),
        ("SORT", "100".into()),
        ("MULTIPLE", "N".into()),
        ("MANDATORY", "N".into()),
        ("SHOW_FILTER", "E".into()),
        ("SHOW_IN_LIST", "Y".into()),
        ("EDIT_IN_LIST", "Y".into()),
        ("IS_SEARCHABLE", "N".into()),
        (
            "SETTINGS",
            if kind == "url" {
                json!({"POPUP": "Y", "SIZE": 20})
            } else {
                json!({"SIZE": 20, "ROWS": 1})
            },
        ),
        ("EDIT_FORM_LABEL", json!({"ru": label(name)})),
    ];
    for (key, value) in usual {
        row.insert(key.to_owned(), given.get(key).cloned().unwrap_or(value));
    }
    if let Some(text) = given.get("LABEL").and_then(label_of) {
        row.insert("EDIT_FORM_LABEL".to_owned(), json!({"ru": text}));
    }
    row.insert("ID".to_owned(), id.to_string().into());
    row.insert("ENTITY_ID".to_owned(), entity_of(type_id).into());
    row.insert("FIELD_NAME".to_owned(), name.into());
    row.insert("USER_TYPE_ID".to_owned(), kind.into());
    row
}

/// A label is a text, or texts by language.
pub(super) fn label_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(map) => map.get("ru").or_else(|| map.values().next()).and_then(params::as_text),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_)) => {
            params::as_text(other)
        }
    }
}

/// The name that the user fields of a type go by.
pub(super) fn entity_of(type_id: u32) -> &'static str {
    let known = TYPES.into_iter().find(|(known, ..)| *known == type_id);
    known.map_or("", |(.., name)| name)
}

/// What names of a type begin with: smart processes have their number in it.
pub(super) fn prefix(type_id: u32) -> String {
    match entity_of(type_id) {
        "CRM_SMART_INVOICE" => "UF_CRM_SMART_INVOICE_".to_owned(),
        other if other.bytes().any(|byte| byte.is_ascii_digit()) => format!("UF_{other}_"),
        _ => "UF_CRM_".to_owned(),
    }
}

/// A field as `userfieldconfig` shows it.
pub(super) fn camel(field: &UserField) -> Map<String, Value> {
    let row = field.row.iter().map(|(name, value)| {
        let value = match (name.as_str(), value) {
            ("ID", Value::String(id)) => id.parse::<u64>().map_or(Value::Null, Value::from),
            (_, value) => value.clone(),
        };
        (crate::portal::crm::names::camel(name), value)
    });
    row.collect()
}

/// What `userfieldconfig` was given, under classic names.
pub(super) fn upper(field: &Map<String, Value>) -> Map<String, Value> {
    let spelled = |name: &str| {
        let mut classic = String::new();
        for letter in name.chars() {
            if letter.is_ascii_uppercase() {
                classic.push('_');
            }
            classic.push(letter.to_ascii_uppercase());
        }
        classic
    };
    field
        .iter()
        .map(|(name, value)| (spelled(name), value.clone()))
        .collect()
}
