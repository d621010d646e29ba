//! A desktop entry with `MimeType=x-scheme-handler/...` in the user's applications folder, made the default by
//! `xdg-mime` (Desktop Entry Specification; Association between MIME types and applications).
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Registered, Registration, SchemeError};

/// How long a tool of the desktop may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn register(wanted: &Registration) -> Result<Registered, SchemeError> {
    Places::of_desk()?.register(wanted)
}

pub(super) fn unregister(registered: &Registration) -> Result<(), SchemeError> {
    Places::of_desk()?.unregister(registered)
}

/// Where the desktop looks; passed on to its tools so that they and we mean the same.
struct Places {
    data: PathBuf,
    config: PathBuf,
}

impl Places {
    fn of_desk() -> io::Result<Self> {
        let home = std::env::home_dir().filter(|home| home.is_absolute());
        let base = |variable: &str, below_home: &str| {
            std::env::var_os(variable)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())
                .or_else(|| home.as_ref().map(|home| home.join(below_home)))
                .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the user has no home folder"))
        };
        Ok(Self {
            data: base("XDG_DATA_HOME", ".local/share")?,
            config: base("XDG_CONFIG_HOME", ".config")?,
        })
    }

    fn entry(&self, registration: &Registration) -> PathBuf {
        self.data.join("applications").join(registration.entry)
    }

    fn register(&self, wanted: &Registration) -> Result<Registered, SchemeError> {
        let path = self.entry(wanted);
        let text = entry_text(wanted).ok_or(SchemeError::BadProgram)?;
        if std::fs::read_to_string(&path).is_ok_and(|present| present == text) {
            // The user may have chosen another program since; only a changed entry asks to be the default again.
            return Ok(Registered::Unchanged);
        }
        fs_err::create_dir_all(self.data.join("applications"))?;
        fs_err::create_dir_all(&self.config)?;
        // Desktops watch the folder: they must never see half an entry.
        let half = path.with_extension("desktop.new");
        fs_err::write(&half, &text)?;
        fs_err::rename(&half, &path)?;
        let mut default = Command::new("xdg-mime");
        default
            .args(["default", wanted.entry])
            .args(wanted.schemes.iter().map(|scheme| mime_type(scheme)));
        let is_default = self.run(default);
        self.update_index();
        Ok(if is_default {
            Registered::Written
        } else {
            Registered::WrittenOnly
        })
    }

    fn unregister(&self, registered: &Registration) -> Result<(), SchemeError> {
        match fs_err::remove_file(self.entry(registered)) {
            Ok(()) => {
                self.update_index();
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Some desktops read only the index of the folder.
    fn update_index(&self) {
        let mut update = Command::new("update-desktop-database");
        update.arg("-q").arg(self.data.join("applications"));
        self.run(update);
    }

    fn run(&self, mut command: Command) -> bool {
        command
            .env("XDG_DATA_HOME", &self.data)
            .env("XDG_CONFIG_HOME", &self.config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let name = command.get_program().to_owned();
        match finish(&mut command) {
            Ok(true) => true,
            Ok(false) => {
                tracing::warn!(tool = ?name, "a tool of the desktop failed");
                false
            }
            Err(error) => {
                tracing::info!(tool = ?name, %error, "a tool of the desktop is missing");
                false
            }
        }
    }
}

/// Runs to the end, or ends it after [`PATIENCE`].
fn finish(command: &mut Command) -> io::Result<bool> {
    let begun = Instant::now();
    let mut child = command.spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn mime_type(scheme: &str) -> String {
    format!("x-scheme-handler/{scheme}")
}

fn entry_text(wanted: &Registration) -> Option<String> {
    let program = exec_argument(&wanted.program)?;
    let types: String = wanted
        .schemes
        .iter()
        .flat_map(|scheme| [mime_type(scheme), ";".to_owned()])
        .collect();
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Hotstart\nComment=Opens links to 1C and Bitrix24\n\
         Comment[ru]=Открывает ссылки в 1С и Битрикс24\nExec={program} -- %u\nIcon=hotstart\nTerminal=false\n\
         NoDisplay=true\nStartupNotify=true\nMimeType={types}\n"
    ))
}

/// A path as one argument of `Exec`: in double quotes, where `"`, `` ` ``, `$` and `\` are escaped with a backslash; then
/// every backslash again for the key file; `%` is doubled against field codes. A plain path stays without quotes, which
/// are allowed there: the scripts of xdg-utils look for a program of that very name and pass over an entry with quotes.
fn exec_argument(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    if text
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "/._-+".contains(letter))
    {
        return Some(text.to_owned());
    }
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '`' | '$' => {
                quoted.push_str("\\\\");
                quoted.push(letter);
            }
            '\\' => quoted.push_str("\\\\\\\\"),
            '%' => quoted.push_str("%%"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(folder: &tempfile::TempDir) -> Places {
        Places {
            data: folder.path().join("data"),
            config: folder.path().join("config"),
        }
    }

    #[test]
    fn the_entry_takes_one_link() {
        let text = entry_text(&Registration::new("/opt/hotstart/hotstart-open".into())).unwrap();
        assert!(text.contains("\nExec=/opt/hotstart/hotstart-open -- %u\n"), "{text}");
        assert!(text.contains("\nMimeType=x-scheme-handler/hotstart;\n"), "{text}");
    }

    #[test]
    fn a_path_is_one_argument_whatever_is_in_it() {
        let quoted = |path: &str| exec_argument(Path::new(path)).unwrap();
        assert_eq!(quoted("/home/Анна Б/x"), "\"/home/Анна Б/x\"");
        assert_eq!(quoted(r"/a\b"), r#""/a\\\\b""#);
        assert_eq!(quoted("/a$b`c\"d"), r#""/a\\$b\\`c\\"d""#);
        assert_eq!(quoted("/100%u"), "\"/100%%u\"");
    }

    #[test]
    fn it_is_written_once_and_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(&folder);
        let wanted = Registration::new("/opt/hotstart/hotstart-open".into());
        assert_ne!(places.register(&wanted).unwrap(), Registered::Unchanged);
        assert_eq!(places.register(&wanted).unwrap(), Registered::Unchanged);
        let moved = Registration::new("/opt/elsewhere/hotstart-open".into());
        assert_ne!(places.register(&moved).unwrap(), Registered::Unchanged);
        assert!(
            std::fs::read_to_string(places.entry(&moved))
                .unwrap()
                .contains("/opt/elsewhere/")
        );
        places.unregister(&wanted).unwrap();
        assert!(!places.entry(&wanted).exists());
        places.unregister(&wanted).unwrap();
    }

    #[test]
    fn the_desktops_own_tools_agree() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(&folder);
        let wanted = Registration::new("/opt/hot start/hotstart-open".into());
        let outcome = places.register(&wanted).unwrap();
        let tool = |name: &str, arguments: &[&str]| {
            Command::new(name)
                .args(arguments)
                .env("XDG_DATA_HOME", &places.data)
                .env("XDG_CONFIG_HOME", &places.config)
                .output()
                .ok()
        };
        let entry = places.entry(&wanted);
        match tool("desktop-file-validate", &[entry.to_str().unwrap()]) {
            Some(checked) => assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout)),
            None => eprintln!("desktop-file-validate is not installed: the entry was not validated"),
        }
        match tool("xdg-mime", &["query", "default", "x-scheme-handler/hotstart"]) {
            Some(asked) => {
                assert_eq!(outcome, Registered::Written);
                assert_eq!(String::from_utf8_lossy(&asked.stdout).trim(), wanted.entry);
            }
            None => assert_eq!(outcome, Registered::WrittenOnly),
        }
    }

    #[test]
    fn links_of_1c_go_back_to_whoever_had_them() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(&folder);
        let own = Registration::new("/opt/hotstart/hotstart-open".into());
        let (entry, e1c) = ("1cestart.desktop", Registration::e1c("/bin/true".into()));
        let text = "[Desktop Entry]\nType=Application\nName=1C\nExec=/bin/true %u\nMimeType=x-scheme-handler/e1c;\n";
        fs_err::create_dir_all(places.data.join("applications")).unwrap();
        fs_err::create_dir_all(&places.config).unwrap();
        fs_err::write(places.data.join("applications").join(entry), text).unwrap();
        let tool = |arguments: &[&str]| {
            let mut tool = Command::new("xdg-mime");
            tool.args(arguments)
                .env("XDG_DATA_HOME", &places.data)
                .env("XDG_CONFIG_HOME", &places.config);
            tool.output().ok()
        };
        let Some(_) = tool(&["default", entry, "x-scheme-handler/e1c"]) else {
            eprintln!("xdg-mime is not installed");
            return;
        };
        let default = || {
            let asked = tool(&["query", "default", "x-scheme-handler/e1c"]).unwrap();
            String::from_utf8_lossy(&asked.stdout).trim().to_owned()
        };
        places.register(&own).unwrap();
        assert_eq!(default(), entry);
        places.register(&e1c).unwrap();
        assert_eq!(default(), e1c.entry);
        places.unregister(&e1c).unwrap();
        assert_eq!(default(), entry);
        assert!(places.entry(&own).exists(), "our own links stay ours");
    }
}
