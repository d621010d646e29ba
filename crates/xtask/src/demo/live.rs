//! The demo on the screen of a person: the office and the program run until the person has seen enough.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use hotstart_stage::Office;
use hotstart_stage::keeper::Keeper;
use serde_json::json;

use crate::say;
use crate::tree::Tree;

/// The desktop entry by which the program takes links.
const ENTRY: &str = "applications/hotstart-open.desktop";

/// Starts office and program on the desk of the person and leaves them there until Enter is pressed.
pub(super) fn run(tree: &Tree, programs: &Path) -> Result<()> {
    let folder = tree.fresh_output("demo")?;
    let home = folder.join("home");
    let keeper = Keeper::start()?;
    let office = Office::start(&keeper, &programs.join("hotstart-office"), &folder.join("office.log"))?;
    let bases: Vec<_> = office
        .addresses()
        .publications
        .iter()
        .map(|address| base(address))
        .collect();
    fs_err::create_dir_all(home.join("config"))?;
    let settings = json!({"version": 1, "language": "ru", "portals": [], "bases": bases});
    fs_err::write(
        home.join("config/settings.json"),
        serde_json::to_string_pretty(&settings)?,
    )?;

    let entry = Entry::remember()?;
    let mut command = tree.command(programs.join("hotstart"));
    command.env("HOTSTART_HOME", &home).stdin(std::process::Stdio::null());
    let mut program = keeper.spawn("hotstart", command, &folder.join("hotstart.log"))?;
    let mut register = tree.command(programs.join("hotstartctl"));
    register
        .args(["scheme", "register", "--json"])
        .env("HOTSTART_HOME", &home);
    if let Err(error) = crate::tree::output(register).and_then(|_| entry.lead_to(&home)) {
        say::line(&format!(
            "links clicked in your browser will not reach this demo: {error:#}"
        ));
    }
    program.check()?;
    let address = office.addresses();
    let portal = address.portal.trim_end_matches('/');
    say::line("\nThe program is in the tray. What to try:");
    say::line(&format!(
        "  1. Settings, Portals: connect the webhook    {}",
        address.webhook
    ));
    say::line(&format!(
        "  2. The deal, button «Открыть в 1С»:          {portal}/crm/deal/details/123/"
    ));
    say::line(&format!(
        "  3. Let something happen on the portal:       {}",
        address.control
    ));
    say::line("  4. In the document, follow the link to its deal.");
    say::line("Enter ends the demo.");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    drop(program);
    Ok(())
}

fn base(address: &str) -> serde_json::Value {
    let alias = address.trim_end_matches('/').rsplit('/').next().unwrap_or("base");
    let name = match alias {
        "ut" => "Управление торговлей",
        "bp" => "Бухгалтерия предприятия",
        other => other,
    };
    json!({"alias": alias, "name": name, "publication": address})
}

/// The entry of the person's desktop; put back as it was when dropped.
struct Entry {
    file: PathBuf,
    before: Option<String>,
}

impl Entry {
    fn remember() -> Result<Self> {
        let data = std::env::var_os("XDG_DATA_HOME")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute());
        let home = || std::env::home_dir().map(|home| home.join(".local/share"));
        let file = data.or_else(home).context("no home folder")?.join(ENTRY);
        Ok(Self {
            before: fs_err::read_to_string(&file).ok(),
            file,
        })
    }

    /// Makes clicked links go to the program of this demo, which knows only its own folder.
    fn lead_to(&self, home: &Path) -> Result<()> {
        let text = fs_err::read_to_string(&self.file)?;
        let variable = format!("Exec=env \"HOTSTART_HOME={}\" ", home.display());
        fs_err::write(&self.file, text.replacen("Exec=", &variable, 1))?;
        Ok(())
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let _ = match &self.before {
            Some(text) => fs_err::write(&self.file, text),
            None => fs_err::remove_file(&self.file),
        };
    }
}
