//! One office for a test, calls of its control interface, and what the doctor says of the certificates that it shows.
use std::sync::Arc;

use hotstart_core::doctor::{Check, Finding};
use hotstart_desk::doctor::Trust;
use hotstart_office::{Addresses, Options, start};
use reqwest::redirect::Policy;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::Value;

/// What is wrong with the certificate of each origin that the office shows over TLS.
pub(crate) const CERTIFICATES: [(&str, Finding); 7] = [
    ("good", Finding::CertificateGood),
    ("missing_intermediate", Finding::CertificateLink),
    ("wrong_name", Finding::CertificateHost),
    ("expired", Finding::CertificateExpired),
    ("not_yet_valid", Finding::CertificateEarly),
    ("self_signed", Finding::CertificateOwn),
    ("unknown_authority", Finding::CertificateLink),
];

/// An office that is open as long as the test runs.
pub(crate) struct OpenOffice {
    pub(crate) addresses: Addresses,
    pub(crate) http: reqwest::Client,
}

impl OpenOffice {
    pub(crate) async fn new() -> Self {
        // Another test of this process may have been first.
        let _ = default_provider().install_default();
        let office = start(Options::default()).await.expect("the office starts");
        let addresses = office.addresses().clone();
        tokio::spawn(office.run());
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none());
        let http = http.build().unwrap();
        Self { addresses, http }
    }

    /// Host and port of the portal.
    pub(crate) fn portal(&self) -> &str {
        self.addresses.portal.strip_prefix("http://").unwrap()
    }

    /// The address of the base that signs in at once.
    pub(crate) fn ut(&self) -> &str {
        self.addresses.publications[0].trim_end_matches('/')
    }

    /// Orders something of the control interface.
    pub(crate) async fn order(&self, call: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{call}", self.addresses.control));
        let request = request.header("content-type", "application/json");
        let answer = request.body(body.to_string()).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert_eq!(status, 200, "{call} {body}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Asks the control interface.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}{path}", self.addresses.control)).send().await;
        serde_json::from_str(&answer.unwrap().text().await.unwrap()).unwrap()
    }

    /// The addresses over TLS, by what is wrong with their certificates, and a trust in the office's authority.
    pub(crate) async fn certificates(&self) -> (Value, Trust) {
        let mut told = self.read("/publication/tls").await;
        let authority = CertificateDer::from_pem_slice(told["authority"].as_str().unwrap().as_bytes()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(authority).unwrap();
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()));
        (told["origins"].take(), Trust::of(verifier.build().unwrap()))
    }
}

/// The one check with this code.
pub(crate) fn check<'a>(checks: &'a [Check], code: &str) -> &'a Check {
    let mut found = checks.iter().filter(|check| check.code() == code);
    let first = found.next().unwrap_or_else(|| panic!("no check {code}: {checks:?}"));
    assert!(found.next().is_none(), "{code} twice");
    first
}
