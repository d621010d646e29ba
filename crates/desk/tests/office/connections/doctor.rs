//! What the doctor says of portals that are connected by an application or a session, and of the end of a sign-in.
use std::time::Duration;

use hotstart_core::doctor::{Check, Finding, Verdict};
use hotstart_core::ports::Logins as _;
use hotstart_core::settings::PortalSettings;
use hotstart_desk::SystemClock;
use hotstart_desk::doctor::{Means, check_portal};
use serde_json::json;

use super::peer::Stand;

async fn examined(stand: &Stand, portal: &PortalSettings) -> Vec<Check> {
    stand.portals.know(std::slice::from_ref(portal));
    let means = Means {
        portals: &stand.portals,
        trust: None,
        clock: &SystemClock,
        patience: Duration::from_secs(5),
    };
    check_portal(portal, means).await
}

fn has(checks: &[Check], finding: Finding) -> bool {
    checks.iter().any(|check| check.finding == finding)
}

fn bad(checks: &[Check]) -> Vec<Finding> {
    let bad = checks
        .iter()
        .filter(|check| matches!(check.verdict(), Verdict::Failed | Verdict::Warning));
    bad.map(|check| check.finding).collect()
}

#[tokio::test]
async fn an_application_has_a_channel_of_its_own_until_its_sign_in_is_dead() {
    let stand = Stand::open().await;
    let app = stand.application().await;
    stand.sign_in(&app).await;
    let portal = stand.by_application(&app);
    let checks = examined(&stand, &portal).await;
    assert_eq!(bad(&checks), [], "{checks:#?}");
    assert!(has(&checks, Finding::ChannelApplication) && has(&checks, Finding::ScopesAll));

    stand.order("/portal/tokens", json!({"end": "access"})).await;
    stand.order("/portal/tokens", json!({"end": "refresh"})).await;
    let checks = examined(&stand, &portal).await;
    assert_eq!(bad(&checks), [Finding::AccessSignedOut]);
}

#[tokio::test]
async fn a_session_has_the_channel_of_its_user_until_it_ends() {
    let stand = Stand::open().await;
    let cookies = stand.cookies("lebedev").await;
    stand.logins.session(stand.session_login(&cookies)).await.unwrap();
    let portal = stand.by_session();
    let checks = examined(&stand, &portal).await;
    assert_eq!(bad(&checks), [], "{checks:#?}");
    assert!(has(&checks, Finding::ChannelUser));

    stand.order("/portal/sessions", json!({"end": true, "user": 2})).await;
    let checks = examined(&stand, &portal).await;
    assert_eq!(bad(&checks), [Finding::AccessSignedOut]);
}
