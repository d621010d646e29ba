//! `cargo xtask test`: every test there is.

use std::process::Stdio;

use anyhow::{Context, Result, bail};
use hotstart_stage::Office;
use hotstart_stage::keeper::Keeper;

use crate::demo::report;
use crate::demo::story::Extent;
use crate::tree::{self, Tree};
use crate::{demo, programs, say, setup};

/// The whole program is played once through; times are not judged here.
const ONCE: Extent = Extent {
    hot: 6,
    cold: 2,
    notifications: 3,
    idle: 3,
    pictures: true,
};

/// The versions of the push server that the vendor's client is held against.
const VERSIONS: [&str; 3] = ["3", "4", "5"];

/// A part of the test run with its name.
type Part = (&'static str, fn(&Tree) -> Result<()>);

/// Runs every part, also after one has failed, and says at the end which did.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    setup::prepare(
        tree,
        setup::Needs {
            desk: true,
            pages: true,
            peer: true,
            nextest: true,
            chromium: true,
            ..setup::Needs::default()
        },
    )?;
    let parts: [Part; 7] = [
        ("pages", pages),
        ("rust", rust),
        ("the vendor's client against the office", peer),
        ("a client of 1C's OData by others against the office", odata),
        ("REST clients of others against the office", rest),
        ("the application for CRM cards in Chromium", card),
        ("the whole program", whole),
    ];
    let (mut passed, mut failed) = (0, Vec::new());
    for (name, part) in parts {
        say::title(name);
        match part(tree) {
            Ok(()) => passed += 1,
            Err(error) => {
                say::line(&say::red(&format!("{error:#}")));
                failed.push(name);
            }
        }
    }
    say::line(&format!(
        "parts of the test run:\n{passed} passed, {} failed",
        failed.len()
    ));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn pages(tree: &Tree) -> Result<()> {
    for script in ["check", "lint", "test", "build"] {
        let mut command = tree.command("npm");
        command.args(["run", script]).current_dir(tree.path("ui"));
        tree::run(command)?;
    }
    Ok(())
}

fn rust(tree: &Tree) -> Result<()> {
    let mut tests = tree.cargo();
    tests.args(["nextest", "run", "--locked", "--workspace", "--no-fail-fast"]);
    tree::run(tests)?;
    let mut examples = tree.cargo();
    examples.args(["test", "--locked", "--workspace", "--doc", "--quiet"]);
    tree::run(examples)
}

fn peer(tree: &Tree) -> Result<()> {
    let programs = built(tree)?;
    let logs = tree.fresh_output("test-peer")?;
    let keeper = Keeper::start()?;
    for version in VERSIONS {
        say::line(&format!("push server of version {version}"));
        let office = Office::start_with(
            &keeper,
            &programs.join("hotstart-office"),
            &logs.join(format!("office-{version}.log")),
            &["--server-version", version],
        )?;
        let mut command = tree.command("node");
        command
            .arg("run.mjs")
            .arg(office.ready_line())
            .current_dir(tree.path("tests/peer-js"))
            .stdin(Stdio::null());
        let status = command.status().context("starting node")?;
        if !status.success() {
            bail!("tests/peer-js/run.mjs, version {version}: {status}");
        }
    }
    Ok(())
}

fn odata(tree: &Tree) -> Result<()> {
    let programs = built(tree)?;
    let logs = tree.fresh_output("test-odata")?;
    let keeper = Keeper::start()?;
    let office = Office::start(&keeper, &programs.join("hotstart-office"), &logs.join("office.log"))?;
    let publication = office
        .addresses()
        .publications
        .first()
        .context("nothing is published")?;
    let mut command = tree.command(setup::interpreter(tree, "tests/peer-py"));
    command
        .args(["tests/peer-py/odata.py", publication, "Иванов И.И.", "demo"])
        .stdin(Stdio::null());
    tree::run(command)
}

/// The page that stands in the cards of a portal, over the office's CRM.
fn card(tree: &Tree) -> Result<()> {
    let programs = built(tree)?;
    let logs = tree.fresh_output("test-portal-app")?;
    let keeper = Keeper::start()?;
    let office = Office::start(&keeper, &programs.join("hotstart-office"), &logs.join("office.log"))?;
    let ready = logs.join("ready.json");
    fs_err::write(&ready, office.ready_line())?;
    let mut command = tree.command("node");
    command.arg("tests/portal-app/run.mjs").arg(&ready).stdin(Stdio::null());
    tree::run(command)
}

/// Each of them gets an office of its own: they change it.
fn rest(tree: &Tree) -> Result<()> {
    let programs = built(tree)?;
    let logs = tree.fresh_output("test-rest")?;
    let keeper = Keeper::start()?;
    let python = setup::interpreter(tree, "tests/peer-py");
    let peers = [
        (std::path::PathBuf::from("node"), "tests/peer-js/rest.mjs"),
        (python.clone(), "tests/peer-py/rest_fast.py"),
        (python, "tests/peer-py/rest_b24pysdk.py"),
    ];
    for (at, (program, script)) in peers.into_iter().enumerate() {
        say::line(script);
        let log = logs.join(format!("office-{at}.log"));
        let office = Office::start(&keeper, &programs.join("hotstart-office"), &log)?;
        let ready = logs.join(format!("ready-{at}.json"));
        fs_err::write(&ready, office.ready_line())?;
        let mut command = tree.command(program);
        command.arg(script).arg(&ready).stdin(Stdio::null());
        tree::run(command)?;
    }
    Ok(())
}

fn whole(tree: &Tree) -> Result<()> {
    let programs = built(tree)?;
    let folder = tree.fresh_output("test")?;
    let (steps, samples) = demo::play(&programs, &folder, ONCE)?;
    report::write(&folder, &steps, &samples)?;
    report::print(&steps, &samples, false);
    say::line(&format!("pictures: {}", folder.display()));
    demo::judge(&steps)
}

/// The programs of the profile that the tests were built in: nothing is compiled twice for this.
fn built(tree: &Tree) -> Result<std::path::PathBuf> {
    let mut command = tree.cargo();
    command.args(["build", "--locked", "--workspace", "--bins", "--quiet"]);
    tree::run(command)?;
    programs::folder(tree, "dev")
}
