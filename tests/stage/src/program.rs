//! The program itself: its settings, its start, its links.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::clock::{ms_between, now_us};
use crate::desk::Desk;
use crate::keeper::{self, Child};
use crate::memory::{self, Share};

/// Where the built programs and the folder of this run are.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder of `hotstart`, `hotstart-open`, `hotstartctl`.
    pub programs: PathBuf,
    /// What `HOTSTART_HOME` names.
    pub home: PathBuf,
}

impl Place {
    /// Writes the settings file; the program must not run.
    pub fn write_settings(&self, settings: &Value) -> Result<()> {
        let config = self.home.join("config");
        fs_err::create_dir_all(&config)?;
        fs_err::write(config.join("settings.json"), serde_json::to_string_pretty(settings)?)?;
        Ok(())
    }

    /// One of the programs, in the environment of the desk and of this home.
    pub fn command(&self, desk: &Desk, program: &str) -> Command {
        let mut command = desk.command(self.programs.join(program));
        command.env("HOTSTART_HOME", &self.home);
        command
    }

    /// What a click on a link does: `hotstart-open <link>`, to its end.
    pub fn open(&self, desk: &Desk, link: &str) -> Result<Handed> {
        let mut command = self.command(desk, "hotstart-open");
        command.arg(link).stdout(Stdio::null()).stderr(Stdio::null());
        let started_us = now_us();
        let mut child = command.spawn().context("starting hotstart-open")?;
        let status = child.wait()?;
        Ok(Handed {
            started_us,
            ended_us: now_us(),
            status,
        })
    }

    /// A token of a base, as the user makes one.
    pub fn pair(&self, desk: &Desk, base: &str) -> Result<String> {
        let mut command = self.command(desk, "hotstartctl");
        command.args(["bridge", "pair", "--base", base, "--json"]);
        let said: Value = serde_json::from_str(&keeper::output(command)?).context("hotstartctl bridge pair")?;
        let token = said.get("token").and_then(Value::as_str);
        Ok(token.context("hotstartctl has made no token")?.to_owned())
    }

    /// Where the bridge of the process with this id listens, once it has written that down.
    pub fn bridge_port(&self, process: u32) -> Option<u16> {
        let text = fs_err::read_to_string(self.home.join("data/bridge.json")).ok()?;
        let said: Value = serde_json::from_str(&text).ok()?;
        let number = |name: &str| said.get(name).and_then(Value::as_u64);
        let own = number("pid") == Some(u64::from(process));
        number("port").filter(|_| own).and_then(|port| u16::try_from(port).ok())
    }
}

/// The running program.
#[derive(Debug)]
pub struct Program {
    place: Place,
    child: Child,
    /// When its start was asked for.
    pub started_us: u64,
}

/// A link that was handed over.
#[derive(Debug, Clone)]
pub struct Handed {
    /// When `hotstart-open` was started.
    pub started_us: u64,
    /// When it had ended: the link is in the queue of the running instance.
    pub ended_us: u64,
    /// How it ended.
    pub status: ExitStatus,
}

impl Handed {
    /// From start to end.
    pub fn ms(&self) -> f64 {
        ms_between(self.started_us, self.ended_us)
    }
}

impl Program {
    /// Starts the tray application in a session of its own, so that no process of it is missed.
    pub fn start(desk: &Desk, place: Place) -> Result<Self> {
        let mut command = desk.command("setsid");
        command
            .arg(place.programs.join("hotstart"))
            .env("HOTSTART_HOME", &place.home);
        let started_us = now_us();
        let child = desk
            .keeper()
            .spawn_session("hotstart", command, &desk.log("hotstart"))?;
        Ok(Self {
            place,
            child,
            started_us,
        })
    }

    /// The place it was started in.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// One of the programs beside it, with the same home.
    pub fn command(&self, desk: &Desk, program: &str) -> Command {
        self.place.command(desk, program)
    }

    /// A program of the desk that may start one of ours, with the same home.
    pub fn command_named(&self, desk: &Desk, program: &str) -> Command {
        let mut command = desk.command(program);
        command.env("HOTSTART_HOME", &self.place.home);
        command
    }

    /// What a click on a link does: [`Place::open`].
    pub fn open(&self, desk: &Desk, link: &str) -> Result<Handed> {
        self.place.open(desk, link)
    }

    /// The memory of every process of the program.
    pub fn memory(&self) -> Result<Vec<Share>> {
        memory::shares(self.child.id())
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Fails if it has ended by itself; its log tells why.
    pub fn check(&mut self, log: &Path) -> Result<()> {
        self.child.check().with_context(|| tail(log))
    }

    /// Ends it as a session manager does.
    pub fn end(mut self) -> Option<ExitStatus> {
        self.child.end()
    }
}

fn tail(log: &Path) -> String {
    let text = fs_err::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(20);
    lines.get(from..).unwrap_or_default().join("\n")
}
