//! The doctor: looks at everything that this desk depends on and says what it sees. It changes nothing, opens no session
//! of 1C and takes no licence.
//!
//! ```text
//! examine ──► settings file ──► keyring ──► each portal: check_portal
//!          ├─ lock of the instance          └► each base: check_publication
//!          ├─ installed platforms
//!          └─ Bitrix24 Desktop beside
//! ```
mod chain;
mod page;
mod portal;
mod publication;
mod trust;
mod vendor;
mod visit;
mod way;

use futures_util::stream::{self, StreamExt as _};
use hotstart_core::doctor::{Check, Finding};
use hotstart_core::failure::Code;
use hotstart_core::journal::{JournalRecord, Outcome};
use hotstart_core::ports::Clock as _;
use hotstart_core::settings::{BaseSettings, PortalSettings, Settings};
use hotstart_core::texts::Language;
use hotstart_platform::folders::Folders;
use hotstart_platform::instance::Instance;
use hotstart_platform::keyring::Keyring;
use hotstart_store::{
    LoadedSettings, SettingsError, SettingsOrigin, journal_since, load_managed, load_settings, settings_path,
};

pub use portal::{Means, check_portal};
pub use publication::check_publication;
pub use trust::Trust;
pub use vendor::{VENDOR_PORT, check_vendor};

use self::way::{DeskFacts, way_check};
use crate::infobases::{StarterFolders, installed};
use crate::{RestPortals, SystemClock};

/// Bases and portals that are asked at the same time.
const AT_ONCE: usize = 4;
/// Versions of the platform that are named.
const VERSIONS: usize = 5;

/// What an examination found.
#[derive(Debug)]
pub struct Examination {
    /// The language that the user chose.
    pub language: Language,
    /// Every check, in the order of the program's own parts.
    pub checks: Vec<Check>,
}

/// Looks at the desk that these folders belong to.
pub async fn examine(folders: &Folders) -> Examination {
    let local = folders.clone();
    let looked = tokio::task::spawn_blocking(move || look(&local)).await;
    let Here {
        settings,
        journal,
        mut checks,
    } = looked.unwrap_or_default();
    let keyring = Keyring::of_desk();
    checks.push(keyring_check(&keyring, &settings).await);
    checks.push(check_vendor(VENDOR_PORT).await);
    let secure = |portal: &PortalSettings| portal.scheme == "https";
    let trust = if settings.portals.iter().any(secure) || settings.bases.iter().any(|base| !is_plain(base)) {
        // Reads the roots of the system.
        let made = tokio::task::spawn_blocking(Trust::of_system).await;
        made.ok().and_then(|made| {
            made.inspect_err(|error| tracing::warn!(%error, "no trusted roots"))
                .ok()
        })
    } else {
        None
    };
    let portals = RestPortals::new(keyring);
    portals.know(&settings.portals);
    let means = Means {
        portals: &portals,
        trust: trust.as_ref(),
        clock: &SystemClock,
        patience: visit::PATIENCE,
    };
    let asked = stream::iter(&settings.portals).map(|portal| check_portal(portal, means));
    let found: Vec<Vec<Check>> = asked.buffered(AT_ONCE).collect().await;
    checks.extend(found.into_iter().flatten());
    let desk = DeskFacts::of_desk(&checks);
    let bases = stream::iter(&settings.bases).map(|base| base_checks(base, trust.as_ref(), desk, &journal));
    let found: Vec<Vec<Check>> = bases.buffered(AT_ONCE).collect().await;
    checks.extend(found.into_iter().flatten());
    Examination {
        language: settings.language,
        checks,
    }
}

/// What is on this computer.
#[derive(Default)]
struct Here {
    settings: Settings,
    /// Oldest first; empty where it cannot be read.
    journal: Vec<JournalRecord>,
    checks: Vec<Check>,
}

fn look(folders: &Folders) -> Here {
    let (own, read) = settings_check(folders);
    // A company may have handed out bases and portals that are in no file of the user.
    let settings = load_managed(folders.config(), &folders.policies()).unwrap_or(own);
    Here {
        settings,
        journal: journal_since(folders.data(), None).unwrap_or_default(),
        checks: vec![read, instance_check(folders), platforms_check()],
    }
}

fn settings_check(folders: &Folders) -> (Settings, Check) {
    let path = settings_path(folders.config());
    match load_settings(&path) {
        Ok(LoadedSettings {
            settings,
            origin: SettingsOrigin::Default,
        }) => (settings, Check::new(Finding::SettingsNone)),
        Ok(LoadedSettings {
            settings,
            origin: SettingsOrigin::File | SettingsOrigin::Migrated { .. },
        }) => {
            let check = Check::new(Finding::SettingsRead)
                .with("portals", settings.portals.len().to_string())
                .with("bases", settings.bases.len().to_string());
            (settings, check)
        }
        Err(SettingsError::Newer { version }) => {
            let check = Check::new(Finding::SettingsNewer).with("version", version.to_string());
            (Settings::default(), check)
        }
        Err(error @ (SettingsError::Broken { .. } | SettingsError::Io(_))) => {
            let check = Check::new(Finding::SettingsBroken)
                .with("detail", error.to_string())
                .with("path", path.display().to_string());
            (Settings::default(), check)
        }
    }
}

/// Whoever can take the lock is the only one, and gives it back at once.
fn instance_check(folders: &Folders) -> Check {
    if !folders.lock_file().exists() {
        return Check::new(Finding::InstanceStopped);
    }
    match Instance::claim(folders) {
        Ok(Some(_)) => Check::new(Finding::InstanceStopped),
        Ok(None) => Check::new(Finding::InstanceRunning),
        Err(error) => Check::new(Finding::InstanceUnknown).with("detail", error.to_string()),
    }
}

fn platforms_check() -> Check {
    let found = installed(&StarterFolders::of_desk().sources().settings);
    let mut versions: Vec<String> = found
        .platforms
        .iter()
        .map(|platform| platform.version.to_string())
        .collect();
    versions.dedup();
    versions.truncate(VERSIONS);
    if versions.is_empty() {
        return Check::new(Finding::PlatformsNone);
    }
    Check::new(Finding::PlatformsFound).with("versions", versions.join(", "))
}

/// Asks for a secret of a connected portal, or for one that nobody has.
async fn keyring_check(keyring: &Keyring, settings: &Settings) -> Check {
    let key = settings
        .portals
        .first()
        .map_or_else(|| "doctor".to_owned(), PortalSettings::secret_key);
    match keyring.get(&key).await {
        Ok(_) => Check::new(Finding::KeyringOpen),
        Err(failure) if failure.code == Code::KeyringMissing && settings.portals.is_empty() => {
            Check::new(Finding::KeyringUnneeded)
        }
        Err(failure) => Check::new(Finding::KeyringFailed).because(failure),
    }
}

async fn base_checks(
    base: &BaseSettings,
    trust: Option<&Trust>,
    desk: DeskFacts,
    journal: &[JournalRecord],
) -> Vec<Check> {
    let mut checks = match &base.publication {
        None => vec![Check::new(Finding::AddressNone)],
        Some(address) => {
            let mut checks = check_publication(address, base.intranet, trust, SystemClock.now()).await;
            checks.push(live_check(&base.alias, journal));
            checks.push(release_check(&base.alias, journal));
            checks
        }
    };
    checks.push(way_check(base, &checks, desk, journal));
    checks.into_iter().map(|check| check.about(&base.alias)).collect()
}

/// What the warm window of the base did when it was last asked to follow a link.
fn live_check(alias: &str, journal: &[JournalRecord]) -> Check {
    let mut newest_first = journal.iter().rev();
    let last = newest_first.find(|record| record.operation == "observe" && record.target_system == alias);
    Check::new(match last.map(|record| record.status) {
        None => Finding::Live,
        Some(Outcome::Done) => Finding::LiveFollowed,
        Some(Outcome::Failed | Outcome::Refused) => Finding::LiveIgnored,
    })
}

/// What the base said when a session of it was last ended: only a live base can tell whether that works.
fn release_check(alias: &str, journal: &[JournalRecord]) -> Check {
    let mut newest_first = journal.iter().rev();
    // A release that was called off because of unsaved work says nothing of the base.
    let last = newest_first.find(|record| {
        record.operation == "release" && record.target_system == alias && record.status != Outcome::Refused
    });
    match last {
        None => Check::new(Finding::ReleaseUnseen),
        Some(record) if record.status == Outcome::Done => Check::new(Finding::ReleaseConfirmed),
        Some(record) => {
            let code = record.error_code.as_deref().unwrap_or(Code::ReleaseFailed.as_str());
            Check::new(Finding::ReleaseFailed).with("detail", code)
        }
    }
}

fn is_plain(base: &BaseSettings) -> bool {
    let address = base.publication.as_deref().map_or("http:", str::trim);
    address
        .get(..5)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http:"))
}

#[cfg(test)]
mod tests;
