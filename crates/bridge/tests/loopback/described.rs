//! `docs/bridge-openapi.yaml` is true: every path and every documented status is asked for, and every answer has the form
//! that is promised. What is not documented is not there.
use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Desk, Said};

const TEXT: &str = include_str!("../../../../docs/bridge-openapi.yaml");

fn described() -> Value {
    serde_saphyr::from_str(TEXT).expect("the description is YAML")
}

/// What a `$ref` means.
fn resolved<'a>(whole: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(place) => whole
            .pointer(place.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("{place} is missing")),
        None => value,
    }
}

/// The path of the examples.
fn path(template: &str, operation: &Value) -> String {
    let mut path = template.to_owned();
    let mut query = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let (name, example) = (parameter["name"].as_str().unwrap(), &parameter["example"]);
        let example = example.as_str().map_or_else(|| example.to_string(), str::to_owned);
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &example),
            Some("query") if !parameter["example"].is_null() => query.push(format!("{name}={example}")),
            _ => {}
        }
    }
    if query.is_empty() {
        path
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// A request that has to end with this status.
fn provoked(desk: &Desk, operation: &Value, method: &str, path: &str, status: &str, response: &Value) -> Said {
    let bearer = format!("Bearer {}", desk.token);
    let needs = operation["security"].as_array().is_none_or(|needed| !needed.is_empty());
    let token = [("Authorization", bearer.as_str())];
    let token: &[(&str, &str)] = if needs { &token } else { &[] };
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    let body = (!body.is_null()).then(|| body.to_string());
    let special = &response["x-request"];
    let (path, body) = match special["path"].as_str() {
        Some(path) => (path, special["body"].as_str().map(str::to_owned)),
        None => (path, body),
    };
    let bytes = match status {
        "401" => desk.request(method, path, &[], body.as_deref()),
        "403" => desk.request(
            method,
            path,
            &[&[("Origin", "https://evil.example")], token].concat(),
            body.as_deref(),
        ),
        "413" => desk.request(
            method,
            path,
            token,
            Some(&format!("\"{}\"", "x".repeat(2 * 1024 * 1024))),
        ),
        "400" if special.is_null() => desk.request(method, path, token, Some("{")),
        _ => desk.request(method, path, token, body.as_deref()),
    };
    desk.say(&bytes)
}

/// Whether a value has the form of a schema, as far as this description uses schemas.
fn fits(whole: &Value, schema: &Value, value: &Value, place: &str) {
    let schema = resolved(whole, schema);
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let wanted = &schema["type"];
    if let Some(one) = wanted.as_str() {
        assert_eq!(kind, one, "{place}: {value}");
    }
    if let Some(several) = wanted.as_array() {
        assert!(several.iter().any(|one| one == kind), "{place}: {value}");
    }
    if let Some(constant) = schema.get("const") {
        assert_eq!(value, constant, "{place}");
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{place}: {value}");
    }
    for name in schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        assert!(value.get(name).is_some(), "{place} lacks {name}: {value}");
    }
    if let (Some(known), Some(fields)) = (schema["properties"].as_object(), value.as_object()) {
        for (name, field) in fields {
            let schema = known
                .get(name)
                .unwrap_or_else(|| panic!("{place}.{name} is not described"));
            fits(whole, schema, field, &format!("{place}.{name}"));
        }
    }
    for (at, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(whole, &schema["items"], item, &format!("{place}[{at}]"));
    }
}

#[test]
fn every_documented_answer_is_given() {
    let whole = described();
    let desk = Desk::start();
    let mut asked = 0;
    for (template, operations) in whole["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method = method.to_uppercase();
            let path = path(template, operation);
            for (status, response) in operation["responses"].as_object().unwrap() {
                let response = resolved(&whole, response);
                let said = provoked(&desk, operation, &method, &path, status, response);
                assert_eq!(said.status.to_string(), *status, "{method} {path}: {said:?}");
                for (kind, content) in response["content"].as_object().unwrap() {
                    assert!(
                        said.head.contains(&format!("content-type: {kind}")),
                        "{method} {path} {status}: {said:?}"
                    );
                    if kind == "application/json" {
                        fits(
                            &whole,
                            &content["schema"],
                            &said.json(),
                            &format!("{method} {path} {status}"),
                        );
                    }
                }
                asked += 1;
            }
        }
    }
    assert!(asked > 25, "only {asked} cases");
}

#[test]
fn methods_that_are_not_described_are_not_there() {
    let whole = described();
    let desk = Desk::start();
    for (template, operations) in whole["paths"].as_object().unwrap() {
        let known: BTreeSet<String> = operations
            .as_object()
            .unwrap()
            .keys()
            .map(|name| name.to_uppercase())
            .collect();
        let path = template.replace("{method}", "profile");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] {
            if !known.contains(method) {
                let status = desk.ask(method, &path, None).status;
                assert!(matches!(status, 404 | 405), "{method} {path}: {status}");
            }
        }
    }
}
