//! `cargo xtask bench`: measures that anyone can repeat.
//!
//! `desk` plays the measured scenes of the demo. [`pull`] holds the push connection against the vendor's own client: both
//! are fed by the same feeder with the same frames in the same run, and what they cost is read from outside, from what
//! the system has booked on their processes. [`open`] holds opening a form against Debian's Chromium. [`rest`] holds
//! reading a portal against published clients for Python. [`bridge`] follows events to 1C and links to its open client, and
//! kills the program on the way.

mod bridge;
mod client;
mod feeder;
mod figures;
mod flood;
mod herd;
mod memory;
mod open;
mod paced;
mod process;
mod pull;
mod rest;
mod rig;
mod verdict;

use std::path::PathBuf;

use anyhow::{Result, ensure};

use crate::demo;
use crate::tree::Tree;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Subject {
    /// Hot opens, notifications and memory of the whole program
    Desk,
    /// The push connection beside the vendor's client
    Pull,
    /// Hot and cold opens beside Chromium
    Open,
    /// Reading a portal beside published clients, and keeping its limits
    Rest,
    /// Events on their way to 1C, links to its open client, and a program that is killed on the way
    Bridge,
}

/// How it is measured.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What is measured
    #[arg(value_enum, default_value_t = Subject::Desk)]
    subject: Subject,
    /// How often: plays of the story (3), floods of each side (5), rounds of opens (8), readings (5)
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Small numbers that prove only that the bench itself works
    #[arg(long, hide = true)]
    quick: bool,
    /// Only for `open`, `rest` and `bridge`: measure the programs in this folder instead of building them
    #[arg(long)]
    programs: Option<PathBuf>,
    /// Only for `bridge`: everything that happens by chance happens as in the run with this seed
    #[arg(long)]
    seed: Option<u64>,
}

/// Measures, and fails if a bar is missed.
pub(crate) fn run(tree: &Tree, arguments: Arguments) -> Result<()> {
    ensure!(
        arguments.programs.is_none() || matches!(arguments.subject, Subject::Open | Subject::Rest | Subject::Bridge),
        "--programs goes with `open`, `rest` and `bridge` only"
    );
    ensure!(
        arguments.seed.is_none() || arguments.subject == Subject::Bridge,
        "--seed goes with `bridge` only"
    );
    match arguments.subject {
        Subject::Desk => demo::bench::run(tree, arguments.rounds.unwrap_or(3)),
        Subject::Pull => pull::run(tree, arguments.rounds.unwrap_or(5), arguments.quick),
        Subject::Rest => {
            let rounds = arguments.rounds.unwrap_or(5);
            rest::run(tree, rounds, arguments.quick, arguments.programs)
        }
        Subject::Bridge => bridge::run(tree, arguments.seed, arguments.quick, arguments.programs),
        Subject::Open => open::run(tree, arguments.rounds, arguments.quick, arguments.programs),
    }
}
