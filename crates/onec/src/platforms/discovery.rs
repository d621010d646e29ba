//! The installed versions, found by the names of folders.

use std::cmp::Reverse;

use super::arch::Arch;
use super::choice::Client;
use super::places::{Places, System};
use super::version::{Version, VersionMask};

/// How a computer shows its folders. A folder or file that cannot be read is shown as one that is not there.
pub trait Listing {
    /// The names of the folders in a folder, in any order.
    fn folders(&self, path: &str) -> Vec<String>;
    /// Whether there is a file at this path.
    fn is_file(&self, path: &str) -> bool;
    /// The first bytes of a file, 4 KiB or more if it has as many.
    fn head(&self, path: &str) -> Vec<u8>;
}

/// One installed version in one folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// Its version; an installation of the old layout (`/opt/1C/v8.3`) does not say more than two numbers, the rest is 0.
    pub version: Version,
    /// The architecture, if its programs or its folder tell.
    pub arch: Option<Arch>,
    /// The path of the thin client, `1cv8c`.
    pub thin: Option<String>,
    /// The path of the thick client, `1cv8`.
    pub thick: Option<String>,
}

/// What is installed on a computer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Installed {
    /// The versions, the highest first; of one version, in the order of the places.
    pub platforms: Vec<Platform>,
    /// The path of the starter, `1cestart`.
    pub starter: Option<String>,
}

impl Platform {
    /// The path of a client of this version.
    pub fn program(&self, client: Client) -> Option<&str> {
        match client {
            Client::Thin => self.thin.as_deref(),
            Client::Thick => self.thick.as_deref(),
        }
    }
}

/// Searches the places. Folders without a client are no installation, whatever their name.
pub fn discover(places: &Places, listing: &dyn Listing) -> Installed {
    let search = Search {
        system: places.system,
        listing,
    };
    let mut platforms: Vec<Platform> = places.roots.iter().flat_map(|root| search.root(root)).collect();
    platforms.sort_by_key(|platform| Reverse(platform.version));
    let starter = places.starters.iter().find(|path| listing.is_file(path));
    Installed {
        platforms,
        starter: starter.cloned(),
    }
}

struct Search<'a> {
    system: System,
    listing: &'a dyn Listing,
}

impl Search<'_> {
    fn root(&self, root: &str) -> Vec<Platform> {
        let mut found = Vec::new();
        for (name, path) in self.below(root) {
            if let Some(version) = Version::parse(&name) {
                found.extend(self.platform(&path, version, None));
            } else if self.system == System::Windows {
                // Windows has neither folders of architectures nor the old layout.
            } else if let Some(arch) = Arch::of_folder(&name) {
                for (name, path) in self.below(&path) {
                    found.extend(Version::parse(&name).and_then(|version| self.platform(&path, version, Some(arch))));
                }
            } else if let Some(version) = old_version(&name) {
                for (name, path) in self.below(&path) {
                    found.extend(Arch::of_folder(&name).and_then(|arch| self.platform(&path, version, Some(arch))));
                }
            }
        }
        found
    }

    /// The folders of a folder, by name: the order of a disk means nothing.
    fn below(&self, path: &str) -> Vec<(String, String)> {
        let mut names = self.listing.folders(path);
        names.sort_unstable();
        let path_of = |name: String| (name.clone(), self.system.join(path, &name));
        names.into_iter().map(path_of).collect()
    }

    fn platform(&self, folder: &str, version: Version, arch: Option<Arch>) -> Option<Platform> {
        let bin = self.system.join(folder, "bin");
        let program = |name: &str| {
            let name = self.system.program(name);
            let mut paths = [bin.as_str(), folder]
                .map(|folder| self.system.join(folder, &name))
                .into_iter();
            paths.find(|path| self.listing.is_file(path))
        };
        let (thin, thick) = (program("1cv8c"), program("1cv8"));
        let any = thin.as_ref().or(thick.as_ref())?;
        let arch = Arch::of_program(&self.listing.head(any)).or(arch);
        Some(Platform {
            version,
            arch,
            thin,
            thick,
        })
    }
}

/// `v8.3`, the folder of a version in the old layout of Linux.
fn old_version(name: &str) -> Option<Version> {
    let mask = name.strip_prefix('v')?;
    VersionMask::parse(mask)?;
    Version::parse(&format!("{mask}.0.0"))
}

#[cfg(test)]
mod tests;
