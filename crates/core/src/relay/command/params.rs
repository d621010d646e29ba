//! A command as the parameters of an event of an application.
use bitrix24::{EntityId, EntityType};
use serde_json::Value;

use super::super::number;
use super::{CHANGED, Command, What, invalid, of_crm, operation};
use crate::failure::Failure;

/// The longest text of a notification.
const LONGEST_TEXT: usize = 2000;

/// The parameters of `hotstart.<name>`.
pub(super) fn of_params(name: &str, params: &Value) -> Result<Command, Failure> {
    let known: &[&str] = match name {
        "open" => &["type", "id", "base", "new"],
        "relay" => &["type", "id", "base", "operation", "answer"],
        "notify" => &["type", "id", "base", "title", "text"],
        _ => return Err(invalid("command.unknown")),
    };
    let params = params.as_object().ok_or_else(|| invalid("command.params"))?;
    if params.keys().any(|key| !known.contains(&key.as_str())) {
        return Err(invalid("command.params"));
    }
    let text = |key: &str| match params.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.len() <= LONGEST_TEXT => Ok(Some(text.clone())),
        Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
            Err(invalid("command.params"))
        }
    };
    let entity = match (params.get("type"), params.get("id")) {
        (None, None) => None,
        (Some(kind), Some(id)) => {
            let kind = match kind {
                Value::String(word) => EntityType::parse(word),
                Value::Number(number) => number.as_u64().and_then(EntityType::from_number),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            };
            let id = number(id).and_then(EntityId::new);
            let entity = kind.zip(id).and_then(|(kind, id)| of_crm(kind, id));
            Some(entity.ok_or_else(|| invalid("command.entity"))?)
        }
        _ => return Err(invalid("command.entity")),
    };
    let what = match name {
        "open" => What::Open { make: text("new")? },
        "relay" => What::Relay {
            operation: text("operation")?.map_or(Ok(CHANGED.to_owned()), |word| operation(&word))?,
            answer: match params.get("answer") {
                None | Some(Value::Null) => false,
                // Whoever sends parameters as a form has no other words for it.
                Some(value) => matches!(value, Value::Bool(true)) || value == "Y" || value == "1" || value == 1,
            },
        },
        _ => What::Notify {
            title: text("title")?.unwrap_or_default(),
            text: text("text")?
                .filter(|text| !text.trim().is_empty())
                .ok_or_else(|| invalid("command.text"))?,
        },
    };
    if entity.is_none() && !matches!(what, What::Notify { .. }) {
        return Err(invalid("command.entity"));
    }
    Ok(Command {
        what,
        entity,
        base: text("base")?,
    })
}
