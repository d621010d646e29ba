//! The office in this process, asked over its control address.
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use hotstart_office::{Addresses, Options, ServerVersion, start};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// A portal with its push server.
pub(crate) struct Office {
    addresses: Addresses,
    _runtime: Runtime,
}

impl Office {
    pub(crate) fn start() -> Self {
        Self::of_version(4)
    }

    pub(crate) fn of_version(number: u8) -> Self {
        let options = Options {
            server_version: ServerVersion::from_number(number).unwrap(),
            ..Options::default()
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let office = runtime.block_on(start(options)).expect("the office starts");
        let addresses = office.addresses().clone();
        runtime.spawn(office.run());
        Self {
            addresses,
            _runtime: runtime,
        }
    }

    pub(crate) fn webhook(&self) -> &str {
        &self.addresses.webhook
    }

    /// Publishes an event of the first user; gives its id.
    pub(crate) fn publish(&self, command: &str, params: &Value) -> String {
        let event = json!({"user": 1, "module_id": "im", "command": command, "params": params});
        let answer = self.control("/publish", &event);
        answer["mid"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn control(&self, path: &str, body: &Value) -> Value {
        let host = self.addresses.control.strip_prefix("http://").unwrap();
        let body = body.to_string();
        let mut stream = TcpStream::connect(host).expect("the office listens");
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }
}
