//! A client under measurement: `hotstartctl listen`, or the vendor's client under Node.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use hotstart_stage::keeper::Child;
use serde_json::Value;

use super::process::{Cpu, Memory};
use super::rig::Rig;

/// Time in which threads that only helped to start have ended, so that their work is not booked to events.
const START: Duration = Duration::from_millis(1300);
/// How long computing time is looked at to see that nothing is being done.
const LOOK: Duration = Duration::from_millis(250);
/// Less than this within a look is nothing.
const NOTHING: Duration = Duration::from_millis(1);
/// A client that is never quiet is measured all the same.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where ours keeps cursor, ids and lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In its own memory, without a database.
    Nowhere,
    /// In a database in a file system in memory.
    MemoryFile,
    /// In a database on a disk.
    Disk,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// `hotstartctl listen --quiet`.
    Ours(Place),
    /// `@bitrix24/b24jssdk`.
    Peer,
}

/// A running client.
#[derive(Debug)]
pub(super) struct Client {
    /// Its name for the feeder.
    pub(super) name: String,
    /// Which it is.
    pub(super) side: Side,
    child: Child,
    /// What the peer answers.
    answers: Option<BufReader<std::process::ChildStdout>>,
    state: Option<PathBuf>,
    secure: bool,
}

impl Client {
    /// Starts it, and waits until it is connected and quiet.
    pub(super) fn start(rig: &mut Rig, side: Side, name: String, state: Option<PathBuf>, secure: bool) -> Result<Self> {
        let mut child = spawn(rig, side, &name, state.as_deref(), secure)?;
        if let Err(error) = rig.feeder.opened(&name) {
            child.check()?;
            return Err(error);
        }
        sleep(START);
        let client = Self {
            name,
            side,
            answers: child.os.stdout.take().map(BufReader::new),
            child,
            state,
            secure,
        };
        client.settle()?;
        Ok(client)
    }

    /// Its process id.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its computing time so far.
    pub(super) fn cpu(&self) -> Result<Cpu> {
        Cpu::of(self.pid())
    }

    /// Its memory.
    pub(super) fn memory(&self) -> Result<Memory> {
        Memory::of(self.pid())
    }

    /// Waits until it does nothing.
    pub(super) fn settle(&self) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        let mut before = self.cpu()?;
        let mut quiet = 0;
        while quiet < 2 && Instant::now() < end {
            sleep(LOOK);
            let now = self.cpu()?;
            quiet = if now.since(&before) < NOTHING { quiet + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }

    /// Waits until it has taken all that was sent to it.
    pub(super) fn finish(&mut self, events: u64) -> Result<()> {
        if self.side == Side::Peer {
            let end = Instant::now() + Duration::from_secs(120);
            while self.count()? < events {
                if Instant::now() > end {
                    bail!("the peer has not taken {events} events");
                }
                sleep(Duration::from_millis(200));
            }
        }
        self.child.check()?;
        self.settle()
    }

    /// How many events the peer has taken.
    fn count(&mut self) -> Result<u64> {
        let input = self.child.os.stdin.as_mut().context("the peer has no input")?;
        writeln!(input, "count").and_then(|()| input.flush())?;
        let mut line = String::new();
        let answers = self.answers.as_mut().context("the peer has no output")?;
        answers.read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).with_context(|| format!("the peer said {line:?}"))?;
        said.get("events")
            .and_then(Value::as_u64)
            .context("the peer counts nothing")
    }

    /// Ends it; of one that has stored its cursor, proves that the cursor had come to the last event.
    pub(super) fn end(mut self, rig: &mut Rig) -> Result<()> {
        let (last, _) = rig.feeder.ask(&self.name)?;
        self.child.end();
        let Some(state) = self.state.take() else { return Ok(()) };
        let again = spawn(rig, self.side, &self.name, Some(&state), self.secure)?;
        let from = rig.feeder.opened(&self.name)?;
        drop(again);
        fs_err::remove_dir_all(&state)?;
        if from.as_ref() != Some(&last) {
            bail!("{} had stored {from:?}, but {last} was the last event", self.name);
        }
        Ok(())
    }
}

fn spawn(rig: &Rig, side: Side, name: &str, state: Option<&std::path::Path>, secure: bool) -> Result<Child> {
    let webhook = rig.feeder.webhook(name, secure);
    let log = rig.folder.join(format!("{name}.log"));
    let mut command = match side {
        Side::Ours(_) => Command::new(&rig.listener),
        Side::Peer => Command::new("node"),
    };
    // The feeder is on this computer, whatever proxy the user may have.
    for variable in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(variable).env_remove(variable.to_uppercase());
    }
    match side {
        Side::Ours(_) => {
            command.args(["listen", "--quiet", "--json"]);
            if let Some(state) = state {
                command.arg("--state").arg(state);
            }
            command.env("HOTSTART_WEBHOOK", webhook);
            command.env("HOTSTART_HOME", rig.folder.join("home"));
            command.env("SSL_CERT_FILE", rig.feeder.authority());
            command.stdin(Stdio::null());
            rig.keeper.spawn(name, command, &log)
        }
        Side::Peer => {
            let errors = fs_err::File::create(log)?;
            command.arg("peer.mjs").arg(webhook).current_dir(&rig.scripts);
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            command.stderr(Stdio::from(errors.into_parts().0));
            rig.keeper.spawn_piped(name, command)
        }
    }
}
