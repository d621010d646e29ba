//! Connects to a WebSocket address through the connector of this crate and sends every message back until the server
//! closes: the client that conformance suites ask for.
//!
//! ```text
//! cargo run -p bitrix24-pull --example echo -- ws://127.0.0.1:9001/runCase?case=1&agent=bitrix24-pull
//! ```
//!
//! `--limit BYTES` (or `ECHO_LIMIT`) is the largest message that is taken, 16 MiB unless told. It ends with 0 when the
//! server closed normally, 1 when the connection ended in any other way, 2 when there was none.

use std::{io::Write as _, process::ExitCode, sync::Arc, time::Duration};

use bitrix24_pull::{
    TransportKind,
    config::Endpoint,
    session::Closed,
    transport::{Connector, Incoming, Link, Outgoing},
};
use url::Url;

const LIMIT: usize = 16 << 20;
const NORMAL: u16 = 1000;
const GOING_AWAY: u16 = 1001;
const FAREWELL: Duration = Duration::from_secs(2);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some((url, limit)) = arguments() else {
        tell("usage: echo [--limit BYTES] ws://HOST:PORT/PATH");
        return ExitCode::from(2);
    };
    let connector = Arc::new(Connector::new());
    let opened = Link::open(connector, TransportKind::WebSocket, vec![Endpoint::new(url)], limit).await;
    let mut link = match opened {
        Ok(link) => link,
        Err(why) => {
            tell(&format!("not opened: {why:?}"));
            return ExitCode::from(2);
        }
    };
    let end = echo(&mut link).await;
    link.close(NORMAL, FAREWELL).await;
    // No code is what a server says that has no reason.
    if let Closed::ByServer(None | Some(NORMAL | GOING_AWAY)) = end {
        return ExitCode::SUCCESS;
    }
    tell(&format!("ended: {end:?}"));
    ExitCode::FAILURE
}

async fn echo(link: &mut Link) -> Closed {
    loop {
        let back = match link.next().await {
            Incoming::Text(text) => Outgoing::Text(text.as_str().to_owned()),
            Incoming::Binary(bytes) => Outgoing::Binary(bytes),
            Incoming::Alive | Incoming::Answered(_) => continue,
            Incoming::Closed(why) => return why,
        };
        if let Err(why) = link.send(back).await {
            return why;
        }
    }
}

fn arguments() -> Option<(Url, usize)> {
    let mut limit = match std::env::var("ECHO_LIMIT") {
        Ok(limit) => limit.parse().ok()?,
        Err(_) => LIMIT,
    };
    let mut url = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--limit" => limit = arguments.next()?.parse().ok()?,
            address => url = Some(Url::parse(address).ok()?),
        }
    }
    Some((url?, limit))
}

fn tell(text: &str) {
    // Who closed the standard error does not want to hear it.
    let _ = writeln!(std::io::stderr(), "{text}");
}
