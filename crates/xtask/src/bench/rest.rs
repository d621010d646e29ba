//! Reading a portal beside the published clients for Python, and keeping the limits of the cloud: everything in one run,
//! on one office.

mod readers;
mod verdict;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use hotstart_stage::Office;
use hotstart_stage::keeper::Keeper;
use serde::Serialize;
use serde_json::{Value, json};

use super::figures::Machine;
use super::verdict::{judge, write_both};
use crate::tree::{self, Tree};
use crate::{programs, say, setup};
use readers::{Limited, Reader, Sample};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Size {
    deals: u64,
    rounds: u32,
    calls: u64,
}

/// Everything of a run.
#[derive(Debug, Serialize)]
struct Figures {
    deals: u64,
    /// By the name of the reader.
    reads: Vec<(Reader, Vec<Sample>)>,
    limited: Limited,
    machine: Machine,
    build_s: f64,
    measured_s: f64,
    quick: bool,
}

/// Measures, prints, writes `target/bench/rest.json` and the raw samples, and fails if a bar is missed.
pub(super) fn run(tree: &Tree, rounds: u32, quick: bool, programs: Option<PathBuf>) -> Result<()> {
    let begin = Instant::now();
    setup::prepare(
        tree,
        setup::Needs {
            rest: true,
            ..setup::Needs::default()
        },
    )?;
    let programs = programs.map_or_else(|| build(tree), Ok)?;
    let built = begin.elapsed();
    let size = if quick {
        Size {
            deals: 1000,
            rounds: 1,
            calls: 60,
        }
    } else {
        Size {
            deals: 10_000,
            rounds,
            calls: 300,
        }
    };
    let machine = Machine::look(tree);
    let folder = tree.fresh_output("bench-rest")?;
    let keeper = Keeper::start()?;
    let office = Office::start(&keeper, &programs.join("hotstart-office"), &folder.join("office.log"))?;
    let reads = read(tree, &programs, &office, size)?;
    say::title(&format!("{} single calls within the limits", size.calls));
    let limited = readers::limited(tree, &programs, &office, size.calls)?;
    let figures = Figures {
        deals: size.deals,
        reads,
        limited,
        machine: machine.leave(),
        build_s: built.as_secs_f64(),
        measured_s: begin.elapsed().saturating_sub(built).as_secs_f64(),
        quick,
    };
    let file = write_both(tree, "rest", &figures.report(), &figures)?;
    verdict::print(&figures);
    say::line(&format!("report: {}", file.display()));
    judge(&figures.bars(), quick)
}

/// Reads all deals by each reader in turn, and sees that all have read the same.
fn read(tree: &Tree, programs: &std::path::Path, office: &Office, size: Size) -> Result<Vec<(Reader, Vec<Sample>)>> {
    office.send("/portal/limits", &json!({}))?;
    let made = office.send("/portal/bulk", &json!({"count": size.deals, "first_id": 1000}))?;
    ensure!(
        made.get("last").and_then(Value::as_u64) == Some(999 + size.deals),
        "the office has not made the deals: {made}"
    );
    let mut reads: Vec<(Reader, Vec<Sample>)> = Reader::ALL.map(|reader| (reader, Vec::new())).into();
    for round in 1..=size.rounds {
        say::title(&format!("{} deals: round {round} of {}", size.deals, size.rounds));
        for (reader, samples) in &mut reads {
            let sample = reader.read(tree, programs, office)?;
            say::line(&format!(
                "{:16}{:>9.3} s{:>9} KB",
                reader.name(),
                sample.seconds,
                sample.rss_kb
            ));
            samples.push(sample);
        }
        let mut sums = reads.iter().filter_map(|(_, samples)| samples.last());
        let first = sums.next().context("nobody has read")?;
        ensure!(first.items >= size.deals, "only {} deals were read", first.items);
        ensure!(
            sums.all(|sample| (sample.items, sample.id_sum) == (first.items, first.id_sum)),
            "the readers have not read the same deals"
        );
    }
    Ok(reads)
}

/// The release builds of the reader and of the office, and nothing with a window.
fn build(tree: &Tree) -> Result<PathBuf> {
    say::title("programs, profile release");
    let mut command = tree.cargo();
    command.args(["build", "--locked", "--release"]);
    command.args(["--package", "hotstart-rest", "--package", "hotstart-office"]);
    tree::run(command)?;
    programs::folder(tree, "release")
}
