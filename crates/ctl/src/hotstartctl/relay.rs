//! `hotstartctl relay`: one instance for a whole company, on a server. It takes the offline events of chosen entities and
//! the commands of portals, and gives them to the bases, as the settings of its home say.
//!
//! It holds the lock of its home like the tray does, so the two never work on one queue.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use hotstart_core::ports::Secrets as _;
use hotstart_core::texts::Language;
use hotstart_desk::{Headless, OfflineNews, OpenError};
use hotstart_platform::instance::Instance;
use hotstart_platform::keyring::Keyring;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

use crate::home::folders;
use crate::listen::ending::Ending;
use crate::output::Failure;

/// The longest secret that is read, in bytes.
const LONGEST_SECRET: u64 = 8 * 1024;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Keeps secrets in this file, which only its owner may read, instead of the secret store of the user: for a
    /// computer that has none.
    #[arg(long, value_name = "FILE", global = true)]
    secrets: Option<PathBuf>,
    /// Ends after so many seconds.
    #[arg(long = "for", value_name = "SECONDS", value_parser = crate::listen::seconds)]
    period: Option<Duration>,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(clap::Subcommand)]
enum What {
    /// Keeps a secret that is read from standard input to its end, without the last line feed.
    Keep {
        /// Its name: `webhook:<portal>`, `application:<portal>`, `tokens:<portal>` or `service:<user>@<publication>`.
        name: String,
    },
}

/// Works until it is told to end.
pub(crate) fn run(arguments: &Arguments, json: bool) -> Result<(), Failure> {
    let keyring = arguments
        .secrets
        .clone()
        .map_or_else(Keyring::of_desk, Keyring::in_file);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("hotstart")
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("internal", error.to_string()))?;
    if let Some(What::Keep { name }) = &arguments.what {
        return keep(&runtime, &keyring, name);
    }
    log();
    let folders = folders()?;
    let claimed = Instance::claim(&folders).map_err(|why| Failure::failed("store.failed", why.to_string()))?;
    let instance = claimed
        .ok_or_else(|| Failure::refused("instance.busy", "Hotstart runs already with these settings and data"))?;
    let ended = runtime.block_on(async {
        let mut ending =
            Ending::new(arguments.period).map_err(|error| Failure::failed("internal", error.to_string()))?;
        let mut headless = Headless::start(&folders, keyring).map_err(|error| refused(&error))?;
        let ready = json!({"ready": true, "offline": headless.offline, "bases": headless.bases});
        let mut said = say(json, &ready);
        // Nobody who reads may be there any more: it ends as on any other day.
        while said.is_ok() {
            tokio::select! {
                () = ending.reached() => break,
                Some((portal, news)) = headless.news.recv() => said = say(json, &told(&portal, &news)),
            }
        }
        headless.stop().await;
        said
    });
    runtime.shutdown_timeout(Duration::from_secs(2));
    drop(instance);
    ended
}

fn told(portal: &str, news: &OfflineNews) -> Value {
    match news {
        OfflineNews::Takes(true) => json!({"portal": portal, "takes": true, "deletes_on_reading": false}),
        OfflineNews::Takes(false) => json!({
            "portal": portal, "takes": true, "deletes_on_reading": true,
            "warning": "the plan of this portal has no rest_offline_extended: it deletes events as it gives them, so a death \
                        of this program between reading and storing loses up to 50 of them",
        }),
        OfflineNews::Taken(count, others) => json!({"portal": portal, "taken": count, "others": others}),
        OfflineNews::Failed(failure) => json!({
            "portal": portal,
            "error": {"code": failure.code_text(), "message": failure.text(Language::En)},
        }),
    }
}

fn say(json: bool, value: &Value) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    let line = if json {
        value.to_string()
    } else {
        crate::output::readable(value).trim_end().replace('\n', ", ")
    };
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|error| Failure::failed("internal", error.to_string()))
}

fn keep(runtime: &Runtime, keyring: &Keyring, name: &str) -> Result<(), Failure> {
    const KINDS: [&str; 4] = ["webhook:", "application:", "tokens:", "service:"];
    if !KINDS.iter().any(|kind| name.starts_with(kind)) {
        return Err(Failure::refused("usage", "this is not the name of a secret"));
    }
    let mut secret = String::new();
    let read = std::io::stdin().take(LONGEST_SECRET).read_to_string(&mut secret);
    read.map_err(|_| Failure::refused("usage", "the secret is no text"))?;
    let secret = secret.trim_end_matches(['\r', '\n']).to_owned();
    if secret.is_empty() {
        return Err(Failure::refused("usage", "there is no secret on standard input"));
    }
    let kept = runtime.block_on(keyring.keep(name.to_owned(), secret, false));
    kept.map_err(|failure| Failure::failed(failure.code_text(), failure.text(Language::En)))
}

fn refused(error: &OpenError) -> Failure {
    Failure::failed("store.failed", error.to_string())
}

/// Logs to standard error; `HOTSTART_LOG` chooses what, in the syntax of tracing filters.
fn log() {
    let filter = EnvFilter::try_from_env("HOTSTART_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}
