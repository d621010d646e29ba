//! The session on a clock that stands until it is moved.

mod deliveries;
mod life;
mod renewal;
mod second_look;
mod server_five;
mod ways;

use std::{fmt::Write as _, sync::Arc, sync::Mutex};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::{
    event::Event,
    source::{ConfigFailure, Remedy},
    status::{Failure, TransportKind},
    transport::Outgoing,
    wire::Frame,
};

/// A session with a clock that stands until it is moved, and fixed delays.
pub(super) struct Rig {
    session: Session,
    now: Now,
    asked: Arc<Mutex<Vec<Pause>>>,
}

pub(super) const WAIT: Duration = Duration::from_secs(7);

fn start_of_time() -> Timestamp {
    "2026-11-22T10:00:00Z".parse().unwrap()
}

impl Rig {
    fn new() -> Self {
        Self::resuming(None, Vec::new())
    }

    fn resuming(position: Option<Position>, seen: Vec<Mid>) -> Self {
        let origin = Origin {
            portal: "https://p.example.ru".parse().unwrap(),
            intranet: false,
        };
        let now = Now {
            instant: Instant::now(),
            wall: start_of_time(),
        };
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let delay = Box::new(move |pause| {
            log.lock().unwrap().push(pause);
            WAIT
        });
        let session = Session::new(origin, Limits::default(), delay, (position, seen), now);
        Self { session, now, asked }
    }

    /// Started, configured and connected, with nothing left to do.
    fn online() -> Self {
        let mut rig = Self::new();
        rig.put(Input::Start);
        rig.put(Input::Configured(Ok(config())));
        rig.put(Input::Opened(TransportKind::WebSocket));
        rig.settle();
        assert_eq!(rig.state(), &State::Online);
        rig
    }

    fn put(&mut self, input: Input<'_>) {
        self.session.handle(input, self.now);
    }

    fn text(&mut self, text: &str) {
        self.put(Input::Frame(Frame::Text(text)));
    }

    /// Moves both clocks and lets everything happen that is due, at the moment it is due.
    fn pass(&mut self, time: Duration) {
        let end = self.now.instant + time;
        while let Some(at) = self.session.next_timeout().filter(|at| *at <= end) {
            self.move_to(at.max(self.now.instant));
            self.session.timeout(self.now);
        }
        self.move_to(end);
    }

    fn move_to(&mut self, at: Instant) {
        self.now.wall += at - self.now.instant;
        self.now.instant = at;
    }

    fn effects(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.session.next_effect()).collect()
    }

    /// The effects as short words.
    fn words(&mut self) -> String {
        let mut words = String::new();
        for effect in self.effects() {
            if !words.is_empty() {
                words.push(' ');
            }
            match effect {
                Effect::Configure => words.push_str("configure"),
                Effect::Forget => words.push_str("forget"),
                Effect::Open {
                    kind: TransportKind::WebSocket,
                    ..
                } => words.push_str("open"),
                Effect::Open {
                    kind: TransportKind::LongPolling,
                    ..
                } => words.push_str("open-polling"),
                Effect::Send(Outgoing::Text(text)) => write!(words, "send:{text}").unwrap(),
                Effect::Send(Outgoing::Binary(bytes)) => write!(words, "send:{}", bytes.len()).unwrap(),
                Effect::Poll(endpoints) => write!(words, "poll:{}", mid_of(&endpoints)).unwrap(),
                Effect::Look(endpoints) => write!(words, "look:{}", mid_of(&endpoints)).unwrap(),
                Effect::ForgetLook => words.push_str("forget-look"),
                Effect::Post { number, .. } => write!(words, "post:{number}").unwrap(),
                Effect::Reply { number, result } => {
                    let answer = result.map_or_else(|error| error.to_string(), |result| result.to_string());
                    write!(words, "reply:{number}:{answer}").unwrap();
                }
                Effect::FindChannels(users) => write!(words, "find:{users:?}").unwrap(),
                Effect::ExtendWatch(tags) => write!(words, "watch:{}", tags.join(",")).unwrap(),
                Effect::Ping => words.push_str("ping"),
                Effect::Close(code) => write!(words, "close:{code}").unwrap(),
                Effect::Deliver(batch) => write!(words, "deliver:{}", batch.events.len()).unwrap(),
            }
        }
        words
    }

    /// Takes all deliveries, stores them, and gives their events.
    fn settle(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        for effect in self.effects() {
            if let Effect::Deliver(batch) = effect {
                self.put(Input::Receipt(batch.ticket, true));
                events.extend(batch.events);
            }
        }
        events
    }

    /// The query that the next attempt to connect would have, after opening effects.
    fn query(&mut self) -> String {
        let opened = self.effects().into_iter().find_map(|effect| {
            if let Effect::Open { endpoints, .. } = effect {
                Some(endpoints)
            } else {
                None
            }
        });
        opened.expect("an attempt")[0].url().query().unwrap().to_owned()
    }

    fn state(&self) -> &State {
        &self.session.status().state
    }

    fn reason(&self) -> Option<&Reason> {
        self.session.status().reason.as_ref()
    }

    fn pauses(&self) -> Vec<Pause> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

/// The counter in the cursor of a request.
fn mid_of(endpoints: &[crate::config::Endpoint]) -> String {
    let query: Vec<(String, String)> = endpoints[0].url().query_pairs().into_owned().collect();
    let mid = query.iter().find(|(name, _)| name == "mid");
    mid.map_or("-".to_owned(), |(_, mid)| mid[10..].trim_start_matches('0').to_owned())
}

/// A configuration that lives for twelve hours from the start of the test's time.
fn config() -> Value {
    config_with("aa")
}

fn config_with(private: &str) -> Value {
    json!({
        "server": {"version": 4, "server_enabled": true, "mode": "personal", "websocket_secure": "wss://rt.example.ru/subws/"},
        "api": {"revision_web": 19},
        "channels": {
            "private": {"id": format!("{private}:bb.cc"), "end": "2026-11-22T22:00:05Z"},
            "shared": {"id": "dd.ee", "end": "2026-11-22T22:00:05Z"}},
        "serverTime": "2026-11-22T10:00:00Z"
    })
}

/// One envelope of text framing.
fn envelope(number: u64, module: &str, command: &str, params: &Value) -> String {
    let text = json!({"module_id": module, "command": command, "params": params,
        "extra": {"server_time": "2026-11-22T10:00:00Z", "revision_web": 19}});
    format!(
        "#!NGINXNMS!#{}#!NGINXNME!#",
        json!({"id": number, "mid": format!("1795304145{number:016}"), "channel": "-", "tag": "1", "time": "t", "text": text})
    )
}

fn event(number: u64) -> String {
    envelope(number, "im", "message", &json!({"n": number}))
}

fn failure(kind: &str, remedy: Remedy) -> ConfigFailure {
    ConfigFailure {
        kind: kind.into(),
        message: String::new(),
        remedy,
    }
}
