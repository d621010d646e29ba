//! The demo office as a program: one line when it is ready, then it serves until SIGTERM or the end of standard input.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use hotstart_office::{Addresses, Options, ServerVersion, start};

/// A simulated Bitrix24 portal, its push server and a 1C publication on loopback.
#[derive(Debug, Parser)]
#[command(version)]
struct Flags {
    /// Portal and push server on this port, publications on the next, control on the one after; 0: free ports
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The signature key of the push server; without it one is made from the seed
    #[arg(long)]
    key: Option<String>,
    /// The version of the push server: 1, 2 nginx module, 3 Push server 1.0, 4 Push server 2.0, 5 JSON-RPC
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=5))]
    server_version: u8,
    /// Feeds all randomness
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep messages and channels in this file over restarts
    #[arg(long)]
    history: Option<PathBuf>,
    /// Print the ready line as one line of JSON
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    let outcome = runtime.block_on(serve(&flags));
    // Open connections and the thread that reads standard input must not hold the end up.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => fail(&message),
    }
}

async fn serve(flags: &Flags) -> Result<(), String> {
    let server_version = ServerVersion::from_number(flags.server_version).ok_or("unknown server version")?;
    let options = Options {
        port: Some(flags.port),
        key: flags.key.clone(),
        server_version,
        seed: flags.seed,
        history: flags.history.clone(),
    };
    let office = start(options).await.map_err(|error| error.to_string())?;
    // Listened to before the ready line: who reads the line may send the signal at once.
    let ended = terminated().map_err(|error| format!("cannot listen to signals: {error}"))?;
    ready(office.addresses(), flags.json).map_err(|error| format!("cannot print the ready line: {error}"))?;
    tokio::select! {
        () = office.run() => Err("the listeners ended".to_owned()),
        () = end_of_input() => Ok(()),
        () = ended => Ok(()),
    }
}

fn ready(addresses: &Addresses, json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, addresses)?;
        writeln!(out)?;
    } else {
        writeln!(out, "Портал      {}/crm/deal/details/123/", addresses.portal)?;
        writeln!(out, "Вебхук      {}", addresses.webhook)?;
        writeln!(out, "Публикации  {}", addresses.publications.join("  "))?;
        writeln!(out, "Управление  {}", addresses.control)?;
    }
    out.flush()
}

/// Standard input is read by a thread of its own: it cannot be waited for otherwise on every system.
async fn end_of_input() {
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 1024];
        let mut input = std::io::stdin();
        while matches!(input.read(&mut buffer), Ok(count) if count > 0) {}
        let _ = ended.send(());
    });
    let _ = end.await;
}

/// Resolves at SIGTERM or SIGINT; both are caught from the call on, not from the first poll.
#[cfg(unix)]
fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves at Ctrl+C, which is caught from the call on.
#[cfg(windows)]
fn terminated() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

fn fail(message: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "hotstart-office: {message}");
    ExitCode::from(2)
}
