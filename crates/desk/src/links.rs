//! Who the desktop starts for links of 1C.
use std::path::PathBuf;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{LinkHandler, Waiting};
use hotstart_platform::folders::HOME_VARIABLE;
use hotstart_platform::scheme::{Registration, SchemeError};

/// Registers `hotstart-open`, which stands beside this program.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeskLinks;

impl LinkHandler for DeskLinks {
    fn take_e1c(&self, take: bool) -> Waiting<Result<(), Failure>> {
        Box::pin(async move {
            if std::env::var_os(HOME_VARIABLE).is_some() {
                // A trial under a folder of its own must not take over the user's links.
                return Ok(());
            }
            let done = tokio::task::spawn_blocking(move || -> Result<(), SchemeError> {
                let registration = Registration::e1c(opener()?);
                if take {
                    registration.register().map(drop)
                } else {
                    registration.unregister()
                }
            });
            match done.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => {
                    tracing::warn!(%error, take, "links of 1C were not registered");
                    Err(Failure::new(Code::SchemeFailed))
                }
                Err(error) => {
                    tracing::error!(%error, "registering links ended badly");
                    Err(Failure::new(Code::SchemeFailed))
                }
            }
        })
    }
}

fn opener() -> std::io::Result<PathBuf> {
    let name = format!("hotstart-open{}", std::env::consts::EXE_SUFFIX);
    Ok(std::env::current_exe()?.with_file_name(name))
}
