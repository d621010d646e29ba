//! A visit to the first page of a publication, as a window would make it: no session, no licence, no credentials.
use std::sync::Arc;
use std::time::Duration;

use hotstart_core::Timestamp;
use hotstart_core::doctor::{Check, Finding};
use reqwest::header::{ACCEPT, LOCATION};
use reqwest::{Client, ClientBuilder, Response};
use url::{Host, Url};

use super::chain::judged;
use super::page::Page;
use super::trust::{Seen, Trust, Witness};
use crate::http::{USER_AGENT, beginning, is_loopback, trusts_nobody};

/// How long a server may take for one answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How much of a page is read.
const READ: usize = 256 * 1024;
/// Redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// What came of a visit.
#[derive(Debug)]
pub(super) struct Visit {
    /// The addresses that were redirected to within the same host, in order.
    pub(super) hops: Vec<Url>,
    /// How it ended.
    pub(super) end: End,
    /// The certificate of the server, if one was shown.
    pub(super) seen: Option<Seen>,
}

/// How a visit ended.
#[derive(Debug)]
pub(super) enum End {
    /// A page, whatever its status.
    Page(Page),
    /// A redirect to another host, or from https to http; nothing was asked there.
    Elsewhere(Url),
    /// Redirects without end, or to no address.
    Loop,
    /// The handshake failed.
    Tls(String),
    /// No answer in time.
    TimedOut,
    /// No connection, or it was lost.
    Unreachable,
}

/// An HTTP client for one publication, and the witness of its handshakes.
pub(super) struct Visitor {
    client: Client,
    witness: Option<Arc<Witness>>,
    patience: Duration,
}

impl Visitor {
    /// `trust` is used for https only, and needed there. Fails where no client can be made.
    pub(super) fn new(address: &Url, trust: Option<&Trust>) -> Option<Self> {
        let (tls, witness) = if address.scheme() == "https" {
            let (tls, witness) = trust?.watched().ok()?;
            (tls, Some(witness))
        } else {
            (trusts_nobody().ok()?, None)
        };
        let builder = onec::client::settings(Client::builder())
            .tls_backend_preconfigured(tls)
            .user_agent(USER_AGENT)
            .connect_timeout(PATIENCE);
        let client = through(builder, address).build().ok()?;
        Some(Self {
            client,
            witness,
            patience: PATIENCE,
        })
    }

    /// The same with another wait for each answer.
    pub(super) fn patient(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The client, for further questions to the same publication.
    pub(super) fn client(&self) -> Client {
        self.client.clone()
    }

    /// Asks for the page.
    pub(super) async fn visit(&self, address: Url) -> Visit {
        let mut hops = Vec::new();
        let end = self.follow(address, &mut hops).await;
        let seen = self.witness.as_ref().and_then(|witness| witness.seen());
        Visit { hops, end, seen }
    }

    async fn follow(&self, address: Url, hops: &mut Vec<Url>) -> End {
        let mut at = address;
        for _ in 0..=MAX_REDIRECTS {
            let request = self
                .client
                .get(at.clone())
                .header(ACCEPT, "text/html")
                .timeout(self.patience);
            let response = match request.send().await {
                Ok(response) => response,
                Err(error) => return ended(&error),
            };
            if !response.status().is_redirection() {
                return End::Page(read(response).await);
            }
            let Some(next) = target(&response) else {
                return End::Loop;
            };
            let safe = next.scheme() == "https" || next.scheme() == at.scheme();
            if next.host() != at.host() || !safe {
                return End::Elsewhere(next);
            }
            hops.push(next.clone());
            at = next;
        }
        End::Loop
    }
}

impl Visit {
    /// What is said of the certificate of `host`, `secure` if there had to be one.
    pub(super) fn certificate(&self, host: &str, secure: bool, now: Timestamp) -> Check {
        match (&self.seen, &self.end) {
            (Some(seen), _) => judged(&seen.chain, host, &seen.verdict, now.0.div_euclid(1000)),
            (None, End::Tls(detail)) => Check::new(Finding::TlsOld).with("detail", detail),
            (None, _) if secure => Check::new(Finding::CertificateUnseen),
            (None, _) => Check::new(Finding::CertificateUnused),
        }
    }
}

/// Whether the name of the host is known here.
pub(super) async fn has_address(url: &Url) -> bool {
    match (url.host(), url.port_or_known_default()) {
        (Some(Host::Domain(name)), Some(port)) => {
            let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((name, port))).await;
            found.is_ok_and(|found| found.is_ok_and(|mut addresses| addresses.next().is_some()))
        }
        (_, _) => true,
    }
}

fn target(response: &Response) -> Option<Url> {
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let mut next = response.url().join(location).ok()?;
    let _ = next.set_username("");
    let _ = next.set_password(None);
    next.has_host().then_some(next)
}

/// What is on this computer is not fetched by way of the company's proxy.
fn through(builder: ClientBuilder, address: &Url) -> ClientBuilder {
    if is_loopback(address) {
        builder.no_proxy()
    } else {
        builder
    }
}

/// An address without its query, which may hold what a sign-in page was given.
pub(super) fn shown(url: &Url) -> String {
    format!("{}{}", url.origin().ascii_serialization(), url.path())
}

async fn read(response: Response) -> Page {
    let (status, headers) = (response.status(), response.headers().clone());
    let body = beginning(response, READ).await;
    Page { status, headers, body }
}

fn ended(error: &reqwest::Error) -> End {
    if error.is_timeout() {
        return End::TimedOut;
    }
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let tls = error.downcast_ref::<rustls::Error>();
        if let Some(fault) = tls.or_else(|| error.downcast_ref().and_then(inside)) {
            return End::Tls(fault.to_string());
        }
        cause = error.source();
    }
    End::Unreachable
}

/// The TLS library hides its error in an I/O error, and its connector hides that in another one; neither is a `source`.
fn inside(error: &std::io::Error) -> Option<&rustls::Error> {
    let inner = error.get_ref()?;
    inner
        .downcast_ref::<rustls::Error>()
        .or_else(|| inner.downcast_ref().and_then(inside))
}
