//! The queue itself.

use serde_json::{Value, json};

use crate::params::{self, Params};
use crate::portal::crm::PAGE;
use crate::portal::reply::{Outcome, Refusal, Reply};

#[derive(Clone, Debug)]
struct Record {
    id: u64,
    client: String,
    connector: String,
    name: String,
    data: Value,
    user: u64,
    at: String,
    message: String,
    process: Option<String>,
    failed: bool,
}

/// The records of all applications.
#[derive(Debug, Default)]
pub(super) struct Queue {
    last: u64,
    records: Vec<Record>,
}

impl Queue {
    /// Adds a record; one of the same object that nobody reserved is replaced.
    #[expect(clippy::too_many_arguments, reason = "the columns of a record")]
    pub(super) fn put(
        &mut self,
        client: &str,
        connector: &str,
        name: &str,
        data: Value,
        user: u64,
        at: &str,
        message: String,
    ) {
        self.records.retain(|record| {
            let same = record.client == client && record.connector == connector && record.name == name;
            !(same && record.data == data && record.process.is_none() && !record.failed)
        });
        self.last += 1;
        self.records.push(Record {
            id: self.last,
            client: client.to_owned(),
            connector: connector.to_owned(),
            name: name.to_owned(),
            data,
            user,
            at: at.to_owned(),
            message,
            process: None,
            failed: false,
        });
    }

    /// Takes records: away, or reserved for a process.
    pub(super) fn get(&mut self, client: &str, params: &Params, reserve: bool, process: &str) -> Reply {
        let limit = params::number(params, "limit").and_then(|limit| usize::try_from(limit).ok());
        let failed = params::number(params, "error") == Some(1);
        let connector = params::text(params, "auth_connector").unwrap_or_default();
        let mut taken = Vec::new();
        for record in &mut self.records {
            let free = record.process.is_none() && record.failed == failed;
            let mine = record.client == client && record.connector == connector;
            if free && mine && fits(record, params) && taken.len() < limit.unwrap_or(PAGE) {
                record.process = Some(process.to_owned());
                record.failed = false;
                taken.push(record.clone());
            }
        }
        if !reserve {
            self.records
                .retain(|record| !taken.iter().any(|taken| taken.id == record.id));
        }
        let events: Vec<Value> = taken.iter().map(Record::event).collect();
        let process = if reserve { json!(process) } else { Value::Null };
        Reply::of(json!({"process_id": process, "events": events}))
    }

    /// Shows records and changes nothing.
    pub(super) fn list(&self, client: &str, params: &Params) -> Reply {
        let connector = params::text(params, "auth_connector").unwrap_or_default();
        let found: Vec<&Record> = self
            .records
            .iter()
            .filter(|record| record.client == client && record.connector == connector && fits(record, params))
            .collect();
        let start = params::number(params, "start").and_then(|start| usize::try_from(start).ok());
        let start = start.unwrap_or(0);
        let rows = found.iter().skip(start).take(PAGE).map(|record| {
            let mut row = record.event();
            row["PROCESS_ID"] = record.process.clone().unwrap_or_default().into();
            row["ERROR"] = u8::from(record.failed).into();
            row
        });
        Reply {
            result: rows.collect(),
            total: Some(found.len()),
            next: (start + PAGE < found.len()).then_some(start + PAGE),
            operating: None,
        }
    }

    /// Forgets records of a process: all of them, or those named by message ids or, without any, by ids.
    pub(super) fn clear(&mut self, client: &str, params: &Params) -> Outcome {
        let chosen = chosen(params)?;
        self.records
            .retain(|record| !(record.client == client && chosen.means(record)));
        Ok(Reply::of(true.into()))
    }

    /// Marks records as failed: they are free again, for readers with `error=1`.
    pub(super) fn mark(&mut self, client: &str, params: &Params) -> Outcome {
        let chosen = chosen(params)?;
        for record in &mut self.records {
            if record.client == client && chosen.means(record) {
                (record.failed, record.process) = (true, None);
            }
        }
        Ok(Reply::of(true.into()))
    }
}

struct Chosen {
    process: String,
    messages: Option<Vec<String>>,
    ids: Option<Vec<i64>>,
}

impl Chosen {
    fn means(&self, record: &Record) -> bool {
        if record.process.as_deref() != Some(&self.process) {
            return false;
        }
        match (&self.messages, &self.ids) {
            (Some(messages), _) => messages.contains(&record.message),
            (None, Some(ids)) => ids.iter().any(|id| u64::try_from(*id) == Ok(record.id)),
            (None, None) => true,
        }
    }
}

fn chosen(params: &Params) -> Result<Chosen, Refusal> {
    let process = params::text(params, "process_id").filter(|id| !id.is_empty());
    let process = process.ok_or_else(|| Refusal::bad("ERROR_ARGUMENT", "Argument 'PROCESS_ID' is null or empty"))?;
    let messages: Option<Vec<String>> = params::get(params, "message_id")
        .map(|value| params::items(value).iter().filter_map(params::as_text).collect());
    if messages.iter().flatten().any(|id| id.len() != 32) {
        return Err(Refusal::bad(
            "ERROR_ARGUMENT",
            "Value must be array of MESSAGE_ID values",
        ));
    }
    let ids =
        params::get(params, "id").map(|value| params::items(value).iter().filter_map(params::as_number).collect());
    Ok(Chosen { process, messages, ids })
}

/// `filter[EVENT_NAME]` and its like; prefixes are passed over.
fn fits(record: &Record, params: &Params) -> bool {
    let Some(filter) = params::get(params, "filter").and_then(Value::as_object) else {
        return true;
    };
    filter.iter().all(|(name, wanted)| {
        let wanted: Vec<String> = params::items(wanted).iter().filter_map(params::as_text).collect();
        match name.trim_start_matches(['=', '@']).to_uppercase().as_str() {
            "EVENT_NAME" => wanted.iter().any(|name| name.eq_ignore_ascii_case(&record.name)),
            "ID" => wanted.contains(&record.id.to_string()),
            "MESSAGE_ID" => wanted.contains(&record.message),
            _ => true,
        }
    })
}

impl Record {
    fn event(&self) -> Value {
        json!({
            "ID": self.id.to_string(), "TIMESTAMP_X": self.at, "EVENT_NAME": self.name, "EVENT_DATA": self.data,
            "EVENT_ADDITIONAL": {"user_id": self.user}, "MESSAGE_ID": self.message,
        })
    }
}
