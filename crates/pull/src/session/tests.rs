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

#[test]
fn from_start_to_the_first_event() {
    let mut rig = Rig::new();
    assert_eq!(rig.session.next_timeout(), None, "a stopped connection wants nothing");
    rig.put(Input::Start);
    assert_eq!((rig.words().as_str(), rig.state()), ("configure", &State::Configuring));
    rig.put(Input::Configured(Ok(config())));
    assert_eq!(rig.state(), &State::Connecting);
    assert_eq!(rig.query(), "CHANNEL_ID=aa%3Abb.cc%2Fdd.ee&binaryMode=true&revision=19");
    rig.put(Input::Opened(TransportKind::WebSocket));
    assert_eq!((rig.words().as_str(), rig.state()), ("deliver:0", &State::Online));
    rig.text(&event(1));
    let events = rig.settle();
    assert_eq!(events[0].params.get(), r#"{"n":1}"#);
    assert_eq!(events[0].server_time.unwrap(), start_of_time());
    assert_eq!(events[0].age, Some(Duration::ZERO));
    assert_eq!(rig.session.status().server_version, Some(4));
}

#[test]
fn the_next_connection_goes_on_from_what_was_acknowledged() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    rig.settle();
    rig.text(&event(2));
    rig.put(Input::Closed(Closed::Broken));
    rig.pass(WAIT);
    assert!(
        rig.query().contains("mid=17953041450000000000000001&"),
        "the second one is not stored yet"
    );
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.text(&event(2));
    assert_eq!(
        rig.words(),
        "",
        "it is still with the owner, so the replay says nothing new"
    );
}

#[test]
fn a_delivery_that_the_owner_gives_up_comes_again() {
    let mut rig = Rig::online();
    rig.text(&event(1));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    rig.put(Input::Receipt(batch.ticket, false));
    assert_eq!(rig.words(), "close:3004");
    assert_eq!(rig.reason(), Some(&Reason::NotAcknowledged));
    rig.pass(WAIT);
    assert!(
        rig.query().contains("mid=00000000000000000000000000&"),
        "everything since the start"
    );
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.text(&event(1));
    let events = rig.settle();
    assert!(events[0].replayed);
}

#[test]
fn garbage_never_touches_the_cursor() {
    let mut rig = Rig::online();
    rig.text(&event(5));
    rig.settle();
    for garbage in ["x", "", "#!NGINXNMS!#{}#!NGINXNME!#", "[]", "[{}]", "ping"] {
        rig.text(garbage);
        rig.put(Input::Frame(Frame::Binary(garbage.as_bytes().to_vec().into())));
    }
    assert_eq!(rig.words(), "");
    rig.put(Input::Closed(Closed::ByServer(Some(1001))));
    rig.pass(WAIT);
    assert!(rig.query().contains("mid=17953041450000000000000005&"));
}

#[test]
fn repetitions_are_given_once() {
    let mut rig = Rig::online();
    rig.text(&format!("{}{}{}", event(1), event(1), event(2)));
    assert_eq!(rig.settle().len(), 2);
    rig.text(&format!("{}{}", event(2), event(1)));
    assert!(rig.settle().is_empty());
}

#[test]
fn events_of_clients_are_told_apart_and_command_nothing() {
    let mut rig = Rig::online();
    // Captured frame, with the body exchanged for a system command of the same length.
    let body = br#"{"module_id":"pull","command":"server_restart","params":[]}"#;
    let mut message = vec![0x12, u8::try_from(body.len()).unwrap()];
    message.extend(body);
    message.extend([0x2a, 0x02, 0x08, 0x01]);
    let wrap = |inner: &[u8]| {
        let mut outer = vec![0x0a, u8::try_from(inner.len()).unwrap()];
        outer.extend(inner);
        outer
    };
    let frame = wrap(&wrap(&wrap(&message)));
    rig.put(Input::Frame(Frame::Binary(frame.into())));
    let events = rig.settle();
    assert_eq!(events[0].sender.as_ref().unwrap().kind, crate::SenderType::Client);
    assert_eq!(rig.state(), &State::Online);
}

#[test]
fn old_presence_is_dropped_and_the_clocks_are_compared() {
    let mut rig = Rig::new();
    rig.put(Input::Start);
    let mut config = config();
    // The server is an hour behind.
    config["serverTime"] = json!("2026-11-22T09:00:00Z");
    rig.put(Input::Configured(Ok(config)));
    rig.put(Input::Opened(TransportKind::WebSocket));
    rig.settle();
    let presence =
        |number, time: &str| envelope(number, "online", "userStatus", &json!({})).replace("2026-11-22T10:00:00Z", time);
    rig.text(&presence(1, "2026-11-22T08:56:00Z"));
    assert!(rig.settle().is_empty());
    rig.text(&presence(2, "2026-11-22T08:58:00Z"));
    assert_eq!(rig.settle()[0].age, Some(Duration::from_secs(120)));
    rig.text(&presence(3, "2026-11-22T09:30:00Z"));
    assert_eq!(rig.settle()[0].age, Some(Duration::ZERO), "never less than nothing");
}

#[test]
fn another_revision_is_told_and_survived() {
    let mut rig = Rig::online();
    rig.text(&event(1).replace("\"revision_web\":19", "\"revision_web\":20"));
    assert_eq!(rig.settle().len(), 1);
    assert_eq!(
        (rig.state(), rig.session.status().foreign_revision),
        (&State::Online, Some(20))
    );
}

#[test]
fn reading_pauses_while_the_owner_lags() {
    let mut rig = Rig::online();
    let mut tickets = Vec::new();
    for number in 1..=256 {
        assert!(rig.session.wants_frames());
        rig.text(&event(number));
        for effect in rig.effects() {
            let Effect::Deliver(batch) = effect else {
                panic!("a delivery")
            };
            tickets.push(batch.ticket);
        }
    }
    assert!(!rig.session.wants_frames());
    rig.put(Input::Receipt(tickets[0], true));
    assert!(rig.session.wants_frames());
}
