//! `POST v1/events`: takes events of the portal. The id of an event is its idempotency key: what was applied is not
//! applied again, and has the result it had.

use std::collections::HashMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{Publication, State, now};
use super::{Visit, draft, refused};

/// The event that writes an order.
const ORDER: &str = "hotstart/order";

/// The most events in one call.
const MOST: usize = 1_000;

/// The most events that a base keeps.
const KEPT: usize = 100_000;

/// An event as it comes.
#[derive(Debug, Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    data: Value,
}

/// An event that was applied.
#[derive(Debug, Clone, Serialize)]
pub(in super::super) struct Applied {
    /// Its place in the order of applying, from 1.
    n: usize,
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Value,
    user: String,
    answer: Value,
    at_us: u64,
    /// How often it was sent.
    times: u64,
}

/// What goes wrong with events on purpose.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(in super::super) struct Trouble {
    /// Events of these types fail, each alone.
    pub(in super::super) refuse_types: Vec<String>,
    /// Whole calls get this status, and nothing is applied ...
    pub(in super::super) status: Option<u16>,
    /// ... so many times; absent: always.
    pub(in super::super) count: Option<u32>,
    /// So many calls are applied and then answered with 500.
    pub(in super::super) lose_answers: u32,
}

/// The events of one base.
#[derive(Debug, Default)]
pub(in super::super) struct Inbox {
    applied: Vec<Applied>,
    places: HashMap<String, usize>,
    trouble: Trouble,
}

impl Inbox {
    /// What was applied after this place, in order.
    pub(in super::super) fn after(&self, after: usize) -> &[Applied] {
        self.applied.get(after..).unwrap_or_default()
    }

    /// Forgets everything that was applied.
    pub(in super::super) fn clear(&mut self) {
        self.applied.clear();
        self.places.clear();
    }

    /// Makes things go wrong, or right again.
    pub(in super::super) fn trouble(&mut self, trouble: Trouble) {
        self.trouble = trouble;
    }

    /// The status that this whole call gets.
    fn struck(&mut self) -> Option<StatusCode> {
        let status = self.trouble.status?;
        if let Some(count) = &mut self.trouble.count {
            if *count == 0 {
                return None;
            }
            *count -= 1;
        }
        StatusCode::from_u16(status).ok()
    }

    /// Whether the work of an event is still to be done.
    fn is_due(&self, event: &Event) -> bool {
        !self.places.contains_key(&event.id) && !self.trouble.refuse_types.contains(&event.kind)
    }

    /// Applies an event; `answer` is what its work has given, where it has any.
    fn apply(&mut self, event: Event, user: &str, answer: Option<Value>) -> Value {
        let place = match self.places.get(&event.id) {
            Some(place) => *place,
            None if self.trouble.refuse_types.contains(&event.kind) => {
                return json!({"id": event.id, "status": "failed", "answer": "Событие не обработано"});
            }
            None => {
                let place = self.applied.len();
                self.places.insert(event.id.clone(), place);
                self.applied.push(Applied {
                    n: place + 1,
                    id: event.id.clone(),
                    kind: event.kind,
                    data: event.data,
                    user: user.to_owned(),
                    answer: answer.unwrap_or_else(|| json!({"n": place + 1})),
                    at_us: now(),
                    times: 0,
                });
                place
            }
        };
        let Some(applied) = self.applied.get_mut(place) else {
            return json!({"id": event.id, "status": "failed"});
        };
        applied.times += 1;
        json!({"id": event.id, "status": "done", "answer": applied.answer})
    }
}

/// Applies the events of one call, in order, and answers for each.
pub(super) fn take(state: &State, publication: &Publication, visit: &Visit, body: &[u8]) -> Response {
    #[derive(Deserialize)]
    struct Batch {
        events: Vec<Event>,
    }
    let batch: Batch = match serde_json::from_slice(body) {
        Ok(batch) => batch,
        Err(error) => return refused(StatusCode::BAD_REQUEST, "malformed", &error.to_string()),
    };
    if batch.events.iter().any(|event| event.id.is_empty()) {
        return refused(StatusCode::BAD_REQUEST, "malformed", "пустой идентификатор события");
    }
    if batch.events.len() > MOST {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "too_many", "слишком много событий");
    }
    let mut desk = publication.desk();
    let inbox = &mut desk.inbox;
    if let Some(status) = inbox.struck() {
        return refused(status, "trouble", "Ошибка при вызове сервиса");
    }
    if inbox.applied.len() + batch.events.len() > KEPT {
        return refused(StatusCode::INSUFFICIENT_STORAGE, "full", "слишком много событий");
    }
    let mut results = Vec::new();
    for event in batch.events {
        let works = event.kind == ORDER && desk.inbox.is_due(&event);
        let answer = match works.then(|| draft::order(state, publication, &mut desk, &event.data)) {
            Some(Err(why)) => {
                results.push(json!({"id": event.id, "status": "refused", "answer": why}));
                continue;
            }
            Some(Ok(answer)) => Some(answer),
            None => None,
        };
        results.push(desk.inbox.apply(event, &visit.user, answer));
    }
    let inbox = &mut desk.inbox;
    if inbox.trouble.lose_answers > 0 {
        inbox.trouble.lose_answers -= 1;
        return refused(
            StatusCode::INTERNAL_SERVER_ERROR,
            "trouble",
            "Ошибка при вызове сервиса",
        );
    }
    Json(json!({"results": results})).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, kind: &str) -> Event {
        Event {
            id: id.to_owned(),
            kind: kind.to_owned(),
            data: json!(1),
        }
    }

    #[test]
    fn an_event_is_applied_once_and_has_one_result() {
        let mut inbox = Inbox::default();
        let first = inbox.apply(event("a", "deal"), "Иванов И.И.", None);
        inbox.apply(event("b", "deal"), "Иванов И.И.", None);
        assert_eq!(inbox.apply(event("a", "deal"), "Иванов И.И.", None), first);
        let times: Vec<(usize, u64)> = inbox
            .after(0)
            .iter()
            .map(|applied| (applied.n, applied.times))
            .collect();
        assert_eq!(times, [(1, 2), (2, 1)]);
        assert_eq!(inbox.after(1).len(), 1);
        assert!(inbox.after(9).is_empty());
    }

    #[test]
    fn a_refused_type_is_applied_once_the_trouble_is_over() {
        let mut inbox = Inbox::default();
        inbox.trouble(Trouble {
            refuse_types: vec!["deal".to_owned()],
            ..Trouble::default()
        });
        assert_eq!(inbox.apply(event("a", "deal"), "", None)["status"], "failed");
        assert_eq!(inbox.apply(event("b", "lead"), "", None)["status"], "done");
        inbox.trouble(Trouble::default());
        assert_eq!(inbox.apply(event("a", "deal"), "", None)["status"], "done");
        assert_eq!(inbox.after(0).len(), 2);
    }

    #[test]
    fn counted_trouble_is_used_up() {
        let mut inbox = Inbox::default();
        inbox.trouble(Trouble {
            status: Some(503),
            count: Some(1),
            ..Trouble::default()
        });
        assert_eq!(inbox.struck(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(inbox.struck(), None);
    }
}
