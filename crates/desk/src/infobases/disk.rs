//! The folders of this computer, as the search for installed versions sees them.
use std::fs;
use std::io::Read;
use std::path::Path;

use onec::platforms::{Installed, Listing, Places, System, discover};
use onec::starter::StarterSettings;

/// How much of a program is read to learn its architecture.
const HEAD: u64 = 4096;

/// Searches the versions of the platform that are installed on this computer. Blocks for the disk.
pub fn installed(settings: &StarterSettings) -> Installed {
    let variable = |name: &str| std::env::var(name).ok();
    discover(&Places::of(System::current(), &settings.installed, variable), &Disk)
}

/// Folders that cannot be read are not there: an employee need not be allowed to see all of them.
pub(super) struct Disk;

impl Listing for Disk {
    fn folders(&self, path: &str) -> Vec<String> {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.path().is_dir());
        folders
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect()
    }

    fn is_file(&self, path: &str) -> bool {
        Path::new(path).is_file()
    }

    fn head(&self, path: &str) -> Vec<u8> {
        let mut head = Vec::new();
        let read = fs::File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        read.map(|_| head).unwrap_or_default()
    }
}
