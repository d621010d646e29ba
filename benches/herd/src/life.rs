//! One client: connected, dropped, and back.

use std::time::{Duration, Instant};

use bitrix24_pull::config::Origin;
use bitrix24_pull::session::{Closed, Effect, Input, Limits, NotOpened, Now, Session};
use bitrix24_pull::wire::Frame;
use jiff::Timestamp;
use serde_json::{Value, json};

/// How long it was connected before.
const CONNECTED: Duration = Duration::from_secs(600);
/// A client that is not back after this never comes.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);
/// A live event, so that the connection has worked.
const EVENT: &str = r#"#!NGINXNMS!#{"id":1,"mid":"17953041450000000000000001","channel":"-","tag":"1","time":"Sun, 22 Nov 2026 07:00:00 GMT","text":{"module_id":"im","command":"test","params":[],"extra":{}}}#!NGINXNME!#"#;

/// What a client did after it was dropped.
pub(crate) struct Life {
    /// Its attempts to connect, counted from the drop.
    pub(crate) attempts: Vec<Duration>,
    /// When it was connected again.
    pub(crate) back: Duration,
}

impl Life {
    /// Connects a session, drops it, and lets it come back to a server that refuses everything for `outage`.
    pub(crate) fn play(seed: u64, outage: Duration, origin: &Origin, begin: Instant) -> Self {
        let mut client = Client::online(seed, origin, begin);
        client.put(Input::Closed(Closed::Broken));
        let dropped = client.now.instant;
        let mut life = Self {
            attempts: Vec::new(),
            back: Duration::MAX,
        };
        loop {
            while let Some(effect) = client.session.next_effect() {
                if !matches!(effect, Effect::Open { .. }) {
                    client.carry_out(effect);
                    continue;
                }
                let passed = client.now.instant.saturating_duration_since(dropped);
                life.attempts.push(passed);
                if passed >= outage {
                    life.back = passed;
                    return life;
                }
                client.put(Input::NotOpened(NotOpened::Unreachable));
            }
            let due = client.session.next_timeout().filter(|due| *due < dropped + PATIENCE);
            let Some(due) = due else { return life };
            client.pass_until(due);
        }
    }
}

struct Client {
    session: Session,
    now: Now,
}

impl Client {
    fn online(seed: u64, origin: &Origin, begin: Instant) -> Self {
        let mut random = Random(seed);
        let now = Now {
            instant: begin,
            wall: Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1_795_330_800),
        };
        let session = Session::new(
            origin.clone(),
            Limits::default(),
            Box::new(move |pause| pause.delay(random.next())),
            (None, Vec::new()),
            now,
        );
        let mut client = Self { session, now };
        client.put(Input::Start);
        client.settle();
        client.put(Input::Frame(Frame::Text(EVENT)));
        client.settle();
        let end = begin + CONNECTED;
        while let Some(due) = client.session.next_timeout().filter(|due| *due < end) {
            client.pass_until(due);
            client.settle();
        }
        client.now = later(client.now, end);
        client
    }

    fn put(&mut self, input: Input<'_>) {
        self.session.handle(input, self.now);
    }

    /// Carries out everything there is to do, on a server that answers.
    fn settle(&mut self) {
        while let Some(effect) = self.session.next_effect() {
            self.carry_out(effect);
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the rest is sent or dropped, which a server that answers does not show"
    )]
    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Configure => self.put(Input::Configured(Ok(config()))),
            Effect::Open { kind, .. } => self.put(Input::Opened(kind)),
            Effect::Ping => self.put(Input::Pong),
            Effect::Deliver(batch) => self.put(Input::Receipt(batch.ticket, true)),
            Effect::Look(_) => self.put(Input::LookEnded(true)),
            _ => {}
        }
    }

    fn pass_until(&mut self, due: Instant) {
        self.now = later(self.now, due);
        self.session.timeout(self.now);
    }
}

fn later(now: Now, instant: Instant) -> Now {
    let passed = instant.saturating_duration_since(now.instant);
    Now {
        instant: instant.max(now.instant),
        wall: now.wall.checked_add(passed).unwrap_or(now.wall),
    }
}

fn config() -> Value {
    json!({
        "server": {
            "version": 4,
            "server_enabled": true,
            "websocket_enabled": true,
            "websocket_secure": "wss://push.example.ru/subws/",
            "long_pooling_secure": "https://push.example.ru/sub/",
        },
        "channels": {
            "private": {"id": "aa:bb.cc", "type": "private", "end": "2027-11-22T10:00:00Z"},
            "shared": {"id": "dd.ee", "type": "shared", "end": "2027-11-22T10:00:00Z"},
        },
        "serverTime": "2026-11-22T07:00:00Z",
    })
}

/// Splitmix64: an even spread is all that is asked of it.
struct Random(u64);

impl Random {
    /// From 0 up to (not including) 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
