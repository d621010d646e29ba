//! HTTP clients, made when they are first needed: the trust store of the operating system costs memory.
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::BuilderVerifierExt as _;
use url::{Host, Url};

/// What this program calls itself.
pub(crate) const USER_AGENT: &str = concat!("Hotstart/", env!("CARGO_PKG_VERSION"));

/// Makes and keeps the clients.
#[derive(Debug, Default)]
pub(crate) struct Http {
    outside: OnceLock<Result<reqwest::Client, ()>>,
    here: OnceLock<Result<reqwest::Client, ()>>,
}

impl Http {
    /// The client for an address; fails only where the operating system has no usable trust store.
    ///
    /// What is on this computer is not fetched by way of the company's proxy, and needs no trust store.
    pub(crate) fn client(&self, address: &str) -> Result<reqwest::Client, ()> {
        let local = Url::parse(address).is_ok_and(|address| is_loopback(&address) && address.scheme() == "http");
        let kept = if local { &self.here } else { &self.outside };
        kept.get_or_init(|| make(local).map_err(|error| tracing::error!(%error, "no HTTP client")))
            .clone()
    }
}

fn make(local: bool) -> Result<reqwest::Client, Box<dyn std::error::Error>> {
    let tls = if local {
        trusts_nobody()?
    } else {
        versions()?.with_platform_verifier()?.with_no_client_auth()
    };
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .pool_max_idle_per_host(1);
    let builder = if local { builder.no_proxy() } else { builder };
    Ok(builder.build()?)
}

/// TLS that trusts nobody, for addresses without it.
pub(crate) fn trusts_nobody() -> Result<ClientConfig, rustls::Error> {
    Ok(versions()?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

/// The first step of every set-up of TLS: the provider and its usual versions.
pub(crate) fn versions() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()
}

/// Whether an address is on this computer.
pub(crate) fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        None => false,
    }
}

/// The first bytes of an answer as text. That is enough, even if the rest never comes.
pub(crate) async fn beginning(mut answer: reqwest::Response, most: usize) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= most {
            bytes.truncate(most);
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
