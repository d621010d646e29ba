//! `hotstartctl report`: counts, times and errors of a period, and what waits.

use hotstart_core::Timestamp;
use hotstart_core::journal::moment::utc;
use hotstart_core::report::Report;
use hotstart_core::texts::Language;
use hotstart_store::{OpenError, journal_since, queue_lengths};
use serde_json::{Value, to_value};

use crate::home::{folders, settings};
use crate::output::{Failure, Outcome};
use crate::since;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// From when on: 2026-11-22, 2026-11-22T07:00:00Z, or as a time before now: 24h, 7d; without it, everything kept.
    #[arg(long)]
    since: Option<String>,
    /// Until when; without it, until now.
    #[arg(long)]
    until: Option<String>,
}

/// The report; the texts are in the language of the settings.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let since = arguments.since.as_deref().map(since::moment).transpose()?;
    let until = arguments
        .until
        .as_deref()
        .map_or_else(|| Ok(since::now()), since::moment)?;
    if since.is_some_and(|since| since > until) {
        return Err(Failure::refused("usage", "the period ends before it begins"));
    }
    let failed = |why: OpenError| Failure::failed("store.failed", why.to_string());
    let folders = folders()?;
    let language = settings(&folders).map_or_else(|_| Language::default(), |settings| settings.language);
    let records = journal_since(folders.data(), since).map_err(failed)?;
    let queue = queue_lengths(folders.data()).map_err(failed)?;
    let report = Report::of(&records, since, until, queue, language);
    let mut value = to_value(report).map_err(|why| Failure::failed("internal", why.to_string()))?;
    moments(&mut value);
    Ok(value)
}

/// Moments are written as in the journal.
fn moments(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value.as_i64()) {
                    ("since" | "until" | "last", Some(at)) => *value = utc(Timestamp(at)).into(),
                    _ => moments(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(moments),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
