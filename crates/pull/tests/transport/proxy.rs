//! Tunnels. The push server has a name that only the proxy knows, so nothing can get there around it.

use bitrix24_pull::{
    TlsFault, TransportKind,
    session::NotOpened,
    transport::{Connector, Incoming, Link, Proxy},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, copy_bidirectional},
    net::TcpStream,
};

use crate::{
    stage::{Stage, direct, endpoint, frame, head, header, next, open, upgraded, write},
    tls::Authority,
};

const KIND: TransportKind = TransportKind::WebSocket;
const OK: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

fn through(connector: Connector, proxy: &Stage, credentials: &str) -> Connector {
    connector.with_proxy(Proxy::at(&format!("http://{credentials}{}", proxy.address()), ""))
}

/// What comes of what the proxy answers; with the request that it got.
async fn answered(answer: &str, credentials: &str) -> (Result<Link, NotOpened>, String) {
    let stage = Stage::new().await;
    let connector = through(direct(), &stage, credentials);
    let script = async {
        let mut stream = stage.accept().await;
        let request = head(&mut stream).await;
        write(&mut stream, answer).await;
        request
    };
    tokio::join!(
        open(
            connector,
            KIND,
            vec![endpoint("ws://push.example:8893/subws/?CHANNEL_ID=secret")]
        ),
        script
    )
}

/// Joins a stream of a client with a server.
async fn join(mut client: impl AsyncRead + AsyncWrite + Unpin, server: &Stage) {
    let mut server = TcpStream::connect(server.address()).await.unwrap();
    let _ = copy_bidirectional(&mut client, &mut server).await;
}

#[tokio::test]
async fn a_tunnel_leads_to_the_server() {
    let (proxy, server) = (Stage::new().await, Stage::new().await);
    let connector = through(direct(), &proxy, "user:p%40ss@");
    let script = async {
        let mut stream = proxy.accept().await;
        let request = head(&mut stream).await;
        write(&mut stream, OK).await;
        tokio::join!(join(stream, &server), async {
            let mut stream = server.accept().await;
            let request = head(&mut stream).await;
            assert_eq!(header(&request, "proxy-authorization"), None);
            assert!(
                request.starts_with("GET /subws/?CHANNEL_ID=secret HTTP/1.1\r\n"),
                "{request}"
            );
            write(&mut stream, upgraded(&request)).await;
            write(&mut stream, frame(0x81, b"through")).await;
        });
        request
    };
    let client = async {
        let endpoints = vec![endpoint("ws://push.example:8893/subws/?CHANNEL_ID=secret")];
        let mut link = open(connector, KIND, endpoints).await.unwrap();
        assert!(matches!(next(&mut link).await, Incoming::Text(text) if text.as_str() == "through"));
    };
    let ((), request) = tokio::join!(client, script);
    assert!(
        request.starts_with("CONNECT push.example:8893 HTTP/1.1\r\n"),
        "{request}"
    );
    assert_eq!(header(&request, "host"), Some("push.example:8893"));
    assert_eq!(header(&request, "proxy-authorization"), Some("Basic dXNlcjpwQHNz"));
    assert!(!request.contains("secret"));
}

#[tokio::test]
async fn tls_goes_through_the_tunnel_to_the_server_itself() {
    let authority = Authority::new();
    for (name, expected) in [
        ("push.example", None),
        ("proxy.example", Some(NotOpened::Tls(TlsFault::WrongHost))),
    ] {
        let (proxy, server) = (Stage::new().await, Stage::new().await);
        let acceptor = authority.server(&[name]);
        let script = async {
            let mut stream = proxy.accept().await;
            let request = head(&mut stream).await;
            assert!(
                request.starts_with("CONNECT push.example:443 HTTP/1.1\r\n"),
                "{request}"
            );
            write(&mut stream, OK).await;
            tokio::join!(join(stream, &server), async {
                if let Ok(mut stream) = acceptor.accept(server.accept().await).await {
                    let request = head(&mut stream).await;
                    write(&mut stream, upgraded(&request)).await;
                }
            });
        };
        let connector = through(authority.connector(), &proxy, "");
        let opening = async {
            open(connector, KIND, vec![endpoint("wss://push.example/subws/")])
                .await
                .err()
        };
        let (failure, ()) = tokio::join!(opening, script);
        assert_eq!(failure, expected, "{name}");
    }
}

#[tokio::test]
async fn an_encrypted_proxy_is_verified_and_used() {
    let authority = Authority::new();
    let (proxy, server) = (Stage::new().await, Stage::new().await);
    let (at_proxy, at_server) = (authority.server(&["127.0.0.1"]), authority.server(&["push.example"]));
    let connector = authority
        .connector()
        .with_proxy(Proxy::at(&format!("https://u:p@{}", proxy.address()), ""));
    let script = async {
        let mut stream = at_proxy.accept(proxy.accept().await).await.unwrap();
        let request = head(&mut stream).await;
        assert_eq!(header(&request, "proxy-authorization"), Some("Basic dTpw"));
        write(&mut stream, OK).await;
        tokio::join!(join(stream, &server), async {
            let mut stream = at_server.accept(server.accept().await).await.unwrap();
            let request = head(&mut stream).await;
            write(&mut stream, upgraded(&request)).await;
            write(&mut stream, frame(0x81, b"nested")).await;
        });
    };
    let client = async {
        let mut link = open(connector, KIND, vec![endpoint("wss://push.example/")])
            .await
            .unwrap();
        assert!(matches!(next(&mut link).await, Incoming::Text(text) if text.as_str() == "nested"));
    };
    tokio::join!(client, script);
}

#[tokio::test]
async fn long_polling_goes_through_the_tunnel_too() {
    let (proxy, server) = (Stage::new().await, Stage::new().await);
    let connector = through(direct(), &proxy, "");
    let script = async {
        let mut stream = proxy.accept().await;
        assert!(head(&mut stream).await.starts_with("CONNECT push.example:80 "));
        write(&mut stream, OK).await;
        tokio::join!(join(stream, &server), async {
            let mut stream = server.accept().await;
            head(&mut stream).await;
            write(&mut stream, "HTTP/1.1 304 Not Modified\r\n\r\n").await;
        });
    };
    let client = async {
        let endpoints = vec![endpoint("http://push.example/sub/")];
        let mut link = open(connector, TransportKind::LongPolling, endpoints).await.unwrap();
        assert!(matches!(next(&mut link).await, Incoming::Answered(answer) if answer.status == 304));
    };
    tokio::join!(client, script);
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_says_so() {
    let refused = NotOpened::Refused {
        status: 407,
        retry_after: None,
    };
    let basic = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
    let (opened, request) = answered(basic, "").await;
    assert_eq!(opened.err(), Some(refused));
    assert_eq!(header(&request, "proxy-authorization"), None);
    let ntlm = "HTTP/1.1 407 Denied\r\nProxy-Authenticate: NTLM\r\nConnection: close\r\n\r\n<html>";
    let (opened, request) = answered(ntlm, "me:secret@").await;
    assert_eq!(opened.err(), Some(refused));
    assert_eq!(header(&request, "proxy-authorization"), Some("Basic bWU6c2VjcmV0"));
}

#[tokio::test]
async fn what_a_proxy_says_is_not_taken_for_the_server() {
    for (answer, expected) in [
        // Not an expired channel.
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            NotOpened::Unreachable,
        ),
        (
            "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
            NotOpened::Unreachable,
        ),
        (
            "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
            NotOpened::Unreachable,
        ),
        (
            "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n",
            NotOpened::TimedOut,
        ),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n",
            NotOpened::Unreachable,
        ),
        ("HTTP/1.1 200 OK\r\n\r\n<html>", NotOpened::NotAPushServer),
        ("HTTP/1.1 200 OK\r\n\r\n", NotOpened::Unreachable),
        ("HTTP/1.1 200", NotOpened::Unreachable),
        ("", NotOpened::Unreachable),
        ("SOCKS?\r\n\r\n", NotOpened::NotAPushServer),
    ] {
        assert_eq!(answered(answer, "").await.0.err(), Some(expected), "{answer}");
    }
}

#[tokio::test]
async fn a_tunnel_of_the_first_http_is_a_tunnel() {
    // Squid and others answer CONNECT with HTTP/1.0.
    let (opened, _) = answered("HTTP/1.0 200 Connection established\r\n\r\n", "").await;
    // The way is there, and ends at once because nobody is behind it.
    assert_eq!(opened.err(), Some(NotOpened::Unreachable));
}

#[tokio::test]
async fn unknown_and_dead_proxies_are_not_gone_around() {
    let target = || vec![endpoint("ws://127.0.0.2.example.invalid/")];
    for proxy in ["socks5://127.0.0.1:1080", "http://127.0.0.1:1"] {
        let connector = Connector::new().with_proxy(Proxy::at(proxy, ""));
        assert_eq!(
            open(connector, KIND, target()).await.err(),
            Some(NotOpened::Unreachable)
        );
    }
}

#[tokio::test]
async fn this_computer_is_reached_without_the_proxy() {
    let (proxy, server) = (Stage::new().await, Stage::new().await);
    let script = async {
        let mut stream = server.accept().await;
        let request = head(&mut stream).await;
        write(&mut stream, upgraded(&request)).await;
    };
    let connector = through(direct(), &proxy, "");
    let (opened, ()) = tokio::join!(open(connector, KIND, vec![server.endpoint("ws")]), script);
    assert!(opened.is_ok());
    assert!(proxy.is_left_alone().await);
}
