//! The journal for readers outside the program: the command line and exports.
use std::path::Path;

use hotstart_core::Timestamp;
use hotstart_core::journal::JournalRecord;

use crate::database;
use crate::open::OpenError;

/// The records from `since` on (all without it), oldest first, at most [`JOURNAL_KEPT`](crate::JOURNAL_KEPT) of them.
/// Reads beside the running program and changes nothing; a folder without a database has no records.
pub fn journal_since(data_folder: &Path, since: Option<Timestamp>) -> Result<Vec<JournalRecord>, OpenError> {
    let Some(connection) = database::open_to_read(&database::database_path(data_folder))? else {
        return Ok(Vec::new());
    };
    let read = || -> rusqlite::Result<Vec<JournalRecord>> {
        connection
            .prepare(&format!(
                "SELECT {} FROM journal WHERE timestamp >= ?1 ORDER BY number",
                database::JOURNAL_COLUMNS
            ))?
            .query_map([since.map_or(i64::MIN, |since| since.0)], database::journal_record)?
            .collect()
    };
    read().map_err(OpenError::Sqlite)
}
