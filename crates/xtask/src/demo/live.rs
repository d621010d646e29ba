//! The demo on the screen of a person: the office and the program run until the person has seen enough.

use std::io::BufRead;
use std::path::Path;

use anyhow::Result;
use hotstart_stage::Office;
use hotstart_stage::keeper::Keeper;
use serde_json::json;

use crate::say;
use crate::tree::Tree;

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

    let mut command = tree.command(programs.join("hotstart"));
    command.env("HOTSTART_HOME", &home).stdin(std::process::Stdio::null());
    let program = keeper.spawn("hotstart", command, &folder.join("hotstart.log"))?;
    let address = office.addresses();
    say::line("");
    say::line("The program is in the tray. What to try:");
    say::line(&format!(
        "  1. Settings, Portals: connect the webhook  {}",
        address.webhook
    ));
    say::line(&format!(
        "  2. Open the deal and press «Открыть в 1С»:  {}/crm/deal/details/123/",
        address.portal.trim_end_matches('/')
    ));
    say::line(&format!(
        "     or hand over a link:  HOTSTART_HOME={} {} 'hotstart://crm/{}/deal/123'",
        home.display(),
        programs.join("hotstart-open").display(),
        office.portal_host()
    ));
    say::line(&format!(
        "  3. Make something happen on the portal:  {}",
        address.control
    ));
    say::line("Enter ends the demo.");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    drop(program);
    Ok(())
}

fn base(address: &str) -> serde_json::Value {
    let alias = address.trim_end_matches('/').rsplit('/').next().unwrap_or("base");
    json!({"alias": alias, "name": alias.to_uppercase(), "publication": address})
}
