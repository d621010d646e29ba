//! Portals over TLS with every kind of wrong certificate; the secret is sent to none of them.
use std::sync::Arc;

use hotstart_core::doctor::{Check, Finding, Verdict};
use hotstart_desk::doctor::Trust;
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::stage::{Desk, examine};

fn certificate(checks: &[Check]) -> &Check {
    checks
        .iter()
        .find(|check| check.code() == "portal.certificate")
        .unwrap()
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_named() {
    let desk = Desk::new().await;
    let told = desk.read("/publication/tls").await;
    let authority = CertificateDer::from_pem_slice(told["authority"].as_str().unwrap().as_bytes()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(authority).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider())).build();
    let trust = Trust::of(verifier.unwrap());
    for (origin, expected) in [
        ("good", Finding::CertificateGood),
        ("missing_intermediate", Finding::CertificateLink),
        ("wrong_name", Finding::CertificateHost),
        ("expired", Finding::CertificateExpired),
        ("not_yet_valid", Finding::CertificateEarly),
        ("self_signed", Finding::CertificateOwn),
        ("unknown_authority", Finding::CertificateLink),
    ] {
        let address = told["origins"][origin].as_str().unwrap();
        let portal = address.trim_start_matches("https://").trim_end_matches('/');
        let webhook = format!("https://{portal}/rest/1/canary-secret/");
        let checks = examine("https", portal, Some(&webhook), Some(&trust)).await;
        assert_eq!(certificate(&checks).finding, expected, "{origin}");
        if expected == Finding::CertificateGood {
            continue;
        }
        let access = checks.iter().find(|check| check.code() == "portal.access").unwrap();
        assert_eq!(access.finding, Finding::AccessUnseen, "{origin}");
    }
    // A port without TLS.
    let checks = examine("https", desk.portal(), None, Some(&trust)).await;
    assert_eq!(certificate(&checks).finding, Finding::TlsOld);
    // A desk without roots asks nobody.
    let checks = examine("https", desk.portal(), None, None).await;
    assert_eq!(certificate(&checks).finding, Finding::TlsRoots);
    assert_eq!(certificate(&checks).verdict(), Verdict::Failed);
}
