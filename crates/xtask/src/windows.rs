//! The type check for Windows, on a machine that has no Windows.
//!
//! Debian carries a second Rust toolchain with the sources of the standard library. It checks the workspace against a
//! standard library for Windows that it checks first, in a target folder of its own.

use std::path::Path;

use anyhow::{Result, bail};

use crate::tree::{self, Tree};
use crate::{programs, say, setup};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// Checks the whole workspace, or some packages of it.
pub(crate) fn check(tree: &Tree, packages: &[String]) -> Result<()> {
    setup::prepare(
        tree,
        setup::Needs {
            windows: true,
            pages: packages.is_empty(),
            ..setup::Needs::default()
        },
    )?;
    let (cargo, rustc) = (Path::new("/usr/bin/cargo"), Path::new("/usr/bin/rustc"));
    if !cargo.is_file() || !rustc.is_file() {
        bail!("the check needs the Debian packages {}", setup::WINDOWS.join(", "));
    }
    if packages.is_empty() {
        programs::pages(tree)?;
    }
    say::title(&format!("type check for {TARGET}"));
    let mut command = tree.command(cargo);
    // The usual toolchain must not shine through: neither its compiler nor the lock on its folder.
    for name in [
        "RUSTUP_TOOLCHAIN",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
    ] {
        command.env_remove(name);
    }
    command
        .env("CARGO", cargo)
        .env("RUSTC", rustc)
        .env("RUSTDOC", "/usr/bin/rustdoc")
        .env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_TARGET_DIR", tree.target()?.join("windows"));
    command.args(["check", "--locked", "--target", TARGET, "-Zbuild-std=std,panic_unwind"]);
    if packages.is_empty() {
        command.arg("--workspace");
    }
    for package in packages {
        command.args(["--package", package]);
    }
    tree::run(command)
}
