//! A native client of 1C as our extension makes it one: it asks the bridge for what there is and waits there, while the
//! person goes on working in it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::clock::{now_us, wait_for};
use crate::http;

/// How long a question waits at the bridge, in seconds.
const WAIT: u64 = 5;

/// A form draws itself anew so often while somebody works in it.
const TICK: Duration = Duration::from_millis(10);

/// What the client was told.
#[derive(Debug, Clone)]
pub struct Heard {
    /// When the answer had arrived, in microseconds since 1970.
    pub at_us: u64,
    /// The id of the event.
    pub id: String,
    /// Its type: `open`, `hotstart/order`.
    pub kind: String,
    /// What goes with it.
    pub data: Value,
}

/// A client that polls; detached when it is dropped.
#[derive(Debug)]
pub struct NativeClient {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    over: AtomicBool,
    heard: Mutex<Vec<Heard>>,
    longest_pause: Mutex<Duration>,
    failure: Mutex<Option<String>>,
}

impl NativeClient {
    /// Attaches to the bridge on `port` with the token of its base, under a name that tells clients of one base apart.
    pub fn attach(port: u16, token: &str, name: &str) -> Self {
        let shared = Arc::new(Shared::default());
        let (asking, drawing) = (Arc::clone(&shared), Arc::clone(&shared));
        let (token, address) = (
            token.to_owned(),
            format!("http://127.0.0.1:{port}/v1/events?wait={WAIT}&client={name}"),
        );
        let threads = vec![
            std::thread::spawn(move || ask(&asking, &token, &address)),
            std::thread::spawn(move || draw(&drawing)),
        ];
        Self { shared, threads }
    }

    /// Everything it was told, in order.
    pub fn heard(&self) -> Vec<Heard> {
        locked(&self.shared.heard).clone()
    }

    /// Waits until it is told something after the first `known` events.
    pub fn wait(&self, what: &str, known: usize, limit: Duration, fits: impl Fn(&Heard) -> bool) -> Result<Heard> {
        let found = wait_for(what, limit, || {
            Ok(self.heard().into_iter().skip(known).find(|heard| fits(heard)))
        });
        let failure = locked(&self.shared.failure).clone();
        found.with_context(|| failure.unwrap_or_else(|| "the bridge answers".to_owned()))
    }

    /// The longest time in which its form was not drawn, in milliseconds.
    pub fn longest_pause_ms(&self) -> f64 {
        locked(&self.shared.longest_pause).as_secs_f64() * 1000.0
    }
}

impl Drop for NativeClient {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn ask(shared: &Shared, token: &str, address: &str) {
    let mut cursor: Option<String> = None;
    while !shared.over.load(Ordering::Relaxed) {
        let after = cursor
            .as_ref()
            .map(|cursor| format!("&after={cursor}"))
            .unwrap_or_default();
        match http::get_as(token, &format!("{address}{after}")) {
            Ok(answer) => {
                let at_us = now_us();
                let events = answer
                    .get("events")
                    .and_then(Value::as_array)
                    .cloned()
                    .unwrap_or_default();
                locked(&shared.heard).extend(events.iter().filter_map(|event| heard(event, at_us)));
                cursor = answer
                    .get("cursor")
                    .and_then(Value::as_str)
                    .map(str::to_owned)
                    .or(cursor);
                *locked(&shared.failure) = None;
            }
            Err(error) => {
                *locked(&shared.failure) = Some(format!("{error:#}"));
                sleep(Duration::from_millis(200));
            }
        }
    }
}

fn heard(event: &Value, at_us: u64) -> Option<Heard> {
    let text = |name| event.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Heard {
        at_us,
        id: text("id")?,
        kind: text("type")?,
        data: event.get("data").cloned().unwrap_or(Value::Null),
    })
}

fn draw(shared: &Shared) {
    let mut before = Instant::now();
    while !shared.over.load(Ordering::Relaxed) {
        sleep(TICK);
        let now = Instant::now();
        let mut longest = locked(&shared.longest_pause);
        *longest = (*longest).max(now - before);
        before = now;
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
