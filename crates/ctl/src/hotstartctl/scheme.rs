//! `hotstartctl scheme`: who is started for `hotstart://` links. The program registers itself at every start; this is
//! for packages, for an uninstaller, and for trials under a folder of their own, which never register by themselves.

use hotstart_platform::scheme::{Registered, Registration, SchemeError};
use serde_json::json;

use crate::output::{Failure, Outcome};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[arg(value_enum)]
    action: Action,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Action {
    /// Makes `hotstart-open`, which stands beside this program, the one for links.
    Register,
    /// Takes that back.
    Unregister,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let opener = format!("hotstart-open{}", std::env::consts::EXE_SUFFIX);
    let program = std::env::current_exe()
        .map_err(|why| failure(&why.into()))?
        .with_file_name(opener);
    let registration = Registration::new(program);
    match arguments.action {
        Action::Register => {
            let done = registration.register().map_err(|why| failure(&why))?;
            let made = match done {
                Registered::Unchanged => "unchanged",
                Registered::Written => "written",
                Registered::WrittenOnly => "written-only",
                Registered::ByPackage => "by-package",
            };
            Ok(json!({"registered": made}))
        }
        Action::Unregister => {
            registration.unregister().map_err(|why| failure(&why))?;
            Ok(json!({"registered": "no"}))
        }
    }
}

fn failure(why: &SchemeError) -> Failure {
    Failure::failed("scheme.failed", why.to_string())
}
