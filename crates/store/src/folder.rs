//! Files and folders that belong to the user alone, replaced whole and never overwritten when broken.
use std::io::Write;
use std::path::{Path, PathBuf};

use fs_err as fs;

/// How many broken files of one name are told apart.
const MOST_BROKEN: u32 = 10_000;

/// Makes the folder, closed to other users.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    close_to_others(folder, 0o700)
}

/// Replaces the file whole: whoever reads it sees the old or the new content, also after a loss of power.
pub(crate) fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let temporary = path.with_extension("tmp");
    let write = || {
        let mut file = private_file(&temporary)?;
        file.write_all(content)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, path)
    };
    if let Err(error) = write() {
        // The half-written file is of no use to anybody; the error that matters is the first one.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes an empty file that only the user may read, unless it is there already; then it is closed to others.
pub(crate) fn touch_private(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    restrict(&mut options);
    options.open(path)?;
    close_to_others(path, 0o600)
}

/// Moves a broken file aside as `<stem>.broken-<n>.<extension>` with the first free number; gives its new place.
pub(crate) fn set_aside(path: &Path) -> std::io::Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
    for number in 1..MOST_BROKEN {
        let aside = path.with_file_name(format!("{stem}.broken-{number}.{extension}"));
        // A broken link is a name that is taken, too.
        if fs::symlink_metadata(&aside).is_err() {
            fs::rename(path, &aside)?;
            return Ok(aside);
        }
    }
    Err(std::io::Error::other(format!(
        "more than {MOST_BROKEN} broken files beside {stem}.{extension}"
    )))
}

/// What speaks against using an existing file as ours: a link to elsewhere, or another owner.
pub(crate) fn foreign(path: &Path) -> std::io::Result<Option<&'static str>> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !metadata.file_type().is_file() {
        return Ok(Some("it is not a regular file"));
    }
    Ok((!is_ours(&metadata)).then_some("it belongs to another user"))
}

fn private_file(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.create(true).write(true).truncate(true);
    restrict(&mut options);
    options.open(path)
}

#[cfg(unix)]
fn restrict(options: &mut fs::OpenOptions) {
    use fs_err::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(unix)]
fn close_to_others(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let permissions = fs::metadata(path)?.permissions();
    if permissions.mode() & 0o7777 == mode {
        return Ok(());
    }
    fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(unix)]
fn is_ours(metadata: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

// On Windows the user's profile is closed to others by inheritance, and a renamed file is durable with its journal.
#[cfg(not(unix))]
fn restrict(_options: &mut fs::OpenOptions) {}

#[cfg(not(unix))]
fn close_to_others(_path: &Path, _mode: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn is_ours(_metadata: &std::fs::Metadata) -> bool {
    true
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}
