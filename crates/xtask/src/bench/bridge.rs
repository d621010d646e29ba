//! The bridge and the relay: events of the portal on their way to 1C, links on their way to a client of 1C that is open,
//! and what is left of both when the program is killed again and again.
//!
//! `lane` is what everything stands on: an office with its portal, push server and base, and a home of the program.
//! `paced` measures the way of an event, `running` that of a link, `kills` kills; `ledger` holds what was published
//! against what the base has applied; `figures` and `verdict` make the report.

mod figures;
mod kills;
mod lane;
mod ledger;
mod lot;
mod paced;
mod running;
mod verdict;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use hotstart_stage::Desk;
use hotstart_stage::clock::now_us;

use self::figures::{Figures, Samples};
use self::kills::{Killed, Plan};
use self::lane::{Kind, Lane, Way};
use self::lot::Lot;
use super::figures::Machine;
use super::verdict::{judge, write_both};
use crate::tree::Tree;
use crate::{programs, say, setup};

/// Programs that are killed side by side: a killed one leaves the processors to the others while it starts.
const LANES: u64 = 3;

/// After this no new life is begun.
const LONGEST: Duration = Duration::from_secs(8 * 60);

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// Seconds at 50 events a second.
    seconds: u32,
    /// Events that wait for the base.
    waiting: u32,
    /// Links to the running client.
    opens: u32,
    /// Kills of the headless program, all lanes together.
    kills: u64,
    /// Kills of the headless program while a client of the base asks its bridge.
    kills_polled: u64,
    /// Kills of the tray application.
    kills_tray: u64,
}

impl Size {
    /// What the bars speak of.
    const FULL: Self = Self {
        seconds: 30,
        waiting: 5_000,
        opens: 200,
        kills: 1_002,
        kills_polled: 60,
        kills_tray: 20,
    };

    /// Enough to see that the bench works.
    const QUICK: Self = Self {
        seconds: 4,
        waiting: 500,
        opens: 20,
        kills: 30,
        kills_polled: 10,
        kills_tray: 2,
    };
}

/// Measures, prints, writes `target/bench/bridge.json` with the samples beside it, and fails if a bar is missed.
pub(super) fn run(tree: &Tree, seed: Option<u64>, quick: bool, built: Option<PathBuf>) -> Result<()> {
    let begin = Instant::now();
    setup::prepare(
        tree,
        setup::Needs {
            desk: true,
            pages: built.is_none(),
            ..setup::Needs::default()
        },
    )?;
    let programs = match built {
        Some(folder) => fs_err::canonicalize(folder)?,
        None => programs::build(tree, "release", &programs::ALL)?,
    };
    let build = begin.elapsed();
    let size = if quick { Size::QUICK } else { Size::FULL };
    // A run that has found something is played again by its seed.
    let seed = seed.unwrap_or_else(|| now_us() % 1_000_000);
    say::line(&format!("seed {seed}"));
    let machine = Machine::look(tree);
    let folder = tree.fresh_output("bench-bridge")?;
    let desk = Desk::raise().context("raising the desk")?;
    let mut samples = Samples::default();
    let played = play(&desk, &programs, size, seed, &mut samples);
    let kept = keep_logs(&desk, &folder);
    let figures = Figures {
        samples,
        seed,
        machine: machine.leave(),
        build_s: build.as_secs_f64(),
        measured_s: begin.elapsed().saturating_sub(build).as_secs_f64(),
        quick,
    };
    let file = write_both(tree, "bridge", &figures.report(), &figures.samples)?;
    verdict::print(&figures);
    say::line(&format!("report: {}; logs: {}", file.display(), folder.display()));
    played?;
    kept?;
    judge(&figures.bars(), quick)
}

fn play(desk: &Desk, programs: &Path, size: Size, seed: u64, samples: &mut Samples) -> Result<()> {
    let lane = |name: &str, kind| Lane::set(desk, programs.to_owned(), name, kind, Way::Service);
    let mut steady = lane("steady", Kind::Headless)?;
    samples.relayed = paced::relay(&mut steady, size.seconds)?;
    samples.drained = paced::drain(&mut steady, size.waiting)?;
    samples.steady = steady.tally()?;
    drop(steady);

    say::title(&format!("{} kills of the headless program", size.kills));
    let begin = Instant::now();
    let end = begin + LONGEST;
    let plan = Plan {
        kills: size.kills.div_ceil(LANES),
        end,
    };
    let play = move |number: u64| -> Result<Killed> {
        let name = format!("headless-{number}");
        let mut lane = lane(&name, Kind::Headless)?;
        kills::play(&mut lane, plan, &mut Lot::of(seed, &name)).with_context(|| name)
    };
    let lanes: Vec<Result<Killed>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..=LANES).map(|number| scope.spawn(move || play(number))).collect();
        let ends = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        ends.map(|end| end.unwrap_or_else(|_| Err(anyhow!("a lane broke down"))))
            .collect()
    });
    samples.kills_s = begin.elapsed().as_secs_f64();
    for lane in lanes {
        samples.headless.push(lane?);
    }

    say::title(&format!("{} kills while a client asks the bridge", size.kills_polled));
    let mut polled = Lane::set(desk, programs.to_owned(), "polled", Kind::Headless, Way::Client)?;
    let begin = Instant::now();
    let plan = Plan {
        kills: size.kills_polled,
        end,
    };
    let killed = kills::play(&mut polled, plan, &mut Lot::of(seed, "polled"))?;
    samples.polled.push(killed);
    samples.kills_s += begin.elapsed().as_secs_f64();
    drop(polled);

    let mut tray = lane("tray", Kind::Tray)?;
    samples.running_open_ms = running::play(&tray, size.opens)?;

    say::title(&format!("{} kills of the tray application", size.kills_tray));
    let begin = Instant::now();
    let plan = Plan {
        kills: size.kills_tray,
        end: end.max(begin + LONGEST / 4),
    };
    samples
        .tray
        .push(kills::play(&mut tray, plan, &mut Lot::of(seed, "tray"))?);
    samples.kills_s += begin.elapsed().as_secs_f64();
    Ok(())
}

fn keep_logs(desk: &Desk, folder: &Path) -> Result<()> {
    for log in fs_err::read_dir(desk.folder().join("logs"))? {
        let log = log?;
        fs_err::copy(log.path(), folder.join(log.file_name()))?;
    }
    Ok(())
}
