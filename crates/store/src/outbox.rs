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
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::folder;
use crate::limits::SEEN_KEPT;

mod place;

/// Bytes of ids that are kept in the row of the state, which is written with every commit; more go into a row of their own.
const MOST_RECENT: usize = 1024;

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
    /// The newest ids, oldest first, at least [`SEEN_KEPT`] of them if there were so many.
    pub seen: Vec<String>,
}

/// What belongs into one transaction.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// Where reading goes on after it.
    pub position: &'a str,
    /// Its ids, each followed by a line feed.
    pub seen: &'a str,
    /// How many ids these are.
    pub seen_count: usize,
    /// Its lines, each with its line feed.
    pub lines: &'a [u8],
    /// How many lines these are.
    pub count: u64,
    /// How many of them are handed to the reader once this is committed.
    pub handed: u64,
    /// The sender forgets what is acknowledged: the disk itself has to have it.
    pub forgotten: bool,
}

/// Lines of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Number of the first line.
    pub first: u64,
    /// The lines, each with its line feed.
    pub lines: Vec<u8>,
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

    /// Whether there are printed lines that the next start would print again.
    pub const fn is_behind(&self) -> bool {
        self.noted < self.printed
    }

    /// Stores a batch, whole or not at all, and notes what was printed before it.
    pub fn commit(&mut self, batch: &Batch<'_>) -> Result<(), OutboxError> {
        self.wait_for_the_disk(batch.forgotten)?;
        let (ids, count) = (self.recent.len(), self.recent_count);
        self.recent.push_str(batch.seen);
        self.recent_count += batch.seen_count;
        let done = self.store(batch);
        if done.is_err() {
            self.recent.truncate(ids);
            self.recent_count = count;
        }
        done
    }

    fn store(&mut self, batch: &Batch<'_>) -> Result<(), OutboxError> {
        let stored = self.stored + batch.count;
        // The reader gets lines in their order, so nothing is handed out over what is left behind.
        let handed = if batch.handed > 0 {
            self.stored + batch.handed.min(batch.count)
        } else {
            self.handed
        };
        let moves = self.recent.len() > MOST_RECENT;
        let clears = self.queued > 0 && self.noted < self.printed;
        // The row of the state has room for one batch: that of lines which are printed makes way for the new one.
        let fits = self.row <= self.printed;
        let alone = !moves && !clears && (fits || batch.count == 0);
        let transaction = (!alone)
            .then(|| Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate))
            .transpose()?;
        let connection = &self.connection;
        if clears {
            forget_printed(connection, self.printed)?;
        }
        let key = self.seen.back().map_or(1, |(key, _)| key + 1);
        let mut surplus = None;
        if moves {
            connection
                .prepare_cached("INSERT INTO seen (number, count, mids) VALUES (?1, ?2, ?3)")?
                .execute(params![signed(key), rows_of(self.recent_count), self.recent])?;
            surplus = surplus_of(&self.seen, self.seen_count + self.recent_count);
            if let Some((oldest, ..)) = surplus {
                connection
                    .prepare_cached("DELETE FROM seen WHERE number <= ?1")?
                    .execute([signed(oldest)])?;
            }
        }
        let recent = if moves { "" } else { self.recent.as_str() };
        let (place, mark, printed) = (batch.position, signed(handed), signed(self.printed));
        // Named by its key, since an update of perhaps several rows keeps a copy of all that it changes in a file of its own.
        if fits {
            let (last, count) = (signed(stored), signed(batch.count));
            connection
                .prepare_cached(
                    "UPDATE state SET position = ?1, handed = ?2, printed = ?3, recent = ?4, last = ?5, count = ?6, \
                     lines = ?7 WHERE one = 1",
                )?
                .execute(params![place, mark, printed, recent, last, count, batch.lines])?;
        } else {
            if batch.count > 0 {
                connection
                    .prepare_cached("INSERT INTO waiting (last, count, lines) VALUES (?1, ?2, ?3)")?
                    .execute(params![signed(stored), signed(batch.count), batch.lines])?;
            }
            connection
                .prepare_cached("UPDATE state SET position = ?1, handed = ?2, printed = ?3, recent = ?4 WHERE one = 1")?
                .execute(params![place, mark, printed, recent])?;
        }
        if let Some(transaction) = transaction {
            transaction.commit()?;
        }
        if clears && self.queued <= self.printed {
            self.queued = 0;
        }
        if fits {
            self.row = if batch.count > 0 { stored } else { 0 };
        } else if batch.count > 0 {
            self.queued = stored;
        }
        self.stored = stored;
        self.handed = handed;
        self.noted = self.printed;
        if moves {
            self.seen.push_back((key, self.recent_count));
            self.seen_count += self.recent_count;
            self.recent.clear();
            self.recent.shrink_to(2 * MOST_RECENT);
            self.recent_count = 0;
        }
        if let Some((_, rows, ids)) = surplus {
            self.seen.drain(..rows);
            self.seen_count -= ids;
        }
        Ok(())
    }

    /// The lines after `line` that are stored together; `None` when there are none.
    pub fn waiting(&self, line: u64) -> Result<Option<Waiting>, OutboxError> {
        let row = self
            .connection
            .prepare_cached(
                "SELECT last, count, lines FROM (SELECT last, count, lines FROM waiting WHERE last > ?1 \
                 UNION ALL SELECT last, count, lines FROM state WHERE last > ?1 AND count > 0) ORDER BY last LIMIT 1",
            )?
            .query_row([signed(line)], |row| {
                Ok((number(row, 0)?, number(row, 1)?, row.get::<_, Vec<u8>>(2)?))
            })
            .optional()?;
        let Some((last, count, lines)) = row else {
            return Ok(None);
        };
        let first = (last + 1).saturating_sub(count);
        Ok(Some(Waiting { first, lines }))
    }

    /// The last line that was printed, noted or not.
    pub const fn printed(&self) -> u64 {
        self.printed
    }

    /// Marks stored lines as handed out, before the first of them is printed.
    pub fn hand(&mut self, line: u64) -> Result<(), OutboxError> {
        if line <= self.handed {
            return Ok(());
        }
        self.connection
            .prepare_cached("UPDATE state SET handed = ?1 WHERE one = 1")?
            .execute([signed(line)])?;
        self.handed = line;
        Ok(())
    }

    /// Lines up to this one were printed. It is durable with the next commit, or with [`Self::note`].
    pub fn print_done(&mut self, line: u64) {
        self.printed = self.printed.max(line);
    }

    /// Makes durable what was printed.
    pub fn note(&mut self) -> Result<(), OutboxError> {
        if !self.is_behind() {
            return Ok(());
        }
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        forget_printed(&transaction, self.printed)?;
        transaction
            .prepare_cached(
                "UPDATE state SET printed = ?1, count = iif(last <= ?1, 0, count), lines = iif(last <= ?1, x'', lines) \
                 WHERE one = 1",
            )?
            .execute([signed(self.printed)])?;
        transaction.commit()?;
        self.noted = self.printed;
        if self.row <= self.printed {
            self.row = 0;
        }
        if self.queued <= self.printed {
            self.queued = 0;
        }
        Ok(())
    }

    fn wait_for_the_disk(&mut self, full: bool) -> Result<(), OutboxError> {
        if self.full != full {
            let level = if full { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.full = full;
        }
        Ok(())
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

/// The rows of ids that are not needed: key of the newest of them, how many rows, how many ids.
fn surplus_of(rows: &VecDeque<(u64, usize)>, mut count: usize) -> Option<(u64, usize, usize)> {
    let mut surplus = None;
    let mut ids = 0;
    for (index, (key, of_row)) in rows.iter().enumerate() {
        if count - of_row < SEEN_KEPT {
            break;
        }
        count -= of_row;
        ids += of_row;
        surplus = Some((*key, index + 1, ids));
    }
    surplus
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

fn rows_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
