//! A bridge whose calls are recorded, and a client that says exactly what it is told to.
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hotstart_bridge::{Limits, LoopbackBridge};
use hotstart_core::bridge::{Answer, BridgeEvent, BridgeStatus, Call, Caller, Calls, Events, Refusal, Serve, Taken};
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::Bridge as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A bridge at work.
pub(crate) struct Desk {
    pub(crate) runtime: Runtime,
    pub(crate) bridge: LoopbackBridge,
    pub(crate) folder: TempDir,
    pub(crate) port: u16,
    pub(crate) token: String,
    called: Arc<Mutex<Vec<(Caller, Call)>>>,
}

impl Desk {
    pub(crate) fn start() -> Self {
        Self::start_with(Limits::default())
    }

    pub(crate) fn start_with(limits: Limits) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let bridge = LoopbackBridge::with_limits(folder.path(), limits);
        let called = Arc::default();
        let (port, token) = runtime.block_on(async {
            let token = bridge.pair("ut".to_owned()).await.unwrap();
            let serve = Serve {
                port: None,
                calls: calls(&called),
            };
            (bridge.serve(Some(serve)).await.unwrap().unwrap(), token)
        });
        Self {
            runtime,
            bridge,
            folder,
            port,
            token,
            called,
        }
    }

    /// What has come through to the controller.
    pub(crate) fn called(&self) -> Vec<(Caller, Call)> {
        self.called.lock().unwrap().clone()
    }

    /// A request of a well-behaved client.
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&str>) -> Said {
        self.say(&self.request(
            method,
            path,
            &[("Authorization", &format!("Bearer {}", self.token))],
            body,
        ))
    }

    /// The bytes of a request with these headers besides `Host` and the length.
    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Vec<u8> {
        let mut text = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n",
            self.port
        );
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if let Some(body) = body {
            let _ = write!(text, "Content-Length: {}\r\n", body.len());
        }
        text.push_str("\r\n");
        text.push_str(body.unwrap_or_default());
        text.into_bytes()
    }

    /// Sends bytes and reads what comes until the other side ends.
    pub(crate) fn say(&self, bytes: &[u8]) -> Said {
        let mut stream = self.connect();
        // The other side may have said no and gone before all was sent.
        let _ = stream.write_all(bytes);
        Said::read(&mut stream)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let bridge = self.bridge.clone();
        self.runtime.block_on(async move {
            let _ = bridge.serve(None).await;
        });
    }
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Said {
    /// Zero when nothing came.
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Said {
    pub(crate) fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A connection that was reset has said what it had to say.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0);
        Self {
            status,
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

fn calls(called: &Arc<Mutex<Vec<(Caller, Call)>>>) -> Calls {
    let called = called.clone();
    Arc::new(move |caller, call| {
        called.lock().unwrap().push((caller.clone(), call.clone()));
        Box::pin(async move { answer(&caller, call).await })
    })
}

/// A controller that knows one portal and one method.
async fn answer(caller: &Caller, call: Call) -> Result<Answer, Refusal> {
    match call {
        Call::Open { link } if link == "bad" => Err(Refusal::Bad(
            Failure::new(Code::LinkRefused).finer("link.refused.scheme"),
        )),
        Call::Open { link } => Ok(Answer::Opened { link }),
        Call::Notify { title, .. } if title == "busy" => {
            Err(Refusal::Busy(Failure::new(Code::Internal).with("detail", "busy")))
        }
        Call::Notify { .. } => Ok(Answer::Noted {
            id: "bridge:ut:1".to_owned(),
        }),
        Call::Rest { method, .. } if method == "user.add" => Err(Refusal::Forbidden(
            Failure::new(Code::BridgeMethod).with("method", method),
        )),
        Call::Rest { method, .. } if method == "crm.item.get" => {
            let failure = Failure::new(Code::EntityMissing)
                .with("entity", "deal:1")
                .with("portal_code", "NOT_FOUND");
            Err(Refusal::Portal(failure))
        }
        Call::Rest { method, params, .. } => Ok(Answer::Rest(json!({"result": {"method": method, "params": params}}))),
        Call::Events { after, wait } if wait.is_zero() => Ok(Answer::Events(Events {
            events: vec![BridgeEvent {
                id: "e1".to_owned(),
                kind: "hotstart/order".to_owned(),
                data: json!({"after": after}),
            }],
            cursor: "1~f~0".to_owned(),
        })),
        Call::Events { .. } => std::future::pending().await,
        Call::Answers { results } if results.iter().any(|given| given.id == "busy") => {
            Err(Refusal::Busy(Failure::new(Code::StoreFailed).with("detail", "full")))
        }
        Call::Answers { results } => {
            let taken = results.into_iter().map(|given| {
                let foreign = given.id == "foreign";
                Taken {
                    id: given.id,
                    taken: !foreign,
                    code: foreign.then(|| Code::AnswerForeign.as_str().to_owned()),
                }
            });
            Ok(Answer::Answered(taken.collect()))
        }
        Call::Status => Ok(Answer::Status(BridgeStatus {
            base: caller.base.clone(),
            portals: Vec::new(),
            queue: 7,
            client: false,
        })),
    }
}
