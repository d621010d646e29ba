//! Opening the store when the program starts.
use std::path::{Path, PathBuf};

use hotstart_core::failure::{Code, Failure};
use hotstart_core::policy::Policy;
use hotstart_core::ports::Stored;
use hotstart_core::settings::Settings;

use crate::database::{self, DatabaseError, OpenDatabase};
use crate::folder;
use crate::policy_file;
use crate::settings_file::{self, LoadedSettings, SettingsError, SettingsFile, SettingsOrigin};
use crate::sqlite::SqliteStore;

/// The open store and what is in it.
#[derive(Debug)]
pub struct Opened {
    /// Takes transactions from now on.
    pub store: SqliteStore,
    /// What the user chose, under what the company has set.
    pub settings: Settings,
    /// What the company has set.
    pub policy: Policy,
    /// Inbox, journal, recent objects and cursors.
    pub stored: Stored,
    /// What the user has to know.
    pub notices: Vec<Notice>,
}

/// Something that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The settings file was broken; defaults are in use.
    SettingsBroken {
        /// What is wrong.
        reason: String,
        /// Where it is kept.
        kept: PathBuf,
    },
    /// What the company has set cannot be read, so nothing of this file is in force.
    PolicyBroken {
        /// What is wrong.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// The database was corrupt; an empty one is in use, and events are caught up from the portal.
    DatabaseBroken {
        /// Where it is kept.
        kept: PathBuf,
    },
}

impl Notice {
    /// The notice for a person.
    pub fn failure(&self) -> Failure {
        let detail = match self {
            Self::PolicyBroken { reason, path } => {
                let detail = format!("{reason} ({})", path.display());
                return Failure::new(Code::PolicyBroken).with("detail", detail);
            }
            Self::SettingsBroken { reason, kept } => format!("{reason} ({})", kept.display()),
            Self::DatabaseBroken { kept } => kept.display().to_string(),
        };
        Failure::new(Code::StoreFailed).with("detail", detail)
    }
}

/// Why the store could not be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer program wrote the settings or the database.
    #[error("{what} has version {version}, which this program does not know")]
    Newer {
        /// `settings` or `database`.
        what: &'static str,
        /// The version found.
        version: u64,
    },
    /// The database is a link to elsewhere or belongs to another user.
    #[error("the database was refused: {0}")]
    Foreign(&'static str),
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// SQLite failed.
    #[error("the database could not be opened")]
    Sqlite(#[source] rusqlite::Error),
}

impl OpenError {
    /// The failure for a person.
    pub fn failure(&self) -> Failure {
        let detail = match self {
            Self::Sqlite(error) => error.to_string(),
            Self::Newer { .. } | Self::Foreign(_) | Self::Io(_) => self.to_string(),
        };
        Failure::new(Code::StoreFailed).with("detail", detail)
    }
}

/// What the user chose, under what the company has set, for a program that only looks. A policy that cannot be read counts
/// for nothing here; the running program tells of it.
pub fn load_managed(config_folder: &Path, policies: &[PathBuf]) -> Result<Settings, SettingsError> {
    let LoadedSettings { settings, .. } = settings_file::load_settings(&settings_file::settings_path(config_folder))?;
    let found = policies.iter().filter_map(|path| policy_file::load(path).ok());
    Ok(found
        .fold(Policy::default(), |policy, found| policy.before(found))
        .over(&settings))
}

/// Opens the store of a desk for which no company has set anything.
pub fn open(config_folder: &Path, data_folder: &Path) -> Result<Opened, OpenError> {
    open_managed(config_folder, data_folder, &[])
}

/// Opens the settings file of `config_folder` and the database of `data_folder`; makes what is missing, closed to other
/// users. What the files of `policies` set lies over it, the first of them over the others. Blocks for the disk.
pub fn open_managed(config_folder: &Path, data_folder: &Path, policies: &[PathBuf]) -> Result<Opened, OpenError> {
    folder::make_private(config_folder)?;
    folder::make_private(data_folder)?;
    let settings_path = settings_file::settings_path(config_folder);
    let mut notices = Vec::new();
    let settings = match settings_file::load_settings(&settings_path) {
        Ok(LoadedSettings { settings, origin }) => {
            if let SettingsOrigin::Migrated { from } = origin {
                tracing::info!(from, "settings migrated");
            }
            settings
        }
        Err(SettingsError::Broken { reason }) => {
            let kept = folder::set_aside(&settings_path)?;
            notices.push(Notice::SettingsBroken { reason, kept });
            Settings::default()
        }
        Err(SettingsError::Newer { version }) => {
            return Err(OpenError::Newer {
                what: "settings",
                version,
            });
        }
        Err(SettingsError::Io(error)) => return Err(error.into()),
    };
    let mut policy = Policy::default();
    for path in policies {
        match policy_file::load(path) {
            Ok(found) => policy = policy.before(found),
            Err(error) => notices.push(Notice::PolicyBroken {
                reason: error.to_string(),
                path: path.clone(),
            }),
        }
    }
    let OpenDatabase { ledger, stored, kept } = database::open(&database::database_path(data_folder))?;
    notices.extend(kept.map(|kept| Notice::DatabaseBroken { kept }));
    Ok(Opened {
        settings: policy.over(&settings),
        policy: policy.clone(),
        store: SqliteStore::start(
            ledger,
            SettingsFile {
                path: settings_path,
                policy,
                own: settings,
            },
        )?,
        stored,
        notices,
    })
}

impl From<DatabaseError> for OpenError {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Newer { version } => Self::Newer {
                what: "database",
                version: u64::try_from(version).unwrap_or(0),
            },
            DatabaseError::Foreign(reason) => Self::Foreign(reason),
            DatabaseError::Corrupt => Self::Foreign("it is corrupt"),
            DatabaseError::Sqlite(error) => Self::Sqlite(error),
            DatabaseError::Io(error) => Self::Io(error),
        }
    }
}
