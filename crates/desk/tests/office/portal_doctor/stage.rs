//! An office, a desk with a webhook of it in memory, and a doctor with little patience.
use std::net::SocketAddr;
use std::time::Duration;

use hotstart_core::doctor::Check;
use hotstart_core::ports::Secrets as _;
use hotstart_core::settings::{PortalSettings, secret_key};
use hotstart_desk::doctor::{Means, Trust, check_portal};
use hotstart_desk::{RestPortals, SystemClock};
use hotstart_platform::keyring::Keyring;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::opened::OpenOffice;

/// How long each answer may take here.
const PATIENCE: Duration = Duration::from_millis(1500);

pub(crate) struct Desk {
    pub(crate) office: OpenOffice,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self {
            office: OpenOffice::new().await,
        }
    }

    /// Host and port of the portal.
    pub(crate) fn portal(&self) -> &str {
        self.office.portal()
    }

    /// The secret part of the webhook.
    pub(crate) fn secret(&self) -> &str {
        let webhook = self.office.addresses.webhook.trim_end_matches('/');
        webhook.rsplit('/').next().unwrap()
    }

    pub(crate) async fn control(&self, path: &str, body: &str) -> Value {
        self.office.order(path, &serde_json::from_str(body).unwrap()).await
    }

    pub(crate) async fn read(&self, path: &str) -> Value {
        self.office.read(path).await
    }

    /// What the doctor says of the portal, connected by its webhook.
    pub(crate) async fn doctor(&self) -> Vec<Check> {
        examine("http", self.portal(), Some(&self.office.addresses.webhook), None).await
    }
}

/// What the doctor says of a portal that was connected by this webhook.
pub(crate) async fn examine(scheme: &str, portal: &str, webhook: Option<&str>, trust: Option<&Trust>) -> Vec<Check> {
    let keyring = Keyring::with_patience(Duration::from_millis(200));
    if let Some(webhook) = webhook {
        keyring
            .keep(secret_key(portal), webhook.to_owned(), true)
            .await
            .unwrap();
    }
    let settings = PortalSettings {
        portal: portal.to_owned(),
        scheme: scheme.to_owned(),
        ..PortalSettings::default()
    };
    let portals = RestPortals::new(keyring);
    portals.know(std::slice::from_ref(&settings));
    let means = Means {
        portals: &portals,
        trust,
        clock: &SystemClock,
        patience: PATIENCE,
    };
    check_portal(&settings, means).await
}

/// A server of one answer.
pub(crate) async fn server(status: &str, headers: &str, body: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

/// A port on which nobody listens.
pub(crate) async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}
