//! Making the machine fit: Debian packages, npm packages and cargo programs, each by its name and only if missing.

mod cargo_programs;
mod consent;
mod debian;
mod npm;
mod python;

use anyhow::Result;

use crate::tree::Tree;

pub(crate) use debian::WINDOWS;
pub(crate) use python::interpreter;

/// What a command needs.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Needs {
    /// Debian packages for building and for the stage.
    pub(crate) desk: bool,
    /// The browser that opening is measured beside.
    pub(crate) chromium: bool,
    /// Debian packages for the type check for Windows.
    pub(crate) windows: bool,
    /// The npm packages of the settings window.
    pub(crate) pages: bool,
    /// The npm and Python packages of the peer checks.
    pub(crate) peer: bool,
    /// The npm packages of the push bench, and what building without windows needs.
    pub(crate) bench: bool,
    /// The Python packages of the REST bench, and what building without windows needs.
    pub(crate) rest: bool,
    /// `cargo nextest`.
    pub(crate) nextest: bool,
    /// `cargo deny`.
    pub(crate) deny: bool,
}

/// Installs what is missing; asks first where a person may be surprised.
pub(crate) fn prepare(tree: &Tree, needs: Needs) -> Result<()> {
    let mut packages = Vec::new();
    if needs.desk {
        packages.extend(debian::BUILD);
        packages.extend(debian::STAGE);
    }
    if needs.bench || needs.rest {
        packages.push(debian::COMPILER);
    }
    if needs.chromium {
        packages.push(debian::CHROMIUM);
    }
    if needs.peer || needs.rest {
        packages.push(python::PACKAGE);
    }
    if needs.windows {
        packages.extend(debian::WINDOWS);
    }
    debian::install(tree, &packages)?;
    if needs.nextest {
        cargo_programs::install(tree, "cargo-nextest", "nextest")?;
    }
    if needs.deny {
        cargo_programs::install(tree, "cargo-deny", "deny")?;
    }
    if needs.pages {
        npm::install(tree, "ui")?;
    }
    if needs.peer {
        npm::install(tree, "tests/peer-js")?;
        python::install(tree, "tests/peer-py")?;
    }
    if needs.bench {
        npm::install(tree, "benches/pull")?;
    }
    if needs.rest {
        python::install(tree, "benches/rest")?;
    }
    Ok(())
}
