//! From an address to a byte stream: proxy, name, TCP, TLS with the trust of the operating system.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use hyper_util::client::proxy::matcher::Intercept;
use rustls::{CertificateError, ClientConfig, pki_types::ServerName};
use rustls_platform_verifier::BuilderVerifierExt;
use socket2::{SockRef, TcpKeepalive};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::OnceCell,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::{Host, Url};

use super::proxy::{self, Proxy};
use crate::{session::NotOpened, status::TlsFault};

/// For one of several addresses of a host, so that a dead IPv6 route leaves time for IPv4.
const PER_ADDRESS: Duration = Duration::from_secs(6);

/// When an idle TCP connection is probed, and how: what died on the way ends within a minute, without waking anybody here.
const KEEPALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(30))
    .with_interval(Duration::from_secs(10));

/// Opens byte streams to push servers.
#[derive(Default)]
pub struct Connector {
    tls: OnceCell<Arc<ClientConfig>>,
    proxy: Proxy,
}

impl Connector {
    /// One that goes and verifies certificates as the operating system says; the trusted roots are loaded at the first
    /// secure address.
    pub fn new() -> Self {
        Self::default()
    }

    /// One with TLS settings of the caller's, for instance further trusted roots.
    pub fn with_tls(tls: Arc<ClientConfig>) -> Self {
        Self {
            tls: OnceCell::new_with(Some(tls)),
            proxy: Proxy::default(),
        }
    }

    /// The same with another way through proxies.
    #[must_use]
    pub fn with_proxy(self, proxy: Proxy) -> Self {
        Self { proxy, ..self }
    }

    /// Opens a stream to an address of scheme `ws`, `wss`, `http` or `https`.
    pub async fn open(&self, url: &Url) -> Result<Stream, NotOpened> {
        let host = url.host().ok_or(NotOpened::Unreachable)?.to_owned();
        let port = url.port_or_known_default().ok_or(NotOpened::Unreachable)?;
        let secure = matches!(url.scheme(), "wss" | "https");
        let io = match self.proxy.lead(url) {
            None => Io::Plain(dial(&host, port).await?),
            Some(proxy) => self.through(&proxy, &host, port).await?,
        };
        let io = match (secure, io) {
            (false, io) => io,
            (true, Io::Plain(tcp)) => Io::Tls(Box::new(self.encrypt(&host, tcp).await?)),
            (true, Io::Tls(tls)) => Io::Nested(Box::new(self.encrypt(&host, *tls).await?)),
            (true, Io::Nested(_)) => return Err(NotOpened::Unreachable),
        };
        Ok(Stream { io, received: 0 })
    }

    /// A tunnel through a proxy.
    async fn through(&self, proxy: &Intercept, host: &Host<String>, port: u16) -> Result<Io, NotOpened> {
        let address = Url::parse(&proxy.uri().to_string()).map_err(|_| NotOpened::Unreachable)?;
        let (at, at_port) = match (address.host(), address.port_or_known_default()) {
            (Some(host), Some(port)) => (host.to_owned(), port),
            _ => return Err(NotOpened::Unreachable),
        };
        match address.scheme() {
            "http" => {
                let tcp = dial(&at, at_port).await?;
                Ok(Io::Plain(proxy::tunnel(tcp, proxy, host, port).await?))
            }
            "https" => {
                let tls = self.encrypt(&at, dial(&at, at_port).await?).await?;
                Ok(Io::Tls(Box::new(proxy::tunnel(tls, proxy, host, port).await?)))
            }
            scheme => {
                tracing::warn!(scheme, "no way through a proxy of this kind");
                Err(NotOpened::Unreachable)
            }
        }
    }

    async fn encrypt<T>(&self, host: &Host<String>, stream: T) -> Result<TlsStream<T>, NotOpened>
    where
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let name = match host {
            Host::Domain(name) => {
                ServerName::try_from(name.clone()).map_err(|_| NotOpened::Tls(TlsFault::WrongHost))?
            }
            Host::Ipv4(ip) => ServerName::IpAddress(std::net::IpAddr::V4(*ip).into()),
            Host::Ipv6(ip) => ServerName::IpAddress(std::net::IpAddr::V6(*ip).into()),
        };
        let tls = self.tls.get_or_try_init(load).await?;
        let encrypted = TlsConnector::from(Arc::clone(tls)).connect(name, stream).await;
        encrypted.map_err(|error| {
            tracing::info!(%error, "TLS handshake");
            NotOpened::Tls(fault(&error))
        })
    }
}

/// What a failed handshake means.
fn fault(error: &io::Error) -> TlsFault {
    let error = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(refused)) = error else {
        return TlsFault::Protocol;
    };
    // A signature that is wrong is that of somebody with the same name as an issuer who is trusted.
    if matches!(
        refused,
        CertificateError::UnknownIssuer | CertificateError::BadSignature
    ) {
        TlsFault::UnknownIssuer
    } else if matches!(
        refused,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    ) {
        TlsFault::Expired
    } else if matches!(
        refused,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
    ) {
        TlsFault::WrongHost
    } else {
        TlsFault::Certificate
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
                // Small frames at once; a socket that can do neither still works.
                let _ = stream.set_nodelay(true);
                let _ = SockRef::from(&stream).set_tcp_keepalive(&KEEPALIVE);
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
            Err(NotOpened::Tls(TlsFault::NoRoots))
        }
        Err(_) => Err(NotOpened::Tls(TlsFault::NoRoots)),
    }
}

/// A byte stream, plain or encrypted.
#[derive(Debug)]
pub struct Stream {
    io: Io,
    received: u64,
}

#[derive(Debug)]
enum Io {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// To the server through an encrypted proxy.
    Nested(Box<TlsStream<TlsStream<TcpStream>>>),
}

impl Stream {
    /// How many bytes were read: progress where a long frame takes its time.
    pub(super) fn received(&self) -> u64 {
        self.received
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let polled = match &mut this.io {
            Io::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Io::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
            Io::Nested(stream) => Pin::new(stream).poll_read(cx, buf),
        };
        this.received += (buf.filled().len() - before) as u64;
        polled
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Io::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
            Io::Nested(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Io::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Io::Nested(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Nested(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
