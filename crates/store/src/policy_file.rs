//! What a company has set for all its desks: a file of an administrator, in the shape of a settings file with only the
//! keys that are meant. It is read once, at the start, and never written.
use std::path::Path;

use fs_err as fs;
use hotstart_core::policy::{Policy, PolicyRefused};

use crate::settings_file::{self, SettingsError};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Why a policy cannot be read. A desk must not go on as if there was none without a word.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PolicyError {
    /// It is no document of settings.
    #[error(transparent)]
    File(#[from] SettingsError),
    /// It does not fit the settings.
    #[error(transparent)]
    Refused(#[from] PolicyRefused),
    /// It is too large.
    #[error("it is too large")]
    Large,
}

/// Reads a policy; an empty one where there is no file.
pub(crate) fn load(path: &Path) -> Result<Policy, PolicyError> {
    let io = |error: std::io::Error| PolicyError::File(error.into());
    match fs::metadata(path) {
        Ok(metadata) if metadata.len() > LARGEST => return Err(PolicyError::Large),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Policy::default()),
        Err(error) => return Err(io(error)),
    }
    let (document, _) = settings_file::document(&fs::read(path).map_err(io)?)?;
    Ok(Policy::new(document)?)
}
