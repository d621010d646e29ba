//! Form and rules: what a machine can check without running anything.

mod arrows;
mod words;

use anyhow::{Result, bail};

use crate::tree::{self, Tree};
use crate::{say, setup};

/// A check with its name.
type Check = (&'static str, fn(&Tree) -> Result<()>);

/// Runs every check, also after one has failed, and says at the end which did.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    setup::prepare(
        tree,
        setup::Needs {
            desk: true,
            deny: true,
            ..setup::Needs::default()
        },
    )?;
    let checks: [Check; 5] = [
        ("formatting", formatting),
        ("words", words::check),
        ("dependency rule", arrows::check),
        ("bans, licences, sources", deny),
        ("lints", lints),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        say::title(name);
        if let Err(error) = check(tree) {
            say::line(&say::red(&format!("{error:#}")));
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("not in order: {}", failed.join(", "));
    }
    say::line(&say::green("in order"));
    Ok(())
}

fn formatting(tree: &Tree) -> Result<()> {
    let mut command = tree.cargo();
    command.args(["fmt", "--all", "--check"]);
    tree::run(command)
}

fn lints(tree: &Tree) -> Result<()> {
    let mut command = tree.cargo();
    command.args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "--deny",
        "warnings",
    ]);
    tree::run(command)
}

/// Advisories need a database from outside; they are checked where it can be reached and never guessed.
fn deny(tree: &Tree) -> Result<()> {
    let mut command = tree.cargo();
    command.args([
        "deny",
        "--workspace",
        "check",
        "--hide-inclusion-graph",
        "bans",
        "licenses",
        "sources",
    ]);
    tree::run(command)
}
