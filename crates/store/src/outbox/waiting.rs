//! Lines that wait for their reader: read in their order, handed out, printed.
use rusqlite::{OptionalExtension, TransactionBehavior};

use super::{Outbox, OutboxError, forget_printed, number, signed};

/// Lines of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Number of the first line.
    pub first: u64,
    /// The lines, each with its line feed.
    pub lines: Vec<u8>,
}

impl Outbox {
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

    /// Whether there are printed lines that the next start would print again.
    pub const fn is_behind(&self) -> bool {
        self.noted < self.printed
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
}
