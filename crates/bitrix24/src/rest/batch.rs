//! Several calls in one request: it counts as one against the portal's rate limit, while the working time of each is
//! booked to its method.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::php::{self, Entries};
use super::{Answer, Rest, RestError, RestErrorKind, Time};

/// Most calls in one batch (official page "batch").
pub(super) const MOST: usize = 50;

/// One call of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Method name.
    pub method: String,
    /// Parameters; strings may refer to earlier results, see [`reference`].
    pub params: Value,
}

/// Up to fifty calls that are made one after the other on the portal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// The calls; the first is `c00` in references.
    pub calls: Vec<Call>,
    /// Whether the first failure ends it.
    pub halt: bool,
}

/// What became of one call of a batch.
pub type Outcome<T> = Result<Answer<T>, RestError>;

/// A place in the result of an earlier call of the same batch, to be used as a parameter or in one: the portal puts the
/// value there.
pub fn reference(call: usize, path: &[&str]) -> String {
    let mut text = format!("$result[{}]", key(call));
    for part in path {
        text.push('[');
        text.push_str(part);
        text.push(']');
    }
    text
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

impl FromIterator<Call> for Batch {
    fn from_iter<I: IntoIterator<Item = Call>>(calls: I) -> Self {
        Self {
            calls: calls.into_iter().collect(),
            halt: false,
        }
    }
}

impl Batch {
    /// Stops at the first failure.
    #[must_use]
    pub fn halting(self) -> Self {
        Self { halt: true, ..self }
    }
}

impl Rest {
    /// Makes up to 50 calls at once; the results are in the order of the calls, each with its own success. A failure
    /// does not stop those behind it.
    pub async fn batch(&self, calls: &[Call]) -> Result<Vec<Result<Value, RestError>>, RestError> {
        let outcomes = self.run(&calls.iter().cloned().collect()).await?;
        let results = outcomes.into_iter().map(|outcome| outcome.map(|answer| answer.result));
        Ok(results.collect())
    }

    /// Makes the calls of a batch and decodes each result; fails as a whole only where the batch itself did.
    pub async fn run<T: DeserializeOwned>(&self, batch: &Batch) -> Result<Vec<Outcome<T>>, RestError> {
        let calls = &batch.calls;
        if calls.len() > MOST {
            return Err(RestError::new(RestErrorKind::Request, "more than 50 calls in a batch"));
        }
        if !calls.iter().all(|call| super::is_method(&call.method)) {
            return Err(RestError::new(RestErrorKind::Request, "not a method name"));
        }
        if calls.is_empty() {
            return Ok(Vec::new());
        }
        let lines = calls.iter().enumerate();
        let lines: Map<String, Value> = lines.map(|(at, call)| (key(at), call.line().into())).collect();
        let params = json!({"halt": u8::from(batch.halt), "cmd": lines});
        let mut charged: Vec<&str> = calls.iter().map(|call| call.method.as_str()).collect();
        charged.sort_unstable();
        charged.dedup();
        let mut answer: Answer<Results<T>> = self.send("batch", &params, &charged).await?;
        let mut failed = false;
        let outcomes = calls.iter().enumerate().map(|(at, call)| {
            let outcome = answer.result.outcome(&key(at), batch.halt && failed);
            failed |= outcome.is_err();
            let limits = &self.inner.options.limits;
            match &outcome {
                Ok(one) => limits.used(&call.method, one.time.as_ref(), Instant::now()),
                Err(error) if error.is_limit() => {
                    limits.refused(&[&call.method], error.is_operating(), Instant::now());
                }
                Err(_) => {}
            }
            outcome
        });
        Ok(outcomes.collect())
    }
}

/// The result of a batch: maps by the names of the calls, each of them `[]` when it is empty.
#[derive(Deserialize)]
#[serde(bound = "T: Deserialize<'de>")]
struct Results<T> {
    #[serde(default)]
    result: Entries<T>,
    #[serde(default)]
    result_error: Entries<Failure>,
    #[serde(default)]
    result_total: Entries<Count>,
    #[serde(default)]
    result_next: Entries<Count>,
    #[serde(default)]
    result_time: Entries<Took>,
}

/// A failed call; in some answers only its code.
#[derive(Deserialize)]
struct Failure(Value);

#[derive(Deserialize)]
struct Count(#[serde(deserialize_with = "php::maybe_number")] Option<u64>);

#[derive(Deserialize)]
struct Took(#[serde(deserialize_with = "php::lenient")] Option<Time>);

impl<T> Results<T> {
    fn outcome(&mut self, key: &str, halted: bool) -> Outcome<T> {
        if let Some(Failure(failure)) = self.result_error.take(key) {
            let error = failure.get("error").unwrap_or(&failure);
            let wait = None::<Duration>;
            return Err(RestError::from_portal(
                None,
                error,
                failure.get("error_description"),
                wait,
            ));
        }
        let Some(result) = self.result.take(key) else {
            let (kind, text) = if halted {
                (RestErrorKind::NotMade, "a call before it failed")
            } else {
                (RestErrorKind::Unexpected, "no result of a call in a batch")
            };
            return Err(RestError::new(kind, text));
        };
        Ok(Answer {
            result,
            total: self.result_total.take(key).and_then(|count| count.0),
            next: self.result_next.take(key).and_then(|count| count.0),
            time: self.result_time.take(key).and_then(|took| took.0),
        })
    }
}

/// In two digits, since a map is written by its keys and the portal makes the calls as they are written.
fn key(at: usize) -> String {
    format!("c{at:02}")
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
mod tests;
