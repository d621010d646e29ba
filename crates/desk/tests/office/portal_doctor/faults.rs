//! The table of faults: what is done to the office, and the code by which the doctor tells of it.
use hotstart_core::doctor::{Check, Verdict};
use hotstart_core::texts::Language;

use super::stage::{Desk, examine, free_port, server};

/// Calls of the control interface, then the check and its finding.
type Fault = (&'static [(&'static str, &'static str)], &'static str, &'static str);

const CONFIGURATION: &str = r#"{"method": "pull.config.get", "count": 0, "text": "{\"result\":{\"server\":{\"version\":4,\"server_enabled\":true,\"websocket\":\"ws://push.example.ru/subws/\",\"long_polling\":\"http://push.example.ru/sub/\"},\"channels\":{\"private\":{\"id\":\"aa.bb\"}}}}"}"#;
const NO_CHANNELS: &str = r#"{"method": "pull.config.get", "count": 0, "text": "{\"result\":{\"server\":{\"version\":4,\"server_enabled\":true},\"channels\":[]}}"}"#;

#[rustfmt::skip]
const FAULTS: &[Fault] = &[
    (&[("/fault", r#"{"kind": "portal_silent"}"#)], "portal.reachable", "timeout"),
    (&[("/fault", r#"{"kind": "portal_down"}"#)], "portal.reachable", "unreachable"),
    (&[("/fault", r#"{"kind": "rest_html", "status": 502, "count": 9}"#)], "portal.reachable", "status"),
    (&[("/fault", r#"{"kind": "rest_html", "status": 200, "count": 9}"#)], "portal.reachable", "page"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 302, "location": "http://login.example/hotspot", "count": 0}"#)], "portal.reachable", "elsewhere"),
    (&[("/fault", r#"{"kind": "clock_skew", "value": 900}"#)], "portal.clock", "wrong"),
    (&[("/portal/set", r#"{"edition": "free"}"#)], "portal.access", "edition"),
    (&[("/portal/set", r#"{"edition": "unsubscribed"}"#)], "portal.access", "edition"),
    (&[("/portal/set", r#"{"https_required": true}"#)], "portal.access", "https-required"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 403, "error": "PORTAL_DELETED", "count": 0}"#)], "portal.access", "deleted"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 410, "error": "PORTAL_DELETED", "count": 0}"#)], "portal.access", "deleted"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 401, "error": "PAYMENT_REQUIRED", "count": 0}"#)], "portal.access", "unpaid"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 401, "error": "APPLICATION_NOT_FOUND", "count": 0}"#)], "portal.access", "application"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 403, "error": "user_access_error", "count": 0}"#)], "portal.access", "forbidden"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 500, "error": "CONNECTION_ERROR", "count": 0}"#)], "portal.access", "authority"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 500, "error": "INTERNAL_SERVER_ERROR", "count": 0}"#)], "portal.access", "failed"),
    (&[("/portal/answer", r#"{"method": "profile", "status": 503, "error": "QUERY_LIMIT_EXCEEDED", "count": 0}"#)], "portal.limits", "requests"),
    (&[("/portal/answer", r#"{"method": "crm.item.list", "status": 429, "error": "OPERATION_TIME_LIMIT", "count": 0}"#)], "portal.limits", "operating"),
    (&[("/portal/limits", r#"{"overloaded": true}"#)], "portal.limits", "blocked"),
    (&[("/portal/answer", r#"{"method": "crm.item.list", "status": 403, "error": "ACCESS_DENIED", "count": 0}"#)], "portal.crm", "denied"),
    (&[("/fault", r#"{"kind": "scopes", "scopes": ["im", "pull_channel"]}"#)], "portal.scope", "crm"),
    (&[("/fault", r#"{"kind": "scopes", "scopes": ["crm", "pull_channel"]}"#)], "portal.scope", "im"),
    (&[("/fault", r#"{"kind": "scopes", "scopes": ["crm", "im"]}"#)], "portal.scope", "pull_channel"),
    (&[("/fault", r#"{"kind": "scopes", "scopes": ["crm", "im"]}"#)], "portal.channel", "polling-scope"),
    (&[("/fault", r#"{"kind": "scopes", "scopes": ["crm"]}"#)], "portal.channel", "none"),
    (&[("/portal/answer", r#"{"method": "pull.config.get", "status": 404, "error": "ERROR_METHOD_NOT_FOUND", "count": 0}"#)], "portal.channel", "polling-method"),
    (&[("/push/set", r#"{"server_enabled": false}"#)], "portal.push", "disabled"),
    (&[("/portal/answer", CONFIGURATION)], "portal.push", "downgrade"),
    (&[("/portal/answer", NO_CHANNELS)], "portal.push", "no-channels"),
    (&[("/push/set", r#"{"websocket_enabled": false}"#)], "portal.websocket", "off"),
    (&[("/fault", r#"{"kind": "upgrade_200", "count": 9}"#)], "portal.websocket", "proxy"),
    (&[("/fault", r#"{"kind": "upgrade_status", "status": 403, "count": 9}"#)], "portal.websocket", "refused"),
    (&[("/fault", r#"{"kind": "upgrade_silent", "count": 9}"#)], "portal.websocket", "timeout"),
    (&[("/fault", r#"{"kind": "poll_html", "count": 9}"#)], "portal.long-polling", "proxy"),
    (&[("/fault", r#"{"kind": "poll_status", "status": 403, "count": 9}"#)], "portal.long-polling", "refused"),
    (&[("/fault", r#"{"kind": "upgrade_200", "count": 9}"#), ("/fault", r#"{"kind": "poll_html", "count": 9}"#)], "portal.push", "no-way"),
    (&[("/fault", r#"{"kind": "upgrade_200", "count": 9}"#), ("/fault", r#"{"kind": "poll_html", "count": 9}"#)], "portal.channel", "polling-push"),
];

fn names(checks: &[Check]) -> Vec<(String, String, Verdict)> {
    let views = checks.iter().map(|check| check.view(Language::En));
    views.map(|view| (view.code, view.finding, view.verdict)).collect()
}

fn tells(checks: &[Check], code: &str, word: &str) -> bool {
    let told = names(checks);
    let found = |(c, w, verdict): &(String, String, Verdict)| {
        c == code && w == word && matches!(verdict, Verdict::Failed | Verdict::Warning)
    };
    told.iter().any(found)
}

#[tokio::test]
async fn every_staged_fault_of_the_office_is_told_by_its_own_code() {
    let mut wrong = Vec::new();
    for (calls, code, word) in FAULTS {
        let desk = Desk::new().await;
        for (path, body) in *calls {
            desk.control(path, body).await;
        }
        let checks = desk.doctor().await;
        if !tells(&checks, code, word) {
            wrong.push(format!("{code} {word}: {:#?}", names(&checks)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_renamed_portal_is_told_with_its_new_name() {
    let desk = Desk::new().await;
    let new = desk.portal().replace("127.0.0.1", "localhost");
    desk.control("/portal/set", &format!(r#"{{"moved_to": "{new}"}}"#))
        .await;
    let checks = desk.doctor().await;
    assert!(tells(&checks, "portal.address", "renamed"), "{:#?}", names(&checks));
    let told = |check: &&Check| {
        check
            .parameters
            .get("address")
            .is_some_and(|address| address.contains(&new))
    };
    assert!(checks.iter().any(|check| told(&check)));
}

#[tokio::test]
async fn secrets_that_are_wrong_or_missing() {
    let desk = Desk::new().await;
    let wrong = desk.office.addresses.webhook.replace(desk.secret(), "0123456789abcdef");
    let checks = examine("http", desk.portal(), Some(&wrong), None).await;
    assert!(tells(&checks, "portal.access", "refused"), "{:#?}", names(&checks));
    let checks = examine("http", desk.portal(), Some("http://127.0.0.1/spoiled"), None).await;
    assert!(
        names(&checks)[0].0 == "portal.secret" && names(&checks)[0].2 == Verdict::Failed,
        "{:#?}",
        names(&checks)
    );
    // Without a secret the way there is looked at all the same.
    let checks = examine("http", desk.portal(), None, None).await;
    assert_eq!(names(&checks)[0].2, Verdict::Failed);
    assert!(names(&checks)[1] == ("portal.reachable".to_owned(), "answers".to_owned(), Verdict::Ok));
}

#[tokio::test]
async fn places_that_are_no_portal() {
    let checks = examine("http", "portal.invalid", None, None).await;
    assert!(tells(&checks, "portal.reachable", "name"), "{:#?}", names(&checks));
    let nobody = format!("127.0.0.1:{}", free_port().await);
    let checks = examine("http", &nobody, None, None).await;
    assert!(
        tells(&checks, "portal.reachable", "unreachable"),
        "{:#?}",
        names(&checks)
    );
    let page = "<html><title>Вход в сеть</title>";
    let captive = server("200 OK", "Content-Type: text/html\r\n", page).await;
    let checks = examine("http", &captive.to_string(), None, None).await;
    assert!(tells(&checks, "portal.reachable", "page"), "{:#?}", names(&checks));
    let told = checks.iter().find(|check| check.code() == "portal.reachable").unwrap();
    assert_eq!(told.parameters["title"], "Вход в сеть");
    let circle = server("302 Found", "Location: /rest/profile.json\r\n", "").await;
    let checks = examine("http", &circle.to_string(), None, None).await;
    assert!(tells(&checks, "portal.reachable", "loop"), "{:#?}", names(&checks));
}
