//! Starting, stopping, the port, tokens of other programs.
use std::net::TcpListener;
use std::sync::Arc;

use hotstart_bridge::LoopbackBridge;
use hotstart_bridge::tokens::Tokens;
use hotstart_core::bridge::{Calls, Refusal, Serve};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::Bridge as _;

use crate::support::Desk;

fn nobody() -> Calls {
    Arc::new(|_, _| Box::pin(async { Err(Refusal::Busy(Failure::new(Code::Internal))) }))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_tells_where_we_are_while_we_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let bridge = LoopbackBridge::new(folder.path());
    let described = folder.path().join("bridge.json");
    assert_eq!(bridge.serve(None).await.unwrap(), None);
    assert!(!described.exists());
    let serve = || {
        Some(Serve {
            port: None,
            calls: nobody(),
        })
    };
    let port = bridge.serve(serve()).await.unwrap().unwrap();
    let about: serde_json::Value = serde_json::from_slice(&std::fs::read(&described).unwrap()).unwrap();
    assert_eq!(about["port"], port);
    assert_eq!(about["pid"], std::process::id());
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&described).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    bridge.serve(None).await.unwrap();
    assert!(!described.exists());
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    // 1C finds it where it was.
    assert_eq!(bridge.serve(serve()).await.unwrap(), Some(port));
    drop(bridge);
    assert!(!described.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_another_program_is_said_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let bridge = LoopbackBridge::new(folder.path());
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let serve = || {
        Some(Serve {
            port: Some(port),
            calls: nobody(),
        })
    };
    let failure = bridge.serve(serve()).await.unwrap_err();
    assert_eq!(failure.code_text(), "bridge.port");
    assert_eq!(failure.parameters["port"], port.to_string());
    assert!(!folder.path().join("bridge.json").exists());
    drop(other);
    assert_eq!(bridge.serve(serve()).await.unwrap(), Some(port));
}

#[test]
fn tokens_that_another_program_makes_or_voids_are_noticed() {
    let desk = Desk::start();
    let theirs = Tokens::of(desk.folder.path());
    let made = theirs.pair("bp").unwrap();
    let ask = |token: &str| {
        let bearer = format!("Bearer {token}");
        desk.say(&desk.request("GET", "/v1/status", &[("Authorization", &bearer)], None))
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(6);
    while ask(&made).status != 200 {
        assert!(std::time::Instant::now() < deadline, "the new token is not noticed");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    assert_eq!(ask(&made).json()["base"], "bp");
    let bridge = desk.bridge.clone();
    desk.runtime
        .block_on(async move { bridge.unpair("bp".to_owned(), None).await })
        .unwrap();
    assert_eq!(ask(&made).status, 401);
    assert_eq!(ask(&desk.token).status, 200);
}

#[test]
fn polls_end_when_the_bridge_does() {
    let desk = Desk::start();
    let started = std::time::Instant::now();
    std::thread::scope(|scope| {
        let poll = scope.spawn(|| desk.ask("GET", "/v1/events?wait=50", None));
        std::thread::sleep(std::time::Duration::from_millis(300));
        let bridge = desk.bridge.clone();
        desk.runtime.block_on(async move { bridge.serve(None).await }).unwrap();
        assert!(matches!(poll.join().unwrap().status, 0 | 200));
    });
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}

#[test]
fn a_poll_ends_at_once_when_its_token_becomes_void() {
    let desk = Desk::start();
    for replaced in [false, true] {
        let bridge = desk.bridge.clone();
        let token = desk.runtime.block_on(bridge.pair("bp".to_owned())).unwrap();
        let started = std::time::Instant::now();
        std::thread::scope(|scope| {
            let poll = scope.spawn(|| {
                let bearer = format!("Bearer {token}");
                desk.say(&desk.request("GET", "/v1/events?wait=50", &[("Authorization", &bearer)], None))
            });
            let other = scope.spawn(|| desk.ask("GET", "/v1/events?wait=1", None));
            std::thread::sleep(std::time::Duration::from_millis(300));
            if replaced {
                // Another program of ours does it, and this one looks again.
                Tokens::of(desk.folder.path()).pair("bp").unwrap();
                desk.runtime.block_on(bridge.paired()).unwrap();
            } else {
                desk.runtime.block_on(bridge.unpair("bp".to_owned(), None)).unwrap();
            }
            let said = poll.join().unwrap();
            assert_eq!((said.status, said.code().as_str()), (401, "bridge.token"));
            assert!(said.head.contains("www-authenticate: bearer"), "{said:?}");
            assert!(started.elapsed() < std::time::Duration::from_secs(2));
            assert_eq!(other.join().unwrap().status, 200, "the others go on");
        });
    }
}

#[test]
fn a_poll_goes_on_when_its_base_has_another_name() {
    let desk = Desk::start();
    std::thread::scope(|scope| {
        let poll = scope.spawn(|| desk.ask("GET", "/v1/events?wait=1", None));
        std::thread::sleep(std::time::Duration::from_millis(300));
        let bridge = desk.bridge.clone();
        desk.runtime
            .block_on(bridge.unpair("ut".to_owned(), Some("trade".to_owned())))
            .unwrap();
        assert_eq!(poll.join().unwrap().status, 200);
    });
    assert_eq!(desk.ask("GET", "/v1/status", None).json()["base"], "trade");
}

#[test]
fn a_body_that_comes_after_its_token_is_void_says_nothing() {
    use std::io::Write as _;
    let desk = Desk::start();
    let token = desk.runtime.block_on(desk.bridge.pair("bp".to_owned())).unwrap();
    let bearer = format!("Bearer {token}");
    let body = r#"{"results":[{"id":"e1","status":"done"}]}"#;
    let bytes = desk.request("POST", "/v1/answers", &[("Authorization", &bearer)], Some(body));
    let (first, rest) = bytes.split_at(bytes.len() - 5);
    let mut stream = desk.connect();
    stream.write_all(first).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    desk.runtime
        .block_on(desk.bridge.unpair("bp".to_owned(), None))
        .unwrap();
    stream.write_all(rest).unwrap();
    let said = crate::support::Said::read(&mut stream);
    assert_eq!((said.status, said.code().as_str()), (401, "bridge.token"));
    assert!(desk.called().is_empty());
}
