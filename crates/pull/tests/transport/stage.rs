//! A server of one connection at a time, and the way to it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bitrix24_pull::{
    TransportKind,
    config::Endpoint,
    session::NotOpened,
    transport::{Connector, Incoming, Link, Proxy},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// Longer than anything here takes.
pub(crate) const LONG: Duration = Duration::from_secs(20);
pub(crate) const LIMIT: usize = 1 << 20;

pub(crate) struct Stage {
    listener: TcpListener,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap()
    }

    pub(crate) async fn accept(&self) -> TcpStream {
        timeout(LONG, self.listener.accept())
            .await
            .expect("nobody came")
            .unwrap()
            .0
    }

    /// Whether nobody comes for a while.
    pub(crate) async fn is_left_alone(&self) -> bool {
        timeout(Duration::from_millis(100), self.listener.accept())
            .await
            .is_err()
    }

    pub(crate) fn endpoint(&self, scheme: &str) -> Endpoint {
        endpoint(&format!(
            "{scheme}://{}/bitrix/subws/?CHANNEL_ID=secret&mid=1",
            self.address()
        ))
    }

    /// Opens a way to this stage while a script plays the server.
    pub(crate) async fn open<T>(
        &self,
        kind: TransportKind,
        script: impl Future<Output = T>,
    ) -> (Result<Link, NotOpened>, T) {
        let scheme = if kind == TransportKind::WebSocket { "ws" } else { "http" };
        tokio::join!(open(direct(), kind, vec![self.endpoint(scheme)]), script)
    }
}

pub(crate) fn endpoint(url: &str) -> Endpoint {
    Endpoint::new(url.parse().unwrap())
}

pub(crate) fn direct() -> Connector {
    Connector::new().with_proxy(Proxy::direct())
}

pub(crate) async fn open(
    connector: Connector,
    kind: TransportKind,
    endpoints: Vec<Endpoint>,
) -> Result<Link, NotOpened> {
    let opening = Link::open(Arc::new(connector), kind, endpoints, LIMIT);
    timeout(LONG, opening).await.expect("neither opened nor refused")
}

pub(crate) async fn next(link: &mut Link) -> Incoming {
    timeout(LONG, link.next()).await.expect("nothing came")
}

/// Reads a head, byte by byte so that nothing behind it is taken.
pub(crate) async fn head(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let byte = timeout(LONG, stream.read_u8())
            .await
            .expect("no request")
            .expect("a cut request");
        head.push(byte);
    }
    String::from_utf8(head).unwrap()
}

pub(crate) async fn write(stream: &mut (impl AsyncWrite + Unpin), bytes: impl AsRef<[u8]>) {
    stream.write_all(bytes.as_ref()).await.unwrap();
    stream.flush().await.unwrap();
}

/// Writes one byte at a time, each in a packet of its own.
pub(crate) async fn drip(stream: &mut TcpStream, bytes: impl AsRef<[u8]>) {
    stream.set_nodelay(true).unwrap();
    for byte in bytes.as_ref() {
        stream.write_u8(*byte).await.unwrap();
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// The answer that opens a WebSocket for a request.
pub(crate) fn upgraded(head: &str) -> String {
    let accept = derive_accept_key(header(head, "sec-websocket-key").unwrap().as_bytes());
    format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    )
}

/// One frame of a server: the first byte as given, a length of any size.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(u8::try_from(short).unwrap()),
        medium @ 126..=0xffff => {
            frame.push(126);
            frame.extend(u16::try_from(medium).unwrap().to_be_bytes());
        }
        long => {
            frame.push(127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

/// Reads one frame of a client: its first byte and its content without the mask.
pub(crate) async fn client_frame(stream: &mut (impl AsyncRead + Unpin)) -> Option<(u8, Vec<u8>)> {
    timeout(LONG, async {
        let first = stream.read_u8().await.ok()?;
        let second = stream.read_u8().await.ok()?;
        assert_eq!(second & 0x80, 0x80, "a client masks");
        let length = match second & 0x7f {
            126 => u64::from(stream.read_u16().await.ok()?),
            127 => stream.read_u64().await.ok()?,
            short => u64::from(short),
        };
        let mut mask = [0; 4];
        stream.read_exact(&mut mask).await.ok()?;
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await.ok()?;
        for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
        Some((first, payload))
    })
    .await
    .expect("no frame came")
}

/// The code of the close frame that the client sends next, whatever else it sends before.
pub(crate) async fn close_code(stream: &mut (impl AsyncRead + Unpin)) -> Option<u16> {
    loop {
        let (first, payload) = client_frame(stream).await?;
        if first == 0x88 {
            return payload.first_chunk().map(|code| u16::from_be_bytes(*code));
        }
    }
}
