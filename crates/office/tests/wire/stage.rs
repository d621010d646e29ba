//! An office of any version with the channels of user 1, and what the tests do with it.

use std::time::Duration;

use futures_util::StreamExt as _;
use hotstart_office::{Office, Options, ServerVersion, start};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::http::{get, post, send};

/// The key of the vectors.
pub(crate) const KEY: &str = "testsecretkey0123456789";

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Stage {
    pub(crate) office: Office,
    pub(crate) config: Value,
    pub(crate) private: String,
    pub(crate) shared: String,
}

/// An office of version 4.
pub(crate) async fn stage() -> Stage {
    stage_of(ServerVersion::V4).await
}

pub(crate) async fn stage_of(server_version: ServerVersion) -> Stage {
    stage_with(Options {
        server_version,
        ..Options::default()
    })
    .await
}

/// An office with the key of the vectors.
pub(crate) async fn stage_with(options: Options) -> Stage {
    let options = Options {
        key: Some(KEY.to_owned()),
        ..options
    };
    let office = start(options).await.expect("the office starts");
    let config = get(&format!("{}pull.config.get", office.addresses().webhook))
        .await
        .json()["result"]
        .clone();
    let id = |kind: &str| config["channels"][kind]["id"].as_str().expect("an id").to_owned();
    Stage {
        private: id("private"),
        shared: id("shared"),
        config,
        office,
    }
}

impl Stage {
    pub(crate) fn channels(&self) -> String {
        format!("CHANNEL_ID={}%2F{}", self.private.replace(':', "%3A"), self.shared)
    }

    pub(crate) fn ws(&self, query: &str) -> String {
        format!("{}?{query}&revision=19", self.office.addresses().push.subws)
    }

    pub(crate) fn poll(&self, query: &str) -> String {
        format!("{}?{query}", self.office.addresses().push.sub)
    }

    pub(crate) async fn socket(&self, more: &str) -> Socket {
        self.open(&format!("{}{more}", self.channels())).await
    }

    pub(crate) async fn open(&self, query: &str) -> Socket {
        let (socket, response) = connect_async(self.ws(query)).await.expect("the upgrade");
        assert_eq!(response.status().as_u16(), 101);
        socket
    }

    pub(crate) async fn joined(&self, more: &str) -> Socket {
        let before = self.sockets().await;
        let socket = self.socket(more).await;
        self.until_sockets(before + 1).await;
        socket
    }

    pub(crate) async fn sockets(&self) -> u64 {
        self.state().await["push"]["sockets"].as_u64().expect("a number")
    }

    pub(crate) async fn until_sockets(&self, count: u64) {
        while self.sockets().await != count {
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let answer = post(&format!("{}{path}", self.office.addresses().control), &body).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    pub(crate) async fn fault(&self, order: Value) -> Value {
        self.control("/fault", order).await
    }

    pub(crate) async fn ask(&self, method: &str, path: &str) -> Value {
        let url = format!("{}{path}", self.office.addresses().control);
        send(method, &url, "", b"").await.expect("an answer").json()
    }

    pub(crate) async fn state(&self) -> Value {
        self.ask("GET", "/state").await
    }

    pub(crate) async fn rest(&self, method: &str) -> Value {
        get(&format!("{}{method}", self.office.addresses().webhook))
            .await
            .json()
    }

    pub(crate) async fn publish(&self, command: &str, expiry: u32) -> String {
        let event = json!({"user": 1, "module_id": "IM", "command": command, "expiry": expiry});
        self.control("/publish", event).await["mid"]
            .as_str()
            .expect("a mid")
            .to_owned()
    }

    pub(crate) fn private_only(&self) -> &str {
        &self.private[..32]
    }
}

pub(crate) async fn next(socket: &mut Socket) -> Message {
    let limit = Duration::from_secs(10);
    tokio::time::timeout(limit, socket.next())
        .await
        .expect("a frame in time")
        .expect("a frame")
        .expect("a good frame")
}

pub(crate) async fn raw_text(socket: &mut Socket) -> String {
    loop {
        let message = next(socket).await;
        if let Message::Text(text) = message {
            return text.to_string();
        }
        assert!(message.is_ping(), "no text frame: {message:?}");
    }
}

pub(crate) async fn text(socket: &mut Socket) -> Vec<Value> {
    frames(&raw_text(socket).await)
}

pub(crate) fn frames(text: &str) -> Vec<Value> {
    text.split("#!NGINXNMS!#")
        .skip(1)
        .map(|part| serde_json::from_str(part.strip_suffix("#!NGINXNME!#").expect("an end")).expect("an envelope"))
        .collect()
}

/// The commands of envelopes.
pub(crate) fn commands(envelopes: &[Value]) -> Vec<&str> {
    envelopes
        .iter()
        .map(|envelope| envelope["text"]["command"].as_str().expect("a command"))
        .collect()
}

/// The close code and reason; 1005 = none.
pub(crate) async fn close_code(mut socket: Socket) -> (u16, String) {
    loop {
        if let Message::Close(frame) = next(&mut socket).await {
            return frame.map_or((1005, String::new()), |frame| {
                (frame.code.into(), frame.reason.to_string())
            });
        }
    }
}
