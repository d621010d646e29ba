//! Lines on their way to a reader: durable before the sender hears that they arrived, kept until they were printed.
//!
//! ```text
//! commit (position, ids, lines, "handed out up to") ──► acknowledge ──► print, flush ──► printed ──► next commit
//! ```
//!
//! Without it a program that is killed between the acknowledgement and its reader would lose events. Whoever starts
//! again prints first what is stored and not noted as printed. Whether such a line may have been seen before is known
//! from the mark `handed`: it is written in the same transaction as the lines, before the first of them is printed, so
//! it costs nothing; a line above it was never shown to anybody.
//!
//! One process owns the folder, so the database needs neither shared memory nor locks for its commits.
use std::collections::VecDeque;
use std::path::Path;

use fs_err as fs;
use rusqlite::Connection;

use crate::folder;

mod commit;
mod place;
mod waiting;

pub use commit::Batch;
pub use waiting::Waiting;

/// Why an outbox cannot be used. Nothing was changed or thrown away.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// Another process has it.
    #[error("another process uses this folder")]
    Busy,
    /// A newer program wrote it.
    #[error("a newer program wrote it (version {0})")]
    Newer(i64),
    /// It is a link to elsewhere or belongs to another user.
    #[error("it was refused: {0}")]
    Foreign(&'static str),
    /// Its content contradicts itself.
    #[error("it is corrupt")]
    Broken,
    /// SQLite failed.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// What is stored from earlier lives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// The position of the last commit.
    pub position: Option<String>,
    /// The newest ids, oldest first, at least [`SEEN_KEPT`](crate::limits::SEEN_KEPT) of them if there were so many.
    pub seen: Vec<String>,
}

/// The lines of a folder.
#[derive(Debug)]
pub struct Outbox {
    connection: Connection,
    /// The last line that was ever stored.
    stored: u64,
    handed: u64,
    printed: u64,
    /// What the database has of `printed`.
    noted: u64,
    /// The last line that lies in the row of the state; zero when there is none.
    row: u64,
    /// The last line that lies in a row of its own; zero when there is none.
    queued: u64,
    /// The ids in the row of the state, each followed by a line feed.
    recent: String,
    recent_count: usize,
    /// Rows of ids with their counts, oldest first.
    seen: VecDeque<(u64, usize)>,
    seen_count: usize,
    /// Whether commits wait for the disk.
    full: bool,
    /// Given back when the process ends, however it ends.
    _lock: fs::File,
}

impl Outbox {
    /// Opens the outbox of a folder; makes both if need be, closed to other users. Blocks for the disk.
    pub fn open(folder: &Path) -> Result<(Self, Earlier), OutboxError> {
        if !folder.is_dir() {
            folder::make_private(folder)?;
        }
        let lock = place::lock(&folder.join("listen.lock"))?;
        let connection = place::connect(&folder.join("listen.sqlite3"))?;
        let (position, handed, printed, row, recent) = connection.query_row(
            "SELECT position, handed, printed, CASE WHEN count > 0 THEN last ELSE 0 END, recent FROM state",
            [],
            |row| {
                let recent: String = row.get(4)?;
                Ok((row.get(0)?, number(row, 1)?, number(row, 2)?, number(row, 3)?, recent))
            },
        )?;
        let queued = connection.query_row("SELECT coalesce(max(last), 0) FROM waiting", [], |row| number(row, 0))?;
        let mut outbox = Self {
            connection,
            stored: queued.max(row).max(printed).max(handed),
            handed,
            printed,
            noted: printed,
            row,
            queued,
            recent_count: recent.lines().count(),
            recent,
            seen: VecDeque::new(),
            seen_count: 0,
            full: false,
            _lock: lock,
        };
        let seen = outbox.load_seen()?;
        Ok((outbox, Earlier { position, seen }))
    }

    /// The last line that was ever stored.
    pub const fn stored(&self) -> u64 {
        self.stored
    }

    /// The last line that was ever handed to a reader: up to here it may have been printed.
    pub const fn handed(&self) -> u64 {
        self.handed
    }

    fn load_seen(&mut self) -> Result<Vec<String>, OutboxError> {
        let mut seen = Vec::new();
        let mut statement = self
            .connection
            .prepare("SELECT number, count, mids FROM seen ORDER BY number")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mids: String = row.get(2)?;
            let before = seen.len();
            seen.extend(mids.lines().map(str::to_owned));
            self.seen.push_back((number(row, 0)?, seen.len() - before));
        }
        self.seen_count = seen.len();
        seen.extend(self.recent.lines().map(str::to_owned));
        Ok(seen)
    }
}

fn forget_printed(connection: &Connection, printed: u64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM waiting WHERE last <= ?1")?
        .execute([signed(printed)])?;
    Ok(())
}

fn number(row: &rusqlite::Row<'_>, index: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(index)?;
    Ok(u64::try_from(number).unwrap_or(0))
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
