//! Secrets in a file, for a service on a computer without a secret store. Only its owner may read it; one that others may
//! read is refused, and never opened.
use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::{Action, Trouble};

/// The largest file that is read.
const LARGEST: u64 = 1 << 20;

/// The file.
#[derive(Debug)]
pub(super) struct SecretFile(pub(super) PathBuf);

impl SecretFile {
    /// Does what is asked, on the file as it is now.
    pub(super) fn perform(&self, action: &Action, key: &str) -> Result<Option<SecretString>, Trouble> {
        let done = match action {
            Action::Get => self
                .read()
                .map(|mut secrets| secrets.remove(key).map(SecretString::from)),
            Action::Keep(secret) => self.change(|secrets| {
                secrets.insert(key.to_owned(), secret.expose_secret().to_owned());
            }),
            Action::Forget => self.change(|secrets| {
                secrets.remove(key);
            }),
        };
        done.map_err(|error| {
            tracing::error!(%error, file = %self.0.display(), "the file of secrets");
            Trouble::Locked
        })
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, String>)) -> io::Result<Option<SecretString>> {
        let mut secrets = self.read()?;
        change(&mut secrets);
        let text = serde_json::to_vec(&secrets)?;
        let mut beside = self.0.clone().into_os_string();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let written = write(&beside, &text).and_then(|()| std::fs::rename(&beside, &self.0));
        if written.is_err() {
            let _ = std::fs::remove_file(&beside);
        }
        written.map(|()| None)
    }

    fn read(&self) -> io::Result<BTreeMap<String, String>> {
        let file = match std::fs::File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(error),
        };
        refuse_open(&file)?;
        let mut text = Vec::new();
        file.take(LARGEST).read_to_end(&mut text)?;
        serde_json::from_slice(&text).map_err(|_| io::Error::other("it is not an object of texts"))
    }
}

fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let _ = std::fs::remove_file(path);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(unix)]
fn refuse_open(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;
    let about = file.metadata()?;
    if !about.is_file() || about.mode() & 0o077 != 0 {
        return Err(io::Error::other("others may read it: it must have mode 0600"));
    }
    Ok(())
}

/// Who may read a file is inherited from its folder there; the folder of a service is its own.
#[cfg(not(unix))]
fn refuse_open(file: &std::fs::File) -> io::Result<()> {
    if file.metadata()?.is_file() {
        Ok(())
    } else {
        Err(io::Error::other("it is no file"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_kept_changed_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretFile(folder.path().join("secrets.json"));
        let get = |key: &str| {
            let found = file.perform(&Action::Get, key).ok().flatten();
            found.map(|secret| secret.expose_secret().to_owned())
        };
        assert_eq!(get("a"), None);
        let keep = |key: &str, value: &str| file.perform(&Action::Keep(SecretString::from(value)), key).is_ok();
        assert!(keep("a", "1") && keep("b", "2") && keep("a", "3"));
        assert_eq!((get("a").as_deref(), get("b").as_deref()), (Some("3"), Some("2")));
        assert!(file.perform(&Action::Forget, "a").is_ok());
        assert_eq!(get("a"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        let file = SecretFile(path.clone());
        assert!(file.perform(&Action::Keep(SecretString::from("1")), "a").is_ok());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(file.perform(&Action::Get, "a").is_err());
        assert!(file.perform(&Action::Keep(SecretString::from("2")), "a").is_err());
    }
}
