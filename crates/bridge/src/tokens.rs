//! Tokens: 256 random bits for each base, given away once. What is kept is a hash, which opens nothing, so no keyring is
//! needed, a server without one pairs like any desk, and nobody can read a token back.
//!
//! The file is `bridge-tokens.json` of the data folder. `hotstartctl` may write it while the program runs: a token that is
//! not known makes the program read it again, at most every two seconds.
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;

use crate::file;

/// How often the file is read again for tokens that are not known.
const READ_EVERY: Duration = Duration::from_secs(2);

/// No token of ours is longer.
const LONGEST: usize = 128;

/// The tokens of a data folder.
#[derive(Debug)]
pub struct Tokens {
    path: PathBuf,
    known: Mutex<Known>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Known {
    kept: Kept,
    read: Option<Instant>,
}

/// What is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    version: u32,
    /// The last port that the system chose: tried first, so that 1C finds us where we were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    tokens: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    base: String,
    sha256: String,
}

impl Tokens {
    /// The tokens of a data folder; nothing is read before it is needed.
    pub fn of(data_folder: &Path) -> Self {
        Self {
            path: data_folder.join("bridge-tokens.json"),
            known: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    /// Makes a token for a base; an older one is void. Blocks for the disk.
    pub fn pair(&self, base: &str) -> io::Result<String> {
        let token = hex(&rand::random::<[u8; 32]>());
        let sha256 = hash(&token);
        self.change(|kept| {
            kept.tokens.retain(|entry| entry.base != base);
            kept.tokens.push(Entry {
                base: base.to_owned(),
                sha256,
            });
        })?;
        Ok(token)
    }

    /// Makes the token of a base void, or gives it to another name. Blocks for the disk.
    pub fn unpair(&self, base: &str, renamed: Option<&str>) -> io::Result<()> {
        if !self.read()?.tokens.iter().any(|entry| entry.base == base) {
            return Ok(());
        }
        self.change(|kept| {
            if let Some(name) = renamed {
                kept.tokens.retain(|entry| entry.base != name);
            }
            for entry in &mut kept.tokens {
                if let (true, Some(name)) = (entry.base == base, renamed) {
                    name.clone_into(&mut entry.base);
                }
            }
            kept.tokens.retain(|entry| entry.base != base);
        })
    }

    /// Bases with a token. Blocks for the disk.
    pub fn paired(&self) -> io::Result<Vec<String>> {
        Ok(self.read()?.tokens.into_iter().map(|entry| entry.base).collect())
    }

    /// The base of a token. Takes the same time for every token of a length.
    pub fn base_of(&self, token: &str) -> Option<String> {
        if token.is_empty() || token.len() > LONGEST {
            return None;
        }
        let given = hash(token);
        let known = self.known();
        let mut found = None;
        for entry in &known.kept.tokens {
            if same(&given, &entry.sha256) {
                found = Some(entry.base.clone());
            }
        }
        found
    }

    /// Reads the file once more, if that was not done just now; says whether it was. Blocks for the disk.
    pub fn look_again(&self) -> bool {
        let due = self.known().read.is_none_or(|read| read.elapsed() >= READ_EVERY);
        due && self
            .read()
            .inspect_err(|error| tracing::warn!(%error, "no tokens"))
            .is_ok()
    }

    /// The last port.
    pub(crate) fn last_port(&self) -> Option<u16> {
        self.read().ok()?.port
    }

    /// Remembers a port.
    pub(crate) fn keep_port(&self, port: u16) -> io::Result<()> {
        if self.read()?.port == Some(port) {
            return Ok(());
        }
        self.change(|kept| kept.port = Some(port))
    }

    fn read(&self) -> io::Result<Kept> {
        let kept = match file::read(&self.path)? {
            Some(content) => serde_json::from_slice(&content).map_err(io::Error::from)?,
            None => Kept::default(),
        };
        self.know(Kept::clone(&kept));
        self.known().read = Some(Instant::now());
        Ok(kept)
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) -> io::Result<()> {
        // Two programs of ours may change it at the same time.
        let lock = fs_err::File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path.with_extension("lock"))?;
        lock.file().lock()?;
        let mut kept = self.read()?;
        change(&mut kept);
        kept.version = 1;
        file::replace(&self.path, &serde_json::to_vec_pretty(&kept)?)?;
        self.know(kept);
        Ok(())
    }

    /// Says whenever a token is made or becomes void.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn know(&self, kept: Kept) {
        let mut known = self.known();
        let changed = known.kept.tokens != kept.tokens;
        known.kept = kept;
        drop(known);
        if changed {
            self.changed.send_replace(());
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Compares in a time that depends only on the lengths.
fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() || one.is_empty() {
        return false;
    }
    let difference = one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b));
    std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_its_base_until_it_is_void() {
        let folder = tempfile::tempdir().unwrap();
        let tokens = Tokens::of(folder.path());
        let (ut, bp) = (tokens.pair("ут").unwrap(), tokens.pair("bp").unwrap());
        assert_eq!(ut.len(), 64);
        assert_eq!(tokens.base_of(&ut).as_deref(), Some("ут"));
        assert_eq!(tokens.base_of(&bp).as_deref(), Some("bp"));
        for wrong in [
            "",
            "x",
            &ut[..63],
            &ut.to_uppercase(),
            &format!("{ut}0"),
            &"0".repeat(64),
            &"0".repeat(9000),
        ] {
            assert_eq!(tokens.base_of(wrong), None, "{wrong}");
        }
        let again = tokens.pair("ут").unwrap();
        assert_eq!(
            (tokens.base_of(&ut), tokens.base_of(&again).as_deref()),
            (None, Some("ут"))
        );
        tokens.unpair("ут", Some("ut")).unwrap();
        assert_eq!(tokens.base_of(&again).as_deref(), Some("ut"));
        tokens.unpair("ut", None).unwrap();
        tokens.unpair("nosuch", None).unwrap();
        assert_eq!(tokens.base_of(&again), None);
        assert_eq!(tokens.paired().unwrap(), ["bp"]);
    }

    #[test]
    fn no_token_is_in_the_file_and_only_the_user_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let token = Tokens::of(folder.path()).pair("ut").unwrap();
        let path = folder.path().join("bridge-tokens.json");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"ut\"") && !text.contains(&token), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_token_of_another_program_is_found_when_the_file_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, theirs) = (Tokens::of(folder.path()), Tokens::of(folder.path()));
        let token = theirs.pair("ut").unwrap();
        assert_eq!(ours.base_of(&token), None);
        assert!(ours.look_again());
        assert_eq!(ours.base_of(&token).as_deref(), Some("ut"));
        assert!(!ours.look_again(), "it was read just now");
    }

    #[test]
    fn a_broken_file_is_an_error_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bridge-tokens.json");
        std::fs::write(&path, "{").unwrap();
        let tokens = Tokens::of(folder.path());
        assert!(tokens.paired().is_err() && tokens.pair("ut").is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{");
    }
}
