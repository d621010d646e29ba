//! Answers on command: the next calls of a method end as a test wants it, whatever they ask.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// One answer on command.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// The method; without one every method.
    #[serde(default)]
    method: Option<String>,
    /// HTTP status (200).
    #[serde(default = "ok")]
    status: u16,
    /// `error`.
    #[serde(default)]
    error: Option<String>,
    /// `error_description`.
    #[serde(default)]
    description: String,
    /// More keys beside them.
    #[serde(default)]
    extra: Map<String, Value>,
    /// A page instead of JSON.
    #[serde(default)]
    html: Option<String>,
    /// Any text, said to be JSON: half of an object, nothing at all.
    #[serde(default)]
    text: Option<String>,
    /// `Location`.
    #[serde(default)]
    location: Option<String>,
    /// How often; without it once, 0: until the answers are forgotten.
    #[serde(default = "once")]
    count: u32,
}

/// The answers that wait.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<Vec<Answer>>);

impl Answers {
    /// Adds an answer; those that were added first are given first.
    pub(crate) fn add(&self, answer: Answer) {
        self.lock().push(answer);
    }

    /// Forgets all of them.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Those that wait.
    pub(crate) fn waiting(&self) -> Vec<Answer> {
        self.lock().clone()
    }

    /// The answer to a call of the method, if one waits.
    pub(crate) fn take(&self, method: &str) -> Option<Response> {
        let mut answers = self.lock();
        let fits = |answer: &Answer| {
            answer
                .method
                .as_ref()
                .is_none_or(|name| name.eq_ignore_ascii_case(method))
        };
        let index = answers.iter().position(fits)?;
        let answer = answers[index].clone();
        match answers[index].count {
            0 => {}
            1 => {
                answers.remove(index);
            }
            count => answers[index].count = count - 1,
        }
        Some(answer.respond())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    fn respond(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let (kind, body) = match (self.html, self.text) {
            (Some(page), _) => ("text/html; charset=utf-8", page),
            (None, Some(text)) => ("application/json; charset=utf-8", text),
            (None, None) => {
                let mut body = json!({"error": self.error.unwrap_or_default(), "error_description": self.description});
                for (name, value) in self.extra {
                    body[name] = value;
                }
                ("application/json; charset=utf-8", body.to_string())
            }
        };
        let mut response = (status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if let Some(location) = self.location.and_then(|location| location.parse().ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

fn ok() -> u16 {
    200
}

fn once() -> u32 {
    1
}
