//! Values on a command line: what is refused, and how the rest is quoted.

use crate::connection::Cluster;
use crate::platforms::System;

/// Why a line is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LaunchRefused {
    /// A value is empty.
    #[error("a value of the launch line is empty")]
    Empty,
    /// A value is longer than 8 KiB.
    #[error("a value of the launch line is too long")]
    Length,
    /// A value holds a quote, a control character, or one of `$`, `` ` ``, `|`, `;`, `&`, which the standard of 1C
    /// "Security of launching applications" (std774) keeps out of launch lines.
    #[error("a value of the launch line holds a character that is not allowed there")]
    Character,
    /// A value begins with `/` or `-`, as keys do.
    #[error("a value of the launch line begins like a key")]
    Key,
    /// The name of a base holds `/` or `\`: the starter takes it for a path.
    #[error("the name of a base holds a slash")]
    Slash,
    /// The folder of a file base, or the program, is not given by its whole path on this system.
    #[error("not a whole path on this system")]
    Path,
    /// Not the servers of a cluster.
    #[error("not the servers of a cluster")]
    Server,
    /// Not the address of a publication.
    #[error("not the address of a publication")]
    Publication,
    /// This system has no such way.
    #[error("there is no such way on this system")]
    System,
}

/// The longest value, in bytes: the longest link.
const LONGEST: usize = 8 * 1024;

/// A value as 1C reads it from a command line of Windows: in quotes, inner quotes doubled, a backslash as it is.
pub fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

/// Any value.
pub(super) fn checked(value: &str) -> Result<String, LaunchRefused> {
    if value.starts_with(['/', '-']) {
        return Err(LaunchRefused::Key);
    }
    characters(value)?;
    Ok(value.to_owned())
}

/// The name of a base in a list or in a cluster.
pub(super) fn name(value: &str) -> Result<String, LaunchRefused> {
    if value.contains(['/', '\\']) {
        return Err(LaunchRefused::Slash);
    }
    checked(value)
}

/// The folder of a file base: a whole path of this system.
pub(super) fn folder(system: System, path: &str) -> Result<String, LaunchRefused> {
    match system {
        System::Windows if is_windows_path(path) => characters(&without_share_mark(path))?,
        System::Linux | System::MacOs if path.starts_with('/') => characters(path)?,
        System::Windows | System::Linux | System::MacOs => return Err(LaunchRefused::Path),
    }
    Ok(path.to_owned())
}

/// The program: a whole path of this system that a quote cannot end.
pub(super) fn program(system: System, path: &str) -> Result<(), LaunchRefused> {
    let whole = match system {
        System::Windows => is_windows_path(path),
        System::Linux | System::MacOs => path.starts_with('/'),
    };
    if path.contains('"') || path.chars().any(is_hidden) {
        return Err(LaunchRefused::Character);
    }
    if whole { Ok(()) } else { Err(LaunchRefused::Path) }
}

/// The servers of a cluster, `host[:port]` separated by commas.
pub(super) fn servers(srvr: &str) -> Result<String, LaunchRefused> {
    let plain = |c: char| c.is_alphanumeric() || "-_.:,[]%".contains(c);
    let written = |server: &str| {
        let server = match server.get(..6) {
            Some(head) if head.eq_ignore_ascii_case("tcp://") => &server[6..],
            Some(_) | None => server,
        };
        !server.starts_with('-') && server.chars().all(plain)
    };
    let every = srvr.split(',').all(written) && Cluster::list(srvr).len() == srvr.split(',').count();
    if every {
        checked(srvr)
    } else {
        Err(LaunchRefused::Server)
    }
}

fn characters(value: &str) -> Result<(), LaunchRefused> {
    if value.trim().is_empty() {
        return Err(LaunchRefused::Empty);
    }
    if value.len() > LONGEST {
        return Err(LaunchRefused::Length);
    }
    if value.contains(['"', '$', '`', '|', ';', '&']) || value.chars().any(is_hidden) {
        return Err(LaunchRefused::Character);
    }
    Ok(())
}

/// Controls, ends of lines, and what changes the direction of text.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `C:\..`, `C:/..` or `\\server\share..`.
fn is_windows_path(path: &str) -> bool {
    match path.as_bytes() {
        [drive, b':', b'\\' | b'/', ..] => drive.is_ascii_alphabetic(),
        [b'\\', b'\\', server, ..] => server.is_ascii_alphanumeric() || !server.is_ascii(),
        _ => false,
    }
}

/// The path without the `$` that ends the name of a hidden share (`\\server\share$\..`). Bases do lie there, and of all
/// places that is the one where the mark is no variable for any shell.
fn without_share_mark(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('\\').collect();
    if let ["", "", _, share, ..] = parts.as_mut_slice() {
        *share = share.strip_suffix('$').unwrap_or(share);
    }
    parts.join("\\")
}
