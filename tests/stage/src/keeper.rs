//! Children that never outlive the stage.
//!
//! Without it a failed run would leave a display, a bus and a keyring behind, and the next run on the same machine would
//! meet them. A dropped [`Child`] ends its whole process group; the keeper, a shell that reads a pipe from this process,
//! ends the groups that are left when the pipe closes, also after `kill -9` or Ctrl-C.

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child as OsChild, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process_group};

/// How long a program may take to end after SIGTERM: it logs out of what it is logged in to.
const GRACE: Duration = Duration::from_secs(10);

/// Reads `+group` and `-group` lines; at the end of the pipe ends what is left.
const SCRIPT: &str = r#"
groups=" "
while read -r line; do
  case $line in
    +*) groups="$groups${line#+} " ;;
    -*) rest=; for one in $groups; do [ "$one" = "${line#-}" ] || rest="$rest$one "; done; groups=" $rest" ;;
  esac
done
for one in $groups; do kill -TERM "-$one" 2>/dev/null; done
[ "$groups" = " " ] || sleep 2
for one in $groups; do kill -KILL "-$one" 2>/dev/null; done
exit 0
"#;

/// The list of what must be ended; clones share it.
#[derive(Debug, Clone)]
pub struct Keeper {
    list: Arc<Mutex<ChildStdin>>,
}

impl Keeper {
    /// Starts the keeper.
    pub fn start() -> Result<Self> {
        let mut command = Command::new("setsid");
        command.args(["sh", "-c", SCRIPT]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("starting the keeper (setsid, sh)")?;
        let list = child.stdin.take().context("the keeper has no pipe")?;
        Ok(Self {
            list: Arc::new(Mutex::new(list)),
        })
    }

    /// Starts `command` in a process group of its own; standard input is closed unless the command says otherwise, output
    /// goes to `log`.
    pub fn spawn(&self, name: &str, mut command: Command, log: &Path) -> Result<Child> {
        let out = fs_err::OpenOptions::new().create(true).append(true).open(log)?;
        let err = out.try_clone()?;
        command
            .stdout(Stdio::from(out.into_parts().0))
            .stderr(Stdio::from(err.into_parts().0));
        self.spawn_piped(name, command)
    }

    /// Starts `command` in a process group of its own with the streams it already has.
    pub fn spawn_piped(&self, name: &str, mut command: Command) -> Result<Child> {
        command.process_group(0);
        self.keep(name, command)
    }

    /// Starts `command`, which must lead a session of its own: its first word is `setsid`, which replaces itself.
    pub fn spawn_session(&self, name: &str, mut command: Command, log: &Path) -> Result<Child> {
        let out = fs_err::OpenOptions::new().create(true).append(true).open(log)?;
        let err = out.try_clone()?;
        command
            .stdout(Stdio::from(out.into_parts().0))
            .stderr(Stdio::from(err.into_parts().0));
        self.keep(name, command)
    }

    fn keep(&self, name: &str, mut command: Command) -> Result<Child> {
        let program = command.get_program().to_string_lossy().into_owned();
        let os = command
            .spawn()
            .with_context(|| format!("starting {name} ({program})"))?;
        let child = Child {
            name: name.to_owned(),
            os,
            keeper: self.clone(),
        };
        self.write(&format!("+{}", child.id()));
        Ok(child)
    }

    fn write(&self, line: &str) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        // A keeper that has gone ends nothing, which is no reason to end the run.
        let _ = writeln!(list, "{line}").and_then(|()| list.flush());
    }
}

/// A started program with all it starts itself.
#[derive(Debug)]
pub struct Child {
    name: String,
    /// The process itself, for its pipes and its exit.
    pub os: OsChild,
    keeper: Keeper,
}

impl Child {
    /// The process id, which is also the id of its group.
    pub fn id(&self) -> u32 {
        self.os.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.os.try_wait(), Ok(None))
    }

    /// Fails with its name and how it ended if it does not run any more.
    pub fn check(&mut self) -> Result<()> {
        match self.os.try_wait()? {
            None => Ok(()),
            Some(status) => anyhow::bail!("{} ended by itself: {status}", self.name),
        }
    }

    /// Asks it to end and waits; whatever it leaves behind in its group is ended then. The answer is how the process
    /// itself ended, or nothing if it had to be killed.
    pub fn end(&mut self) -> Option<ExitStatus> {
        drop(self.os.stdin.take());
        let group = Pid::from_raw(self.os.id().cast_signed())?;
        let mut status = self.os.try_wait().ok().flatten();
        if status.is_none() {
            let _ = kill_process(group, Signal::TERM);
            status = self.wait(GRACE);
        }
        let _ = kill_process_group(group, Signal::TERM);
        let end = Instant::now() + Duration::from_millis(500);
        while status.is_some() && test_kill_process_group(group).is_ok() && Instant::now() < end {
            sleep(Duration::from_millis(20));
        }
        let _ = kill_process_group(group, Signal::KILL);
        if status.is_none() {
            let _ = self.os.wait();
        }
        self.keeper.write(&format!("-{}", self.os.id()));
        status
    }

    /// Waits for the process to end by itself.
    pub fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + limit;
        loop {
            match self.os.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if Instant::now() < end => sleep(Duration::from_millis(10)),
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs a command to its end and gives what it printed; fails with its error output.
pub fn output(mut command: Command) -> Result<String> {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        let _ = write!(line, " {}", argument.to_string_lossy());
    }
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("starting {line}"))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        anyhow::bail!("{line}: {}: {words}", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_child_takes_its_own_children_along() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("pid");
        let keeper = Keeper::start().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo $! > \"$0\"; wait"]).arg(&note);
        let child = keeper.spawn("sleeper", command, &folder.path().join("log")).unwrap();
        let inner = crate::clock::wait_for("the note", Duration::from_secs(10), || {
            Ok(fs_err::read_to_string(&note)
                .ok()
                .and_then(|text| text.trim().parse::<u32>().ok()))
        })
        .unwrap();
        drop(child);
        crate::clock::wait_for("the end of the grandchild", Duration::from_secs(10), || {
            let state = fs_err::read_to_string(format!("/proc/{inner}/stat")).unwrap_or_default();
            Ok((state.is_empty() || state.contains(") Z ")).then_some(()))
        })
        .unwrap();
    }

    #[test]
    fn what_is_left_ends_with_the_last_keeper() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::start().unwrap();
        let mut command = Command::new("sleep");
        command.arg("600");
        let mut child = keeper.spawn("sleeper", command, &folder.path().join("log")).unwrap();
        // As if this process had been killed: nothing is dropped in order, the pipe just closes.
        child.keeper = Keeper::start().unwrap();
        drop(keeper);
        let status = child.wait(Duration::from_secs(20));
        assert!(status.is_some_and(|status| !status.success()), "{status:?}");
    }

    #[test]
    fn a_failed_command_says_what_it_was() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo broken >&2; exit 3"]);
        let error = output(command).unwrap_err().to_string();
        assert!(error.contains("broken") && error.contains("sh -c"), "{error}");
    }
}
