//! From an address to a byte stream: name, TCP, TLS with the trust of the operating system. Proxies will be joined in
//! here, since the WebSocket library knows none.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use rustls::{ClientConfig, pki_types::ServerName};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::OnceCell,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::{Host, Url};

use crate::session::NotOpened;

/// For one of several addresses of a host, so that a dead IPv6 route leaves time for IPv4.
const PER_ADDRESS: Duration = Duration::from_secs(6);

/// Opens byte streams to push servers.
#[derive(Default)]
pub struct Connector {
    tls: OnceCell<Arc<ClientConfig>>,
}

impl Connector {
    /// One that verifies certificates as the operating system does; loaded at the first secure address.
    pub fn new() -> Self {
        Self::default()
    }

    /// One with TLS settings of the caller's, for instance further trusted roots.
    pub fn with_tls(tls: Arc<ClientConfig>) -> Self {
        Self {
            tls: OnceCell::new_with(Some(tls)),
        }
    }

    /// Opens a stream to an address of scheme `ws` or `wss`.
    pub async fn open(&self, url: &Url) -> Result<Stream, NotOpened> {
        let host = url.host().ok_or(NotOpened::Unreachable)?.to_owned();
        let port = url.port_or_known_default().ok_or(NotOpened::Unreachable)?;
        let tcp = dial(&host, port).await?;
        if url.scheme() != "wss" {
            return Ok(Stream::Plain(tcp));
        }
        let name = match host {
            Host::Domain(name) => ServerName::try_from(name).map_err(|_| NotOpened::Tls)?,
            Host::Ipv4(ip) => ServerName::IpAddress(std::net::IpAddr::V4(ip).into()),
            Host::Ipv6(ip) => ServerName::IpAddress(std::net::IpAddr::V6(ip).into()),
        };
        let tls = self.tls.get_or_try_init(load).await?;
        let stream = TlsConnector::from(Arc::clone(tls))
            .connect(name, tcp)
            .await
            .map_err(|error| {
                tracing::info!(%error, "TLS handshake");
                NotOpened::Tls
            })?;
        Ok(Stream::Tls(Box::new(stream)))
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

async fn dial(host: &Host<String>, port: u16) -> Result<TcpStream, NotOpened> {
    let addresses: Vec<SocketAddr> = match host {
        Host::Ipv4(ip) => vec![(*ip, port).into()],
        Host::Ipv6(ip) => vec![(*ip, port).into()],
        Host::Domain(name) => tokio::net::lookup_host((name.as_str(), port))
            .await
            .map_err(|_| NotOpened::Unreachable)?
            .collect(),
    };
    let mut last = NotOpened::Unreachable;
    for address in addresses {
        match timeout(PER_ADDRESS, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                // Small frames at once; a socket that cannot do it still works.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Ok(Err(_)) => last = NotOpened::Unreachable,
            Err(_) => last = NotOpened::TimedOut,
        }
    }
    Err(last)
}

/// Reads the trusted roots of the operating system, off the runtime since it reads files.
async fn load() -> Result<Arc<ClientConfig>, NotOpened> {
    let loaded = tokio::task::spawn_blocking(|| {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok::<_, rustls::Error>(Arc::new(config))
    });
    match loaded.await {
        Ok(Ok(config)) => Ok(config),
        Ok(Err(error)) => {
            tracing::warn!(%error, "no trusted roots");
            Err(NotOpened::Tls)
        }
        Err(_) => Err(NotOpened::Tls),
    }
}

/// A byte stream, plain or encrypted.
#[derive(Debug)]
pub enum Stream {
    /// Plain TCP.
    Plain(TcpStream),
    /// TLS over TCP.
    Tls(Box<TlsStream<TcpStream>>),
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
