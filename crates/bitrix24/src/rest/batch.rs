//! Several calls in one request: it counts as one against the portal's rate limit.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Rest, RestError, RestErrorKind, php};

/// Most calls in one batch (official page "batch").
const MOST: usize = 50;

/// One call of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Method name.
    pub method: String,
    /// Parameters; strings may refer to earlier results as `$result[c0][ID]`, where `c0` is the first call.
    pub params: Value,
}

impl Call {
    /// A call.
    pub fn new(method: impl Into<String>, params: Value) -> Self {
        Self {
            method: method.into(),
            params,
        }
    }

    /// As the batch method wants it: method and a PHP query string.
    fn line(&self) -> String {
        let mut query = String::new();
        write(&self.params, "", &mut query);
        if query.is_empty() {
            self.method.clone()
        } else {
            format!("{}?{query}", self.method)
        }
    }
}

impl Rest {
    /// Makes up to 50 calls at once; the results are in the order of the calls, each with its own success. A failure
    /// does not stop those behind it.
    pub async fn batch(&self, calls: &[Call]) -> Result<Vec<Result<Value, RestError>>, RestError> {
        if calls.len() > MOST {
            return Err(RestError::new(RestErrorKind::Request, "more than 50 calls in a batch"));
        }
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let commands: serde_json::Map<String, Value> = calls
            .iter()
            .enumerate()
            .map(|(at, call)| (format!("c{at}"), call.line().into()))
            .collect();
        let answer = self.call("batch", json!({"halt": 0, "cmd": commands})).await?;
        let (results, errors) = (php::map(&answer["result"]), php::map(&answer["result_error"]));
        let one = |at: usize| {
            let key = format!("c{at}");
            match (errors.get(&key), results.get(&key)) {
                (Some(failure), _) => {
                    let error = failure.get("error").unwrap_or(failure);
                    Err(RestError::from_portal(
                        None,
                        error,
                        failure.get("error_description"),
                        None,
                    ))
                }
                (None, Some(result)) => Ok(result.clone()),
                (None, None) => Err(RestError::new(
                    RestErrorKind::Unexpected,
                    "no result of a call in a batch",
                )),
            }
        };
        Ok((0..calls.len()).map(one).collect())
    }
}

/// PHP's brackets: `fields[PHONE][0][VALUE]=1`.
fn write(value: &Value, name: &str, query: &mut String) {
    let inner = |key: &str| {
        let key = utf8_percent_encode(key, NON_ALPHANUMERIC);
        if name.is_empty() {
            key.to_string()
        } else {
            format!("{name}%5B{key}%5D")
        }
    };
    let text = match value {
        Value::Object(map) => return map.iter().for_each(|(key, value)| write(value, &inner(key), query)),
        Value::Array(items) => {
            return items
                .iter()
                .enumerate()
                .for_each(|(at, value)| write(value, &inner(&at.to_string()), query));
        }
        Value::Null => String::new(),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
    };
    if name.is_empty() {
        return;
    }
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    query.extend(utf8_percent_encode(&text, NON_ALPHANUMERIC));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_a_php_query() {
        let line = |params| Call::new("m", params).line();
        assert_eq!(line(json!({})), "m");
        assert_eq!(line(json!(null)), "m");
        assert_eq!(
            line(json!({"fields": {"PHONE": [{"VALUE": "+7 1"}], "OPEN": true}, "id": 5})),
            "m?fields%5BOPEN%5D=1&fields%5BPHONE%5D%5B0%5D%5BVALUE%5D=%2B7%201&id=5"
        );
        assert_eq!(line(json!({"ID": "$result[c0][ID]"})), "m?ID=%24result%5Bc0%5D%5BID%5D");
        assert_eq!(line(json!({">id": "а&b", "n": null})), "m?%3Eid=%D0%B0%26b&n=");
    }
}
