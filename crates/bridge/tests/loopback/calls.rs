//! What a client of 1C does.
use std::time::{Duration, Instant};

use hotstart_core::bridge::Call;
use serde_json::json;

use crate::support::Desk;

#[test]
fn every_call_of_the_table_reaches_the_controller_and_comes_back() {
    let desk = Desk::start();
    let opened = desk.ask("POST", "/v1/open", Some(r#"{"link":"hotstart://settings"}"#));
    assert_eq!(
        (opened.status, opened.json()),
        (200, json!({"accepted": true, "link": "hotstart://settings"}))
    );
    let noted = desk.ask("POST", "/v1/notify", Some(r#"{"title":"Заказ","text":"проведён"}"#));
    assert_eq!((noted.status, noted.json()), (200, json!({"id": "bridge:ut:1"})));
    let rest = desk.ask(
        "POST",
        "/v1/b24/crm.item.update?portal=p.example.ru",
        Some(r#"{"id":1}"#),
    );
    assert_eq!(
        rest.json()["result"],
        json!({"method": "crm.item.update", "params": {"id": 1}})
    );
    let none = desk.ask("POST", "/v1/b24/profile", None);
    assert_eq!(none.json()["result"]["params"], json!({}));
    let events = desk.ask("GET", "/v1/events?after=5~1~2&wait=0&client=a-1", None);
    assert_eq!(
        events.json()["events"][0],
        json!({"id": "e1", "type": "hotstart/order", "data": {"after": "5~1~2"}})
    );
    assert_eq!(events.json()["cursor"], "1~f~0");
    let status = desk.ask("GET", "/v1/status", None).json();
    assert_eq!(
        (status["base"].as_str(), status["queue"].as_u64()),
        (Some("ut"), Some(7))
    );

    let called = desk.called();
    assert!(called.iter().all(|(caller, _)| caller.base == "ut"));
    assert_eq!(called[4].0.client, "a-1");
    let portal = "p.example.ru".to_owned();
    assert!(matches!(&called[2].1, Call::Rest { portal: named, .. } if *named == Some(portal)));
    for said in [opened, noted, rest, events] {
        assert!(
            said.head.contains("cache-control: no-store") && !said.head.contains("access-control"),
            "{said:?}"
        );
    }
}

#[test]
fn a_poll_without_events_ends_in_its_time_with_the_cursor_it_brought() {
    let desk = Desk::start();
    let started = Instant::now();
    let said = desk.ask("GET", "/v1/events?after=3~1~0&wait=1", None);
    assert_eq!(said.json(), json!({"events": [], "cursor": "3~1~0"}));
    assert!((Duration::from_millis(900)..Duration::from_secs(5)).contains(&started.elapsed()));
    assert_eq!(desk.ask("GET", "/v1/events?wait=1", None).json()["cursor"], "-");
}

#[test]
fn refusals_of_the_controller_have_their_status_and_their_code() {
    let desk = Desk::start();
    let cases = [
        ("/v1/open", r#"{"link":"bad"}"#, 400, "link.refused.scheme"),
        ("/v1/notify", r#"{"title":"busy"}"#, 503, "internal"),
        ("/v1/b24/user.add", "{}", 403, "bridge.method"),
        ("/v1/b24/crm.item.get", "{}", 502, "entity.missing"),
    ];
    for (path, body, status, code) in cases {
        let said = desk.ask("POST", path, Some(body));
        assert_eq!((said.status, said.code().as_str()), (status, code), "{path}");
    }
    let said = desk.ask("POST", "/v1/b24/crm.item.get", Some("{}"));
    assert_eq!(said.json()["error"]["portal_code"], "NOT_FOUND");
}

#[test]
fn several_requests_go_over_one_connection() {
    use std::io::{Read as _, Write as _};
    let desk = Desk::start();
    let mut stream = desk.connect();
    for _ in 0..3 {
        let request = format!(
            "GET /v1/status HTTP/1.1\r\nHost: localhost:{}\r\nAuthorization: Bearer {}\r\n\r\n",
            desk.port, desk.token
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = vec![0; 2048];
        let length = stream.read(&mut answer).unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
    }
}
