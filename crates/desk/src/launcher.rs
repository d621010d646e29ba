//! Programs of 1C, started as `onec` has planned them.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Launcher, Waiting};
use hotstart_platform::program::{self, Arguments};
use onec::{Launch, System};

/// Starts programs of 1C on this desk.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeskLauncher;

impl Launcher for DeskLauncher {
    fn launch(&self, launch: Launch) -> Waiting<Result<(), Failure>> {
        Box::pin(async move {
            let started = tokio::task::spawn_blocking(move || {
                let arguments = match launch.system() {
                    System::Windows => Arguments::Raw(launch.raw_arguments()),
                    System::Linux | System::MacOs => Arguments::Plain(launch.arguments()),
                };
                program::start(launch.program(), &arguments)
            });
            match started.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the program of 1C was not started");
                    Err(Failure::new(Code::LaunchFailed).with("detail", error.to_string()))
                }
                Err(error) => {
                    tracing::error!(%error, "starting a program of 1C ended badly");
                    Err(Failure::new(Code::LaunchFailed).with("detail", "internal"))
                }
            }
        })
    }
}
