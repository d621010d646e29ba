//! Where things are kept: settings, data, cache, and the private folder of the hand-off socket.
//!
//! `HOTSTART_HOME` puts everything but the socket under one folder. The socket stays in the runtime folder of the
//! session under a name made from a hash of the data folder: its path has to be short (108 bytes on Linux, 104 on
//! macOS), and two homes must not meet in one socket.
use std::io;
use std::path::{Path, PathBuf};

#[cfg(target_os = "linux")]
#[path = "folders/linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "folders/macos.rs"]
mod system;
#[cfg(windows)]
#[path = "folders/windows.rs"]
mod system;

/// The environment variable that puts settings, data and cache under one folder.
pub const HOME_VARIABLE: &str = "HOTSTART_HOME";

/// The folders of one Hotstart home; they exist and belong to the user once this value exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    config: PathBuf,
    data: PathBuf,
    cache: PathBuf,
    runtime: PathBuf,
    scope: String,
}

impl Folders {
    /// The folders of this desk, or those under `HOTSTART_HOME` when it is set; makes what is missing.
    ///
    /// Errors: the user has no home folder, or a folder cannot be made or does not belong to the user.
    pub fn of_desk() -> io::Result<Self> {
        match std::env::var_os(HOME_VARIABLE) {
            Some(home) if !home.is_empty() => Self::under(Path::new(&home)),
            Some(_) | None => {
                let Bases { config, data, cache } = system::bases()?;
                Self::of(&config, &data, &cache)
            }
        }
    }

    /// The folders `config`, `data` and `cache` under `home`; makes what is missing.
    pub fn under(home: &Path) -> io::Result<Self> {
        Self::of(&home.join("config"), &home.join("data"), &home.join("cache"))
    }

    /// Where a company puts what holds for all its desks, the most binding file first. A trial under `HOTSTART_HOME` has
    /// one of its own beside that of the computer.
    pub fn policies(&self) -> Vec<PathBuf> {
        let home = std::env::var_os(HOME_VARIABLE).filter(|home| !home.is_empty());
        let of_home = home.map(|home| Path::new(&home).join("policy.json"));
        system::policies().into_iter().chain(of_home).collect()
    }

    /// Settings.
    pub fn config(&self) -> &Path {
        &self.config
    }

    /// Database, logs, everything that is not easily made again.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Everything that may be deleted at any time.
    pub fn cache(&self) -> &Path {
        &self.cache
    }

    /// The private folder of the socket; gone after a restart of the computer.
    pub fn runtime(&self) -> &Path {
        &self.runtime
    }

    /// Twelve hexadecimal digits that tell this home from every other of this user.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// The file whose advisory lock makes the single instance. It lies with the data that it protects.
    pub fn lock_file(&self) -> PathBuf {
        self.data.join("hotstart.lock")
    }

    /// Where the running instance takes links: a socket, or a pipe on Windows.
    pub fn socket(&self) -> PathBuf {
        system::socket(&self.runtime, &self.scope)
    }

    /// The file whose lock an opener holds while it starts the program, so that only one does.
    pub fn start_file(&self) -> PathBuf {
        self.runtime.join("start.lock")
    }

    fn of(config: &Path, data: &Path, cache: &Path) -> io::Result<Self> {
        let made = |folder: &Path| -> io::Result<PathBuf> {
            system::make_private(folder)?;
            // One folder has one name, however a caller spells it: otherwise two names would be two sockets.
            std::fs::canonicalize(folder)
        };
        let (config, data, cache) = (made(config)?, made(data)?, made(cache)?);
        let scope = short_name(data.as_os_str().as_encoded_bytes());
        let runtime = system::runtime(&scope, &cache)?;
        Ok(Self {
            config,
            data,
            cache,
            runtime,
            scope,
        })
    }
}

/// The user's folders of this product, before they are made.
struct Bases {
    config: PathBuf,
    data: PathBuf,
    cache: PathBuf,
}

/// Twelve hexadecimal digits of the 64-bit FNV-1a hash: two programs built at different times must agree on it, which
/// std's hasher does not promise, and nothing here needs to withstand an attacker (the folder is private).
fn short_name(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{:012x}", hash >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_name_is_stable_and_tells_paths_apart() {
        // FNV-1a of the empty input is its offset basis; the constant pins the name between versions.
        assert_eq!(short_name(b""), "cbf29ce48422");
        assert_ne!(short_name(b"/home/a"), short_name(b"/home/b"));
        assert_eq!(short_name("/home/Анна".as_bytes()).len(), 12);
    }

    #[test]
    fn a_home_holds_everything_but_the_socket() {
        let home = tempfile::tempdir().unwrap();
        let folders = Folders::under(home.path()).unwrap();
        let real = home.path().canonicalize().unwrap();
        assert_eq!(folders.config(), real.join("config"));
        assert_eq!(folders.data(), real.join("data"));
        assert_eq!(folders.cache(), real.join("cache"));
        assert!(folders.data().is_dir());
        assert!(folders.socket().as_os_str().len() < 104);
        assert_eq!(folders.lock_file().parent(), Some(folders.data()));
    }

    #[cfg(unix)]
    #[test]
    fn two_names_of_one_home_are_one_scope() {
        let home = tempfile::tempdir().unwrap();
        let alias = home.path().join("alias");
        let real = home.path().join("real");
        std::fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &alias).unwrap();
        assert_eq!(Folders::under(&real).unwrap(), Folders::under(&alias).unwrap());
    }

    #[test]
    fn two_homes_never_meet_in_one_socket() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert_ne!(
            Folders::under(one.path()).unwrap().socket(),
            Folders::under(other.path()).unwrap().socket()
        );
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_of_the_socket_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folders = Folders::under(home.path()).unwrap();
        std::fs::set_permissions(folders.runtime(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let again = Folders::under(home.path()).unwrap();
        assert_eq!(
            std::fs::metadata(again.runtime()).unwrap().permissions().mode() & 0o777,
            0o700
        );
    }
}
