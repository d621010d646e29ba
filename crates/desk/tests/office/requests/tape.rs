//! An office behind a tape: whoever calls the portal calls the tape, which writes down what it was sent and passes it on.
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hotstart_core::ports::Secrets as _;
use hotstart_core::settings::{PortalSettings, secret_key};
use hotstart_desk::RestPortals;
use hotstart_platform::keyring::Keyring;
use tokio::sync::Mutex;

use crate::opened::OpenOffice;

pub(crate) struct Tape {
    address: String,
    webhook: String,
    kept: Arc<Kept>,
}

struct Kept {
    office: String,
    http: reqwest::Client,
    lines: Mutex<String>,
}

impl Tape {
    pub(crate) async fn new() -> Self {
        let OpenOffice { addresses, http } = OpenOffice::new().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let kept = Arc::new(Kept {
            office: addresses.portal,
            http,
            lines: Mutex::default(),
        });
        let app = Router::new().fallback(pass).with_state(Arc::clone(&kept));
        tokio::spawn(async move { axum::serve(listener, app).await });
        let webhook = addresses.webhook.replace(&kept.office, &format!("http://{address}"));
        Self { address, webhook, kept }
    }

    /// Host and port of the portal, as the program knows it.
    pub(crate) fn portal(&self) -> &str {
        &self.address
    }

    pub(crate) fn webhook(&self) -> &str {
        &self.webhook
    }

    pub(crate) fn settings(&self) -> PortalSettings {
        PortalSettings {
            portal: self.address.clone(),
            scheme: "http".to_owned(),
            ..PortalSettings::default()
        }
    }

    /// The portals of a desk that has this one connected by its webhook.
    pub(crate) async fn portals(&self) -> RestPortals {
        let keyring = Keyring::with_patience(std::time::Duration::from_millis(200));
        let key = secret_key(&self.address);
        keyring.keep(key, self.webhook.clone(), true).await.unwrap();
        let portals = RestPortals::new(keyring);
        portals.know(&[self.settings()]);
        portals
    }

    /// What comes next is for this.
    pub(crate) async fn mark(&self, what: &str) {
        writeln!(self.kept.lines.lock().await, "# {what}").unwrap();
    }

    /// Everything that was sent, with the secret and the port left out.
    pub(crate) async fn written(&self) -> String {
        let secret = self.webhook.trim_end_matches('/').rsplit('/').next().unwrap();
        let lines = self.kept.lines.lock().await;
        let bodies: Vec<&str> = lines.lines().filter(|line| line.starts_with("    ")).collect();
        assert!(!bodies.join("\n").contains(secret), "a secret in a body");
        lines.replace(secret, "<secret>").replace(&self.address, "<portal>")
    }
}

async fn pass(State(kept): State<Arc<Kept>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    let mut line = format!("{} {}\n", parts.method, parts.uri);
    if !text.is_empty() {
        let _ = writeln!(line, "    {text}");
    }
    // What the push server is asked holds channels and moments.
    if parts.uri.path().starts_with("/rest/") {
        kept.lines.lock().await.push_str(&line);
    }
    let answer = forward(&kept, &parts.method, &parts.uri.to_string(), body).await;
    answer.unwrap_or_else(|| StatusCode::BAD_GATEWAY.into_response())
}

async fn forward(kept: &Kept, method: &axum::http::Method, uri: &str, body: Bytes) -> Option<Response> {
    let request = kept.http.request(method.clone(), format!("{}{uri}", kept.office));
    let request = request.header("content-type", "application/json").body(body);
    let answer = request.send().await.ok()?;
    let status = answer.status();
    Some((status, answer.bytes().await.ok()?).into_response())
}
