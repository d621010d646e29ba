//! One life of the program.
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Longer than anything here takes; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program with `arguments`, knowing nothing of the desk of whoever runs the tests.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hotstartctl"));
    command.arg("listen").args(arguments).arg("--json");
    command.env_remove("HOTSTART_WEBHOOK");
    command.stdin(Stdio::null());
    command
}

/// A running program whose whole lines are collected.
pub(crate) struct Life {
    child: Child,
    lines: Receiver<Value>,
    news: Receiver<String>,
}

impl Life {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (sender, lines) = channel();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            let mut line = String::new();
            while out.read_line(&mut line).is_ok_and(|length| length > 0) {
                // Whoever is killed may leave half a line.
                let Some(whole) = line.strip_suffix('\n') else { break };
                let value = serde_json::from_str(whole).unwrap_or_else(|error| panic!("{error}: {whole}"));
                if sender.send(value).is_err() {
                    break;
                }
                line.clear();
            }
        });
        let (sender, news) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, lines, news }
    }

    /// A program for the webhook with a state folder.
    pub(crate) fn of(webhook: &str, state: &Path, more: &[&str]) -> Self {
        let mut arguments = vec!["--webhook", webhook, "--state", state.to_str().unwrap()];
        arguments.extend(more);
        Self::start(program(&arguments))
    }

    /// The next line.
    pub(crate) fn line(&self) -> Value {
        self.lines.recv_timeout(PATIENCE).expect("a line")
    }

    /// The next line, if it comes in time.
    pub(crate) fn line_within(&self, time: Duration) -> Option<Value> {
        self.lines.recv_timeout(time).ok()
    }

    /// Waits until it says this on standard error.
    pub(crate) fn says(&self, part: &str) {
        let limit = Instant::now() + PATIENCE;
        loop {
            let left = limit.saturating_duration_since(Instant::now());
            let line = self
                .news
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("it never says {part:?}"));
            if line.contains(part) {
                return;
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("it runs");
    }

    /// Waits for its end; the lines that were not taken yet, and how it ended.
    pub(crate) fn end(mut self) -> (Vec<Value>, ExitStatus) {
        let status = wait(&mut self.child);
        (self.lines.iter().collect(), status)
    }

    /// Ends it without warning; the lines that were not taken yet.
    pub(crate) fn kill(mut self) -> Vec<Value> {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
        self.lines.iter().collect()
    }
}

/// Waits for the end of a child, but not for ever.
pub(crate) fn wait(child: &mut Child) -> ExitStatus {
    let limit = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("a status") {
            return status;
        }
        assert!(Instant::now() < limit, "the program does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs the program to its end: exit code, standard output, standard error.
pub(crate) fn run(mut command: Command) -> (Option<i32>, String, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let status = wait(&mut child);
    let (mut out, mut errors) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    (status.code(), out, errors)
}
