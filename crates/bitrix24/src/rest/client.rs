//! The HTTP side: one client, one request, one answer.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, RETRY_AFTER, SET_COOKIE},
    redirect::Policy,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Answer, Delays, Limits, Rates, RestError, RestErrorKind, answer};
use crate::oauth::Tokens;
use crate::portal::Portal;

/// How calls are made.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Time for the connection to the portal.
    pub connect_within: Duration,
    /// Time for a whole call; the cloud itself ends calls after 60 s.
    pub answer_within: Duration,
    /// The longest wait for a turn within the limits.
    pub turn_within: Duration,
    /// Largest answer in bytes.
    pub max_body: usize,
    /// Name and version for the portal's logs; an empty one is turned away by some front servers.
    pub user_agent: String,
    /// The limits to keep; those of the cloud unless set. Share one value between all clients of a portal.
    pub limits: Limits,
    /// What becomes of calls that are refused for a limit; they fail unless set.
    pub delays: Delays,
    /// Portals to which a renamed portal may send its callers on, besides those that are the same by their names.
    pub also_at: Vec<Portal>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(65),
            turn_within: Duration::from_secs(60),
            max_body: 16 << 20,
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")).to_owned(),
            limits: Limits::new(Rates::CLOUD),
            delays: Delays::none(),
            also_at: Vec::new(),
        }
    }
}

/// An HTTP client; cheap to clone.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    max_body: usize,
}

/// What shows who calls.
pub(super) enum Proof<'a> {
    /// The path alone.
    Path,
    /// The token of an application.
    Token(&'a Tokens),
    /// The cookies of a user, and what a page shows with its calls.
    Session { cookies: String, sessid: SecretString },
}

/// What came back.
pub(crate) struct Reply {
    status: StatusCode,
    location: Option<String>,
    /// The lines that set cookies.
    pub(super) cookies: Vec<String>,
    wait: Option<Duration>,
    body: Vec<u8>,
}

impl Client {
    /// A client for addresses that are `secure` or not; what is on this computer is not fetched by way of the company's
    /// proxy.
    pub(crate) fn new(secure: bool, here: bool, options: &ClientOptions) -> Result<Self, RestError> {
        let tls = tls(secure).map_err(|error| RestError::new(RestErrorKind::Tls, &error.to_string()))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .connect_timeout(options.connect_within)
            .timeout(options.answer_within)
            .user_agent(&options.user_agent);
        if here {
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder.build().map_err(RestError::from_transport)?,
            max_body: options.max_body,
        })
    }

    /// Makes a call: JSON in the body, and the token in it where there is one, since addresses get into logs.
    pub(super) async fn post(
        &self,
        origin: &str,
        path: &str,
        params: &Value,
        proof: &Proof<'_>,
    ) -> Result<Reply, RestError> {
        let nothing = Map::new();
        let object = match params {
            Value::Null => Some(&nothing),
            Value::Object(params) => Some(params),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        };
        let request = self.http.post(format!("{origin}{path}"));
        let (body, request) = match (proof, object) {
            (Proof::Path, None) => (json(params)?, request),
            (Proof::Path, Some(params)) => (json(params)?, request),
            (Proof::Token(tokens), Some(params)) => (json(&Signed::with_token(params, tokens))?, request),
            // Positional parameters leave no place for the token in the body.
            (Proof::Token(tokens), None) => (json(params)?, request.bearer_auth(tokens.access())),
            (Proof::Session { cookies, sessid }, Some(params)) => (
                json(&Signed::with_sessid(params, sessid))?,
                request.header(COOKIE, cookies),
            ),
            (Proof::Session { cookies, sessid }, None) => {
                let request = request.header(COOKIE, cookies);
                (
                    json(params)?,
                    request.header("X-Bitrix-Csrf-Token", sessid.expose_secret()),
                )
            }
        };
        let request = request
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        self.send(request).await
    }

    /// Posts a form to an address.
    pub(crate) async fn post_form(&self, address: &str, form: String) -> Result<Reply, RestError> {
        let request = self
            .http
            .post(address)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        self.send(request).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Reply, RestError> {
        let mut response = request.send().await.map_err(RestError::from_transport)?;
        let status = response.status();
        let location = response.headers().get(LOCATION).filter(|_| status.is_redirection());
        let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let wait = retry_after(response.headers());
        let lines = response.headers().get_all(SET_COOKIE).iter();
        let cookies = lines.filter_map(|line| line.to_str().ok().map(str::to_owned)).collect();
        let too_large =
            || RestError::new(RestErrorKind::TooLarge, "the answer is too large").with_status(status.as_u16());
        let announced = usize::try_from(response.content_length().unwrap_or_default()).unwrap_or(usize::MAX);
        if announced > self.max_body {
            return Err(too_large());
        }
        let mut body = Vec::with_capacity(announced);
        while let Some(chunk) = response.chunk().await.map_err(RestError::from_transport)? {
            if body.len() + chunk.len() > self.max_body {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply {
            status,
            location,
            cookies,
            wait,
            body,
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client")
    }
}

impl Reply {
    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Where it points to, if it is a redirect.
    pub(super) fn location(&self) -> Option<&str> {
        self.status
            .is_redirection()
            .then(|| self.location.as_deref().unwrap_or_default())
    }

    /// The answer of a method.
    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<Answer<T>, RestError> {
        answer::decode(self.status(), &self.body, self.wait)
    }

    /// The `sessid` that the portal told with the refusal of a wrong one.
    pub(super) fn right_sessid(&self) -> Option<String> {
        let value: Value = serde_json::from_slice(&self.body).ok()?;
        Some(value.get("sessid")?.as_str()?.to_owned())
    }

    /// The body as JSON without an envelope, and what an error in it means.
    pub(crate) fn plain(&self) -> Result<Value, RestError> {
        let page = || RestError::from_page(self.status(), self.wait);
        let value: Value = serde_json::from_slice(&self.body).map_err(|_| page())?;
        if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
            let text = value.get("error_description");
            return Err(RestError::from_portal(Some(self.status()), error, text, self.wait));
        }
        if self.status.is_success() {
            Ok(value)
        } else {
            Err(page())
        }
    }
}

/// Parameters, and what shows who calls beside them.
#[derive(Serialize)]
struct Signed<'a> {
    #[serde(flatten)]
    params: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sessid: Option<&'a str>,
}

impl<'a> Signed<'a> {
    fn with_token(params: &'a Map<String, Value>, tokens: &'a Tokens) -> Self {
        Self {
            params,
            auth: Some(tokens.access()),
            sessid: None,
        }
    }

    fn with_sessid(params: &'a Map<String, Value>, sessid: &'a SecretString) -> Self {
        Self {
            params,
            auth: None,
            sessid: Some(sessid.expose_secret()),
        }
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, RestError> {
    serde_json::to_vec(value).map_err(|error| RestError::new(RestErrorKind::Request, &error.to_string()))
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

/// The wait that the portal named, at most an hour.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(3600)))
}
