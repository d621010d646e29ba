//! Debian packages.

use std::process::Command;

use anyhow::{Result, bail};

use super::consent;
use crate::say;
use crate::tree::{self, Tree};

/// What building without windows needs.
pub(crate) const COMPILER: &str = "build-essential";

/// What building needs.
pub(crate) const BUILD: [&str; 6] = [
    COMPILER,
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libdbus-1-dev",
];

/// What the stage needs: a display, a window manager, a tray host, a notification service, a keyring, hands and eyes.
pub(crate) const STAGE: [&str; 15] = [
    "xvfb",
    "openbox",
    "xfce4-panel",
    "xfce4-notifyd",
    "xfconf",
    "dbus",
    "libglib2.0-bin",
    "gnome-keyring",
    "libsecret-tools",
    "xdg-utils",
    "desktop-file-utils",
    "xdotool",
    "imagemagick",
    "fonts-dejavu-core",
    "sqlite3",
];

/// What opening is measured beside.
pub(crate) const CHROMIUM: &str = "chromium";

/// What the type check for Windows needs beside the usual toolchain.
pub(crate) const WINDOWS: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "gcc-mingw-w64-x86-64-win32"];

/// Installs the packages that are missing.
pub(super) fn install(tree: &Tree, packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let mut probe = tree.command("dpkg-query");
    probe.arg("--version");
    if !tree::works(probe) {
        say::line(&format!(
            "no Debian here: these must be there under their own names: {}",
            packages.join(" ")
        ));
        return Ok(());
    }
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|package| !is_installed(tree, package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    consent::ask(tree, &format!("Debian packages {}", missing.join(" ")))?;
    let root = consent::is_root(tree);
    tree::run(apt(tree, root, &["update"]))?;
    let mut install = vec!["install", "--yes", "--no-install-recommends"];
    install.extend(&missing);
    tree::run(apt(tree, root, &install))?;
    let still: Vec<&str> = missing
        .into_iter()
        .filter(|package| !is_installed(tree, package))
        .collect();
    if !still.is_empty() {
        bail!("apt-get installed everything but {}", still.join(" "));
    }
    Ok(())
}

fn is_installed(tree: &Tree, package: &str) -> bool {
    let mut command = tree.command("dpkg-query");
    command.args(["--show", "--showformat=${db:Status-Status}", package]);
    tree::output(command).is_ok_and(|status| status.trim() == "installed")
}

fn apt(tree: &Tree, root: bool, arguments: &[&str]) -> Command {
    let mut command = if root {
        tree.command("apt-get")
    } else {
        let mut command = tree.command("sudo");
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    };
    command
        .args(["--quiet"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}
