//! Request parameters as PHP understands them: bracketed names become nested values, JSON bodies are merged over them.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Parameters of a call: strings from a query or form, any JSON from a JSON body.
pub(crate) type Params = Map<String, Value>;

/// Reads `a=1&b[c][]=2` into nested objects; lists with running numbers become arrays.
pub(crate) fn parse_query(query: &str) -> Params {
    let mut root = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name);
        let path = split_name(&name);
        insert(&mut root, &path, Value::String(decode(value)));
    }
    root.into_iter().map(|(name, value)| (name, lists(value))).collect()
}

/// Query, then body: what the body names wins, as in PHP's `$_REQUEST`. `None` if a JSON body is no JSON object.
pub(crate) fn parse_request(query: &str, content_type: &str, body: &[u8]) -> Option<Params> {
    let mut params = parse_query(query);
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    if text.is_empty() {
        return Some(params);
    }
    let looks_json = content_type.starts_with("application/json") || text.starts_with('{');
    if looks_json {
        match serde_json::from_str(text) {
            Ok(Value::Object(body)) => params.extend(body),
            // An empty PHP array stands for an empty map.
            Ok(Value::Array(items)) if items.is_empty() => {}
            Ok(_) | Err(_) => return None,
        }
    } else {
        params.extend(parse_query(text));
    }
    Some(params)
}

/// Finds a parameter by name, upper and lower case being equal for the names of classic methods.
pub(crate) fn get<'a>(params: &'a Params, name: &str) -> Option<&'a Value> {
    params.get(name).or_else(|| {
        params
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// A parameter as text: strings as they are, numbers printed.
pub(crate) fn text(params: &Params, name: &str) -> Option<String> {
    as_text(get(params, name)?)
}

/// A parameter as a whole number, be it JSON number or digits.
pub(crate) fn number(params: &Params, name: &str) -> Option<i64> {
    as_number(get(params, name)?)
}

/// A value as text, if it is a scalar.
pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(if *flag { "1" } else { "" }.to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value as a whole number, if it is one.
pub(crate) fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The values of a list, which PHP also accepts as a map or a single scalar.
pub(crate) fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Object(map) => map.values().cloned().collect(),
        Value::Null => Vec::new(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![value.clone()],
    }
}

/// Percent-decodes one query component, `+` being a space.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

fn split_name(name: &str) -> Vec<String> {
    let Some((head, rest)) = name.split_once('[') else {
        return vec![name.to_owned()];
    };
    let mut path = vec![head.to_owned()];
    path.extend(rest.split('[').map(|part| part.trim_end_matches(']').to_owned()));
    path
}

fn insert(map: &mut Params, path: &[String], value: Value) {
    let Some((head, rest)) = path.split_first() else { return };
    let key = if head.is_empty() {
        map.len().to_string()
    } else {
        head.clone()
    };
    if rest.is_empty() {
        map.insert(key, value);
        return;
    }
    let child = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !child.is_object() {
        *child = Value::Object(Map::new());
    }
    if let Value::Object(child) = child {
        insert(child, rest, value);
    }
}

/// A map with the keys 0, 1, 2 .. is a list.
fn lists(value: Value) -> Value {
    let Value::Object(map) = value else { return value };
    let is_list = !map.is_empty() && (0..map.len()).all(|index| map.contains_key(&index.to_string()));
    if is_list {
        let mut map = map;
        return (0..map.len())
            .filter_map(|index| map.remove(&index.to_string()))
            .map(lists)
            .collect();
    }
    Value::Object(map.into_iter().map(|(key, value)| (key, lists(value))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn php_brackets_nest() {
        let params = super::parse_query("fields%5BPHONE%5D%5B0%5D%5BVALUE%5D=%2B7&select[]=ID&select[]=*&x=a+b&y");
        assert_eq!(
            Value::Object(params),
            json!({"fields": {"PHONE": [{"VALUE": "+7"}]}, "select": ["ID", "*"], "x": "a b", "y": ""})
        );
    }

    #[test]
    fn the_body_wins_over_the_query() {
        let params = super::parse_request("a=1&b=2", "application/json; charset=utf-8", br#"{"a":3}"#).unwrap();
        assert_eq!(Value::Object(params), json!({"a": 3, "b": "2"}));
        let params = super::parse_request("a=1", "application/x-www-form-urlencoded", b"a=4").unwrap();
        assert_eq!(Value::Object(params), json!({"a": "4"}));
    }

    #[test]
    fn broken_json_is_told_apart_from_no_body() {
        assert!(super::parse_request("", "application/json", b"{").is_none());
        assert!(super::parse_request("", "application/json", b"").is_some());
        assert!(super::parse_request("", "application/json", b"[]").is_some());
    }

    #[test]
    fn names_of_classic_methods_ignore_case() {
        let params = super::parse_query("user_id=5");
        assert_eq!(super::number(&params, "USER_ID"), Some(5));
        assert_eq!(super::text(&params, "USER_ID").as_deref(), Some("5"));
    }
}
