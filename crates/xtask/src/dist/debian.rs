//! The Debian package. Made with dpkg's own tools: the bundler of Tauri asks for a tray library that this program does not
//! use on Linux, and knows one program only.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use fs_err as fs;

use super::SHIPPED;
use crate::say;
use crate::tree::{self, Tree};

/// What dpkg cannot see in the programs: they open addresses by `xdg-open`, and secrets need a service.
const ALSO: &str = "xdg-utils";
const RECOMMENDED: &str = "gnome-keyring | kwalletmanager | keepassxc";

/// Files beside the programs: where they lie in the checkout and in the system.
const FILES: [(&str, &str); 7] = [
    ("packaging/hotstart.desktop", "usr/share/applications/hotstart.desktop"),
    (
        "packaging/hotstart-open.desktop",
        "usr/share/applications/hotstart-open.desktop",
    ),
    ("icons/32x32.png", "usr/share/icons/hicolor/32x32/apps/hotstart.png"),
    ("icons/128x128.png", "usr/share/icons/hicolor/128x128/apps/hotstart.png"),
    (
        "icons/128x128@2x.png",
        "usr/share/icons/hicolor/256x256/apps/hotstart.png",
    ),
    ("LICENSE-MIT", "usr/share/doc/hotstart/copyright"),
    ("CHANGELOG.md", "usr/share/doc/hotstart/changelog"),
];

/// Packs the programs of a folder; gives the path of the package.
pub(super) fn pack(tree: &Tree, programs: &Path) -> Result<PathBuf> {
    let architecture = output(Command::new("dpkg").arg("--print-architecture"))?;
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("hotstart_{version}_{architecture}");
    let target = tree.path("target/dist");
    let root = target.join(&name);
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let mut installed = Vec::new();
    for program in SHIPPED {
        let path = root.join("usr/bin").join(program);
        put(&programs.join(program), &path, 0o755)?;
        installed.push(path);
    }
    for (from, to) in FILES {
        put(&tree.path(from), &root.join(to), 0o644)?;
    }
    let control = format!(
        "Package: hotstart\nVersion: {version}\nArchitecture: {architecture}\nSection: net\nPriority: optional\n\
         Maintainer: Hotstart developers <hotstart@example.invalid>\nInstalled-Size: {}\nDepends: {}, {ALSO}\n\
         Recommends: {RECOMMENDED}\nDescription: Bitrix24 and 1C:Enterprise as one program on the desk\n \
         Opens 1C objects from Bitrix24 in a window that is already loaded, and brings\n \
         events of the portal to the desk as notifications.\n",
        size(&root)? / 1024,
        libraries(&target, &installed)?,
    );
    fs::create_dir_all(root.join("DEBIAN"))?;
    fs::write(root.join("DEBIAN/control"), control)?;
    let package = target.join(format!("{name}.deb"));
    say::title("Debian package");
    let mut command = Command::new("dpkg-deb");
    command.args(["--root-owner-group", "--build"]).arg(&root).arg(&package);
    tree::run(command)?;
    Ok(package)
}

fn put(from: &Path, to: &Path, mode: u32) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
    fs::copy(from, to)?;
    fs::set_permissions(to, PermissionsExt::from_mode(mode))?;
    Ok(())
}

/// The packages of the libraries that the programs link, as dpkg knows them.
fn libraries(target: &Path, programs: &[PathBuf]) -> Result<String> {
    // It insists on a source package around it.
    fs::create_dir_all(target.join("debian"))?;
    fs::write(
        target.join("debian/control"),
        "Source: hotstart\n\nPackage: hotstart\nArchitecture: any\n",
    )?;
    let mut command = Command::new("dpkg-shlibdeps");
    command.arg("-O").args(programs).current_dir(target);
    let found = output(&mut command)?;
    let depends = found
        .strip_prefix("shlibs:Depends=")
        .context("no libraries were found")?;
    Ok(depends.to_owned())
}

fn output(command: &mut Command) -> Result<String> {
    let answer = command
        .output()
        .with_context(|| format!("{command:?} does not start"))?;
    ensure!(
        answer.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&answer.stderr)
    );
    Ok(String::from_utf8(answer.stdout)?.trim().to_owned())
}

fn size(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(sum)
}
