//! Debian's Chromium on the desk: what a person has who has no warm window.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::clock::{now_us, wait_for};
use crate::desk::Desk;
use crate::devtools::DevTools;
use crate::keeper::Child;
use crate::memory::{self, Share};

/// Nothing that a person would wait for or click away, and no traffic of the browser's own: all of it makes the browser
/// faster and smaller.
const QUIET: [&str; 8] = [
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-features=Translate",
];

/// How long the browser may take to start listening or to end.
const LIMIT: Duration = Duration::from_secs(20);

/// A profile of the browser.
#[derive(Debug, Clone)]
pub struct Profile {
    folder: PathBuf,
}

/// What the browser shows first, and in which kind of window.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// An address in a window without tabs and address line, the leanest there is.
    App(&'a str),
    /// An address in the first tab of a usual window; the browser can be steered over its developer tools.
    Tab(&'a str),
}

/// A running browser with all of its processes.
#[derive(Debug)]
pub struct Chromium {
    child: Child,
    profile: Profile,
    /// When its start was asked for.
    pub started_us: u64,
}

impl Profile {
    /// A fresh profile in the folder of the desk, past what a first run asks.
    pub fn fresh(desk: &Desk, name: &str) -> Result<Self> {
        let folder = desk.folder().join(name);
        fs_err::create_dir_all(&folder)?;
        fs_err::write(folder.join("First Run"), "")?;
        Ok(Self { folder })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn flags(&self, command: &mut Command) {
        command.arg(format!("--user-data-dir={}", self.folder.display()));
        command.args(QUIET);
        if !Path::new("/dev/dri").exists() {
            // The software imitation of a graphics processor costs 40 MB and is of no use; the program does without it, too.
            command.arg("--disable-gpu");
        }
        if rustix::process::geteuid().is_root() {
            // Chromium refuses to start otherwise.
            command.args(["--no-sandbox", "--test-type"]);
        }
    }
}

impl Chromium {
    /// Starts the browser in a session of its own, so that no process of it is missed.
    pub fn start(desk: &Desk, profile: &Profile, shown: Shown<'_>) -> Result<Self> {
        let mut command = desk.command("setsid");
        command.arg("chromium");
        profile.flags(&mut command);
        match shown {
            Shown::App(address) => command.arg(format!("--app={}", ascii(address))),
            Shown::Tab(address) => {
                // The file of an earlier browser would name a port that nobody listens on.
                let _ = fs_err::remove_file(DevTools::file(profile));
                command.arg("--remote-debugging-port=0").arg(ascii(address))
            }
        };
        let started_us = now_us();
        let child = desk
            .keeper()
            .spawn_session("chromium", command, &desk.log("chromium"))?;
        Ok(Self {
            child,
            profile: profile.clone(),
            started_us,
        })
    }

    /// Gives the running browser an address as the desktop does, by a second call of the program; the answer is when that
    /// was started, and the call, which ends by itself.
    pub fn call(&self, desk: &Desk, address: &str) -> Result<(u64, Child)> {
        let mut command = desk.command("chromium");
        self.profile.flags(&mut command);
        command.arg(ascii(address));
        let started_us = now_us();
        let child = desk
            .keeper()
            .spawn("chromium, second call", command, &desk.log("chromium-call"))?;
        Ok((started_us, child))
    }

    /// The developer tools of a browser that was started with a tab.
    pub fn tools(&self) -> Result<DevTools> {
        wait_for("the developer tools of Chromium", LIMIT, || {
            Ok(DevTools::of(&self.profile))
        })
    }

    /// The memory of every process of the browser.
    pub fn memory(&self) -> Result<Vec<Share>> {
        memory::shares(self.child.id())
    }

    /// Ends it as a session manager does, so that it keeps what it has learnt; fails if a process of it is left.
    pub fn end(mut self) -> Result<()> {
        let root = self.child.id();
        let status = self.child.end();
        ensure!(status.is_some(), "Chromium had to be killed");
        wait_for("the end of every process of Chromium", LIMIT, || {
            Ok(memory::members(root)?.is_empty().then_some(()))
        })
    }
}

/// An address as its bytes go over the wire; Chromium takes no other letters in the value of a flag.
pub(crate) fn ascii(address: &str) -> String {
    let mut text = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_graphic() {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
