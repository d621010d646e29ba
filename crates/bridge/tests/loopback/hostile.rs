//! Whoever wants to hurt: slow, huge, ambiguous, many.
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use hotstart_bridge::Limits;

use crate::support::{Desk, Said};

fn quick() -> Limits {
    Limits {
        connections: 8,
        head_within: Duration::from_millis(400),
        body_within: Duration::from_millis(400),
        read_within: Duration::from_millis(400),
        ..Limits::default()
    }
}

#[test]
fn a_slow_head_and_a_slow_body_are_cut() {
    let desk = Desk::start_with(quick());
    let mut head = desk.connect();
    let started = Instant::now();
    for byte in b"POST /v1/open HTTP/1.1\r\nHost: 127" {
        if head.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    assert!(matches!(Said::read(&mut head).status, 0 | 408));
    assert!(started.elapsed() < Duration::from_secs(5));

    let mut body = desk.connect();
    let begun = format!(
        "POST /v1/open HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nContent-Length: 100\r\n\r\n{{",
        desk.port, desk.token
    );
    body.write_all(begun.as_bytes()).unwrap();
    assert_eq!(Said::read(&mut body).status, 408);
    assert!(desk.called().is_empty());
}

#[test]
fn huge_bodies_and_heads_are_refused_before_they_are_read() {
    let desk = Desk::start();
    let bearer = format!("Bearer {}", desk.token);
    let head = format!(
        "POST /v1/open HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: {bearer}\r\nContent-Length: 99999999999\r\n\r\n",
        desk.port
    );
    let said = desk.say(head.as_bytes());
    assert_eq!((said.status, said.code().as_str()), (413, "bridge.size"));
    let long = "x".repeat(64 * 1024);
    assert!(matches!(
        desk.say(&desk.request("GET", "/v1/ping", &[("X", &long)], None)).status,
        431 | 0
    ));
    assert!(matches!(
        desk.say(&desk.request("GET", &format!("/{long}"), &[], None)).status,
        400..=431 | 0
    ));
    let many: Vec<(String, &str)> = (0..500).map(|number| (format!("X-{number}"), "1")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(desk.say(&desk.request("GET", "/v1/ping", &many, None)).status, 431);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = format!(r#"{{"link":{deep}}}"#);
    assert_eq!(desk.ask("POST", "/v1/open", Some(&deep)).status, 400);
    let just_too_long = format!(r#"{{"link":"{}"}}"#, "x".repeat(1024 * 1024));
    assert_eq!(desk.ask("POST", "/v1/open", Some(&just_too_long)).status, 413);
    assert!(desk.called().is_empty());
}

#[test]
fn ambiguous_lengths_are_refused_and_nothing_behind_them_is_taken_for_a_request() {
    let desk = Desk::start();
    let bearer = format!("Authorization: Bearer {}", desk.token);
    let host = format!("Host: 127.0.0.1:{}", desk.port);
    let inner = format!("POST /v1/open HTTP/1.1\r\n{host}\r\n{bearer}\r\nContent-Length: 12\r\n\r\n{{\"link\":\"x\"}}");
    let framings = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity",
        "Transfer-Encoding : chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Content-Length: 5, 6",
        "Content-Length: 0x5",
        "Content-Length: -1",
        "Content-Length: 5\r\n Transfer-Encoding: chunked",
    ];
    for framing in framings {
        let bytes = format!("POST /v1/open HTTP/1.1\r\n{host}\r\n{bearer}\r\n{framing}\r\n\r\n0\r\n\r\n{inner}");
        let said = desk.say(bytes.as_bytes());
        assert_eq!(said.status, 400, "{framing}: {said:?}");
        assert_eq!(
            said.head.matches("http/1.1 ").count() + said.body.to_lowercase().matches("http/1.1 ").count(),
            1
        );
    }
    for bytes in [
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET  /v1/ping  HTTP/1.1\r\n\r\n",
        "GET /v1/ping\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0",
    ] {
        assert!(matches!(desk.say(bytes.as_bytes()).status, 0 | 400 | 403), "{bytes:?}");
    }
    assert!(desk.called().is_empty(), "{:?}", desk.called());
}

#[test]
fn more_connections_than_there_is_room_for_are_turned_away_and_the_room_comes_back() {
    let desk = Desk::start_with(quick());
    let mut held: Vec<_> = (0..40).map(|_| desk.connect()).collect();
    std::thread::sleep(Duration::from_millis(100));
    let statuses: Vec<u16> = held
        .iter_mut()
        .skip(8)
        .map(|stream| Said::read(stream).status)
        .collect();
    assert!(statuses.iter().all(|status| matches!(status, 503 | 0)), "{statuses:?}");
    drop(held);
    let deadline = Instant::now() + Duration::from_secs(5);
    while desk.ask("GET", "/v1/status", None).status != 200 {
        assert!(Instant::now() < deadline, "the room does not come back");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn wrong_tokens_wait_and_right_ones_do_not() {
    let desk = Desk::start();
    let started = Instant::now();
    std::thread::scope(|scope| {
        for number in 0..5 {
            let (desk, wrong) = (&desk, format!("Bearer {number:064}"));
            scope.spawn(move || {
                let said = desk.say(&desk.request("GET", "/v1/status", &[("Authorization", &wrong)], None));
                assert_eq!(said.status, 401);
                assert!(said.head.contains("www-authenticate: bearer"));
            });
        }
        let right = Instant::now();
        assert_eq!(desk.ask("GET", "/v1/status", None).status, 200);
        assert!(right.elapsed() < Duration::from_millis(400), "{:?}", right.elapsed());
    });
    assert!(
        started.elapsed() >= Duration::from_millis(500),
        "one after the other: {:?}",
        started.elapsed()
    );
}

#[test]
fn one_who_does_not_read_is_cut() {
    let desk = Desk::start_with(quick());
    let mut stream = desk.connect();
    let params = format!(r#"{{"x":"{}"}}"#, "y".repeat(900 * 1024));
    let request = format!(
        "POST /v1/b24/profile HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{params}",
        desk.port,
        desk.token,
        params.len()
    );
    // Answers as large as their questions, none of which is read.
    for _ in 0..20 {
        if stream.write_all(request.as_bytes()).is_err() {
            break;
        }
    }
    std::thread::sleep(Duration::from_millis(1500));
    let mut rest = Vec::new();
    let cut = stream.read_to_end(&mut rest);
    assert!(
        cut.is_err() || rest.len() < 18 * params.len(),
        "everything was kept for it: {}",
        rest.len()
    );
}

#[test]
fn nobody_outside_this_computer_reaches_it() {
    let desk = Desk::start();
    // The first address of this computer that is not the loopback, if it has one.
    let outside = std::net::UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    let other = std::net::TcpStream::connect_timeout(
        &std::net::SocketAddr::from(([127, 0, 0, 2], desk.port)),
        Duration::from_secs(2),
    );
    assert!(other.is_err(), "another address of the loopback answers");
    if let Ok(address) = outside
        .map(|address| address.ip())
        .map(|ip| std::net::SocketAddr::new(ip, desk.port))
        && !address.ip().is_loopback()
    {
        assert!(
            std::net::TcpStream::connect_timeout(&address, Duration::from_secs(2)).is_err(),
            "{address}"
        );
    }
}
