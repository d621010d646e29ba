//! Starting a program of somebody else: it outlives us, has no terminal of ours, and its end is noticed.
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

#[cfg(target_os = "linux")]
use crate::left_behind;
use crate::workarounds;

/// How the arguments are handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arguments {
    /// One string each, without any quoting: everywhere but on Windows.
    Plain(Vec<String>),
    /// The rest of the command line as it stands: on Windows, where the program reads it by rules of its own.
    Raw(Vec<String>),
}

/// Starts a program by its whole path. Nothing of ours is handed down but the environment, without what we added to it;
/// its folder is its own.
pub fn start(program: &str, arguments: &Arguments) -> io::Result<()> {
    let path = Path::new(program);
    if !path.is_absolute() {
        // A name alone would be looked for in the current folder first on Windows, and anybody may own that.
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a program is named by its whole path",
        ));
    }
    let mut command = Command::new(path);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // They are for our windows: the client of 1C has the same web engine inside, and its own mind about it.
    for ours in workarounds::present() {
        command.env_remove(ours.name);
    }
    if let Some(folder) = path.parent().filter(|folder| folder.is_dir()) {
        command.current_dir(folder);
    }
    add(&mut command, arguments)?;
    crate::opener::detach(&mut command);
    let spawn = || command.spawn().map(drop);
    #[cfg(target_os = "linux")]
    return left_behind::taken_in(spawn);
    #[cfg(not(target_os = "linux"))]
    {
        let mut spawn = spawn;
        spawn()
    }
}

#[cfg(windows)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
fn add(command: &mut Command, arguments: &Arguments) -> io::Result<()> {
    use std::os::windows::process::CommandExt as _;
    match arguments {
        Arguments::Plain(plain) => command.args(plain),
        Arguments::Raw(raw) => raw.iter().fold(command, |command, argument| command.raw_arg(argument)),
    };
    Ok(())
}

#[cfg(not(windows))]
fn add(command: &mut Command, arguments: &Arguments) -> io::Result<()> {
    match arguments {
        Arguments::Plain(plain) => {
            command.args(plain);
            Ok(())
        }
        Arguments::Raw(_) => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "only Windows hands over a command line",
        )),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn arguments_arrive_as_they_are_and_the_end_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (program, told) = (folder.path().join("клиент"), folder.path().join("told"));
        std::fs::write(
            &program,
            "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\n' \"$a\" >> told.part; done\nmv told.part told\n",
        )
        .unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let arguments = [
            "ENTERPRISE",
            "/F",
            "/tmp/база с пробелом",
            "/URL",
            "e1cib/data/$(id)`id`'\"&;?ref=0",
        ];
        let arguments = arguments.map(str::to_owned).to_vec();
        start(program.to_str().unwrap(), &Arguments::Plain(arguments.clone())).unwrap();
        // A real process: there is no virtual time for it. Bounded by the test's own limit.
        while !told.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let seen = std::fs::read_to_string(told).unwrap();
        assert_eq!(seen.lines().collect::<Vec<_>>(), arguments);
    }

    #[test]
    fn a_program_that_is_not_there_is_told_and_a_bare_name_refused() {
        let none = Arguments::Plain(Vec::new());
        let missing = start("/nowhere/1cestart", &none).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        assert_eq!(start("sh", &none).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }
}
