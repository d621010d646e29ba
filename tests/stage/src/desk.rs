//! A private desk: session bus, display, window manager, panel with tray, notification service, keyring.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::browser::Browser;
use crate::bus::Monitor;
use crate::clock::wait_for;
use crate::keeper::{Child, Keeper, output};
use crate::picture::{Area, HEIGHT, WIDTH};
use crate::{session_bus, xfce};

/// How long a part of the desk may take to come up on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// What must not leak from the desk of whoever started this.
const FOREIGN: [&str; 9] = [
    "WAYLAND_DISPLAY",
    "SESSION_MANAGER",
    "DESKTOP_STARTUP_ID",
    "XDG_ACTIVATION_TOKEN",
    "GNOME_KEYRING_CONTROL",
    "XAUTHORITY",
    "GTK_MODULES",
    "GTK_THEME",
    "HOTSTART_HOME",
];

/// A running desk. Dropping it ends all of it.
#[derive(Debug)]
pub struct Desk {
    // Ended in this order, before the folder goes.
    monitor: Monitor,
    parts: Vec<Child>,
    environment: Vec<(&'static str, String)>,
    browser: Browser,
    keeper: Keeper,
    folder: tempfile::TempDir,
}

impl Desk {
    /// Starts the desk; fails with the name of the part that did not come up.
    pub fn raise() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hotstart-stage-").tempdir()?;
        let root = folder.path();
        let (home, runtime, config) = (root.join("home"), root.join("run"), root.join("config"));
        let (data, cache, state) = (root.join("data"), root.join("cache"), root.join("state"));
        for one in [&home, &runtime, &config, &data, &cache, &state, &root.join("logs")] {
            fs_err::create_dir_all(one)?;
        }
        restrict(&runtime)?;
        xfce::prepare(&config)?;
        let browser = Browser::prepare(root, &config, &data)?;
        let (bus_config, address) = session_bus::prepare(root, &runtime)?;

        let keeper = Keeper::start()?;
        let mut parts = Vec::new();
        let mut bus = Command::new("dbus-daemon");
        bus.arg(format!("--config-file={}", bus_config.display()))
            .arg("--nofork")
            .stdin(Stdio::null());
        let mut environment = vec![
            ("HOME", home.display().to_string()),
            ("XDG_RUNTIME_DIR", runtime.display().to_string()),
            ("XDG_CONFIG_HOME", config.display().to_string()),
            ("XDG_DATA_HOME", data.display().to_string()),
            ("XDG_CACHE_HOME", cache.display().to_string()),
            ("XDG_STATE_HOME", state.display().to_string()),
            ("XDG_SESSION_TYPE", "x11".to_owned()),
            ("XDG_CURRENT_DESKTOP", "XFCE".to_owned()),
            ("GDK_BACKEND", "x11".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            ("LC_ALL", "C.UTF-8".to_owned()),
            ("BROWSER", browser.program().display().to_string()),
            ("DBUS_SESSION_BUS_ADDRESS", address.clone()),
        ];
        let display = display(&keeper, &mut parts, &root.join("logs/xvfb.log"))?;
        environment.push(("DISPLAY", display));
        // The services that the bus starts need the display as well.
        dress(&mut bus, &environment);
        parts.push(keeper.spawn("the session bus", bus, &root.join("logs/bus.log"))?);
        wait_for("the session bus", LIMIT, || {
            Ok(runtime.join("bus").exists().then_some(()))
        })?;
        let monitor = Monitor::start(&keeper, &address, &root.join("logs/monitor.log"))?;
        let mut desk = Self {
            monitor,
            parts,
            environment,
            browser,
            keeper,
            folder,
        };
        desk.furnish()?;
        Ok(desk)
    }

    /// A command that runs on this desk.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        dress(&mut command, &self.environment);
        command.stdin(Stdio::null());
        command
    }

    /// A folder of the desk that goes with it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where a part writes its log.
    pub fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join("logs").join(format!("{name}.log"))
    }

    /// What passes on the session bus.
    pub fn monitor(&self) -> &Monitor {
        &self.monitor
    }

    /// The default browser.
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// Starts things that end with the desk.
    pub fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Where the panel is.
    pub fn panel(&self) -> Area {
        Area {
            x: 0,
            y: HEIGHT - xfce::PANEL_HEIGHT,
            width: WIDTH,
            height: xfce::PANEL_HEIGHT,
        }
    }

    /// Fails if a part of the desk has ended.
    pub fn check(&mut self) -> Result<()> {
        self.parts.iter_mut().try_for_each(Child::check)
    }

    fn furnish(&mut self) -> Result<()> {
        self.part("openbox", &[])?;
        self.part("xfce4-panel", &["--disable-wm-check"])?;
        self.part(&notification_service()?, &[])?;
        self.keyring()?;
        for name in [
            "org.kde.StatusNotifierWatcher",
            "org.freedesktop.Notifications",
            "org.freedesktop.secrets",
        ] {
            wait_for(name, LIMIT, || Ok(self.owned(name)?.then_some(())))?;
        }
        self.rest()?;
        self.check()
    }

    fn part(&mut self, program: &str, arguments: &[&str]) -> Result<()> {
        let name = Path::new(program)
            .file_name()
            .and_then(OsStr::to_str)
            .unwrap_or(program)
            .to_owned();
        let mut command = self.command(program);
        command.args(arguments);
        let child = self.keeper.spawn(&name, command, &self.log(&name))?;
        self.parts.push(child);
        Ok(())
    }

    /// The keyring of a user who has just signed in: made and unlocked with the password on its input.
    fn keyring(&mut self) -> Result<()> {
        let mut command = self.command("gnome-keyring-daemon");
        command
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped());
        let mut child = self
            .keeper
            .spawn("gnome-keyring-daemon", command, &self.log("keyring"))?;
        let mut input = child.os.stdin.take().context("the keyring has no input")?;
        std::io::Write::write_all(&mut input, b"stage")?;
        drop(input);
        self.parts.push(child);
        Ok(())
    }

    fn owned(&self, name: &str) -> Result<bool> {
        let mut command = self.command("gdbus");
        command.args([
            "call",
            "--session",
            "--dest",
            "org.freedesktop.DBus",
            "--object-path",
            "/",
            "--method",
        ]);
        command.args(["org.freedesktop.DBus.NameHasOwner", name]);
        Ok(output(command)?.contains("true"))
    }
}

fn dress(command: &mut Command, environment: &[(&'static str, String)]) {
    for name in FOREIGN {
        command.env_remove(name);
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
}

/// Starts a virtual display on a free number, which the server itself chooses.
fn display(keeper: &Keeper, parts: &mut Vec<Child>, log: &Path) -> Result<String> {
    let mut command = Command::new("Xvfb");
    command.args([
        "-displayfd",
        "1",
        "-screen",
        "0",
        &format!("{WIDTH}x{HEIGHT}x24"),
        "-nolisten",
        "tcp",
        "-noreset",
    ]);
    let errors = fs_err::File::create(log)?;
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::from(errors.into_parts().0));
    let mut child = keeper.spawn_piped("Xvfb", command)?;
    let mut lines = std::io::BufReader::new(child.os.stdout.take().context("Xvfb has no output")?);
    let mut number = String::new();
    // The server writes the number when it is ready, or closes the pipe when it could not start.
    std::io::BufRead::read_line(&mut lines, &mut number)?;
    parts.push(child);
    if number.trim().is_empty() {
        bail!(
            "Xvfb did not start: {}",
            fs_err::read_to_string(log).unwrap_or_default()
        );
    }
    Ok(format!(":{}", number.trim()))
}

fn restrict(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs_err::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    Ok(())
}

fn notification_service() -> Result<String> {
    let folders = fs_err::read_dir("/usr/lib")?
        .filter_map(Result::ok)
        .map(|entry| entry.path());
    let mut places = folders.map(|folder| folder.join("xfce4/notifyd/xfce4-notifyd"));
    let found = places
        .find(|place| place.is_file())
        .context("xfce4-notifyd is not installed")?;
    Ok(found.display().to_string())
}
