//! What belongs into one transaction, and how it is written with as few pages as can be.
use std::collections::VecDeque;

use rusqlite::{Transaction, TransactionBehavior, params};

use super::{Outbox, OutboxError, forget_printed, signed};
use crate::limits::SEEN_KEPT;

/// Bytes of ids that are kept in the row of the state, which is written with every commit; more go into a row of their own.
pub(super) const MOST_RECENT: usize = 1024;

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

impl Outbox {
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

    fn wait_for_the_disk(&mut self, full: bool) -> Result<(), OutboxError> {
        if self.full != full {
            let level = if full { "FULL" } else { "NORMAL" };
            self.connection.pragma_update(None, "synchronous", level)?;
            self.full = full;
        }
        Ok(())
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

fn rows_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
