//! `hotstartctl doctor`: what this desk depends on, and what is wrong with it. It changes nothing and opens no session.

use hotstart_core::doctor::CheckView;
use hotstart_core::texts::Language;
use hotstart_desk::doctor::examine;
use serde_json::to_value;

use crate::home::folders;
use crate::output::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The language of the texts; without it, the one of the settings.
    #[arg(long, value_enum)]
    language: Option<Words>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Words {
    Ru,
    En,
}

/// Every check that was made; what is wrong with the desk is no failure of the command.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let folders = folders()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| Failure::failed("internal", why.to_string()))?;
    let found = runtime.block_on(examine(&folders));
    // A search on a folder of a network that is gone must not hold the program.
    runtime.shutdown_background();
    let language = match arguments.language {
        Some(Words::Ru) => Language::Ru,
        Some(Words::En) => Language::En,
        None => found.language,
    };
    let views: Vec<CheckView> = found.checks.iter().map(|check| check.view(language)).collect();
    to_value(views).map_err(|why| Failure::failed("internal", why.to_string()))
}
