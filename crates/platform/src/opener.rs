//! From a click to the running instance: hands a link over, and starts the program when none runs.
//!
//! However many clicks come while it starts, one opener starts it (it holds a lock while it does) and all of them hand
//! over their own link once it listens. Should two programs start anyway, the second loses the lock of the instance and
//! ends with success, so an opener keeps asking and never starts twice.
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::folders::Folders;
use crate::handoff::{HandError, Hander, LINK_LIMIT};

#[cfg(unix)]
#[path = "opener/unix.rs"]
mod system;
#[cfg(windows)]
#[path = "opener/windows.rs"]
mod system;

pub(crate) use system::detach;

/// How long each step of one attempt may take; the instance answers within a second and a half at worst.
const ONE_ATTEMPT: Duration = Duration::from_secs(3);

/// What the arguments of an opener are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadArgument {
    /// There is none.
    #[error("a link is expected as the only argument")]
    Missing,
    /// It is not Unicode, so it is no link.
    #[error("the link is not valid Unicode")]
    NotUnicode,
    /// It is longer than 8 KiB.
    #[error("the link is longer than {LINK_LIMIT} bytes")]
    TooLong,
}

/// The link among the arguments (program name not included): the first one, or the second after `--`. Further ones are
/// ignored, since whoever forges a link may append arguments.
pub fn link_argument(arguments: impl IntoIterator<Item = OsString>) -> Result<String, BadArgument> {
    let mut arguments = arguments.into_iter();
    let first = match arguments.next() {
        Some(mark) if mark == "--" => arguments.next(),
        other => other,
    };
    let link = first
        .ok_or(BadArgument::Missing)?
        .into_string()
        .map_err(|_| BadArgument::NotUnicode)?;
    match link.len() {
        0 => Err(BadArgument::Missing),
        1..=LINK_LIMIT => Ok(link),
        _ => Err(BadArgument::TooLong),
    }
}

/// What the desktop gave this process so that a window may come to front (XDG activation on Wayland, startup
/// notification on X11).
pub fn activation_token() -> Option<String> {
    ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"]
        .into_iter()
        .find_map(|name| {
            std::env::var(name).ok().filter(|token| {
                !token.is_empty()
                    && token.len() <= 512
                    && token.bytes().all(|byte| (0x21..0x7f).contains(&byte) || byte == b' ')
            })
        })
}

/// Why a link did not reach an instance.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The link itself is not wanted; trying again is useless.
    #[error(transparent)]
    Refused(HandError),
    /// The program could not be started.
    #[error("Hotstart could not be started: {0}")]
    NotStarted(#[source] io::Error),
    /// The program was started and ended at once with a failure; the number is its exit code, if it had one.
    #[error("Hotstart ended right after its start (exit code {0:?})")]
    Ended(Option<i32>),
    /// The program is there, or was started, and does not take the link in time.
    #[error("Hotstart does not answer: {0}")]
    NoAnswer(#[source] HandError),
}

/// How long an opener tries.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a program that has to be started first.
    pub start: Duration,
    /// For one that runs.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(20),
            answer: Duration::from_secs(10),
        }
    }
}

/// Gives the link to the running instance; starts the program if need be. Blocks; done when the link is in its queue.
pub fn open(folders: &Folders, link: &str, token: Option<&str>) -> Result<(), OpenError> {
    open_with(folders, link, token, Patience::default(), &mut start_program)
}

/// [`open`] with another way to start the program.
pub fn open_with(
    folders: &Folders,
    link: &str,
    token: Option<&str>,
    patience: Patience,
    start: &mut dyn FnMut() -> io::Result<Child>,
) -> Result<(), OpenError> {
    let begun = Instant::now();
    let hander = Hander::new(folders, link, token).map_err(OpenError::Refused)?;
    let mut starting: Option<Starting> = None;
    let mut pause = Duration::from_millis(1);
    let mut limit = patience.answer;
    loop {
        let failed = match hander.hand_over(ONE_ATTEMPT) {
            Ok(()) => return Ok(()),
            Err(refused @ (HandError::Refused | HandError::TooLong)) => return Err(OpenError::Refused(refused)),
            Err(failed) => failed,
        };
        if matches!(failed, HandError::NoInstance) {
            limit = patience.start;
        }
        if begun.elapsed() >= limit {
            return Err(OpenError::NoAnswer(failed));
        }
        if matches!(failed, HandError::NoInstance) {
            match &mut starting {
                None => {
                    starting = Starting::claim(folders).map_err(OpenError::NotStarted)?;
                    if starting.is_some() {
                        // Whoever held the lock before may have just succeeded: ask once more before starting.
                        continue;
                    }
                }
                Some(claimed) => claimed.go_on(start)?,
            }
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(25));
    }
}

/// The right to start the program, and the program.
struct Starting {
    _lock: File,
    child: Option<Child>,
}

impl Starting {
    fn claim(folders: &Folders) -> io::Result<Option<Self>> {
        let lock = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(folders.start_file())?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                _lock: lock,
                child: None,
            })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(error),
        }
    }

    fn go_on(&mut self, start: &mut dyn FnMut() -> io::Result<Child>) -> Result<(), OpenError> {
        match &mut self.child {
            None => {
                self.child = Some(start().map_err(OpenError::NotStarted)?);
                Ok(())
            }
            Some(child) => match child.try_wait().map_err(OpenError::NotStarted)? {
                // Ended well: it lost the lock to another one, which will listen soon.
                Some(status) if !status.success() => Err(OpenError::Ended(status.code())),
                Some(_) | None => Ok(()),
            },
        }
    }
}

/// Starts `hotstart` on its own: it outlives this process and the terminal.
fn start_program() -> io::Result<Child> {
    let mut command = Command::new(program());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // The token goes with the link; left here the first window that happens to open would use it up.
        .env_remove("XDG_ACTIVATION_TOKEN")
        .env_remove("DESKTOP_STARTUP_ID");
    system::detach(&mut command);
    command.spawn()
}

/// The program next to this one, else whatever the search path has.
fn program() -> PathBuf {
    let name = format!("hotstart{}", std::env::consts::EXE_SUFFIX);
    std::env::current_exe()
        .ok()
        .and_then(|own| own.parent().map(|folder| folder.join(&name)))
        .filter(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(given: &[&str]) -> Result<String, BadArgument> {
        link_argument(given.iter().map(OsString::from))
    }

    #[test]
    fn one_link_is_read_and_the_rest_ignored() {
        assert_eq!(
            arguments(&["hotstart://settings"]).as_deref(),
            Ok("hotstart://settings")
        );
        assert_eq!(
            arguments(&["--", "hotstart://settings"]).as_deref(),
            Ok("hotstart://settings")
        );
        assert_eq!(
            arguments(&["hotstart://settings", "--gpu-launcher=calc"]).as_deref(),
            Ok("hotstart://settings")
        );
        assert_eq!(arguments(&["--", "--", "x"]).as_deref(), Ok("--"));
        assert_eq!(arguments(&[]), Err(BadArgument::Missing));
        assert_eq!(arguments(&["--"]), Err(BadArgument::Missing));
        assert_eq!(arguments(&[""]), Err(BadArgument::Missing));
    }

    #[test]
    fn length_counts_bytes() {
        let fits = "ж".repeat(LINK_LIMIT / 2);
        assert_eq!(arguments(&[&fits]).as_deref(), Ok(fits.as_str()));
        assert_eq!(arguments(&[&format!("{fits}x")]), Err(BadArgument::TooLong));
        assert_eq!(arguments(&[&"x".repeat(1 << 20)]), Err(BadArgument::TooLong));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_refused() {
        use std::os::unix::ffi::OsStringExt;
        let raw = OsString::from_vec(b"hotstart://\xff".to_vec());
        assert_eq!(link_argument([raw]), Err(BadArgument::NotUnicode));
    }
}
