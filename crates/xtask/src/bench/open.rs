//! Opening the form of a document: our warm window, our cold window, and Debian's Chromium, started or already running.
//!
//! All of them on one desk, in one run, on the forms of one publication, to the same beacon of the office. `stand` is what
//! they stand on, `rounds` measures times, `growth` memory over many opens, `figures` and `verdict` make the report.

mod figures;
mod growth;
mod rounds;
mod settle;
mod stand;
mod verdict;

use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use hotstart_stage::chromium::Profile;
use hotstart_stage::memory;

use self::figures::{Figures, Samples};
pub(super) use self::stand::order;
use self::stand::{Stand, WARM};
use super::figures::Machine;
use super::verdict::{judge, write_both};
use crate::tree::Tree;
use crate::{programs, say, setup};

/// The processes of both engines, as the system names them.
const ENGINES: [&str; 4] = ["chromium", "hotstart-shell", "WebKitWebProces", "WebKitNetworkPr"];

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// Rounds of every kind of open.
    rounds: u32,
    /// Hot opens of a round; every other one with a hidden window.
    hot: u32,
    /// Hot opens over which memory may grow.
    opens: u32,
    /// Between the last open and a measure of memory.
    settle: Duration,
}

impl Size {
    /// What the bars speak of.
    const fn full(rounds: u32) -> Self {
        Self {
            rounds,
            hot: 5,
            opens: 500,
            settle: Duration::from_secs(10),
        }
    }

    /// Enough to see that the bench works.
    const fn quick(rounds: u32) -> Self {
        Self {
            rounds,
            hot: 2,
            opens: 120,
            settle: Duration::from_secs(2),
        }
    }
}

/// Measures, prints, writes `target/bench/open.json` with the samples beside it, and fails if a bar is missed.
pub(super) fn run(tree: &Tree, rounds: Option<u32>, quick: bool, built: Option<PathBuf>) -> Result<()> {
    let begin = Instant::now();
    setup::prepare(
        tree,
        setup::Needs {
            desk: true,
            chromium: true,
            pages: built.is_none(),
            ..setup::Needs::default()
        },
    )?;
    let programs = match built {
        Some(folder) => fs_err::canonicalize(folder)?,
        // The control program, which nothing here asks for, would take a minute of the build.
        None => programs::build(tree, "release", &programs::OPENING)?,
    };
    let build = begin.elapsed();
    let size = if quick {
        Size::quick(rounds.unwrap_or(2))
    } else {
        Size::full(rounds.unwrap_or(8))
    };
    let machine = Machine::look(tree);
    let mut stand = Stand::set(&programs, tree.fresh_output("bench-open")?)?;
    let mut samples = Samples {
        others: memory::running(&ENGINES)?,
        ..Samples::default()
    };
    let played = play(&mut stand, size, &mut samples);
    if played.is_err() {
        let _ = stand.picture("failed.png");
    }
    let pictures = stand.finish()?;
    samples.others = samples.others.max(memory::running(&ENGINES)?);
    let figures = Figures {
        samples,
        opens: size.opens,
        machine: machine.leave(),
        build_s: build.as_secs_f64(),
        measured_s: begin.elapsed().saturating_sub(build).as_secs_f64(),
        quick,
    };
    let file = write_both(tree, "open", &figures.report(), &figures.samples)?;
    verdict::print(&figures);
    say::line(&format!(
        "report: {}; pictures and logs: {}",
        file.display(),
        pictures.display()
    ));
    played?;
    judge(&figures.bars(), quick)
}

fn play(stand: &mut Stand, size: Size, samples: &mut Samples) -> Result<()> {
    say::title("Chromium with one page");
    let profile = profile(stand)?;
    chromium_memory(stand, &profile, size.settle, samples)?;

    say::title("one warm page");
    stand.start_program()?;
    let (link, nav) = stand.next_object(WARM);
    let (ms, _) = stand.open(&link, &nav)?;
    samples.first_open_ms = Some(ms);
    sleep(size.settle);
    samples.keep_memory("ours_one_warm", stand.program()?.memory()?);

    for round in 1..=size.rounds {
        say::title(&format!("hot, cold, a new Chromium: round {round} of {}", size.rounds));
        rounds::hot(stand, size.hot, samples)?;
        rounds::cold(stand, samples)?;
        rounds::chromium_cold(stand, &profile, samples)?;
    }
    say::title("a running Chromium");
    rounds::chromium_running(stand, &profile, size.rounds, samples)?;

    say::title(&format!("{} hot opens", size.opens));
    growth::play(stand, size.opens, samples)?;
    stand.end_program()?;

    say::title("warm bases side by side");
    several(stand, size.settle, samples)
}

/// A profile that knows the publication: its files are in the cache and its scripts are compiled, as on the computer of a
/// person who works there every day. Chromium keeps what it has compiled only from the second visit on.
fn profile(stand: &mut Stand) -> Result<Profile> {
    let profile = Profile::fresh(&stand.desk, "chromium")?;
    for _ in 0..3 {
        let (browser, beacon, _) = stand.browse(&profile)?;
        sleep(Duration::from_secs(1));
        browser.end()?;
        stand.log_out(&beacon)?;
    }
    Ok(profile)
}

/// The whole browser with one form in its leanest window, and nothing of ours beside it that would share pages with it.
fn chromium_memory(stand: &mut Stand, profile: &Profile, settle: Duration, samples: &mut Samples) -> Result<()> {
    let (browser, beacon, _) = stand.browse(profile)?;
    sleep(settle);
    stand.picture("chromium.png")?;
    samples.keep_memory("chromium_one", browser.memory()?);
    browser.end()?;
    stand.log_out(&beacon)
}

/// A fresh program with a warm window for each publication, three at most.
fn several(stand: &mut Stand, settle: Duration, samples: &mut Samples) -> Result<()> {
    stand.start_program()?;
    let bases = stand.bases();
    for base in &bases {
        stand.warm(base)?;
    }
    sleep(settle);
    let shares = stand.program()?.memory()?;
    say::line(&format!("{}: {} KB", bases.join(", "), memory::total_kb(&shares)));
    samples.keep_memory("ours_three_warm", shares);
    samples.warm_bases = bases;
    stand.picture("several.png")?;
    stand.end_program()
}
