//! A small HTTP client of the tests: one request per connection, so that nothing is shared with the server's code.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// `GET` of an absolute address.
pub(crate) async fn get(url: &str) -> Answer {
    send("GET", url, "", b"").await.expect("an answer")
}

/// `POST` of JSON.
pub(crate) async fn post(url: &str, body: &Value) -> Answer {
    send(
        "POST",
        url,
        "Content-Type: application/json\r\n",
        body.to_string().as_bytes(),
    )
    .await
    .expect("an answer")
}

/// Any request; `None` if the connection ended without an answer.
pub(crate) async fn send(method: &str, url: &str, headers: &str, body: &[u8]) -> Option<Answer> {
    let rest = url.strip_prefix("http://").expect("a plain address");
    let (host, path) = rest
        .split_once('/')
        .map_or((rest, String::new()), |(host, path)| (host, path.to_owned()));
    let mut stream = TcpStream::connect(host).await.ok()?;
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    // In one piece: a small body must not wait for the acknowledgement of the head. A server that refuses a large body
    // may stop reading it.
    let _ = stream.write_all(&[head.as_bytes(), body].concat()).await;
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let split = bytes.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..split]).into_owned();
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        head,
        body: bytes[split + 4..].to_vec(),
    })
}
