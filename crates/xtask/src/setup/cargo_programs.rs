//! Programs that extend cargo.

use anyhow::Result;

use super::consent;
use crate::tree::{self, Tree};

/// Installs a program unless its subcommand works.
pub(super) fn install(tree: &Tree, package: &str, subcommand: &str) -> Result<()> {
    let mut probe = tree.cargo();
    probe.args([subcommand, "--version"]);
    if tree::works(probe) {
        return Ok(());
    }
    consent::ask(tree, &format!("cargo program {package}"))?;
    let mut command = tree.cargo();
    command.args(["install", "--locked", package]);
    tree::run(command)
}
