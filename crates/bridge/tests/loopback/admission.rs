//! The order of checks: name, page, token, body. Nothing of a request that is turned away has an effect.
use std::fmt::Write as _;

use crate::support::Desk;

/// Host, further headers, body, and what comes of them.
type Case<'a> = (Option<&'a str>, Vec<(&'a str, &'a str)>, &'a str, u16, &'a str);

/// A request to `open` with other headers; `None` leaves a header out.
fn open(desk: &Desk, host: Option<&str>, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let mut text = String::from("POST /v1/open HTTP/1.1\r\nConnection: close\r\n");
    if let Some(host) = host {
        let _ = write!(text, "Host: {host}\r\n");
    }
    for (name, value) in headers {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
    let said = desk.say(text.as_bytes());
    assert!(!said.head.contains("access-control"), "{said:?}");
    (said.status, said.code())
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn each_check_comes_before_the_next_one() {
    let desk = Desk::start();
    let ours = format!("127.0.0.1:{}", desk.port);
    let bearer = format!("Bearer {}", desk.token);
    let good = ("Authorization", bearer.as_str());
    let rebound = format!("evil.example:{}", desk.port);
    let other_port = format!("127.0.0.1:{}", desk.port ^ 1);
    let cases: Vec<Case<'_>> = vec![
        (
            Some(&rebound),
            vec![("Origin", "https://evil.example")],
            "x",
            403,
            "bridge.host",
        ),
        (Some("127.0.0.1"), vec![good], "x", 403, "bridge.host"),
        (Some(&other_port), vec![good], "x", 403, "bridge.host"),
        (Some("127.0.0.1.nip.io"), vec![good], "x", 403, "bridge.host"),
        (None, vec![good], "x", 403, "bridge.host"),
        (
            Some(&ours),
            vec![("Host", "evil.example"), good],
            "x",
            403,
            "bridge.host",
        ),
        (
            Some(&ours),
            vec![("Origin", "https://evil.example")],
            "x",
            403,
            "bridge.page",
        ),
        (Some(&ours), vec![("Origin", "null"), good], "x", 403, "bridge.page"),
        (Some(&ours), vec![("Origin", ""), good], "x", 403, "bridge.page"),
        (
            Some(&ours),
            vec![("Sec-Fetch-Site", "same-origin"), good],
            "x",
            403,
            "bridge.page",
        ),
        (
            Some(&ours),
            vec![
                ("Sec-Fetch-Site", "cross-site"),
                ("Sec-Fetch-Mode", "navigate"),
                ("Sec-Fetch-Dest", "document"),
                good,
            ],
            "x",
            403,
            "bridge.page",
        ),
        (Some(&ours), vec![], "x", 401, "bridge.token"),
        (Some(&ours), vec![("Authorization", "Bearer")], "x", 401, "bridge.token"),
        (
            Some(&ours),
            vec![("Authorization", "Bearer 0000")],
            "x",
            401,
            "bridge.token",
        ),
        (
            Some(&ours),
            vec![("Authorization", "Basic dXQ6dXQ=")],
            "x",
            401,
            "bridge.token",
        ),
        (Some(&ours), vec![("Cookie", "token=1")], "x", 401, "bridge.token"),
        (Some(&ours), vec![good, good], "x", 401, "bridge.token"),
        (Some(&ours), vec![good], "x", 400, "bridge.body"),
        (Some(&ours), vec![good], "", 400, "bridge.body"),
        (Some(&ours), vec![good], "[]", 400, "bridge.body"),
        (
            Some(&ours),
            vec![good],
            r#"{"link":"a","link":"b"}"#,
            400,
            "bridge.body",
        ),
        (Some(&ours), vec![good], r#"{"link":"a","more":1}"#, 400, "bridge.body"),
        (Some(&ours), vec![good], r#"{"link":1}"#, 400, "bridge.body"),
    ];
    for (host, headers, body, status, code) in cases {
        assert_eq!(
            open(&desk, host, &headers, body),
            (status, code.to_owned()),
            "{host:?} {headers:?} {body}"
        );
    }
    assert!(desk.called().is_empty());
    assert_eq!(
        open(
            &desk,
            Some(&ours),
            &[good, ("Sec-Fetch-Site", "none")],
            r#"{"link":"a"}"#
        )
        .0,
        200
    );
    assert_eq!(desk.called().len(), 1);
}

#[test]
fn a_token_in_the_address_is_no_token() {
    let desk = Desk::start();
    for place in [
        format!("/v1/status?token={}", desk.token),
        format!("/v1/status?access_token={}", desk.token),
    ] {
        assert_eq!(desk.say(&desk.request("GET", &place, &[], None)).status, 401);
    }
}

#[test]
fn ping_needs_no_token_but_the_rest() {
    let desk = Desk::start();
    let said = desk.say(&desk.request("GET", "/v1/ping", &[], None));
    assert_eq!((said.status, said.json()["product"].as_str()), (200, Some("Hotstart")));
    assert_eq!(said.json().as_object().unwrap().len(), 2);
    let page = desk.request("GET", "/v1/ping", &[("Origin", "https://evil.example")], None);
    assert_eq!(desk.say(&page).status, 403);
}

#[test]
fn a_target_with_a_name_of_its_own_is_another_host() {
    let desk = Desk::start();
    for target in [
        "http://evil.example/v1/ping".to_owned(),
        format!("http://127.0.0.1:{}/v1/ping", desk.port),
    ] {
        assert_eq!(
            desk.say(&desk.request("GET", &target, &[], None)).status,
            403,
            "{target}"
        );
    }
    assert!(matches!(
        desk.say(&desk.request("CONNECT", "evil.example:443", &[], None)).status,
        400 | 403
    ));
}

#[test]
fn other_methods_change_nothing() {
    let desk = Desk::start();
    for (method, path) in [
        ("GET", "/v1/open"),
        ("GET", "/v1/b24/profile"),
        ("PUT", "/v1/notify"),
        ("HEAD", "/v1/events?wait=0"),
        ("POST", "/v1/events?wait=0"),
        ("POST", "/v1/ping"),
        ("OPTIONS", "/v1/open"),
        ("DELETE", "/v1/status"),
    ] {
        assert_eq!(desk.ask(method, path, None).status, 405, "{method} {path}");
    }
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v1/open/",
        "/v1//open",
        "/v2/ping",
        "/v1/events/../open",
    ] {
        assert_eq!(desk.ask("GET", path, None).status, 404, "{path}");
    }
    assert!(desk.called().is_empty());
}

#[test]
fn the_offering_page_offers_and_does_nothing() {
    let desk = Desk::start();
    let tab = [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"),
    ];
    let link = "/go?link=hotstart%3A%2F%2Fcrm%2Fp.example.ru%2Fdeal%2F5";
    let said = desk.say(&desk.request("GET", link, &tab, None));
    assert_eq!(said.status, 200);
    assert!(
        said.body.contains("href=\"hotstart://crm/p.example.ru/deal/5\""),
        "{said:?}"
    );
    for header in [
        "content-security-policy: default-src 'none'",
        "frame-ancestors 'none'",
        "x-frame-options: deny",
        "referrer-policy: no-referrer",
    ] {
        assert!(said.head.contains(header), "{header} in {said:?}");
    }
    assert!(!said.body.contains("<script"));
    for bad in [
        "/go",
        "/go?link=javascript:alert(1)",
        "/go?link=%22%3E%3Cscript%3E",
        "/go?link=https%3A%2F%2Fevil.example%2F",
        "/go?link=e1cib%2Fdata%2FX",
    ] {
        let said = desk.say(&desk.request("GET", bad, &tab, None));
        assert_eq!(said.status, 400, "{bad}");
        assert!(!said.body.contains("evil") && !said.body.contains("script"), "{said:?}");
    }
    let frame = [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "iframe"),
    ];
    assert_eq!(desk.say(&desk.request("GET", link, &frame, None)).status, 403);
    assert_eq!(desk.say(&desk.request("POST", link, &tab, Some(""))).status, 403);
    assert!(desk.called().is_empty());
}
