//! `hotstartctl journal`: what was done, and how it ended. Reads beside the running program and changes nothing.

use hotstart_core::journal::export;
use hotstart_store::journal_since;
use serde_json::Value;

use crate::home::folders;
use crate::output::Failure;
use crate::since;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// From when on: 2026-11-22, 2026-11-22T07:00:00Z, or as a time before now: 24h, 7d.
    #[arg(long)]
    since: Option<String>,
    /// How it is written; without it, JSON with --json and a table for a spreadsheet otherwise.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A table after RFC 4180.
    Csv,
    /// An array of objects.
    Json,
}

/// What is printed.
pub(crate) enum Printed {
    /// A text as it is.
    Text(String),
    /// One JSON value.
    Value(Value),
}

/// Every record of the period, oldest first.
pub(crate) fn run(arguments: &Arguments, json: bool) -> Result<Printed, Failure> {
    let format = match (arguments.format, json) {
        (Some(Format::Csv), true) => return Err(Failure::refused("usage", "--json and --format csv contradict")),
        (Some(format), _) => format,
        (None, true) => Format::Json,
        (None, false) => Format::Csv,
    };
    let since = arguments.since.as_deref().map(since::moment).transpose()?;
    let records = journal_since(folders()?.data(), since);
    let records = records.map_err(|why| Failure::failed("store.failed", why.to_string()))?;
    Ok(match format {
        Format::Csv => Printed::Text(export::csv(&records)),
        Format::Json => Printed::Value(records.iter().map(export::json).collect()),
    })
}
