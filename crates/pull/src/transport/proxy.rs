//! The way through a proxy: which one the system wants for an address, and a tunnel through it by CONNECT. Basic
//! credentials come from the proxy's address; there is no NTLM, Kerberos, SOCKS or automatic configuration script.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, Uri, header};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use tokio::io::{AsyncRead, AsyncWrite};
use url::{Host, Url};

use super::http::{self, Exchange};
use crate::session::NotOpened;

/// Which proxy leads to push servers. Addresses of this computer itself are always reached directly.
#[derive(Clone, Default)]
pub struct Proxy(Choice);

#[derive(Clone, Default)]
enum Choice {
    /// Asked at every opening: the network may have changed since the last one.
    #[default]
    System,
    Direct,
    Given(Arc<Matcher>),
}

impl Proxy {
    /// As the operating system says: environment variables (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`), else
    /// the settings of Windows or macOS.
    pub fn system() -> Self {
        Self(Choice::System)
    }

    /// No proxy.
    pub fn direct() -> Self {
        Self(Choice::Direct)
    }

    /// This proxy (`http://` or `https://`, with Basic credentials if there are any), except for the hosts of a list as
    /// in `NO_PROXY`.
    pub fn at(address: &str, except: &str) -> Self {
        Self(Choice::Given(Arc::new(
            Matcher::builder().all(address).no(except).build(),
        )))
    }

    pub(super) fn lead(&self, url: &Url) -> Option<Intercept> {
        let host = url.host()?;
        if is_this_computer(&host) {
            return None;
        }
        let secure = matches!(url.scheme(), "wss" | "https");
        let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let scheme = if secure { "https" } else { "http" };
        let target: Uri = format!("{scheme}://{authority}/").parse().ok()?;
        match &self.0 {
            Choice::System => Matcher::from_system().intercept(&target),
            Choice::Direct => None,
            Choice::Given(matcher) => matcher.intercept(&target),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Choice::System => "Proxy(system)",
            Choice::Direct => "Proxy(direct)",
            Choice::Given(_) => "Proxy(given)",
        })
    }
}

/// Opens a tunnel through a proxy to which there is a stream.
pub(super) async fn tunnel<T>(stream: T, proxy: &Intercept, host: &Host<String>, port: u16) -> Result<T, NotOpened>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    let target = format!("{host}:{port}");
    let mut request = Request::builder()
        .method(Method::CONNECT)
        .uri(target.as_str())
        .header(header::HOST, target.as_str())
        .header(header::USER_AGENT, http::AGENT);
    if let Some(credentials) = proxy.basic_auth() {
        request = request.header(header::PROXY_AUTHORIZATION, credentials);
    }
    let request = request
        .body(Full::<Bytes>::default())
        .map_err(|_| NotOpened::Unreachable)?;
    let mut exchange = Exchange::new(stream).await?;
    let answer = exchange.ask(request).await.map_err(|error| http::not_asked(&error))?;
    let status = answer.status();
    tracing::debug!(proxy = %proxy.uri(), %status, "tunnel");
    if status.is_success() {
        let (stream, beyond) = exchange.into_stream().await?;
        // Neither TLS nor HTTP lets the server speak first.
        return if beyond.is_empty() {
            Ok(stream)
        } else {
            Err(NotOpened::NotAPushServer)
        };
    }
    // Only a wish for credentials concerns the user; what else a proxy says is about its own way, and must not be
    // taken for a word of the push server.
    Err(if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
        NotOpened::Refused {
            status: status.as_u16(),
            retry_after: None,
        }
    } else if status == StatusCode::GATEWAY_TIMEOUT {
        NotOpened::TimedOut
    } else {
        NotOpened::Unreachable
    })
}

fn is_this_computer(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(proxy: &Proxy, address: &str) -> Option<String> {
        let proxy = proxy.lead(&address.parse().unwrap())?;
        Some(proxy.uri().to_string())
    }

    #[test]
    fn this_computer_is_reached_directly() {
        let proxy = Proxy::at("http://proxy.example:3128", "");
        for address in [
            "ws://127.0.0.1:80/",
            "wss://127.8.9.1/",
            "ws://[::1]:8/",
            "wss://localhost/",
            "http://localhost.:80/",
            "http://push.localhost/",
        ] {
            assert_eq!(lead(&proxy, address), None, "{address}");
        }
    }

    #[test]
    fn all_schemes_of_push_servers_go_through_the_proxy() {
        let proxy = Proxy::at("http://proxy.example:3128", "intra.example, 10.0.0.0/8");
        for address in [
            "ws://p.example/",
            "wss://p.example:8443/",
            "http://p.example/",
            "https://p.example/",
        ] {
            let expected = Some("http://proxy.example:3128/".to_owned());
            assert_eq!(lead(&proxy, address), expected, "{address}");
        }
        for address in ["wss://intra.example/", "wss://push.intra.example/", "wss://10.1.2.3/"] {
            assert_eq!(lead(&proxy, address), None, "{address}");
        }
        assert_eq!(lead(&Proxy::direct(), "wss://p.example/"), None);
    }

    #[test]
    fn credentials_are_never_shown() {
        let proxy = Proxy::at("http://user:geheim@proxy.example:3128", "");
        let leading = proxy.lead(&"wss://p.example/".parse().unwrap()).unwrap();
        assert_eq!(leading.basic_auth().unwrap(), "Basic dXNlcjpnZWhlaW0=");
        assert!(!format!("{proxy:?} {leading:?} {}", leading.uri()).contains("geheim"));
    }
}
