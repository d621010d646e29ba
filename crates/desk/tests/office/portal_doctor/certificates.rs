//! Portals over TLS with every kind of wrong certificate; the secret is sent to none of them.
use hotstart_core::doctor::{Check, Finding, Verdict};

use super::stage::{Desk, examine};
use crate::opened::{CERTIFICATES, check};

fn certificate(checks: &[Check]) -> &Check {
    check(checks, "portal.certificate")
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_named() {
    let desk = Desk::new().await;
    let (origins, trust) = desk.office.certificates().await;
    for (origin, expected) in CERTIFICATES {
        let address = origins[origin].as_str().unwrap();
        let portal = address.trim_start_matches("https://").trim_end_matches('/');
        let webhook = format!("https://{portal}/rest/1/canary-secret/");
        let checks = examine("https", portal, Some(&webhook), Some(&trust)).await;
        assert_eq!(certificate(&checks).finding, expected, "{origin}");
        if expected == Finding::CertificateGood {
            continue;
        }
        let access = check(&checks, "portal.access");
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
