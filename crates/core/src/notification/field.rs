//! Reading values that PHP wrote: numbers as strings, empty arrays for empty objects, lists that became maps.
use serde_json::Value;

/// A positive number, also one that was written as a string.
pub(super) fn id(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        // A leading plus or zeros would give one thing two names.
        Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
    .filter(|id| *id > 0)
}

/// A number of any size from zero up, also one that was written as a string.
pub(super) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) if text == "0" => Some(0),
        Value::Number(number) => number.as_u64(),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => id(value),
    }
}

/// A text; anything else is empty.
pub(super) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `Y`, `true`, `1`.
pub(super) fn yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => matches!(text.as_str(), "Y" | "y" | "1" | "true"),
        Value::Number(number) => number.as_u64() == Some(1),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// `N`, `false`, `0`: said, not merely missing.
pub(super) fn no(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => !*yes,
        Value::String(text) => matches!(text.as_str(), "N" | "n" | "0" | "false"),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// The ids of a list, or of a map whose keys are ids.
pub(super) fn ids(value: &Value) -> Vec<u64> {
    match value {
        Value::Array(items) => items.iter().filter_map(id).collect(),
        Value::Object(items) => items.keys().filter_map(|key| key.parse().ok()).collect(),
        Value::Number(_) | Value::String(_) => id(value).into_iter().collect(),
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

/// Whether a list holds this id, or a map has it as a key whose value does not say no.
pub(super) fn holds(value: &Value, wanted: u64) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| id(item) == Some(wanted)),
        Value::Object(items) => items.iter().any(|(key, item)| key.parse() == Ok(wanted) && !no(item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The member of a map by an id as its key, or of a list by the `id` of its objects.
pub(super) fn member(value: &Value, wanted: u64) -> &Value {
    match value {
        Value::Object(items) => items.get(&wanted.to_string()).unwrap_or(&Value::Null),
        Value::Array(items) => items
            .iter()
            .find(|item| id(&item["id"]) == Some(wanted))
            .unwrap_or(&Value::Null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => &Value::Null,
    }
}

/// A list or map without members; a missing one is not empty.
pub(super) fn empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The id of a dialog: a user's number, or letters and a number (`chat12`, `sg4`).
pub(super) fn dialog(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let plain = !text.is_empty() && text.len() <= 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
            plain.then(|| text.clone())
        }
        Value::Number(_) => id(value).map(|id| id.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
