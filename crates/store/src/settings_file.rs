//! The settings file: readable JSON, versioned, replaced whole, migrated by frozen steps.
use std::path::{Path, PathBuf};

use fs_err as fs;
use hotstart_core::policy::Policy;
use hotstart_core::settings::Settings;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::folder;

mod migrations;

#[cfg(test)]
mod tests;

/// The largest file that is read, in bytes; thousands of bases fit well.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Settings as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedSettings {
    /// What the user chose, or the defaults.
    pub settings: Settings,
    /// Where they come from.
    pub origin: SettingsOrigin,
}

/// Where settings come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsOrigin {
    /// There is no file: defaults.
    Default,
    /// The file, in the version of this program.
    File,
    /// The file, migrated from this older version; it is rewritten only when settings are saved.
    Migrated {
        /// The version of the file.
        from: u64,
    },
}

/// Why settings could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file is no settings file any more.
    #[error("the settings file is broken: {reason}")]
    Broken {
        /// What is wrong, without quoting the file.
        reason: String,
    },
    /// A newer program wrote the file.
    #[error("the settings file has version {version}, this program knows {known}", known = migrations::CURRENT)]
    Newer {
        /// The version of the file.
        version: u64,
    },
    /// The file could not be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The settings file of a configuration folder.
pub fn settings_path(config_folder: &Path) -> PathBuf {
    config_folder.join("settings.json")
}

/// Reads the settings file and changes nothing on the disk.
pub fn load_settings(path: &Path) -> Result<LoadedSettings, SettingsError> {
    let size = match fs::metadata(path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Ok(LoadedSettings {
                settings: Settings::default(),
                origin: SettingsOrigin::Default,
            });
        }
        Err(error) => return Err(error.into()),
    };
    if size > LARGEST {
        return Err(broken("it is too large"));
    }
    parse(&fs::read(path)?)
}

/// Replaces the settings file. A file of a newer program is left as it is.
pub(crate) fn save(path: &Path, settings: &Settings) -> Result<(), SettingsError> {
    // What was broken when the program started is set aside by then; what a person broke meanwhile is replaced.
    if let Err(error @ SettingsError::Newer { .. }) = load_settings(path) {
        return Err(error);
    }
    let mut text = serde_json::to_vec_pretty(&File {
        version: migrations::CURRENT,
        settings,
    })
    .map_err(std::io::Error::other)?;
    text.push(b'\n');
    if let Some(folder) = path.parent() {
        folder::make_private(folder)?;
    }
    Ok(folder::replace(path, &text)?)
}

/// The file of a running program: what the company has set lies over it and is never written into it.
#[derive(Debug)]
pub(crate) struct SettingsFile {
    pub(crate) path: PathBuf,
    pub(crate) policy: Policy,
    /// What the file holds.
    pub(crate) own: Settings,
}

impl SettingsFile {
    /// Keeps settings that were in force.
    pub(crate) fn save(&mut self, settings: &Settings) -> Result<(), SettingsError> {
        let own = self.policy.own(settings, &self.own);
        save(&self.path, &own)?;
        self.own = own;
        Ok(())
    }
}

#[derive(Serialize)]
struct File<'a> {
    version: u64,
    #[serde(flatten)]
    settings: &'a Settings,
}

fn parse(bytes: &[u8]) -> Result<LoadedSettings, SettingsError> {
    let (migrated, version) = document(bytes)?;
    let settings = serde_json::from_value(Value::Object(migrated)).map_err(|error| json(&error))?;
    let origin = if version == migrations::CURRENT {
        SettingsOrigin::File
    } else {
        SettingsOrigin::Migrated { from: version }
    };
    Ok(LoadedSettings { settings, origin })
}

/// The document in the shape of this program, and the version that it had.
pub(crate) fn document(bytes: &[u8]) -> Result<(Map<String, Value>, u64), SettingsError> {
    // Editors of Windows put a mark of byte order in front.
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut document: Map<String, Value> = serde_json::from_slice(bytes).map_err(|error| json(&error))?;
    let version = document
        .remove("version")
        .and_then(|version| version.as_u64())
        .filter(|version| *version > 0);
    let Some(version) = version else {
        return Err(broken("it has no version"));
    };
    let migrated = migrations::migrate(document, version).ok_or(SettingsError::Newer { version })?;
    Ok((migrated, version))
}

/// Says where, and never what: the text of a parser may quote the file.
fn json(error: &serde_json::Error) -> SettingsError {
    let kind = match error.classify() {
        serde_json::error::Category::Io => "it could not be read",
        serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Data => "a value has a wrong type",
        serde_json::error::Category::Eof => "it ends too early",
    };
    if error.line() == 0 {
        broken(kind)
    } else {
        broken(&format!("{kind}, line {}", error.line()))
    }
}

fn broken(reason: &str) -> SettingsError {
    SettingsError::Broken {
        reason: reason.to_owned(),
    }
}
