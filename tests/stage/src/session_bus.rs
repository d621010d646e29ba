//! The private session bus: its configuration names the few services a desk needs, so that nothing that happens to be
//! installed on the machine is started by it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The settings service of Xfce, started by the bus when panel or notification service ask for it.
const XFCONF: &str = "org.xfce.Xfconf.service";

/// Writes the configuration below `folder` and gives its path and the address of the bus.
pub(crate) fn prepare(folder: &Path, runtime: &Path) -> Result<(PathBuf, String)> {
    let services = folder.join("services");
    fs_err::create_dir_all(&services)?;
    let known = Path::new("/usr/share/dbus-1/services").join(XFCONF);
    fs_err::copy(&known, services.join(XFCONF)).context("xfconf is not installed")?;
    let address = format!("unix:path={}", runtime.join("bus").display());
    let file = folder.join("bus.conf");
    fs_err::write(&file, configuration(&address, &services))?;
    Ok((file, address))
}

fn configuration(address: &str, services: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>{address}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        services.display()
    )
}
