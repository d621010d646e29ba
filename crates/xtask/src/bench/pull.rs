//! The push connection beside the vendor's client: everything in one run, on one feeder.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::figures::{Figures, Machine};
use super::paced::{self, Extent};
use super::rig::Rig;
use super::{flood, herd, memory, verdict};
use crate::tree::{self, Tree};
use crate::{programs, say, setup};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
struct Size {
    flood_events: u64,
    rounds: u32,
    paced: Extent,
    memory_events: u64,
    slope_events: u64,
}

impl Size {
    /// What the bars speak of.
    fn full(rounds: u32) -> Self {
        Self {
            flood_events: 100_000,
            rounds,
            paced: Extent {
                rounds: 3,
                seconds: 30,
                idle: Duration::from_secs(60),
            },
            memory_events: 100_000,
            slope_events: 5_000_000,
        }
    }

    /// Enough to see that the bench works.
    fn quick() -> Self {
        Self {
            flood_events: 20_000,
            rounds: 1,
            paced: Extent {
                rounds: 1,
                seconds: 4,
                idle: Duration::from_secs(4),
            },
            memory_events: 20_000,
            slope_events: 200_000,
        }
    }
}

/// Measures, prints, writes `target/bench/pull.json`, and fails if a bar is missed.
pub(crate) fn run(tree: &Tree, rounds: u32, quick: bool) -> Result<()> {
    let begin = Instant::now();
    setup::prepare(
        tree,
        setup::Needs {
            bench: true,
            ..setup::Needs::default()
        },
    )?;
    let programs = build(tree)?;
    let built = begin.elapsed();
    let size = if quick { Size::quick() } else { Size::full(rounds) };
    let machine = Machine::look(tree);
    say::title("a thousand clients");
    let herd = herd::play(tree, &programs)?;
    let mut rig = Rig::set(tree, &programs)?;
    say::title("flood");
    let floods = flood::play(&mut rig, size.rounds, size.flood_events)?;
    say::title("50 events a second, and none");
    let (paced, idle) = paced::play(&mut rig, size.paced)?;
    say::title("memory");
    let memory = memory::play(&mut rig, size.memory_events, size.slope_events)?;
    let figures = Figures {
        floods,
        paced,
        idle,
        memory,
        herd,
        machine: machine.leave(),
        build_s: built.as_secs_f64(),
        measured_s: begin.elapsed().saturating_sub(built).as_secs_f64(),
        quick,
    };
    let file = verdict::write(tree, "pull", &figures.report())?;
    verdict::print(&figures);
    say::line(&format!("report: {}", file.display()));
    verdict::judge(&figures.bars(), quick)
}

/// The release builds of the program and of the play of the herd, and nothing with a window.
fn build(tree: &Tree) -> Result<PathBuf> {
    say::title("programs, profile release");
    let mut command = tree.cargo();
    command.args(["build", "--locked", "--release"]);
    command.args(["--package", "hotstart-ctl", "--bin", "hotstartctl"]);
    command.args(["--package", "hotstart-herd", "--bin", "hotstart-herd"]);
    tree::run(command)?;
    programs::folder(tree, "release")
}
