//! The HTTP side: one client, one request, one answer.

use std::{sync::Arc, time::Duration};

use reqwest::{
    Client, Response, StatusCode,
    header::{ACCEPT, LOCATION},
    redirect::Policy,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt as _;
use serde_json::Value;

use super::{Answer, RestError, RestErrorKind, php, retry_after};
use crate::webhook::Webhook;

/// How calls are made.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Time for the connection to the portal.
    pub connect_within: Duration,
    /// Time for a whole call; the cloud itself ends calls after 60 s.
    pub answer_within: Duration,
    /// Largest answer in bytes.
    pub max_body: usize,
    /// Name and version for the portal's logs; an empty one is turned away by some front servers.
    pub user_agent: String,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(65),
            max_body: 16 << 20,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// A client for one portal.
pub(super) fn build(webhook: &Webhook, options: &ClientOptions) -> Result<Client, RestError> {
    let tls = tls(webhook.is_secure()).map_err(|error| RestError::new(RestErrorKind::Tls, &error.to_string()))?;
    let mut builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .connect_timeout(options.connect_within)
        .timeout(options.answer_within)
        .user_agent(&options.user_agent);
    // What is on this computer is not fetched by way of the company's proxy.
    if webhook.portal().is_loopback() {
        builder = builder.no_proxy();
    }
    builder.build().map_err(RestError::from_transport)
}

/// TLS with the trust of the operating system. The provider is named here, so that nothing depends on a process-wide
/// default; a plain portal needs no roots, and a computer without any must still reach it.
fn tls(secure: bool) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    let builder = if secure {
        builder.with_platform_verifier()?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Sends a call and reads its answer.
pub(super) async fn send(client: &Client, url: &str, params: &Value, max_body: usize) -> Result<Answer, RestError> {
    let request = client.post(url).header(ACCEPT, "application/json").json(params);
    let response = request.send().await.map_err(RestError::from_transport)?;
    let status = response.status();
    if status.is_redirection() {
        return Err(moved(&response));
    }
    let wait = retry_after(response.headers());
    let body = read(response, max_body).await?;
    let Ok(value) = serde_json::from_slice::<Value>(&body) else {
        return Err(RestError::from_page(status.as_u16(), wait));
    };
    understand(status, &value, wait)
}

/// The answer in a JSON body; an error may come with any status.
fn understand(status: StatusCode, value: &Value, wait: Option<Duration>) -> Result<Answer, RestError> {
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        return Err(RestError::from_portal(
            Some(status.as_u16()),
            error,
            value.get("error_description"),
            wait,
        ));
    }
    if !status.is_success() {
        return Err(RestError::from_page(status.as_u16(), wait));
    }
    let Some(result) = value.get("result") else {
        return Err(RestError::new(RestErrorKind::NotJson, "JSON without a result").with_status(status.as_u16()));
    };
    let number = |name| value.get(name).and_then(php::number);
    Ok(Answer {
        result: result.clone(),
        total: number("total"),
        next: number("next"),
        operating_reset_at: value
            .get("time")
            .and_then(|time| time.get("operating_reset_at"))
            .and_then(php::number),
    })
}

/// A renamed portal answers with a redirect; only its host is told, and nothing is sent there.
fn moved(response: &Response) -> RestError {
    let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let host = target
        .and_then(|target| url::Url::parse(target).ok())
        .and_then(|url| url.host_str().map(str::to_owned));
    let message = host.map_or_else(|| "to another page".to_owned(), |host| format!("to {host}"));
    RestError::new(RestErrorKind::Moved, &message).with_status(response.status().as_u16())
}

async fn read(mut response: Response, max_body: usize) -> Result<Vec<u8>, RestError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(RestError::from_transport)? {
        if body.len() + chunk.len() > max_body {
            let error = RestError::new(RestErrorKind::TooLarge, "the answer is too large");
            return Err(error.with_status(response.status().as_u16()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
