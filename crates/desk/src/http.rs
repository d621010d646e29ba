//! The one HTTP client, made when it is first needed: the trust store of the operating system costs memory.
use std::sync::OnceLock;
use std::time::Duration;

/// Makes and keeps the client.
#[derive(Debug, Default)]
pub(crate) struct Http {
    client: OnceLock<Result<reqwest::Client, ()>>,
}

impl Http {
    /// The client; fails only where the operating system has no usable trust store.
    pub(crate) fn client(&self) -> Result<reqwest::Client, ()> {
        let made = self.client.get_or_init(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
            reqwest::Client::builder()
                .user_agent(concat!("Hotstart/", env!("CARGO_PKG_VERSION")))
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(Duration::from_secs(5))
                .pool_max_idle_per_host(1)
                .build()
                .map_err(|error| tracing::error!(%error, "no HTTP client"))
        });
        made.clone()
    }
}
