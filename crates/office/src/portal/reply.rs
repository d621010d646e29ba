//! What a REST method answers, and the envelope around it.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::limits::Operating;
use crate::clock;

/// A method's answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reply {
    /// `result`.
    pub(crate) result: Value,
    /// `total` of a list.
    pub(crate) total: Option<usize>,
    /// `next` of a list that has more pages.
    pub(crate) next: Option<usize>,
    /// The operating time of the method, where the portal tells it.
    pub(crate) operating: Option<Operating>,
}

/// A method's refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// `error`.
    pub(crate) code: String,
    /// `error_description`.
    pub(crate) description: String,
    /// More keys beside them.
    pub(crate) extra: Map<String, Value>,
}

/// What a method ends with.
pub(crate) type Outcome = Result<Reply, Refusal>;

impl Reply {
    /// A plain result.
    pub(crate) fn of(result: Value) -> Self {
        Self {
            result,
            ..Self::default()
        }
    }
}

impl Refusal {
    /// A refusal with its HTTP status.
    pub(crate) fn new(status: StatusCode, code: &str, description: &str) -> Self {
        Self {
            status,
            code: code.to_owned(),
            description: description.to_owned(),
            extra: Map::new(),
        }
    }

    /// 400, as most methods refuse.
    pub(crate) fn bad(code: &str, description: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, description)
    }

    /// A required parameter is missing: controllers answer with the code 100.
    pub(crate) fn missing(parameter: &str) -> Self {
        Self::bad("100", &format!("Could not find value for parameter {{{parameter}}}"))
    }

    /// The same with one more key.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.extra.insert(name.to_owned(), value);
        self
    }

    /// The object of the error, also used inside a batch.
    pub(crate) fn object(&self) -> Value {
        let mut object = json!({"error": self.code, "error_description": self.description});
        for (name, value) in &self.extra {
            object[name] = value.clone();
        }
        object
    }
}

/// The `time` object of every good answer.
pub(crate) fn time(started: Timestamp, finished: Timestamp, operating: Option<Operating>) -> Value {
    let (start, finish) = (clock::unix_float(started), clock::unix_float(finished));
    let mut time = json!({
        "start": start, "finish": finish, "duration": finish - start, "processing": (finish - start) / 2.0,
        "date_start": clock::iso(started), "date_finish": clock::iso(finished),
    });
    if let Some(operating) = operating {
        time["operating_reset_at"] = operating.reset_at.into();
        time["operating"] = operating.used.into();
    }
    time
}

/// An object of values that are moved into it: the macro for JSON would copy them, which a list of fifty pages feels.
pub(crate) fn object<const N: usize>(pairs: [(&str, Value); N]) -> Value {
    let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value));
    Value::Object(pairs.collect())
}

/// The answer to the call.
pub(crate) fn respond(outcome: Outcome, started: Timestamp) -> Response {
    match outcome {
        Ok(reply) => {
            let time = time(started, clock::now(), reply.operating);
            let mut body = object([("result", reply.result), ("time", time)]);
            if let Some(total) = reply.total {
                body["total"] = total.into();
            }
            if let Some(next) = reply.next {
                body["next"] = next.into();
            }
            send(StatusCode::OK, &body)
        }
        Err(refusal) => send(refusal.status, &refusal.object()),
    }
}

/// JSON with its status.
pub(crate) fn send(status: StatusCode, body: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        // Much quicker than the text of a value; a value is always JSON.
        serde_json::to_vec(body).unwrap_or_default(),
    )
        .into_response()
}
