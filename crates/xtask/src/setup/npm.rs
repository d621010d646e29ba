//! npm packages, exactly those of the lock file.

use std::path::Path;

use anyhow::{Result, bail};

use crate::tree::{self, Tree};

/// Installs the packages of a folder unless they are those of its lock file already.
pub(super) fn install(tree: &Tree, folder: &str) -> Result<()> {
    let place = tree.path(folder);
    if !place.join("package-lock.json").is_file() {
        bail!("{folder} has no package-lock.json");
    }
    if is_current(&place) {
        return Ok(());
    }
    let mut command = tree.command("npm");
    command.args(["ci", "--no-audit", "--no-fund"]).current_dir(&place);
    tree::run(command)
}

/// npm leaves a copy of what it installed; it is newer than the lock file unless that has changed since.
fn is_current(place: &Path) -> bool {
    let age = |file: &str| fs_err::metadata(place.join(file)).and_then(|it| it.modified()).ok();
    let (wanted, installed) = (age("package-lock.json"), age("node_modules/.package-lock.json"));
    matches!((wanted, installed), (Some(wanted), Some(installed)) if installed >= wanted)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_newer_lock_file_asks_for_an_install() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path();
        fs_err::write(place.join("package-lock.json"), "{}").unwrap();
        assert!(!super::is_current(place));
        fs_err::create_dir_all(place.join("node_modules")).unwrap();
        fs_err::write(place.join("node_modules/.package-lock.json"), "{}").unwrap();
        assert!(super::is_current(place));
        let later = std::time::SystemTime::now() + std::time::Duration::from_secs(60);
        let lock = std::fs::OpenOptions::new()
            .write(true)
            .open(place.join("package-lock.json"))
            .unwrap();
        lock.set_modified(later).unwrap();
        assert!(!super::is_current(place));
    }
}
