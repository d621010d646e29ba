//! Asking before something is installed.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Result, bail};

use crate::say;
use crate::tree::{self, Tree};

/// Whether commands run as the administrator of the machine.
pub(super) fn is_root(tree: &Tree) -> bool {
    let mut command = tree.command("id");
    command.arg("-u");
    tree::output(command).is_ok_and(|id| id.trim() == "0")
}

/// In CI and for root there is nobody to ask; else the answer must be yes.
pub(super) fn ask(tree: &Tree, what: &str) -> Result<()> {
    if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) || is_root(tree) {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() {
        bail!("missing: {what}; install it, or run this in a terminal, as root, or with CI=true");
    }
    say::line(&format!("missing: {what}"));
    {
        let mut out = std::io::stdout().lock();
        write!(out, "Install it now? [y/N] ")?;
        out.flush()?;
    }
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if !answer.trim().to_lowercase().starts_with('y') {
        bail!("not installed: {what}");
    }
    Ok(())
}
