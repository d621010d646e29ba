//! `cargo xtask bench`: measures that anyone can repeat.
//!
//! `desk` plays the measured scenes of the demo. [`pull`] holds the push connection against the vendor's own client: both
//! are fed by the same feeder with the same frames in the same run, and what they cost is read from outside, from what
//! the system has booked on their processes.

mod client;
mod feeder;
mod figures;
mod flood;
mod herd;
mod memory;
mod paced;
mod process;
mod pull;
mod rig;
mod verdict;

use anyhow::Result;

use crate::demo;
use crate::tree::Tree;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Subject {
    /// Hot opens, notifications and memory of the whole program
    Desk,
    /// The push connection beside the vendor's client
    Pull,
}

/// How it is measured.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What is measured
    #[arg(value_enum, default_value_t = Subject::Desk)]
    subject: Subject,
    /// How often: plays of the story (3), floods of each side (5); medians are reported
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,
    /// Small numbers that prove only that the bench itself works
    #[arg(long, hide = true)]
    quick: bool,
}

/// Measures, and fails if a bar is missed.
pub(crate) fn run(tree: &Tree, arguments: &Arguments) -> Result<()> {
    match arguments.subject {
        Subject::Desk => demo::bench::run(tree, arguments.rounds.unwrap_or(3)),
        Subject::Pull => pull::run(tree, arguments.rounds.unwrap_or(5), arguments.quick),
    }
}
