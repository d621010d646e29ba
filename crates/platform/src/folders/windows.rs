//! Folders of Windows: settings roam with the profile, data and cache stay on this computer.
use std::io;
use std::path::{Path, PathBuf};

use super::Bases;

const PRODUCT: &str = "Hotstart";

pub(super) fn bases() -> io::Result<Bases> {
    let folder = |variable: &str| -> io::Result<PathBuf> {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .map(|path| path.join(PRODUCT))
            .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the user's profile folder is not known"))
    };
    let local = folder("LOCALAPPDATA")?;
    Ok(Bases {
        config: folder("APPDATA")?,
        data: local.join("data"),
        cache: local.join("cache"),
    })
}

pub(super) fn policies() -> Vec<PathBuf> {
    let folder = std::env::var_os("ProgramData").map(PathBuf::from);
    let folder = folder.filter(|folder| folder.is_absolute()).into_iter();
    folder.map(|folder| folder.join(PRODUCT).join("policy.json")).collect()
}

pub(super) fn runtime(_scope: &str, cache: &Path) -> io::Result<PathBuf> {
    // Only the lock of starting openers lies here; the pipe has a name of its own.
    Ok(cache.to_path_buf())
}

pub(super) fn socket(_runtime: &Path, scope: &str) -> PathBuf {
    // The scope comes from the path of the user's own profile, so it tells users apart too.
    PathBuf::from(format!(r"\\.\pipe\hotstart-{scope}"))
}

pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    // The profile folder gives its access list to what is made in it.
    std::fs::create_dir_all(folder)
}
