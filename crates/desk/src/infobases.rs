//! The infobase lists and the installed versions of 1C on this desk.
//!
//! ```text
//! StarterFolders ──► 1cestart.cfg, 1cescmn.cfg ──► StarterSettings ──► further lists, places of installed versions
//!        └─────────► ibases.v8i ─────────────────► lists, in order ◄───────┘
//! ```
//!
//! Everything here blocks for the disk, [`watch_lists`] excepted: it looks again and again on a blocking thread and tells
//! when the content of a list has changed.
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use onec::infobases::{self, Entry};
use onec::platforms::System;
use onec::starter::{StarterSettings, text_of};

mod disk;
mod watch;

pub use disk::installed;
pub use watch::{ListWatch, watch_lists};

/// A list or a configuration file larger than this is not one.
const LARGEST: u64 = 32 * 1024 * 1024;

/// Configuration files may name further ones; nobody needs more than this.
const MOST_SETTINGS: usize = 16;

/// A desk has a few shared lists; a file that names more is broken.
const MOST_LISTS: usize = 100;

/// Where the starter of 1C keeps the files of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StarterFolders {
    /// The folder of the user, with `ibases.v8i` and `1cestart.cfg`.
    pub user: Option<PathBuf>,
    /// The folder for all users of the computer, with a `1cestart.cfg`; only Windows has one.
    pub computer: Option<PathBuf>,
}

/// One list of infobases.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Its file.
    pub path: PathBuf,
    /// It is the user's own list, not a shared one.
    pub own: bool,
    /// Its sections, in the order of the file.
    pub entries: Arc<[Entry]>,
}

/// What the starter is told by its files: the user's own list first, then the shared ones, each once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// All configuration files put together: company, computer, user.
    pub settings: StarterSettings,
    /// The user's own list, whether it exists or not.
    pub own: Option<PathBuf>,
    /// The shared lists in the order of the settings.
    pub shared: Vec<PathBuf>,
}

impl StarterFolders {
    /// The folders of this desk.
    pub fn of_desk() -> Self {
        let folder = |variable: &str, parts: &[&str]| {
            let base = std::env::var_os(variable)
                .map(PathBuf::from)
                .filter(|path| path.is_absolute())?;
            Some(parts.iter().fold(base, |path, part| path.join(part)))
        };
        match System::current() {
            System::Windows => Self {
                user: folder("APPDATA", &["1C", "1CEStart"]),
                computer: folder("ALLUSERSPROFILE", &["1C", "1CEStart"]),
            },
            System::Linux | System::MacOs => Self {
                user: folder("HOME", &[".1C", "1cestart"]),
                computer: None,
            },
        }
    }

    /// Reads the configuration files. One that is missing or unreadable is passed over: the starter does the same.
    pub fn sources(&self) -> Sources {
        self.sources_through(&mut |path| {
            read_file(path)
                .map(|bytes| StarterSettings::parse(&text_of(&bytes)))
                .ok()
        })
    }

    fn sources_through(&self, read: &mut dyn FnMut(&Path) -> Option<StarterSettings>) -> Sources {
        let mut sources = Sources {
            own: self.user.as_ref().map(|folder| folder.join("ibases.v8i")),
            ..Sources::default()
        };
        let mut read_at = |path: &Path| read(path).map(|settings| resolved(settings, path));
        let in_folder = |folder: &PathBuf, read: &mut dyn FnMut(&Path) -> Option<StarterSettings>| {
            // Both spellings are in use, and on Linux they are two files.
            ["1cestart.cfg", "1CEStart.cfg"]
                .iter()
                .find_map(|name| read(&folder.join(name)))
        };
        let near: Vec<StarterSettings> = [&self.computer, &self.user]
            .into_iter()
            .flatten()
            .filter_map(|folder| in_folder(folder, &mut read_at))
            .collect();
        let mut named: Vec<String> = Vec::new();
        let add = |named: &mut Vec<String>, settings: &StarterSettings| {
            for path in &settings.common_cfg {
                if named.len() < MOST_SETTINGS && !named.contains(path) {
                    named.push(path.clone());
                }
            }
        };
        for settings in &near {
            add(&mut named, settings);
        }
        let mut at = 0;
        while let Some(path) = named.get(at) {
            if let Some(settings) = read_at(Path::new(path)) {
                add(&mut named, &settings);
                sources.settings.extend(settings);
            }
            at += 1;
        }
        for settings in near {
            sources.settings.extend(settings);
        }
        for list in sources.settings.common_infobases.iter().map(PathBuf::from) {
            let known = sources.shared.contains(&list) || sources.own.as_ref() == Some(&list);
            if !known && sources.shared.len() < MOST_LISTS {
                sources.shared.push(list);
            }
        }
        sources
    }
}

/// Reads a list of infobases.
///
/// Errors: the file cannot be read, is no file, or is larger than any list.
pub fn read_list(path: &Path) -> io::Result<Vec<Entry>> {
    read_file(path).map(|bytes| infobases::parse(&text_of(&bytes)))
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for its writer.
    if !fs_err::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{} is no file", path.display()),
        ));
    }
    let mut bytes = Vec::new();
    fs_err::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST) {
        let message = format!("{} is too large for a list of infobases", path.display());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(bytes)
}

/// The settings with whole paths: `%VARIABLES%` are replaced, and a relative path begins at the file that names it.
fn resolved(mut settings: StarterSettings, file: &Path) -> StarterSettings {
    let folder = file.parent().unwrap_or(Path::new(""));
    let paths = [
        &mut settings.common_infobases,
        &mut settings.common_cfg,
        &mut settings.installed,
    ];
    for path in paths.into_iter().flatten() {
        let whole = expanded(path, |name| std::env::var(name).ok());
        // A path that is no Unicode came from the folder of the user; text is what the planner works with.
        *path = folder.join(&whole).to_str().map_or(whole, str::to_owned);
    }
    settings
}

/// Replaces `%NAME%`; a variable that is not set stays as it is written.
fn expanded(text: &str, variable: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('%') {
        out.push_str(before);
        let found = tail
            .split_once('%')
            .and_then(|(name, after)| Some((variable_of(name, &variable)?, after)));
        rest = if let Some((value, after)) = found {
            out.push_str(&value);
            after
        } else {
            out.push('%');
            tail
        };
    }
    out.push_str(rest);
    out
}

fn variable_of(name: &str, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let fits = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_()".contains(c));
    fits.then(|| variable(name)).flatten()
}

#[cfg(test)]
mod tests;
