//! The keyring of the desk, as the tool of its own package sees it.

use std::process::Stdio;

use anyhow::{Context, Result, bail};

use crate::desk::Desk;
use crate::keeper::output;

impl Desk {
    /// Stores a secret in the keyring of the desk.
    pub fn store_secret(&self, label: &str, attributes: &[(&str, &str)], secret: &str) -> Result<()> {
        let mut command = self.command("secret-tool");
        command.arg("store").arg(format!("--label={label}"));
        for (name, value) in attributes {
            command.arg(name).arg(value);
        }
        let mut child = command.stdin(Stdio::piped()).spawn().context("secret-tool")?;
        let mut input = child.stdin.take().context("secret-tool has no input")?;
        std::io::Write::write_all(&mut input, secret.as_bytes())?;
        drop(input);
        let status = child.wait()?;
        if !status.success() {
            bail!("secret-tool could not store {label}: {status}");
        }
        Ok(())
    }

    /// Reads a secret from the keyring of the desk; nothing if there is none.
    pub fn find_secret(&self, attributes: &[(&str, &str)]) -> Result<Option<String>> {
        let mut command = self.command("secret-tool");
        command.arg("lookup");
        for (name, value) in attributes {
            command.arg(name).arg(value);
        }
        // It ends with 1 and says nothing when there is none.
        let out = command.output().context("secret-tool")?;
        let secret = String::from_utf8_lossy(&out.stdout).into_owned();
        Ok((out.status.success() && !secret.is_empty()).then_some(secret))
    }

    /// Takes a secret out of the keyring of the desk.
    pub fn forget_secret(&self, attributes: &[(&str, &str)]) -> Result<()> {
        let mut command = self.command("secret-tool");
        command.arg("clear");
        for (name, value) in attributes {
            command.arg(name).arg(value);
        }
        output(command).map(drop)
    }
}
