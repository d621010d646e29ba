//! Where this desk keeps its things, and what is set there.

use hotstart_core::settings::Settings;
use hotstart_platform::folders::Folders;

use crate::output::Failure;

/// The folders of this desk.
pub(crate) fn folders() -> Result<Folders, Failure> {
    Folders::of_desk().map_err(|why| Failure::failed("store.failed", why.to_string()))
}

/// What the user has chosen, under what the company has set; defaults where there is no settings file.
pub(crate) fn settings(folders: &Folders) -> Result<Settings, Failure> {
    let loaded = hotstart_store::load_managed(folders.config(), &folders.policies());
    loaded.map_err(|why| Failure::failed("store.failed", why.to_string()))
}
