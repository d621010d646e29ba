//! The journal for readers outside the program: the command line and exports.
use std::path::Path;

use hotstart_core::Timestamp;
use hotstart_core::journal::JournalRecord;
use hotstart_core::report::QueueLine;

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

/// How many events wait for each base, and how many were given up. Reads beside the running program; a database of an
/// earlier version has no queue.
pub fn queue_lengths(data_folder: &Path) -> Result<Vec<QueueLine>, OpenError> {
    let Some(connection) = database::open_to_read(&database::database_path(data_folder))? else {
        return Ok(Vec::new());
    };
    let read = || -> rusqlite::Result<Vec<QueueLine>> {
        if !connection.table_exists(None, "relay")? {
            return Ok(Vec::new());
        }
        connection
            .prepare("SELECT base, SUM(dead IS NULL), SUM(dead IS NOT NULL) FROM relay GROUP BY base ORDER BY base")?
            .query_map([], |row| {
                Ok(QueueLine {
                    base: row.get(0)?,
                    waiting: database::unsigned(row, 1)?,
                    dead: database::unsigned(row, 2)?,
                })
            })?
            .collect()
    };
    read().map_err(OpenError::Sqlite)
}
