//! The publication over HTTP.

mod session;
mod work;

use axum::Router;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{State, control_router, router};

const ORDER: &str = "e1cib/data/Документ.ЗаказКлиента?ref=8ca0000d8843cd1b11dc8d043d71007f";

struct Office {
    port: u16,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn root(&self) -> Value {
        let value: Value = serde_json::from_str(&self.body).unwrap();
        value["root"].clone()
    }

    fn code(&self) -> String {
        self.root()["exception"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Office {
    async fn open() -> Self {
        let state = State::new(1);
        state.set_portal("http://127.0.0.1:5");
        let app = Router::new()
            .nest("/control", control_router(state.clone()))
            .merge(router(state));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { port }
    }

    async fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: office\r\nconnection: close\r\n{headers}");
        let request = format!("{head}content-length: {length}\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", "").await
    }

    async fn call(&self, publication: &str, call: &str, seance: &str, root: Value) -> Answer {
        let path = format!("/{publication}/ru_RU/e1cib/{call}?seanceId={seance}");
        self.ask("POST", &path, "", &json!({"root": root}).to_string()).await
    }

    async fn control(&self, call: &str, body: Value) -> Answer {
        let json = "content-type: application/json\r\n";
        self.ask("POST", &format!("/control/{call}"), json, &body.to_string())
            .await
    }

    async fn state(&self, publication: &str) -> Value {
        let state: Value = serde_json::from_str(&self.get("/control/state").await.body).unwrap();
        state[publication].clone()
    }

    /// Asks for a session as the page does, and says how it went.
    async fn begin(&self, publication: &str, load: &str) -> Answer {
        let path = format!("/{publication}/ru_RU/e1cib/login?clnId={load}&cred=auto");
        self.ask("POST", &path, "", "{\"root\":{}}").await
    }

    async fn enter(&self) -> String {
        self.begin("ut", "load").await.root()["seanceId"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}
