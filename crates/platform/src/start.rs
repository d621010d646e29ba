//! From the small program `hotstart` to the shell with its windows.
//!
//! Only where the shell links the web engine when it loads (Linux): loading takes the larger part of a start, so it must
//! happen once, with the environment right from the beginning. The process stays the same one, by its id too.
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::workarounds;

/// The name of the program with the windows.
const SHELL: &str = "hotstart-shell";

/// The name that the desktop knows: windows, tray and session manager go by it.
const NAME: &str = "hotstart";

/// Puts the shell, which stands beside this program, in the place of this process. Comes back only when that failed.
pub fn shell(arguments: impl Iterator<Item = OsString>) -> io::Error {
    let program = match std::env::current_exe() {
        Ok(own) => beside(&own),
        Err(error) => return error,
    };
    let wanted = workarounds::wanted();
    let error = Command::new(&program)
        .arg0(NAME)
        .args(arguments)
        .envs(wanted.iter().map(|workaround| (workaround.name, workaround.value)))
        .exec();
    io::Error::new(
        error.kind(),
        format!("{} cannot be started: {error}", program.display()),
    )
}

fn beside(own: &Path) -> PathBuf {
    own.with_file_name(SHELL)
}
