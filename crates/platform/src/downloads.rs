//! The user's folder for downloads, and files that are put there without ever replacing one.
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Names that are tried for one file.
const TRIES: u32 = 1_000;

/// The folder for downloads: where the desk says (`user-dirs.dirs` on Linux), else `Downloads` in the home folder.
pub fn folder() -> io::Result<PathBuf> {
    let home = std::env::home_dir()
        .filter(|home| home.is_absolute())
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the user has no home folder"))?;
    let config = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|config| config.is_absolute());
    let config = config.unwrap_or_else(|| home.join(".config"));
    let said = fs::read_to_string(config.join("user-dirs.dirs")).ok();
    let named = said.and_then(|text| of_user_dirs(&text, &home));
    Ok(named.unwrap_or_else(|| home.join("Downloads")))
}

/// Writes a new file into the folder, which is made if it is missing: as `name`, or as `name (2)` where that exists.
pub fn save(folder: &Path, name: &str, contents: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let (mut file, path) = fresh(folder, name)?;
    let written = file.write_all(contents).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a file looks like a whole one.
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    Ok(path)
}

fn fresh(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    // A name is no way to another place.
    let name = Path::new(name)
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "no name for a file"))?;
    let name = Path::new(name);
    let (stem, ending) = (name.file_stem().unwrap_or_default(), name.extension());
    for number in 1..=TRIES {
        let mut tried = stem.to_owned();
        if number > 1 {
            tried.push(format!(" ({number})"));
        }
        if let Some(ending) = ending {
            tried.push(".");
            tried.push(ending);
        }
        let path = folder.join(tried);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::AlreadyExists,
        "too many files of this name",
    ))
}

/// `XDG_DOWNLOAD_DIR="$HOME/Загрузки"`.
fn of_user_dirs(text: &str, home: &Path) -> Option<PathBuf> {
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("XDG_DOWNLOAD_DIR="))?;
    let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
    let path = match value.strip_prefix("$HOME") {
        Some(rest) => home.join(rest.trim_start_matches('/')),
        None => PathBuf::from(value),
    };
    // The home folder itself means that there is none.
    (path.is_absolute() && path != home).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_desk_says_where_downloads_go() {
        let home = Path::new("/home/u");
        let of = |text: &str| of_user_dirs(text, home);
        assert_eq!(
            of("# x\nXDG_DESKTOP_DIR=\"$HOME/Стол\"\nXDG_DOWNLOAD_DIR=\"$HOME/Загрузки\"\n"),
            Some(PathBuf::from("/home/u/Загрузки"))
        );
        assert_eq!(of("XDG_DOWNLOAD_DIR=\"/data/d\""), Some(PathBuf::from("/data/d")));
        for none in [
            "",
            "XDG_DOWNLOAD_DIR=\"$HOME/\"",
            "XDG_DOWNLOAD_DIR=x",
            "XDG_DOWNLOAD_DIR=\"relative\"",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn no_file_is_replaced_and_no_name_leaves_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let save = |name: &str| save(folder.path(), name, name.as_bytes()).unwrap();
        let names: Vec<PathBuf> = ["a.csv", "a.csv", "../../a.csv", "b"].map(save).into();
        let expected = ["a.csv", "a (2).csv", "a (3).csv", "b"].map(|name| folder.path().join(name));
        assert_eq!(names, expected);
        assert!(super::save(folder.path(), "..", b"").is_err());
    }
}
