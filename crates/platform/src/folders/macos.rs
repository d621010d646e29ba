//! Folders of Apple's File System Programming Guide.
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Bases;

const PRODUCT: &str = "Hotstart";

pub(super) fn bases() -> io::Result<Bases> {
    let home = std::env::home_dir()
        .filter(|home| home.is_absolute())
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the user has no home folder"))?;
    let support = home.join("Library/Application Support").join(PRODUCT);
    Ok(Bases {
        config: support.join("config"),
        data: support.join("data"),
        cache: home.join("Library/Caches").join(PRODUCT),
    })
}

pub(super) fn policies() -> Vec<PathBuf> {
    vec![
        Path::new("/Library/Application Support")
            .join(PRODUCT)
            .join("policy.json"),
    ]
}

pub(super) fn runtime(scope: &str, _cache: &Path) -> io::Result<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    // TMPDIR is a private folder of the user on macOS, but too long for a socket in some managed set-ups.
    let parent = Some(std::env::temp_dir()).filter(|path| path.as_os_str().len() <= 60);
    let folder = parent
        .unwrap_or_else(|| PathBuf::from("/tmp"))
        .join(format!("hotstart-{user}-{scope}"));
    make_private(&folder)?;
    let metadata = folder.symlink_metadata()?;
    if !metadata.is_dir() || metadata.uid() != user {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the socket folder does not belong to this user",
        ));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(folder)
}

pub(super) fn socket(runtime: &Path, _scope: &str) -> PathBuf {
    runtime.join("open.sock")
}

pub(super) fn make_private(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}
