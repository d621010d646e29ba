//! The doctor of portals: faults that are staged one by one, each told by its own code, and nothing told of a portal that
//! is as it should be.

mod certificates;
mod faults;
mod stage;

use hotstart_core::doctor::{Finding, Verdict};
use hotstart_core::texts::Language;
use hotstart_desk::doctor::check_vendor;

use stage::{Desk, server};

#[tokio::test]
async fn a_sound_portal_is_told_as_such_and_nothing_is_left_unseen() {
    let desk = Desk::new().await;
    let checks = desk.doctor().await;
    let bad: Vec<_> = checks
        .iter()
        // The office speaks plain http.
        .filter(|check| check.verdict() != Verdict::Ok && check.finding != Finding::CertificateUnused)
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
    let version = checks
        .iter()
        .find(|check| check.finding == Finding::PushVersion)
        .unwrap();
    assert_eq!(version.parameters["version"], "4");
    assert!(checks.iter().all(|check| check.about.as_deref() == Some(desk.portal())));
    let told: Vec<String> = checks
        .iter()
        .map(|check| format!("{:?}", check.view(Language::Ru)))
        .collect();
    assert!(!told.join("\n").contains(desk.secret()), "the secret is told");
}

#[tokio::test]
async fn events_are_taken_from_nobody() {
    let desk = Desk::new().await;
    desk.control("/notify", r#"{"user": 1, "text": "счёт"}"#).await;
    let before = desk.read("/push/history").await;
    desk.doctor().await;
    assert_eq!(desk.read("/push/history").await["messages"], before["messages"]);
    let state = desk.read("/state").await;
    assert_eq!(
        (&state["push"]["sockets"], &state["push"]["polls"]),
        (&0.into(), &0.into())
    );
}

#[tokio::test]
async fn the_vendors_program_beside_is_seen() {
    let there = server("200 OK", "Content-Type: image/png\r\n", "png").await;
    assert_eq!(check_vendor(there.port()).await.finding, Finding::VendorRuns);
    let other = server("404 Not Found", "", "").await;
    assert_eq!(check_vendor(other.port()).await.finding, Finding::VendorNone);
    assert_eq!(
        check_vendor(stage::free_port().await).await.finding,
        Finding::VendorNone
    );
}
