//! Building the programs that the stage and the parcel are made of.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::say;
use crate::tree::{self, Tree};

/// The tray application, its launcher and the program that hands links over.
pub(crate) const DESK: &str = "hotstart";
/// `hotstartctl`.
pub(crate) const CONTROL: &str = "hotstart-ctl";
pub(crate) const OFFICE: &str = "hotstart-office";

/// Everything that runs on a desk, and the office.
pub(crate) const ALL: [&str; 3] = [DESK, CONTROL, OFFICE];

/// Builds the pages, then these packages in this profile; the answer is the folder their programs are in.
pub(crate) fn build(tree: &Tree, profile: &str, packages: &[&str]) -> Result<PathBuf> {
    pages(tree)?;
    say::title(&format!("programs, profile {profile}"));
    let mut command = tree.cargo();
    command.args(["build", "--locked", "--profile", profile]);
    for package in packages {
        command.args(["--package", package]);
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
