//! The default browser of the stage: it records what it is asked to open, and shows a page when the story wants a picture.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::clock::wait_for;
use crate::desk::Desk;
use crate::keeper::Child;

/// An address the default browser was given.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Visit {
    /// When, in microseconds since 1970.
    pub at_us: u64,
    /// The address.
    pub address: String,
}

/// The recorder that is registered as the default browser.
#[derive(Debug)]
pub struct Browser {
    script: PathBuf,
    log: PathBuf,
}

impl Browser {
    /// Writes the recorder and registers it as the handler of http and https.
    pub(crate) fn prepare(folder: &Path, config: &Path, data: &Path) -> Result<Self> {
        let (script, log) = (folder.join("browser"), folder.join("visits.log"));
        let text = format!(
            "#!/bin/sh\nprintf '%s %s\\n' \"$(date +%s%6N)\" \"$1\" >> '{}'\n",
            log.display()
        );
        fs_err::write(&script, text)?;
        fs_err::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
        let applications = data.join("applications");
        fs_err::create_dir_all(&applications)?;
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Stage browser\nExec={} %u\nMimeType=x-scheme-handler/http;\
             x-scheme-handler/https;text/html;\n",
            script.display()
        );
        fs_err::write(applications.join("stage-browser.desktop"), entry)?;
        let defaults = "[Default Applications]\nx-scheme-handler/http=stage-browser.desktop\n\
                        x-scheme-handler/https=stage-browser.desktop\ntext/html=stage-browser.desktop\n";
        fs_err::write(config.join("mimeapps.list"), defaults)?;
        Ok(Self { script, log })
    }

    /// The program of the recorder.
    pub fn program(&self) -> &Path {
        &self.script
    }

    /// Everything the browser was asked to open.
    pub fn visits(&self) -> Vec<Visit> {
        let text = fs_err::read_to_string(&self.log).unwrap_or_default();
        text.lines().filter_map(visit).collect()
    }

    /// Waits for the visit number `count` (from 0).
    pub fn wait(&self, count: usize, limit: Duration) -> Result<Visit> {
        wait_for("a page in the default browser", limit, || {
            Ok(self.visits().into_iter().nth(count))
        })
    }
}

impl Desk {
    /// Shows a page in WebKit's small browser until the answer is dropped.
    pub fn show_page(&self, address: &str) -> Result<Child> {
        let mut command = self.command(small_browser()?);
        command
            .args(["--private", "--geometry=1100x640"])
            .arg(address)
            .stdin(Stdio::null());
        self.keeper().spawn("MiniBrowser", command, &self.log("small-browser"))
    }
}

/// It comes with the WebKit library itself.
fn small_browser() -> Result<PathBuf> {
    let mut folders = fs_err::read_dir("/usr/lib")?
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    folders
        .find_map(|folder| {
            let program = folder.join("webkit2gtk-4.1/MiniBrowser");
            program.is_file().then_some(program)
        })
        .context("no MiniBrowser below /usr/lib: is libwebkit2gtk-4.1 installed?")
}

fn visit(line: &str) -> Option<Visit> {
    let (at, address) = line.split_once(' ')?;
    Some(Visit {
        at_us: at.parse().ok()?,
        address: address.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recorder_notes_address_and_moment() {
        let folder = tempfile::tempdir().unwrap();
        let browser = Browser::prepare(folder.path(), folder.path(), folder.path()).unwrap();
        let before = crate::clock::now_us();
        let status = std::process::Command::new(browser.program())
            .arg("http://127.0.0.1:1/a?b=1 2")
            .status()
            .unwrap();
        assert!(status.success());
        let visits = browser.visits();
        let first = visits.first().unwrap();
        assert_eq!(first.address, "http://127.0.0.1:1/a?b=1 2");
        assert!(first.at_us >= before);
    }
}
