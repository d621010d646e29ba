//! The files of an outbox: one owner, opened with care, brought to the current schema.

use std::fs::TryLockError;
use std::path::Path;

use fs_err as fs;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::OutboxError;
use crate::{database, folder};

/// The version that this program writes.
const CURRENT: i64 = 2;
/// What leads from each version to the next one.
const STEPS: [&str; 2] = [include_str!("version-1.sql"), include_str!("version-2.sql")];
/// Bytes of a page of a new database.
const PAGE: i64 = 8 * 1024;
/// KiB, as SQLite wants it: every commit writes the same few pages.
const CACHE: i64 = -384;
/// Pages after which the log is copied into the database; what the log may keep holds as many.
const LOG_PAGES: i64 = 500;

pub(super) fn lock(path: &Path) -> Result<fs::File, OutboxError> {
    if let Some(reason) = folder::foreign(path)? {
        return Err(OutboxError::Foreign(reason));
    }
    folder::touch_private(path)?;
    let file = fs::OpenOptions::new().write(true).open(path)?;
    match file.file().try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OutboxError::Busy),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

pub(super) fn connect(path: &Path) -> Result<Connection, OutboxError> {
    if let Some(reason) = database::foreign(path)? {
        return Err(OutboxError::Foreign(reason));
    }
    folder::touch_private(path)?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // Before the first look at the log: then its index is in the memory of this process and no commit asks for a lock.
    connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if !(0..=CURRENT).contains(&version) {
        return Err(OutboxError::Newer(version));
    }
    if version == 0 {
        // Before the first page is written: a gathered batch is written in fewer pieces.
        connection.pragma_update(None, "page_size", PAGE)?;
    }
    database::settle(&connection)?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
    if !database::is_sound(&connection)? {
        return Err(OutboxError::Broken);
    }
    if version < CURRENT {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (_, step) in (0..CURRENT).zip(STEPS).skip_while(|(done, _)| *done < version) {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "user_version", CURRENT)?;
        transaction.commit()?;
    }
    Ok(connection)
}
