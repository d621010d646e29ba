//! `hotstartctl listen`: the events of a user's channel, one line each.
//!
//! ```text
//! webhook ──► pull.config.get ──► pull (connection) ──► Delivery ──► gather (at most 10 ms)
//!                                        ▲                             │
//!                                        └── acknowledged ◄── commit ◄─┘  cursor, ids, lines, "handed out up to"
//!                                                               │
//!                                                               └──► printer ──► flushed ──► noted with the next commit
//! ```
//!
//! Everything but printing happens on one thread, which sleeps when nothing arrives; a reader that does not read holds
//! up the printer alone, so that signals are still heard. Without `--state` nothing is stored and the rest is the same.

#[path = "listen/ending.rs"]
pub(crate) mod ending;
#[path = "listen/line.rs"]
mod line;
#[path = "listen/listener.rs"]
mod listener;
#[path = "listen/moment.rs"]
mod moment;
#[path = "listen/printer.rs"]
mod printer;
#[path = "listen/told.rs"]
mod told;
#[path = "listen/webhook.rs"]
mod webhook;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bitrix24_pull::{Mid, Options, Resume, connect};
use hotstart_core::failure::Failure as Refusal;
use hotstart_core::texts::Language;
use hotstart_desk::WebhookSource;
use hotstart_store::{Earlier, Outbox, OutboxError};

use crate::output::Failure;
use ending::Ending;
use listener::Listener;
use printer::Printer;
use told::Told;

/// Threads for what the system cannot do otherwise than blocking, which is asking for the addresses of a name.
const BLOCKING_THREADS: usize = 2;
/// Half of the memory that may be free without being given back: some commits of a flood.
const KEPT_MEMORY: usize = 512 * 1024;
/// How long such a thread waits for more to do.
const KEPT_THREAD: Duration = Duration::from_secs(1);

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    webhook: webhook::Address,
    /// Keeps cursor, ids and unprinted events in this folder, for one process at a time.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// Ends after so many lines.
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// Ends after so many seconds.
    #[arg(long = "for", value_name = "SECONDS", value_parser = seconds)]
    period: Option<Duration>,
    /// Accepts plain http outside this computer, for a portal in the company's own network.
    #[arg(long)]
    intranet: bool,
    /// Prints no lines, for measuring; everything else is the same.
    #[arg(long, hide = true)]
    quiet: bool,
}

/// Prints events until it is told to end.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    keep_freed_memory();
    let address = arguments.webhook.address()?;
    let source = WebhookSource::new(&address, arguments.intranet).map_err(|refusal| refused(&refusal))?;
    drop(address);
    let (outbox, earlier) = match &arguments.state {
        Some(folder) => Outbox::open(folder).map(|(outbox, earlier)| (Some(outbox), earlier))?,
        None => (None, Earlier::default()),
    };
    let resume = resume(earlier)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_keep_alive(KEPT_THREAD)
        .build()
        .map_err(|error| Failure::failed("internal", error.to_string()))?;
    let (printer, count) = (printer(arguments)?, arguments.count);
    let (period, intranet) = (arguments.period, arguments.intranet);
    // As a task of its own: what `block_on` runs itself is woken by a write to the system, once for every event.
    let printed = runtime.block_on(async {
        let listening = tokio::spawn(async move {
            let mut ending = Ending::new(period).map_err(|error| io(&error))?;
            let source = Arc::new(source);
            let mut listener = Listener::new(outbox, printer, count, Told::new(Arc::clone(&source)));
            listen(&mut listener, &mut ending, source, intranet, resume).await
        });
        listening
            .await
            .unwrap_or_else(|error| Err(Failure::failed("internal", error.to_string())))
    });
    // A question about a name that nobody waits for any more must not hold up the end.
    runtime.shutdown_background();
    printed
}

async fn listen(
    listener: &mut Listener,
    ending: &mut Ending,
    source: Arc<WebhookSource>,
    intranet: bool,
    resume: Resume,
) -> Result<(), Failure> {
    if !listener.print_earlier(ending).await? {
        return Ok(());
    }
    let mut options = Options::new(source.origin().map_err(|refusal| refused(&refusal))?);
    options.intranet = intranet;
    let connection = connect(options, source, resume);
    listener.listen(connection, ending).await
}

/// The allocator of glibc gives memory back to the system when more than a threshold of it is free at its end, and a flood
/// would ask for it again with every commit, page by page. Freeing a large piece doubles that piece into the threshold
/// (`mallopt(3)`, dynamic mmap threshold); it is never written to, so it costs no memory.
fn keep_freed_memory() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(KEPT_MEMORY)));
}

fn printer(arguments: &Arguments) -> Result<Printer, Failure> {
    if arguments.quiet {
        return Ok(Printer::quiet());
    }
    Printer::start().map_err(|error| io(&error))
}

fn io(error: &std::io::Error) -> Failure {
    Failure::failed("internal", error.to_string())
}

/// What the connection goes on from. A position that cannot be read is not thrown away with all that follows from it.
fn resume(earlier: Earlier) -> Result<Resume, Failure> {
    let broken = || Failure::failed("state.broken", "the stored position cannot be read");
    let position = earlier
        .position
        .map(|text| serde_json::from_str(&text).map_err(|_| broken()))
        .transpose()?;
    let seen = earlier.seen.iter().filter_map(|mid| Mid::new(mid).ok()).collect();
    Ok(Resume { position, seen })
}

fn refused(refusal: &Refusal) -> Failure {
    Failure::refused(refusal.code_text(), refusal.text(Language::En))
}

pub(crate) fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    Duration::try_from_secs_f64(seconds).map_err(|_| "not a number of seconds")
}

impl From<OutboxError> for Failure {
    fn from(error: OutboxError) -> Self {
        let message = format!("the state folder: {error}");
        match error {
            OutboxError::Busy => Self::refused("state.busy", message),
            OutboxError::Newer(_) => Self::refused("state.newer", message),
            OutboxError::Foreign(_) => Self::refused("state.foreign", message),
            OutboxError::Broken => Self::failed("state.broken", message),
            OutboxError::Sqlite(_) | OutboxError::Io(_) => Self::failed("state.failed", message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_numbers_that_can_be_waited() {
        assert_eq!(seconds("1.5").unwrap(), Duration::from_millis(1500));
        assert_eq!(seconds("0").unwrap(), Duration::ZERO);
        for text in ["", "x", "-1", "nan", "inf", "1e300"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_stored_position_is_read_or_the_state_is_broken() {
        let earlier = |position: &str| Earlier {
            position: Some(position.to_owned()),
            seen: vec!["17".to_owned(), String::new()],
        };
        let resumed = resume(earlier(r#"{"mid":"17"}"#)).unwrap();
        assert_eq!(resumed.position.unwrap().mid().unwrap().as_str(), "17");
        assert_eq!(resumed.seen.len(), 1);
        assert!(resume(earlier("x")).is_err());
        assert!(resume(Earlier::default()).unwrap().position.is_none());
    }
}
