//! The filter of lists: a prefix says how, the rest says which field.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::params;

/// Prefixes, longer ones first.
const PREFIXES: [&str; 11] = [">=", "<=", "!=", "!@", "!%", "=%", "%=", ">", "<", "=", "@"];

/// Finds the value of a field; `None`: there is no such field.
pub(crate) type Look<'r> = dyn Fn(&str) -> Option<&'r Value> + 'r;

/// Whether the row passes; `Err` names a field that the row does not have.
pub(crate) fn matches(row: &Look<'_>, filter: &Map<String, Value>) -> Result<bool, String> {
    if let Some(logic) = filter.get("logic").and_then(Value::as_str) {
        return combined(row, filter, logic.eq_ignore_ascii_case("or"));
    }
    let mut passes = true;
    for (name, wanted) in filter {
        let numbered = name.bytes().all(|byte| byte.is_ascii_digit());
        if let (Value::Object(inner), true) = (wanted, numbered) {
            passes &= matches(row, inner)?;
            continue;
        }
        let prefix = PREFIXES.iter().find(|prefix| name.starts_with(**prefix)).copied();
        let prefix = prefix
            .or_else(|| ["!", "%"].into_iter().find(|prefix| name.starts_with(prefix)))
            .unwrap_or("");
        let field = &name[prefix.len()..];
        let value = row(field).ok_or_else(|| field.to_owned())?;
        passes &= compare(value, prefix, wanted);
    }
    Ok(passes)
}

fn combined(row: &Look<'_>, filter: &Map<String, Value>, any: bool) -> Result<bool, String> {
    let mut verdicts = Vec::new();
    for part in filter.values() {
        if let Value::Object(part) = part {
            verdicts.push(matches(row, part)?);
        }
    }
    Ok(if any {
        verdicts.contains(&true)
    } else {
        !verdicts.contains(&false)
    })
}

fn compare(value: &Value, prefix: &str, wanted: &Value) -> bool {
    let equal = |wanted: &Value| order(value, wanted) == Ordering::Equal;
    let contains = || {
        let part = params::as_text(wanted)
            .unwrap_or_default()
            .trim_matches('%')
            .to_lowercase();
        params::as_text(value).is_some_and(|text| text.to_lowercase().contains(&part))
    };
    let among = || params::items(wanted).iter().any(equal);
    match prefix {
        ">" => order(value, wanted) == Ordering::Greater,
        ">=" => order(value, wanted) != Ordering::Less,
        "<" => order(value, wanted) == Ordering::Less,
        "<=" => order(value, wanted) != Ordering::Greater,
        "!" | "!=" | "!@" => !among(),
        "%" | "=%" | "%=" => contains(),
        "!%" => !contains(),
        _ => among(),
    }
}

/// Numbers by size, times by their moment, everything else as text; nothing is as an empty text.
pub(crate) fn order(left: &Value, right: &Value) -> Ordering {
    if let (Some(left), Some(right)) = (params::as_number(left), params::as_number(right)) {
        return left.cmp(&right);
    }
    if let (Some(left), Some(right)) = (moment(left), moment(right)) {
        return left.cmp(&right);
    }
    params::as_text(left)
        .unwrap_or_default()
        .cmp(&params::as_text(right).unwrap_or_default())
}

/// A time with its offset; one without is of the portal's own time zone.
fn moment(value: &Value) -> Option<Timestamp> {
    let text = value.as_str().filter(|text| text.as_bytes().get(10) == Some(&b'T'))?;
    text.parse().ok().or_else(|| format!("{text}+03:00").parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn passes(filter: &Value) -> Result<bool, String> {
        let row = json!({"id": 7, "title": "Кофе", "originId": null, "sum": "100", "at": "2026-11-22T10:00:00+03:00"});
        let row = row.as_object().unwrap();
        super::matches(&|name| row.get(name), filter.as_object().unwrap())
    }

    #[test]
    fn prefixes_compare() {
        for (filter, expected) in [
            (json!({"id": "7"}), true),
            (json!({"=id": 8}), false),
            (json!({">id": 6, "<=sum": 100}), true),
            (json!({"!id": 7}), false),
            (json!({"@id": [1, 7]}), true),
            (json!({"!@id": [1, 7]}), false),
            (json!({"%title": "коф"}), true),
            (json!({"!%title": "чай"}), true),
            (json!({"=originId": ""}), true),
            (json!({">at": "2026-11-22T06:59:59Z"}), true),
            (json!({">at": "2026-11-22T10:00:00"}), false),
            (
                json!({"0": {"logic": "OR", "0": {"id": 1}, "1": {"title": "Кофе"}}}),
                true,
            ),
            (
                json!({"0": {"logic": "AND", "0": {"id": 1}, "1": {"title": "Кофе"}}}),
                false,
            ),
        ] {
            assert_eq!(passes(&filter), Ok(expected), "{filter}");
        }
    }

    #[test]
    fn an_unknown_field_is_named() {
        assert_eq!(passes(&json!({">=price": 1})), Err("price".to_owned()));
    }
}
