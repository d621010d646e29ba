//! Small files for the user alone, replaced whole.
use std::io::{self, Write as _};
use std::path::Path;

use fs_err as fs;

/// Replaces a file whole: whoever reads it sees the old or the new content.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let write = || {
        // What an earlier process of this number has left; never written through.
        let _ = fs::remove_file(&temporary);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        restrict(&mut options);
        let mut file = options.open(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

/// Reads a file of ours; none if there is none. A link to elsewhere and anything huge is not ours.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    const LONGEST: u64 = 1024 * 1024;
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !about.is_file() || about.len() > LONGEST {
        return Err(io::Error::other("it is not a file of ours"));
    }
    fs::read(path).map(Some)
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => tracing::warn!(%error, "a file stays behind"),
        Ok(()) | Err(_) => {}
    }
}

#[cfg(unix)]
fn restrict(options: &mut fs::OpenOptions) {
    use fs_err::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600);
}

// On Windows the user's profile is closed to others by inheritance.
#[cfg(not(unix))]
fn restrict(_options: &mut fs::OpenOptions) {}
