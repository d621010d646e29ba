//! What a client of 1C does.
use std::time::{Duration, Instant};

use hotstart_core::bridge::Call;
use hotstart_core::relay::Status;
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

#[test]
fn answers_come_in_the_form_of_the_service_and_each_is_told_its_own() {
    let desk = Desk::start();
    let body = json!({"results": [
        {"id": "e1", "status": "done", "answer": {"number": "ФБ-7"}},
        {"id": "foreign", "status": "failed"},
        {"id": "e3", "status": "refused", "answer": "нет"},
    ]});
    let said = desk.ask("POST", "/v1/answers?client=a-1", Some(&body.to_string()));
    let taken = json!({"results": [
        {"id": "e1", "taken": true},
        {"id": "foreign", "taken": false, "code": "relay.foreign"},
        {"id": "e3", "taken": true},
    ]});
    assert_eq!((said.status, said.json()), (200, taken));
    let (caller, call) = desk.called().remove(0);
    assert_eq!((caller.base.as_str(), caller.client.as_str()), ("ut", "a-1"));
    let Call::Answers { results } = call else {
        panic!("{call:?}")
    };
    let read: Vec<_> = results
        .iter()
        .map(|given| (given.id.as_str(), given.result.status))
        .collect();
    assert_eq!(
        read,
        [
            ("e1", Status::Done),
            ("foreign", Status::Failed),
            ("e3", Status::Refused)
        ]
    );
    assert_eq!(results[0].result.answer, Some(json!({"number": "ФБ-7"})));
    assert_eq!(desk.ask("POST", "/v1/answers", Some(r#"{"results":[]}"#)).status, 200);
}

#[test]
fn answers_of_another_form_reach_nobody() {
    let desk = Desk::start();
    let many: Vec<_> = (0..101)
        .map(|n| json!({"id": n.to_string(), "status": "done"}))
        .collect();
    let many = json!({"results": many}).to_string();
    for (path, body) in [
        ("/v1/answers", ""),
        ("/v1/answers", "{}"),
        ("/v1/answers", r#"{"results":{}}"#),
        ("/v1/answers", r#"{"results":[{"status":"done"}]}"#),
        ("/v1/answers", r#"{"results":[{"id":7}]}"#),
        ("/v1/answers", r#"{"results":["e1"]}"#),
        ("/v1/answers?client=%00", r#"{"results":[]}"#),
        ("/v1/answers", many.as_str()),
    ] {
        let said = desk.ask("POST", path, Some(body));
        assert_eq!(
            (said.status, said.code().as_str()),
            (400, "bridge.body"),
            "{path} {body:.60}"
        );
    }
    let large = format!(
        r#"{{"results":[{{"id":"e1","answer":"{}"}}]}}"#,
        "x".repeat(1024 * 1024)
    );
    assert_eq!(desk.ask("POST", "/v1/answers", Some(&large)).status, 413);
    let bearer = [("Authorization", "Bearer wrong")];
    let body = r#"{"results":[{"id":"e1","status":"done"}]}"#;
    let said = desk.say(&desk.request("POST", "/v1/answers", &bearer, Some(body)));
    assert_eq!((said.status, said.code().as_str()), (401, "bridge.token"));
    assert!(desk.called().is_empty());
    let busy = desk.ask(
        "POST",
        "/v1/answers",
        Some(r#"{"results":[{"id":"busy","status":"done"}]}"#),
    );
    assert_eq!((busy.status, busy.code().as_str()), (503, "store.failed"));
    assert!(busy.head.contains("retry-after"));
}
