//! The whole client against a push server of a few lines in the same process: real sockets, tiny waits.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::*;
use crate::{ConfigFuture, Connection, Position, Reason, Remedy, State, config::Secret, connect, position::Mid};

/// Gives configurations that lead to an address, and counts.
struct Portal {
    push: String,
    asked: AtomicUsize,
    answers: Mutex<VecDeque<Result<Value, ConfigFailure>>>,
}

impl ConfigSource for Portal {
    fn fetch(&self) -> ConfigFuture<'_> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let queued = self.answers.lock().unwrap().pop_front();
        Box::pin(async move {
            queued.unwrap_or_else(|| {
                Ok(json!({
                    "server": {"version": 4, "websocket": self.push, "server_enabled": true},
                    "channels": {"private": {"id": format!("a{number}:b.c"), "end": "2999-01-01T00:00:00Z"}},
                    "serverTime": "2026-11-22T10:00:00Z"
                }))
            })
        })
    }
}

struct Stage {
    listener: TcpListener,
    portal: Arc<Portal>,
}

type Peer = WebSocketStream<TcpStream>;

impl Stage {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let push = format!("ws://{}/subws/", listener.local_addr().unwrap());
        Self {
            listener,
            portal: Arc::new(Portal {
                push,
                asked: AtomicUsize::new(0),
                answers: Mutex::default(),
            }),
        }
    }

    fn connect(&self, resume: Resume) -> Connection {
        self.connect_with(resume, |_| ())
    }

    fn connect_with(&self, resume: Resume, change: impl FnOnce(&mut Options)) -> Connection {
        let mut options = Options::new("https://p.example.ru".parse().unwrap());
        options.delay = Box::new(|_| Duration::from_millis(5));
        options.clock = Arc::new(|| "2026-11-22T10:00:00Z".parse().unwrap());
        change(&mut options);
        connect(options, Arc::clone(&self.portal) as Arc<dyn ConfigSource>, resume)
    }

    /// The next client that comes, and its query.
    async fn accept(&self) -> (Peer, String) {
        let (stream, _) = self.listener.accept().await.unwrap();
        let mut query = String::new();
        #[expect(clippy::result_large_err, reason = "the signature of the library")]
        let note = |request: &Request, response: Response| {
            query = request.uri().query().unwrap_or_default().to_owned();
            Ok(response)
        };
        let peer = accept_hdr_async(stream, note).await.unwrap();
        (peer, query)
    }

    /// Answers the next client with plain HTTP.
    async fn refuse(&self, answer: &str) {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(answer.as_bytes()).await.unwrap();
    }

    fn asked(&self) -> usize {
        self.portal.asked.load(Ordering::SeqCst)
    }
}

fn text(number: u64) -> Message {
    let body = json!({"mid": format!("1795304145{number:016}"), "text": {"module_id": "im", "command": "c", "params": {"n": number}}});
    Message::text(format!("#!NGINXNMS!#{body}#!NGINXNME!#"))
}

async fn state(connection: &mut Connection, wanted: impl FnMut(&Status) -> bool) -> Status {
    let found = tokio::time::timeout(Duration::from_secs(20), connection.status.wait_for(wanted)).await;
    found.expect("in time").unwrap().clone()
}

/// The next delivery that holds events.
async fn delivery(connection: &mut Connection) -> Delivery {
    loop {
        let next = tokio::time::timeout(Duration::from_secs(20), connection.deliveries.recv()).await;
        let delivery = next.expect("in time").expect("running");
        if delivery.events.is_empty() {
            delivery.acknowledge.done();
        } else {
            return delivery;
        }
    }
}

fn numbers(delivery: &Delivery) -> Vec<u64> {
    let number = |event: &crate::Event| {
        serde_json::from_str::<Value>(event.params.get()).unwrap()["n"]
            .as_u64()
            .unwrap()
    };
    delivery.events.iter().map(number).collect()
}

#[tokio::test]
async fn an_event_arrives_and_the_next_connection_goes_on_behind_it() {
    let stage = Stage::new().await;
    let mut connection = stage.connect(Resume::default());
    let (mut peer, query) = stage.accept().await;
    assert_eq!(query, "CHANNEL_ID=a0%3Ab.c&binaryMode=true&revision=19");
    let status = state(&mut connection, |status| status.state == State::Online).await;
    assert_eq!((status.server_version, status.reconnects), (Some(4), 0));
    peer.send(text(1)).await.unwrap();
    let first = delivery(&mut connection).await;
    assert_eq!(numbers(&first), [1]);
    let position = serde_json::to_string(&first.position).unwrap();
    first.acknowledge.done();
    drop(peer);
    let (mut peer, query) = stage.accept().await;
    assert!(query.contains("&mid=17953041450000000000000001&"), "{query}");
    assert_eq!(stage.asked(), 1, "the configuration is still good");
    peer.send(text(2)).await.unwrap();
    let second = delivery(&mut connection).await;
    assert_eq!(numbers(&second), [2]);
    drop(connection);

    // Another process goes on from what was stored of the first delivery only.
    let position: Position = serde_json::from_str(&position).unwrap();
    let mut connection = stage.connect(Resume {
        position: Some(position),
        seen: first.seen,
    });
    let (mut peer, query) = stage.accept().await;
    assert!(query.contains("&mid=17953041450000000000000001&"), "{query}");
    peer.send(text(1)).await.unwrap();
    peer.send(text(2)).await.unwrap();
    assert_eq!(numbers(&delivery(&mut connection).await), [2]);
}

#[tokio::test]
async fn what_the_owner_drops_is_fetched_again() {
    let stage = Stage::new().await;
    let mut connection = stage.connect(Resume {
        position: Some(at(1)),
        seen: vec![],
    });
    let (mut peer, _) = stage.accept().await;
    peer.send(text(2)).await.unwrap();
    drop(delivery(&mut connection).await);
    let (mut peer, query) = stage.accept().await;
    assert!(query.contains("&mid=17953041450000000000000001&"), "{query}");
    peer.send(text(2)).await.unwrap();
    let again = delivery(&mut connection).await;
    assert!(again.events[0].replayed);
}

#[tokio::test]
async fn nothing_that_waited_behind_a_dropped_delivery_reaches_the_owner() {
    let stage = Stage::new().await;
    let resume = Resume {
        position: Some(at(1)),
        seen: vec![],
    };
    let mut connection = stage.connect_with(resume, |options| options.queue = 1);
    let (mut peer, _) = stage.accept().await;
    peer.send(text(2)).await.unwrap();
    let dropped = delivery(&mut connection).await;
    // The third takes the room that the second left; the fourth waits for it.
    for number in 3..=4 {
        peer.send(text(number)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(dropped);
    while connection.deliveries.try_recv().is_ok() {}
    let (mut peer, query) = stage.accept().await;
    assert!(query.contains("&mid=17953041450000000000000001&"), "{query}");
    for number in 2..=4 {
        peer.send(text(number)).await.unwrap();
    }
    let mut again = Vec::new();
    while again.len() < 3 {
        let delivery = delivery(&mut connection).await;
        again.extend(numbers(&delivery));
        delivery.acknowledge.done();
    }
    assert_eq!(again, [2, 3, 4]);
}

fn at(number: u64) -> Position {
    Position {
        mid: Mid::new(&format!("1795304145{number:016}")).ok(),
        ..Position::default()
    }
}

#[tokio::test]
async fn a_refused_upgrade_and_close_4010_ask_for_a_new_configuration() {
    let stage = Stage::new().await;
    let mut connection = stage.connect(Resume::default());
    stage
        .refuse("HTTP/1.1 400 Bad Request\r\nContent-Length: 26\r\n\r\n4010: Wrong Channel Id.\r\n\r\n")
        .await;
    let (mut peer, query) = stage.accept().await;
    assert!(query.starts_with("CHANNEL_ID=a1%3A"), "{query}");
    let frame = CloseFrame {
        code: CloseCode::from(4010),
        reason: "4010: Wrong Channel Id.".into(),
    };
    peer.close(Some(frame)).await.unwrap();
    let (_peer, query) = stage.accept().await;
    assert!(query.starts_with("CHANNEL_ID=a2%3A"), "{query}");
    let status = state(&mut connection, |status| status.state == State::Online).await;
    assert_eq!(status.reason, Some(Reason::Closed(Some(4010))));
}

#[tokio::test]
async fn a_page_instead_of_an_upgrade_is_a_network_failure() {
    for page in [
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        "HTTP/1.1 302 Found\r\nLocation: http://login.example/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "garbage\r\n\r\n",
    ] {
        let stage = Stage::new().await;
        let mut connection = stage.connect(Resume::default());
        stage.refuse(page).await;
        let status = state(&mut connection, |status| status.reason.is_some()).await;
        assert_eq!(status.reason, Some(Reason::NotAPushServer), "{page}");
        let (_peer, _) = stage.accept().await;
        state(&mut connection, |status| status.state == State::Online).await;
        assert_eq!(stage.asked(), 1);
    }
}

#[tokio::test]
async fn failures_of_the_portal_are_waited_out_or_end_it() {
    let stage = Stage::new().await;
    let failure = |kind: &str, remedy| {
        Err(ConfigFailure {
            kind: kind.into(),
            message: String::new(),
            remedy,
        })
    };
    stage.portal.answers.lock().unwrap().extend([
        failure("unreachable", Remedy::Retry { after: None }),
        Ok(json!({"login": true})),
        failure("credentials", Remedy::SignIn),
    ]);
    let mut connection = stage.connect(Resume::default());
    let failed = state(&mut connection, |status| matches!(status.state, State::Failed(_))).await;
    assert_eq!(failed.reason, Some(Reason::Config("credentials".into())));
    assert_eq!(stage.asked(), 3);
    connection.control.reconnect_now();
    let (_peer, _) = stage.accept().await;
    state(&mut connection, |status| status.state == State::Online).await;
}

#[tokio::test]
async fn stopping_closes_and_starting_goes_on() {
    let stage = Stage::new().await;
    let mut connection = stage.connect(Resume::default());
    let (mut peer, _) = stage.accept().await;
    peer.send(text(1)).await.unwrap();
    delivery(&mut connection).await.acknowledge.done();
    connection.control.stop();
    let closed = peer.next().await.unwrap().unwrap();
    assert!(matches!(closed, Message::Close(Some(frame)) if frame.code == CloseCode::Normal));
    state(&mut connection, |status| status.state == State::Stopped).await;
    connection.control.start();
    let (_peer, query) = stage.accept().await;
    assert!(query.contains("mid=17953041450000000000000001"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_pings_is_left() {
    let stage = Stage::new().await;
    let mut connection = stage.connect_with(Resume::default(), |options| {
        options.limits.ping_every = Duration::from_millis(20);
        options.limits.ping_answer = Duration::from_millis(20);
    });
    // Never read from, so it never answers.
    let (_deaf, _) = stage.accept().await;
    let status = state(&mut connection, |status| status.reason.is_some()).await;
    assert_eq!(status.reason, Some(Reason::Silent));
    let (mut live, _) = stage.accept().await;
    // Reading answers; three pings on one connection are three answers that counted.
    for _ in 0..3 {
        assert!(matches!(live.next().await, Some(Ok(Message::Ping(_)))));
    }
    assert_eq!(connection.status.borrow().state, State::Online);
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_left() {
    let stage = Stage::new().await;
    let mut connection = stage.connect_with(Resume::default(), |options| {
        options.limits.open_within = Duration::from_millis(30);
    });
    let (_silent, _) = stage.listener.accept().await.unwrap();
    let status = state(&mut connection, |status| status.reason.is_some()).await;
    assert_eq!(status.reason, Some(Reason::TimedOut));
}

#[tokio::test]
async fn nothing_is_read_while_the_owner_does_not_take() {
    let stage = Stage::new().await;
    let mut connection = stage.connect_with(Resume::default(), |options| {
        options.queue = 1;
        options.limits.ping_every = Duration::from_millis(10);
        options.limits.ping_answer = Duration::from_millis(10);
    });
    let (mut peer, _) = stage.accept().await;
    state(&mut connection, |status| status.state == State::Online).await;
    for number in 1..=20 {
        peer.send(text(number)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(connection.deliveries.len(), 1);
    assert_eq!(connection.status.borrow().reason, None, "silence is our own doing");
    let mut got = Vec::new();
    while got.len() < 20 {
        let delivery = delivery(&mut connection).await;
        got.extend(numbers(&delivery));
        delivery.acknowledge.done();
    }
    assert_eq!(got, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn garbage_and_cut_frames_are_survived() {
    let stage = Stage::new().await;
    let mut connection = stage.connect(Resume::default());
    let (mut peer, _) = stage.accept().await;
    peer.send(Message::text("x")).await.unwrap();
    peer.send(Message::binary(vec![0xff; 70])).await.unwrap();
    peer.send(text(1)).await.unwrap();
    delivery(&mut connection).await.acknowledge.done();
    peer.send(Message::text("x")).await.unwrap();
    // Half a frame: text, 100 bytes promised, 3 sent.
    peer.flush().await.unwrap();
    peer.get_mut().write_all(&[0x81, 100, b'a', b'b', b'c']).await.unwrap();
    drop(peer);
    let (_peer, query) = stage.accept().await;
    assert!(query.contains("mid=17953041450000000000000001"), "{query}");
    assert_eq!(connection.status.borrow().reason, Some(Reason::Broken));
}

#[tokio::test]
async fn too_large_a_message_ends_the_connection_and_not_the_program() {
    let stage = Stage::new().await;
    let mut connection = stage.connect(Resume::default());
    let (mut peer, _) = stage.accept().await;
    // The header promises 65 MiB.
    peer.flush().await.unwrap();
    let mut header = vec![0x82, 127];
    header.extend((65_u64 << 20).to_be_bytes());
    peer.get_mut().write_all(&header).await.unwrap();
    let status = state(&mut connection, |status| status.reason.is_some()).await;
    assert_eq!(status.reason, Some(Reason::TooLarge));
}

#[tokio::test]
async fn the_task_ends_with_its_owner() {
    let stage = Stage::new().await;
    let mut connection = stage.connect(Resume::default());
    let (mut peer, _) = stage.accept().await;
    state(&mut connection, |status| status.state == State::Online).await;
    let mut status = connection.status.clone();
    drop(connection);
    assert!(matches!(peer.next().await, Some(Ok(Message::Close(_)))));
    while status.changed().await.is_ok() {}
    assert_eq!(status.borrow().state, State::Stopped);
    assert_eq!(format!("{:?}", Secret::new("abc")), "Secret(3 characters)");
}
