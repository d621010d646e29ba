//! Watching the session bus: every message with the moment it passed.
//!
//! `dbus-monitor` is made a monitor by the bus itself, so that it sees each message when it is routed; its stamps are
//! what notification times are measured at.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::clock::wait_for;
use crate::keeper::{Child, Keeper};

/// What the monitor sees: notifications, the tray, and every answer.
const RULES: [&str; 5] = [
    "interface='org.freedesktop.Notifications'",
    "interface='org.kde.StatusNotifierWatcher'",
    "interface='org.kde.StatusNotifierItem'",
    "type='method_call',interface='org.freedesktop.DBus.Properties'",
    "type='method_return'",
];

/// One message on the bus.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// When it passed, in microseconds since 1970.
    pub at_us: u64,
    /// `method call`, `method return`, `signal` or `error`.
    pub kind: String,
    /// The unique name of the sender.
    pub sender: String,
    /// Whom it was for, as addressed.
    pub destination: String,
    /// The number the sender gave it.
    pub serial: String,
    /// For an answer, the number of the call.
    pub reply_serial: String,
    /// The object.
    pub path: String,
    /// The interface.
    pub interface: String,
    /// The method or signal.
    pub member: String,
    /// Its arguments as the monitor prints them.
    pub arguments: Vec<String>,
}

impl Message {
    /// Whether it calls this method.
    pub fn calls(&self, interface: &str, member: &str) -> bool {
        self.kind == "method call" && self.interface == interface && self.member == member
    }

    /// Whether an argument has this text in it.
    pub fn mentions(&self, text: &str) -> bool {
        self.arguments.iter().any(|line| line.contains(text))
    }

    /// The number of top-level arguments that were printed so far; a message is read line by line.
    pub fn argument_count(&self) -> usize {
        self.arguments
            .iter()
            .filter(|line| line.starts_with("   ") && !line.starts_with("    "))
            .count()
    }
}

/// The watched bus.
#[derive(Debug)]
pub struct Monitor {
    seen: Arc<Mutex<Vec<Message>>>,
    _child: Child,
}

impl Monitor {
    /// Starts watching the bus at `address`.
    pub fn start(keeper: &Keeper, address: &str, log: &Path) -> Result<Self> {
        let errors = fs_err::File::create(log)?;
        let mut command = Command::new("dbus-monitor");
        command.arg("--address").arg(address).args(RULES);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(errors.into_parts().0));
        let mut child = keeper.spawn_piped("dbus-monitor", command)?;
        let lines = BufReader::new(child.os.stdout.take().context("dbus-monitor has no output")?);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&seen);
        std::thread::spawn(move || {
            for line in lines.split(b'\n').map_while(Result::ok) {
                note(&list, &String::from_utf8_lossy(&line));
            }
        });
        let monitor = Self { seen, _child: child };
        // The monitor is listening once the bus has given and taken its name.
        wait_for("the bus monitor", Duration::from_secs(10), || {
            Ok((monitor.mark() > 0).then_some(()))
        })?;
        Ok(monitor)
    }

    /// How many messages were seen: a place to look from later.
    pub fn mark(&self) -> usize {
        self.lock().len()
    }

    /// The messages since a mark.
    pub fn since(&self, mark: usize) -> Vec<Message> {
        self.lock().get(mark..).map(<[Message]>::to_vec).unwrap_or_default()
    }

    /// Waits for the first message since `mark` that fits.
    pub fn wait(&self, what: &str, mark: usize, limit: Duration, fits: impl Fn(&Message) -> bool) -> Result<Message> {
        wait_for(what, limit, || {
            Ok(self.lock().iter().skip(mark).find(|message| fits(message)).cloned())
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Message>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note(list: &Mutex<Vec<Message>>, line: &str) {
    let mut list = list.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(message) = head(line) {
        list.push(message);
    } else if let Some(last) = list.last_mut() {
        last.arguments.push(line.to_owned());
    }
}

fn head(line: &str) -> Option<Message> {
    let kinds = ["method call", "method return", "signal", "error"];
    let kind = kinds
        .iter()
        .find(|kind| line.strip_prefix(**kind).is_some_and(|rest| rest.starts_with(" time=")))?;
    let field = |name: &str| {
        let from = line.find(&format!(" {name}="))? + name.len() + 2;
        let rest = line.get(from..)?;
        Some(rest.split([' ', ';']).next().unwrap_or_default().to_owned())
    };
    Some(Message {
        at_us: micros(&field("time")?)?,
        kind: (*kind).to_owned(),
        sender: field("sender")?,
        destination: field("destination").unwrap_or_default(),
        serial: field("serial").unwrap_or_default(),
        reply_serial: field("reply_serial").unwrap_or_default(),
        path: field("path").unwrap_or_default(),
        interface: field("interface").unwrap_or_default(),
        member: field("member").unwrap_or_default(),
        arguments: Vec::new(),
    })
}

fn micros(stamp: &str) -> Option<u64> {
    let (seconds, fraction) = stamp.split_once('.')?;
    let seconds: u64 = seconds.parse().ok()?;
    let fraction: u64 = format!("{fraction:0<6}").get(..6)?.parse().ok()?;
    Some(seconds * 1_000_000 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_with_its_arguments() {
        let list = Mutex::new(Vec::new());
        let head = "method call time=1795311101.500599 sender=:1.6 -> destination=:1.2 serial=9 \
                    path=/org/freedesktop/Notifications; interface=org.freedesktop.Notifications; member=Notify";
        for line in [
            head,
            r#"   string "Hotstart""#,
            "   uint32 0",
            "   array [",
            r#"      string "default""#,
            "   ]",
        ] {
            note(&list, line);
        }
        let messages = list.into_inner().unwrap();
        let message = messages.first().unwrap();
        assert!(message.calls("org.freedesktop.Notifications", "Notify"));
        assert_eq!(message.at_us, 1_795_311_101_500_599);
        assert!(message.mentions("default"));
        assert_eq!(message.argument_count(), 4);
        assert_eq!((message.sender.as_str(), message.serial.as_str()), (":1.6", "9"));
    }

    #[test]
    fn a_line_of_text_is_no_head() {
        assert_eq!(head(r#"   string "signal time=1.0 sender=x""#), None);
        assert_eq!(head("signal"), None);
    }

    #[test]
    fn short_fractions_are_tenths_and_not_units() {
        assert_eq!(micros("5.5"), Some(5_500_000));
        assert_eq!(micros("5.0000071"), Some(5_000_007));
    }
}
