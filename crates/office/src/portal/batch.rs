//! `batch`: up to fifty commands in one call, each able to use the results of those before it.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::Portal;
use super::reply::{Outcome, Refusal, Reply, object, time};
use super::rest::Call;
use crate::clock;
use crate::params::{self, Params};

/// Commands in one batch.
const MAX_COMMANDS: usize = 50;

/// Runs the commands in order; HTTP is always 200, errors lie beside the results.
pub(crate) fn run(portal: &Portal, params: &Params, call: &Call<'_>) -> Reply {
    let halt = params::get(params, "halt")
        .is_some_and(|halt| params::as_number(halt).is_some_and(|number| number != 0) || halt.as_bool() == Some(true));
    let commands: Vec<(String, Value)> = match params::get(params, "cmd") {
        Some(Value::Object(map)) => map.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), value.clone()))
            .collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => Vec::new(),
    };
    let (mut results, mut errors) = (Map::new(), Map::new());
    let (mut totals, mut nexts, mut times) = (Map::new(), Map::new(), Map::new());
    for (index, (name, command)) in commands.iter().enumerate() {
        let started = clock::now();
        match one(portal, index, command, &results, call) {
            Ok(reply) => {
                results.insert(name.clone(), reply.result);
                if let Some(total) = reply.total {
                    totals.insert(name.clone(), total.into());
                }
                if let Some(next) = reply.next {
                    nexts.insert(name.clone(), next.into());
                }
                times.insert(name.clone(), time(started, clock::now(), reply.operating));
            }
            Err(refusal) => {
                errors.insert(name.clone(), refusal.object());
                if halt {
                    break;
                }
            }
        }
    }
    let as_list = matches!(params::get(params, "cmd"), Some(Value::Array(_)));
    Reply::of(object([
        ("result", php(results, as_list)),
        ("result_error", php(errors, false)),
        ("result_total", php(totals, as_list)),
        ("result_next", php(nexts, false)),
        ("result_time", php(times, as_list)),
    ]))
}

fn one(portal: &Portal, index: usize, command: &Value, results: &Params, call: &Call<'_>) -> Outcome {
    if index >= MAX_COMMANDS {
        let text = "Max batch length exceeded";
        return Err(Refusal::bad("ERROR_BATCH_LENGTH_EXCEEDED", text));
    }
    let command = params::as_text(command).unwrap_or_default();
    let (method, query) = command.split_once('?').unwrap_or((&command, ""));
    let method = method.trim_matches('/');
    if matches!(method.to_lowercase().as_str(), "batch" | "upload" | "download") {
        let text = "Method is not allowed for batch usage";
        return Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "ERROR_BATCH_METHOD_NOT_ALLOWED",
            text,
        ));
    }
    let inner = params::parse_query(query);
    let inner = inner
        .into_iter()
        .map(|(name, value)| (name, substitute(value, results)))
        .collect();
    portal.call(method, &inner, call)
}

/// Puts `$result[a][UF_DEPARTMENT][0]` of an earlier command in its place.
fn substitute(value: Value, results: &Params) -> Value {
    match value {
        Value::String(text) => {
            let Some(path) = text.strip_prefix("$result[") else {
                return Value::String(text);
            };
            let mut found: Option<&Value> = None;
            for (depth, part) in path.trim_end_matches(']').split("][").enumerate() {
                found = match (depth, found) {
                    (0, _) => results.get(part),
                    (_, Some(Value::Object(map))) => map.get(part),
                    (_, Some(Value::Array(items))) => part.parse().ok().and_then(|index: usize| items.get(index)),
                    _ => None,
                };
            }
            found.cloned().unwrap_or_else(|| Value::String(String::new()))
        }
        Value::Array(items) => items.into_iter().map(|item| substitute(item, results)).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(name, value)| (name, substitute(value, results)))
            .collect(),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_)) => other,
    }
}

/// An empty map is an empty list in PHP, and a map with the keys 0, 1 .. is a list.
fn php(map: Params, as_list: bool) -> Value {
    let whole = (0..map.len()).all(|index| map.contains_key(&index.to_string()));
    if map.is_empty() || (as_list && whole) {
        return (0..map.len())
            .filter_map(|index| map.get(&index.to_string()).cloned())
            .collect();
    }
    Value::Object(map)
}
