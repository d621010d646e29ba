//! Events for applications: bindings, and the queues of offline events that an application empties itself.
//!
//! A queue keeps the latest state of an object: a thousand changes are one record. Reading takes records away at once,
//! unless `clear=0` reserves them for a process. Bindings are for applications, offline ones for administrators.

mod queue;

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Portal;
use super::crm::Change;
use super::reply::{Outcome, Refusal, Reply};
use super::rest::Call;
use super::rest::methods::application;
use crate::clock;
use crate::params::{self, Params};
use queue::Queue;

/// The methods of offline events.
pub(crate) const METHODS: [&str; 4] = [
    "event.offline.get",
    "event.offline.list",
    "event.offline.clear",
    "event.offline.error",
];

/// The events that can be bound.
const EVENTS: [&str; 19] = [
    "ONCRMDEALADD",
    "ONCRMDEALUPDATE",
    "ONCRMDEALDELETE",
    "ONCRMLEADADD",
    "ONCRMLEADUPDATE",
    "ONCRMLEADDELETE",
    "ONCRMCOMPANYADD",
    "ONCRMCOMPANYUPDATE",
    "ONCRMCOMPANYDELETE",
    "ONCRMCONTACTADD",
    "ONCRMCONTACTUPDATE",
    "ONCRMCONTACTDELETE",
    "ONCRMQUOTEADD",
    "ONCRMQUOTEUPDATE",
    "ONCRMQUOTEDELETE",
    "ONCRMDYNAMICITEMADD",
    "ONCRMDYNAMICITEMUPDATE",
    "ONCRMDYNAMICITEMDELETE",
    "ONAPPUNINSTALL",
];

/// One binding.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Binding {
    client: String,
    event: String,
    handler: String,
    /// The key of the connector; offline bindings only.
    offline: Option<String>,
    user: u64,
}

/// Bindings and queues.
#[derive(Debug, Default)]
pub(crate) struct Offline(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    bindings: Vec<Binding>,
    queue: Queue,
}

impl Offline {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls a method of events.
pub(crate) fn call(portal: &Portal, name: &str, params: &Params, call: &Call<'_>) -> Outcome {
    let client = application(call)?;
    match name {
        "events" => Ok(Reply::of(json!(EVENTS))),
        "event.bind" => bind(portal, client, params, call),
        "event.unbind" => unbind(portal, client, params),
        "event.get" => Ok(Reply::of(bound(portal, client))),
        _ if !call.user.admin => Err(denied("Offline events require administrator access rights")),
        "event.offline.get" => portal.take_offline(client, params),
        "event.offline.list" => Ok(portal.offline.lock().queue.list(client, params)),
        "event.offline.clear" => portal.offline.lock().queue.clear(client, params),
        _ => portal.offline.lock().queue.mark(client, params),
    }
}

impl Portal {
    /// Puts what CRM changed into the queues; a change that an application made itself with the key of its connector is
    /// kept from that connector.
    pub(crate) fn tell_changes(&self, user: u64, params: &Params, author: Option<&str>) {
        let changes = self.crm.take_changes();
        if changes.is_empty() {
            return;
        }
        let own = params::text(params, "auth_connector").filter(|key| !key.is_empty());
        let now = clock::iso(clock::now());
        let mut inner = self.offline.lock();
        for change in changes {
            let (name, data) = described(&change);
            let bound: Vec<Binding> = inner
                .bindings
                .iter()
                .filter(|binding| name == binding.event || name.starts_with(&format!("{}_", binding.event)))
                .filter(|binding| {
                    let by_itself = author == Some(&binding.client) && own.is_some() && own == binding.offline;
                    binding.offline.is_some() && !by_itself
                })
                .cloned()
                .collect();
            for binding in bound {
                let installed = self
                    .authority
                    .application(&binding.client)
                    .is_some_and(|app| app.installed);
                if installed {
                    let connector = binding.offline.unwrap_or_default();
                    let id = self.chance.word(32);
                    inner.queue.put(
                        &binding.client,
                        &connector,
                        &binding.event,
                        data.clone(),
                        user,
                        &now,
                        id,
                    );
                }
            }
        }
    }

    fn take_offline(&self, client: &str, params: &Params) -> Outcome {
        let reserve = params::get(params, "clear")
            .is_some_and(|clear| params::as_number(clear) == Some(0) || clear.as_bool() == Some(false));
        if reserve && !self.manners.get().offline_extended {
            let text = "Feature is not available: rest_offline_extended";
            return Err(Refusal::new(StatusCode::FORBIDDEN, "ACCESS_DENIED", text));
        }
        let process = params::text(params, "process_id").filter(|id| !id.is_empty());
        let process = process.unwrap_or_else(|| self.chance.word(32));
        Ok(self.offline.lock().queue.get(client, params, reserve, &process))
    }
}

fn bind(portal: &Portal, client: &str, params: &Params, call: &Call<'_>) -> Outcome {
    let event = params::text(params, "event").unwrap_or_default().to_uppercase();
    if event.is_empty() {
        return Err(Refusal::missing("event"));
    }
    if !EVENTS.contains(&event.as_str()) {
        return Err(Refusal::bad("ERROR_EVENT_NOT_FOUND", "Event not found"));
    }
    let offline = params::text(params, "event_type").is_some_and(|kind| kind.eq_ignore_ascii_case("offline"));
    if !call.user.admin {
        let text = if offline {
            "Offline events binding requires administrator access rights"
        } else {
            "Event binding requires administrator access rights"
        };
        return Err(denied(text));
    }
    let handler = params::text(params, "handler").unwrap_or_default();
    if !offline {
        check(&handler)?;
    }
    let connector = params::text(params, "auth_connector").unwrap_or_default();
    let binding = Binding {
        client: client.to_owned(),
        event,
        handler,
        offline: offline.then_some(connector),
        user: call.user.id,
    };
    let mut inner = portal.offline.lock();
    if inner.bindings.contains(&binding) {
        return Err(Refusal::bad("ERROR_EVENT_BINDING_EXISTS", "Handler already binded"));
    }
    inner.bindings.push(binding);
    Ok(Reply::of(true.into()))
}

/// A handler is reached by http or https, and its host has a dot.
fn check(handler: &str) -> Result<(), Refusal> {
    let Some((scheme, rest)) = handler.split_once("://") else {
        return Err(Refusal::bad("ERROR_WRONG_HANDLER_URL", "Wrong handler URL"));
    };
    if scheme != "http" && scheme != "https" {
        return Err(Refusal::bad(
            "ERROR_UNSUPPORTED_PROTOCOL",
            "Unsupported event handler protocol",
        ));
    }
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    if host.contains('.') {
        Ok(())
    } else {
        Err(Refusal::bad("ERROR_WRONG_HANDLER_URL", "Wrong handler URL"))
    }
}

fn unbind(portal: &Portal, client: &str, params: &Params) -> Outcome {
    let event = params::text(params, "event")
        .ok_or_else(|| Refusal::missing("event"))?
        .to_uppercase();
    let offline = params::text(params, "event_type").is_some_and(|kind| kind.eq_ignore_ascii_case("offline"));
    let mut inner = portal.offline.lock();
    let before = inner.bindings.len();
    inner
        .bindings
        .retain(|binding| binding.client != client || binding.event != event || binding.offline.is_some() != offline);
    let count = before - inner.bindings.len();
    Ok(Reply::of(json!({"count": count})))
}

fn bound(portal: &Portal, client: &str) -> Value {
    let inner = portal.offline.lock();
    inner
        .bindings
        .iter()
        .filter(|binding| binding.client == client)
        .map(|binding| {
            json!({
                "event": binding.event, "handler": binding.handler, "auth_type": binding.user.to_string(),
                "offline": u8::from(binding.offline.is_some()), "auth_connector": binding.offline,
            })
        })
        .collect()
}

/// The name and the data of the event of a change.
fn described(change: &Change) -> (String, Value) {
    let fields = if change.classic {
        json!({"FIELDS": {"ID": change.id}})
    } else {
        json!({"FIELDS": {"ID": change.id, "ENTITY_TYPE_ID": change.type_id}})
    };
    (change.event(), fields)
}

fn denied(text: &str) -> Refusal {
    Refusal::new(StatusCode::FORBIDDEN, "ACCESS_DENIED", text)
}
