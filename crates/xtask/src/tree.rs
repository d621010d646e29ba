//! The checkout, and running other programs in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::say;

/// The checkout.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The checkout that this program was built in.
    pub(crate) fn find() -> Result<Self> {
        let mut root = Path::new(env!("CARGO_MANIFEST_DIR"));
        while !root.join("Cargo.lock").is_file() {
            root = root.parent().context("this program has lost its checkout")?;
        }
        Ok(Self { root: root.to_owned() })
    }

    /// A path in the checkout.
    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.root.join(inside)
    }

    /// Where a command puts what it shows, wherever `CARGO_TARGET_DIR` points: `<checkout>/target/<name>`, emptied.
    #[cfg(unix)]
    pub(crate) fn fresh_output(&self, name: &str) -> Result<PathBuf> {
        let folder = self.root.join("target").join(name);
        if folder.exists() {
            fs_err::remove_dir_all(&folder)?;
        }
        fs_err::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// A command that runs in the checkout.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that started this program, in the checkout.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = self.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // What the outer cargo told this program about its own package is not meant for the inner one.
        for (name, _) in std::env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// What `cargo metadata` says of the workspace.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let mut command = self.cargo();
        command.args(["metadata", "--format-version", "1", "--no-deps"]);
        serde_json::from_str(&output(command)?).context("cargo metadata")
    }

    /// Where cargo puts what it builds.
    pub(crate) fn target(&self) -> Result<PathBuf> {
        let metadata = self.metadata()?;
        let folder = metadata
            .get("target_directory")
            .and_then(Value::as_str)
            .context("no target directory")?;
        Ok(PathBuf::from(folder))
    }
}

/// Runs a command, its output going to ours; fails if it does.
pub(crate) fn run(mut command: Command) -> Result<()> {
    let line = words(&command);
    say::line(&format!("$ {line}"));
    let status = command.status().with_context(|| format!("starting {line}"))?;
    if !status.success() {
        bail!("{line}: {status}");
    }
    Ok(())
}

/// Runs a command and gives what it printed; fails with its error output.
pub(crate) fn output(mut command: Command) -> Result<String> {
    let line = words(&command);
    let output = command.output().with_context(|| format!("starting {line}"))?;
    if !output.status.success() {
        bail!(
            "{line}: {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program can be started and says that all is well.
pub(crate) fn works(mut command: Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let all = std::iter::once(program).chain(command.get_args());
    all.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
