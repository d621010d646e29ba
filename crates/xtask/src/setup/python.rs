//! Python packages of a lock file, in an environment of their own below `target/`.

use std::path::PathBuf;

use anyhow::Result;

use crate::say;
use crate::tree::{self, Tree};

/// The Debian package that makes such environments.
pub(super) const PACKAGE: &str = "python3-venv";

/// Installs what `<folder>/requirements.txt` pins, unless it is there as it is pinned.
pub(super) fn install(tree: &Tree, folder: &str) -> Result<()> {
    let requirements = tree.path(folder).join("requirements.txt");
    let wanted = fs_err::read_to_string(&requirements)?;
    let place = place(tree, folder);
    let installed = place.join("installed.txt");
    if fs_err::read_to_string(&installed).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    say::line(&format!("python packages of {folder}"));
    if place.exists() {
        fs_err::remove_dir_all(&place)?;
    }
    let mut make = tree.command("python3");
    make.args(["-m", "venv"]).arg(&place);
    tree::run(make)?;
    let mut pip = tree.command(place.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&requirements);
    tree::run(pip)?;
    fs_err::write(installed, wanted)?;
    Ok(())
}

/// The interpreter that sees these packages.
pub(crate) fn interpreter(tree: &Tree, folder: &str) -> PathBuf {
    place(tree, folder).join("bin/python")
}

fn place(tree: &Tree, folder: &str) -> PathBuf {
    tree.path("target").join("python").join(folder.replace('/', "-"))
}
