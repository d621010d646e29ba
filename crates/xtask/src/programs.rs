//! Building the programs that the stage and the parcel are made of.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::say;
use crate::tree::{self, Tree};

/// Whose programs they are.
const PACKAGES: [&str; 3] = ["hotstart", "hotstart-ctl", "hotstart-office"];

/// What takes a link to its form, and the office.
pub(crate) const OPENING: [&str; 4] = ["hotstart", "hotstart-shell", "hotstart-open", "hotstart-office"];

/// Everything that runs on a desk, and the office.
pub(crate) const ALL: [&str; 5] = [
    "hotstart",
    "hotstart-shell",
    "hotstart-open",
    "hotstartctl",
    "hotstart-office",
];

/// Builds the pages, then these programs in this profile; the answer is the folder they are in.
pub(crate) fn build(tree: &Tree, profile: &str, programs: &[&str]) -> Result<PathBuf> {
    pages(tree)?;
    say::title(&format!("programs, profile {profile}"));
    let mut command = tree.cargo();
    command.args(["build", "--locked", "--profile", profile]);
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    for program in programs {
        command.args(["--bin", program]);
    }
    tree::run(command)?;
    folder(tree, profile)
}

/// Builds the pages of the settings window, which the program carries inside.
pub(crate) fn pages(tree: &Tree) -> Result<()> {
    say::title("pages of the settings window");
    let mut command = tree.command("npm");
    command.args(["run", "build"]).current_dir(tree.path("ui"));
    tree::run(command).context("building ui/")
}

/// Where cargo puts the programs of a profile.
pub(crate) fn folder(tree: &Tree, profile: &str) -> Result<PathBuf> {
    Ok(tree.target()?.join(if profile == "dev" { "debug" } else { profile }))
}
