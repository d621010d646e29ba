//! The database file: opened with care, checked, brought to the current schema, or set aside.
use std::path::{Path, PathBuf};
use std::time::Duration;

use fs_err as fs;
use hotstart_core::ports::Stored;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::folder;

mod desk;
mod ledger;
mod relay;
mod rows;
mod schema;

#[cfg(test)]
mod tests;

pub(crate) use ledger::Ledger;
pub(crate) use rows::{JOURNAL_COLUMNS, journal_record, unsigned};

/// How long another process (a reader of the journal) may hold a lock.
const BUSY: Duration = Duration::from_secs(5);

/// The database of a data folder.
pub(crate) fn database_path(data_folder: &Path) -> PathBuf {
    data_folder.join("hotstart.sqlite3")
}

/// Why the database could not be opened.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DatabaseError {
    /// A newer program wrote it.
    #[error("the database has version {version}, this program knows {known}", known = schema::CURRENT)]
    Newer {
        /// Its version.
        version: i64,
    },
    /// It may not be used.
    #[error("the database was refused: {0}")]
    Foreign(&'static str),
    /// Its content contradicts itself.
    #[error("the database is corrupt")]
    Corrupt,
    /// SQLite failed.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

impl DatabaseError {
    /// Whether the file itself is beyond use, as opposed to a full disk or a lock.
    fn is_broken(&self) -> bool {
        match self {
            // The second is a statement of ours that SQLite does not take: a table is missing or another one.
            Self::Corrupt | Self::Sqlite(rusqlite::Error::SqlInputError { .. }) => true,
            Self::Sqlite(error) => {
                matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
                )
            }
            Self::Newer { .. } | Self::Foreign(_) | Self::Io(_) => false,
        }
    }
}

/// An open database.
#[derive(Debug)]
pub(crate) struct OpenDatabase {
    /// Its writer.
    pub(crate) ledger: Ledger,
    /// What is in it.
    pub(crate) stored: Stored,
    /// Where the former one is kept, if it was corrupt and this one is new.
    pub(crate) kept: Option<PathBuf>,
}

/// Opens the database; a corrupt one is moved aside and an empty one made.
pub(crate) fn open(path: &Path) -> Result<OpenDatabase, DatabaseError> {
    match connect(path) {
        Err(error) if error.is_broken() => {
            let aside = folder::set_aside(path)?;
            move_companion(path, &aside, "-wal")?;
            // An index into the log, of no use without its file.
            remove_if_there(&companion(path, "-shm"))?;
            let (ledger, stored) = connect(path)?;
            Ok(OpenDatabase {
                ledger,
                stored,
                kept: Some(aside),
            })
        }
        opened => opened.map(|(ledger, stored)| OpenDatabase {
            ledger,
            stored,
            kept: None,
        }),
    }
}

/// Opens an existing database for reading beside the running program; `None` if there is none.
pub(crate) fn open_to_read(path: &Path) -> Result<Option<Connection>, DatabaseError> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
        return Ok(None);
    }
    refuse_foreign(path)?;
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    // An empty file is a database that was not begun yet.
    let version = schema::version(&connection)?;
    schema::refuse_newer(version)?;
    Ok((version > 0).then_some(connection))
}

fn connect(path: &Path) -> Result<(Ledger, Stored), DatabaseError> {
    refuse_foreign(path)?;
    // SQLite gives its log and its index the rights of the database.
    folder::touch_private(path)?;
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    schema::refuse_newer(schema::version(&connection)?)?;
    settle(&connection)?;
    check(&connection)?;
    schema::migrate(&mut connection)?;
    // Reading everything that is needed also shows whether every table is there.
    let ledger = Ledger::new(connection);
    let stored = ledger.load()?;
    Ok((ledger, stored))
}

/// How the database works.
///
/// WAL with `synchronous = NORMAL`: a killed program loses nothing; a loss of power may take the last commits but never
/// tears one apart. That is enough for the cursor of a portal, since the events behind it are lost together with it and
/// the server sends them again. Whoever acknowledges to a server that then forgets (the relay queue, `mack`) has to
/// raise this connection to FULL for its commits.
pub(crate) fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // KiB: the hot pages are few, and the memory of the tray counts.
    connection.pragma_update(None, "cache_size", -512)?;
    // Bytes that the log keeps after it was emptied.
    connection.pragma_update_and_check(None, "journal_size_limit", 4 * 1024 * 1024, |_| Ok(()))
}

/// Whether the content of a database agrees with itself.
pub(crate) fn is_sound(connection: &Connection) -> rusqlite::Result<bool> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(verdict == "ok")
}

/// What speaks against using an existing database and its companions as ours.
pub(crate) fn foreign(path: &Path) -> std::io::Result<Option<&'static str>> {
    for file in [path.to_owned(), companion(path, "-wal"), companion(path, "-shm")] {
        if let Some(reason) = folder::foreign(&file)? {
            return Ok(Some(reason));
        }
    }
    Ok(None)
}

fn check(connection: &Connection) -> Result<(), DatabaseError> {
    if is_sound(connection)? {
        Ok(())
    } else {
        Err(DatabaseError::Corrupt)
    }
}

fn refuse_foreign(path: &Path) -> Result<(), DatabaseError> {
    foreign(path)?.map_or(Ok(()), |reason| Err(DatabaseError::Foreign(reason)))
}

/// A file that SQLite keeps beside the database.
fn companion(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn move_companion(path: &Path, aside: &Path, suffix: &str) -> std::io::Result<()> {
    match fs::rename(companion(path, suffix), companion(aside, suffix)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn remove_if_there(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
