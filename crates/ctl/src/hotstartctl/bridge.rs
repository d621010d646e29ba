//! `hotstartctl bridge`: tokens with which 1C calls the program over the loopback bridge.

use std::time::Duration;

use clap::Subcommand;
use hotstart_bridge::tokens::Tokens;
use hotstart_core::failure::{Code, Failure as Told};
use hotstart_core::texts::Language;
use hotstart_platform::folders::Folders;
use hotstart_platform::handoff::{Hander, PAIRED};
use serde_json::json;

use crate::home::{folders, settings};
use crate::output::{Failure, Outcome};

/// How long the running program may take for each step of hearing that its tokens have changed.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Makes a token for a base and prints it; an older one is void. It cannot be shown again.
    Pair {
        /// The alias of the base.
        #[arg(long)]
        base: String,
    },
    /// Makes the token of a base void.
    Unpair {
        /// The alias of the base.
        #[arg(long)]
        base: String,
    },
    /// Prints the bases that have a token.
    List,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let folders = folders()?;
    let tokens = Tokens::of(folders.data());
    let failed = |why: std::io::Error| Failure::failed("store.failed", why.to_string());
    match &arguments.what {
        What::Pair { base } => {
            let settings = settings(&folders)?;
            let Some(known) = settings.base(base) else {
                let unknown = Told::new(Code::BaseUnknown).with("base", base);
                return Err(Failure::refused(unknown.code_text(), unknown.text(Language::En)));
            };
            let token = tokens.pair(&known.alias).map_err(failed)?;
            tell(&folders);
            Ok(json!({"token": token, "base": known.alias}))
        }
        What::Unpair { base } => {
            tokens.unpair(base, None).map_err(failed)?;
            tell(&folders);
            Ok(json!({"base": base}))
        }
        What::List => Ok(json!(tokens.paired().map_err(failed)?)),
    }
}

/// The running program, if there is one, looks at its tokens again; otherwise it does so when it starts.
fn tell(folders: &Folders) {
    if let Ok(word) = Hander::new(folders, PAIRED, None) {
        let _ = word.hand_over(PATIENCE);
    }
}
