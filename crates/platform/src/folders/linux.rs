//! Folders of the XDG base directory specification.
use std::ffi::OsString;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Bases;

const PRODUCT: &str = "hotstart";
/// `sun_path` holds 108 bytes with its end mark; `/open.sock` and a scope come on top of the folder.
const LONGEST_RUNTIME: usize = 60;

pub(super) fn bases() -> io::Result<Bases> {
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    let base = |variable: &str, below_home: &str| -> io::Result<PathBuf> {
        // The specification says to ignore a relative path.
        let given = std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        given
            .or_else(|| home.as_ref().map(|home| home.join(below_home)))
            .map(|base| base.join(PRODUCT))
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the user has no home folder"))
    };
    Ok(Bases {
        config: base("XDG_CONFIG_HOME", ".config")?,
        data: base("XDG_DATA_HOME", ".local/share")?,
        cache: base("XDG_CACHE_HOME", ".cache")?,
    })
}

pub(super) fn policies() -> Vec<PathBuf> {
    vec![Path::new("/etc").join(PRODUCT).join("policy.json")]
}

pub(super) fn runtime(scope: &str, _cache: &Path) -> io::Result<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    let parent = session_runtime(std::env::var_os("XDG_RUNTIME_DIR"), user);
    let folder = match parent {
        Some(parent) => parent.join(format!("{PRODUCT}-{scope}")),
        // Without a session there is no runtime folder; a name with the user id in /tmp is checked below like any other.
        None => PathBuf::from(format!("/tmp/{PRODUCT}-{user}-{scope}")),
    };
    make_private(&folder)?;
    check_owned(&folder, user)?;
    Ok(folder)
}

pub(super) fn socket(runtime: &Path, _scope: &str) -> PathBuf {
    runtime.join("open.sock")
}

pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The session's runtime folder, if it is one: a program started outside the session (cron, ssh) lacks the variable,
/// but must find the same socket.
fn session_runtime(variable: Option<OsString>, user: u32) -> Option<PathBuf> {
    let given = variable.map(PathBuf::from).filter(|path| path.is_absolute());
    [given, Some(PathBuf::from(format!("/run/user/{user}")))]
        .into_iter()
        .flatten()
        .find(|path| {
            path.as_os_str().len() <= LONGEST_RUNTIME
                && path
                    .metadata()
                    .is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user)
        })
}

/// Refuses a folder that somebody else prepared, and closes our own to others.
fn check_owned(folder: &Path, user: u32) -> io::Result<()> {
    let metadata = folder.symlink_metadata()?;
    if !metadata.is_dir() || metadata.uid() != user {
        let text = format!("{} does not belong to this user", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_own_absolute_and_short_runtime_folder_counts() {
        let user = rustix::process::getuid().as_raw();
        let nobody = user.wrapping_add(4321);
        let folder = tempfile::Builder::new().tempdir_in("/tmp").unwrap();
        let given = |path: &Path| Some(path.as_os_str().to_owned());
        assert_eq!(
            session_runtime(given(folder.path()), user).as_deref(),
            Some(folder.path())
        );
        assert_eq!(session_runtime(given(folder.path()), nobody), None);
        assert_ne!(
            session_runtime(given(Path::new("relative")), user),
            Some("relative".into())
        );
        let long = folder.path().join("x".repeat(100));
        std::fs::create_dir(&long).unwrap();
        assert_ne!(session_runtime(given(&long), user), Some(long));
    }

    #[test]
    fn a_link_or_a_file_in_place_of_the_folder_is_refused() {
        let user = rustix::process::getuid().as_raw();
        let place = tempfile::tempdir().unwrap();
        let link = place.path().join("link");
        std::os::unix::fs::symlink(place.path(), &link).unwrap();
        assert!(check_owned(&link, user).is_err());
        assert!(check_owned(place.path(), user.wrapping_add(1)).is_err());
        assert!(check_owned(place.path(), user).is_ok());
    }
}
