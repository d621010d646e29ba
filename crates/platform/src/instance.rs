//! The single instance: an advisory lock that the operating system takes back when the process ends, however it ends.
use std::fs::{File, TryLockError};
use std::io::{self, Write as _};

use crate::folders::Folders;

/// Proof of being the one running instance of a home, for as long as it is held.
#[derive(Debug)]
pub struct Instance {
    _lock: File,
}

impl Instance {
    /// Becomes the instance of this home; `None` when another process already is.
    ///
    /// Errors: the lock file cannot be opened or the file system knows no locks.
    pub fn claim(folders: &Folders) -> io::Result<Option<Self>> {
        let mut file = File::options()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(folders.lock_file())?;
        match file.try_lock() {
            Ok(()) => {
                // For people who look into the folder; nothing reads it.
                file.set_len(0)?;
                writeln!(file, "{}", std::process::id())?;
                Ok(Some(Self { _lock: file }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
