//! The project commands: `cargo xtask demo | test | ci | bench | windows | dist | portal-app`.
//!
//! Each of them can be typed in a fresh clone: it first installs what is missing by name, then builds, then does its
//! work, and ends with a non-zero status if a part of it failed. How data passes through: [`setup`] makes the machine
//! fit, [`programs`] builds, `demo` plays the story on a stage of its own and measures it, `suite` and [`ci`] check.

#[cfg(unix)]
mod bench;
mod ci;
#[cfg(unix)]
mod demo;
mod dist;
mod portal_app;
mod programs;
mod say;
mod setup;
#[cfg(unix)]
mod suite;
mod tree;
mod windows;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::tree::Tree;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "The commands of the project")]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build everything and show the main job; with no screen, play and measure it under a virtual one
    Demo {
        /// Play the story on a virtual screen even if there is a real one
        #[arg(long)]
        headless: bool,
        /// Play with the programs in this folder instead of building them
        #[arg(long)]
        programs: Option<std::path::PathBuf>,
        /// Play only this scene, which begins without a program: for whoever works on it
        #[cfg(unix)]
        #[arg(long, value_enum)]
        scene: Option<demo::Scene>,
    },
    /// Run every test: values, protocols, pages, the vendor's client, and the whole program on its stage
    Test,
    /// Check form and rules: formatting, lints, licences, the dependency rule
    Ci,
    /// Measure the whole program, the push connection beside the vendor's client, or opening beside Chromium
    #[cfg(unix)]
    Bench(bench::Arguments),
    /// The Windows halves
    Windows {
        /// Type-check the whole workspace for Windows
        #[arg(long, required = true)]
        check: bool,
        /// Only these packages
        #[arg(short, long)]
        package: Vec<String>,
    },
    /// Pack the static application for CRM cards
    PortalApp,
    /// Build what is shipped (profile `dist`, and on Linux the Debian package) and say where it is
    Dist {
        /// Pack the programs in this folder instead of building them
        #[arg(long)]
        programs: Option<std::path::PathBuf>,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Tree::find().and_then(|tree| match arguments.command {
        #[cfg(unix)]
        Task::Demo {
            headless,
            programs,
            scene,
        } => demo::run(&tree, headless, programs, scene),
        #[cfg(unix)]
        Task::Test => suite::run(&tree),
        #[cfg(unix)]
        Task::Bench(arguments) => bench::run(&tree, arguments),
        #[cfg(not(unix))]
        Task::Demo { .. } | Task::Test => anyhow::bail!("only on Linux so far"),
        Task::Ci => ci::run(&tree),
        Task::Windows { check: _, package } => windows::check(&tree, &package),
        Task::PortalApp => portal_app::run(&tree),
        Task::Dist { programs } => dist::run(&tree, programs),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::failure(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
