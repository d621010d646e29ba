//! One office and one client that keeps what it is given, as a store would.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bitrix24::rest::{ClientOptions, Rest};
use bitrix24::webhook::{Plain, Webhook};
use bitrix24_pull::{
    ConfigFailure, ConfigFuture, ConfigSource, Connection, Gap, Mid, Options, Position, Remedy, Resume, State,
    TransportKind, connect,
};
use hotstart_office::{Addresses, ServerVersion, start};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// The longest that anything here may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// An office on its own threads; dropping it cuts every connection.
pub(crate) struct Office {
    pub(crate) addresses: Addresses,
    runtime: Option<Runtime>,
    http: reqwest::Client,
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Office {
    pub(crate) fn start(version: u8) -> Self {
        Self::start_with(version, None, None)
    }

    pub(crate) fn start_with(version: u8, port: Option<u16>, history: Option<PathBuf>) -> Self {
        // Another test of this process may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let options = hotstart_office::Options {
            port,
            history,
            server_version: ServerVersion::from_number(version).unwrap(),
            ..hotstart_office::Options::default()
        };
        // From a thread of its own, since a runtime cannot be waited for inside another.
        let (addresses, runtime) = std::thread::spawn(move || {
            let office = runtime.block_on(start(options)).expect("the office starts");
            let addresses = office.addresses().clone();
            runtime.spawn(office.run());
            (addresses, runtime)
        })
        .join()
        .unwrap();
        Self {
            addresses,
            runtime: Some(runtime),
            http,
        }
    }

    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let address = format!("{}{path}", self.addresses.control);
        let request = self.http.post(address).header("content-type", "application/json");
        let response = request.body(body.to_string()).send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{path}: {text}");
        serde_json::from_str(&text).unwrap()
    }

    pub(crate) async fn fault(&self, kind: &str, more: Value) {
        let mut body = json!({"kind": kind});
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        self.control("/fault", body).await;
    }

    pub(crate) async fn publish(&self, number: u64) {
        let params = json!({"n": number});
        let body = json!({"user": 1, "module_id": "im", "command": "count", "params": params, "expiry": 3600});
        self.control("/publish", body).await;
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let address = format!("{}{path}", self.addresses.control);
        let text = self.http.get(address).send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// Asks the portal as the program does.
struct Source(Rest);

impl ConfigSource for Source {
    fn fetch(&self) -> ConfigFuture<'_> {
        Box::pin(async { self.0.pull_config_get().await.map_err(|error| failure(error.message())) })
    }

    fn public_channels(&self, users: Vec<u64>) -> ConfigFuture<'_> {
        Box::pin(async move {
            let answer = self.0.pull_channel_public_list(&users).await;
            answer.map_err(|error| failure(error.message()))
        })
    }

    fn extend_watch(&self, tags: Vec<String>) -> ConfigFuture<'_> {
        Box::pin(async move {
            let answer = self.0.pull_watch_extend(&tags).await;
            answer.map_err(|error| failure(error.message()))
        })
    }
}

fn failure(message: &str) -> ConfigFailure {
    ConfigFailure {
        kind: "rest".to_owned(),
        message: message.to_owned(),
        remedy: Remedy::Retry { after: None },
    }
}

/// A client, and what it has stored.
pub(crate) struct Client {
    pub(crate) connection: Connection,
    /// Numbers of the events in the order of arrival.
    pub(crate) numbers: Vec<u64>,
    pub(crate) commands: Vec<String>,
    pub(crate) gaps: Vec<Gap>,
    position: Option<Position>,
    seen: Vec<Mid>,
}

impl Client {
    pub(crate) fn start(office: &Office) -> Self {
        Self::resume(office, None, Vec::new(), |_| ())
    }

    pub(crate) fn resume(
        office: &Office,
        position: Option<Position>,
        seen: Vec<Mid>,
        change: impl FnOnce(&mut Options),
    ) -> Self {
        let webhook = Webhook::parse_with(&office.addresses.webhook, Plain::Loopback).unwrap();
        let rest = Rest::new(webhook, &ClientOptions::default()).unwrap();
        let mut options = Options::new(office.addresses.portal.parse().unwrap());
        options.delay = Box::new(|_| Duration::from_millis(3));
        options.limits.look_within = Duration::from_millis(600);
        change(&mut options);
        let resume = Resume {
            position: position.clone(),
            seen: seen.clone(),
        };
        Self {
            connection: connect(options, Arc::new(Source(rest)), resume),
            numbers: Vec::new(),
            commands: Vec::new(),
            gaps: Vec::new(),
            position,
            seen,
        }
    }

    /// The client as it is after a restart of the program: what was stored, and nothing else.
    pub(crate) fn restart(self, office: &Office) -> Self {
        let Self {
            connection,
            numbers,
            position,
            seen,
            ..
        } = self;
        drop(connection);
        let again = Self::resume(office, position, seen, |_| ());
        Self { numbers, ..again }
    }

    pub(crate) async fn online(&mut self) -> TransportKind {
        let status = &mut self.connection.status;
        let reached = timeout(PATIENCE, status.wait_for(|status| status.state == State::Online)).await;
        reached.expect("online in time").unwrap().transport.unwrap()
    }

    /// Goes on storing until the connection is a WebSocket.
    pub(crate) async fn over_websocket(&mut self) {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            self.during(Duration::from_millis(20)).await;
            let status = self.connection.status.borrow().clone();
            if status.state == State::Online && status.transport == Some(TransportKind::WebSocket) {
                return;
            }
            assert!(tokio::time::Instant::now() < end, "{status:?}");
        }
    }

    /// Takes deliveries until this many numbered events are there.
    pub(crate) async fn until(&mut self, count: usize) {
        let end = tokio::time::Instant::now() + PATIENCE;
        while self.numbers.len() < count {
            let next = tokio::time::timeout_at(end, self.connection.deliveries.recv()).await;
            let Ok(Some(delivery)) = next else {
                panic!(
                    "only {:?} of {count}; {:?}",
                    self.numbers,
                    self.connection.status.borrow()
                );
            };
            self.take(delivery);
        }
    }

    /// Takes what comes within this time.
    pub(crate) async fn during(&mut self, time: Duration) {
        let end = tokio::time::Instant::now() + time;
        while let Ok(Some(delivery)) = tokio::time::timeout_at(end, self.connection.deliveries.recv()).await {
            self.take(delivery);
        }
    }

    fn take(&mut self, delivery: bitrix24_pull::Delivery) {
        for event in &delivery.events {
            let params: Value = serde_json::from_str(event.params.get()).unwrap();
            self.commands.push(event.command.clone());
            self.numbers.extend(params["n"].as_u64());
        }
        self.gaps.extend(delivery.gap);
        self.position = Some(delivery.position);
        self.seen.extend(delivery.seen);
        delivery.acknowledge.done();
    }
}

/// One to `last`.
pub(crate) fn up_to(last: u64) -> Vec<u64> {
    (1..=last).collect()
}
