//! The connection as a value: what happened goes in with the time, what is to be done comes out. It does no I/O and
//! reads no clock, so its whole life is tested in microseconds.
//!
//! ```text
//!            Start                 configuration           handshake done
//! Stopped ─────────► Configuring ───────────────► Connecting ───────────► Online
//!    ▲                ▲   │ fails                  │ fails                 │ closed, broken, silent,
//!    │ Stop           │   ▼                        ▼                       ▼ restart announced
//!    │ (from any)     └─ Waiting ◄───────────────────────────────────────────
//!    │                    │ the configuration is still good: straight to Connecting
//!    └── Failed ◄─────────┴ sign-in needed, push switched off, plain address: until the owner asks again
//! ```
//!
//! While online a new configuration is fetched beside the open connection (before the old one expires, or on a system
//! command); only if the channels changed is the connection opened anew, and nothing is lost in between: the cursor is
//! frozen from the moment of the request until the new connection stands.

mod command;
mod ledger;
mod online;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::Value;

use ledger::Ledger;
pub use ledger::{Batch, Ticket};

use crate::{
    config::{Config, Endpoint, Origin},
    delay::Pause,
    position::{Mid, Position},
    source::{ConfigFailure, Remedy},
    status::{Failure, Reason, State, Status, TransportKind},
    wire::Frame,
};

/// The time of an input, by both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// For waiting; never goes back.
    pub instant: Instant,
    /// For showing, and for comparing with the server's clock.
    pub wall: Timestamp,
}

/// How long things may take, and how much is remembered.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Silence after which the server is asked whether it is there.
    pub ping_every: Duration,
    /// Time it has to answer.
    pub ping_answer: Duration,
    /// Time from the first packet to the finished handshake.
    pub open_within: Duration,
    /// Time for an answer of the configuration source.
    pub configure_within: Duration,
    /// How long before its end a configuration is renewed.
    pub renew_before: Duration,
    /// How many message ids are remembered against repetition.
    pub remember: usize,
    /// How many deliveries may wait for their acknowledgement before reading pauses.
    pub unacknowledged: usize,
    /// Largest message in bytes; the servers' own limit is 1 MiB, but a replay is one message.
    pub max_message: usize,
    /// The same for the connection after one that ended by this limit, so that a long replay is no endless loop.
    pub max_replay: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ping_every: Duration::from_secs(25),
            ping_answer: Duration::from_secs(5),
            open_within: Duration::from_secs(20),
            configure_within: Duration::from_secs(70),
            renew_before: Duration::from_secs(600),
            remember: 8192,
            unacknowledged: 256,
            max_message: 4 << 20,
            max_replay: 16 << 20,
        }
    }
}

/// What happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// The owner wants the connection.
    Start,
    /// The owner does not want it any more.
    Stop,
    /// The owner wants a fresh attempt now.
    Reconnect,
    /// The network is back or the computer woke up: waiting ends, an open connection is tested at once.
    Wake,
    /// The configuration source answered.
    Configured(Result<Value, ConfigFailure>),
    /// The transport is open.
    Opened(TransportKind),
    /// The transport could not be opened.
    NotOpened(NotOpened),
    /// A frame arrived.
    Frame(Frame<'a>),
    /// A sign of life without content.
    Pong,
    /// The transport ended.
    Closed(Closed),
    /// The owner is done with a delivery: committed, or given up.
    Receipt(Ticket, bool),
}

/// Why a transport could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOpened {
    /// No way there.
    Unreachable,
    /// The TLS handshake failed.
    Tls,
    /// No answer in time.
    TimedOut,
    /// The push server answered with this HTTP status, and perhaps named a wait.
    Refused {
        /// HTTP status.
        status: u16,
        /// `Retry-After`.
        retry_after: Option<Duration>,
    },
    /// Whatever answered does not speak WebSocket.
    NotAPushServer,
}

/// Why a transport ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The server closed, with its code.
    ByServer(Option<u16>),
    /// The connection broke.
    Broken,
    /// A message was larger than is taken.
    TooLarge,
    /// The server broke the protocol.
    Protocol,
}

/// What is to be done, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Ask the configuration source; a request that is under way is dropped.
    Configure,
    /// Open one of these addresses, trying them in turn; one that is being opened is dropped.
    Open {
        /// Addresses, best first.
        endpoints: Vec<Endpoint>,
        /// Largest message to be taken, in bytes.
        max_message: usize,
    },
    /// Send a ping.
    Ping,
    /// Close what is open or being opened, with this code of the protocol.
    Close(u16),
    /// Drop the request for the configuration.
    Forget,
    /// Give this to the owner.
    Deliver(Batch),
}

/// Close codes that a client sends.
mod code {
    pub(super) const NORMAL: u16 = 1000;
    pub(super) const CONFIG_REPLACED: u16 = 3000;
    pub(super) const SERVER_RESTARTED: u16 = 3002;
    pub(super) const MANUAL: u16 = 3004;
    pub(super) const STUCK: u16 = 3005;
}

/// The connection.
pub struct Session {
    origin: Origin,
    limits: Limits,
    delay: Box<dyn FnMut(Pause) -> Duration + Send>,
    phase: Phase,
    config: Option<Config>,
    /// A configuration is being fetched, until when it may take, whatever the phase.
    configuring: Option<Instant>,
    /// When to fetch a new configuration while online.
    renew_at: Option<Instant>,
    /// When to open the connection anew with a replaced channel.
    swap_at: Option<Instant>,
    /// Local clock minus server clock.
    shift: jiff::SignedDuration,
    /// Failures in a row.
    attempt: u32,
    /// The last connection ended by a message that was too large.
    oversized: bool,
    ledger: Ledger,
    effects: VecDeque<Effect>,
    status: Status,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Stopped,
    Configuring,
    Connecting { until: Instant },
    Online { heard: Instant, pinged: Option<Instant> },
    Waiting { until: Instant },
    Failed,
}

impl Session {
    /// A stopped connection that will go on from `position`, remembering the ids in `seen` (oldest first).
    pub fn new(
        origin: Origin,
        limits: Limits,
        delay: Box<dyn FnMut(Pause) -> Duration + Send>,
        resume: (Option<Position>, Vec<Mid>),
        now: Now,
    ) -> Self {
        let (position, seen) = resume;
        Self {
            origin,
            limits,
            delay,
            phase: Phase::Stopped,
            config: None,
            configuring: None,
            renew_at: None,
            swap_at: None,
            shift: jiff::SignedDuration::ZERO,
            attempt: 0,
            oversized: false,
            ledger: Ledger::new(position.unwrap_or_default(), seen, limits.remember),
            effects: VecDeque::new(),
            status: Status {
                state: State::Stopped,
                since: now.wall,
                server_version: None,
                transport: None,
                last_event: None,
                reconnects: 0,
                foreign_revision: None,
                reason: None,
            },
        }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, input: Input<'_>, now: Now) {
        match input {
            Input::Start => self.start(now),
            Input::Stop => self.stop(now),
            Input::Reconnect => self.reconnect(now),
            Input::Wake => self.wake(now),
            Input::Configured(answer) => self.configured(answer, now),
            Input::Opened(transport) => self.opened(transport, now),
            Input::NotOpened(why) => self.not_opened(why, now),
            Input::Frame(frame) => self.frame(frame, now),
            Input::Pong => self.heard(now),
            Input::Closed(why) => self.closed(why, now),
            Input::Receipt(ticket, done) => self.receipt(ticket, done, now),
        }
    }

    /// The next thing to do, until there is none.
    pub fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`Self::timeout`] wants to be called, at the latest.
    pub fn next_timeout(&self) -> Option<Instant> {
        let phase = match self.phase {
            Phase::Stopped | Phase::Configuring | Phase::Failed => None,
            Phase::Connecting { until } | Phase::Waiting { until } => Some(until),
            Phase::Online {
                pinged: Some(pinged), ..
            } => Some(pinged + self.limits.ping_answer),
            Phase::Online { heard, pinged: None } => Some(heard + self.limits.ping_every),
        };
        [phase, self.configuring, self.renewal(), self.swap_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// Does what is due.
    pub fn timeout(&mut self, now: Now) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now.instant);
        if due(self.configuring) {
            let failure = ConfigFailure {
                kind: "timeout".to_owned(),
                message: "no answer from the portal".to_owned(),
                remedy: Remedy::Retry { after: None },
            };
            self.effects.push_back(Effect::Forget);
            self.configured(Err(failure), now);
        }
        match self.phase {
            Phase::Connecting { until } if until <= now.instant => self.not_opened(NotOpened::TimedOut, now),
            Phase::Waiting { until } if until <= now.instant => self.go(now),
            Phase::Online { heard, pinged } => self.check_alive(heard, pinged, now),
            Phase::Stopped | Phase::Configuring | Phase::Connecting { .. } | Phase::Waiting { .. } | Phase::Failed => {}
        }
        if due(self.renewal()) {
            self.renew(now);
        }
        if due(self.swap_at) {
            self.switch_over(now);
        }
    }

    /// The state to show.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Whether more frames may be taken: the owner keeps up with its acknowledgements.
    pub fn wants_frames(&self) -> bool {
        self.ledger.open_deliveries() < self.limits.unacknowledged
    }

    /// Puts off the question whether the server is alive while its frames are left waiting.
    pub fn excuse_silence(&mut self, now: Now) {
        self.heard(now);
    }

    /// Where a new connection would go on from: never ahead of what was acknowledged.
    pub fn position(&self) -> &Position {
        self.ledger.committed()
    }

    fn start(&mut self, now: Now) {
        match self.phase {
            Phase::Stopped | Phase::Failed => {
                self.attempt = 0;
                self.status.reason = None;
                self.go(now);
            }
            Phase::Configuring | Phase::Connecting { .. } | Phase::Online { .. } | Phase::Waiting { .. } => {}
        }
    }

    fn stop(&mut self, now: Now) {
        if matches!(self.phase, Phase::Stopped) {
            return;
        }
        self.forget_request();
        self.leave(code::NORMAL);
        self.status.reason = None;
        self.enter(Phase::Stopped, State::Stopped, now);
    }

    fn reconnect(&mut self, now: Now) {
        match self.phase {
            // "Stopped" is the owner's own wish and outlasts this one.
            Phase::Stopped | Phase::Configuring => {}
            Phase::Connecting { .. } | Phase::Online { .. } | Phase::Waiting { .. } | Phase::Failed => {
                self.attempt = 0;
                self.leave(code::MANUAL);
                self.status.reason = Some(Reason::Asked);
                self.go(now);
            }
        }
    }

    fn wake(&mut self, now: Now) {
        match self.phase {
            Phase::Waiting { .. } => {
                self.attempt = 0;
                self.go(now);
            }
            Phase::Online { heard, pinged: None } => {
                self.phase = Phase::Online {
                    heard,
                    pinged: Some(now.instant),
                };
                self.effects.push_back(Effect::Ping);
            }
            Phase::Stopped | Phase::Configuring | Phase::Connecting { .. } | Phase::Online { .. } | Phase::Failed => {}
        }
    }

    /// The next attempt: with the configuration at hand while it is good, else with a new one.
    fn go(&mut self, now: Now) {
        let good = self.renew_at.is_none_or(|at| now.instant < at);
        match self.config.take() {
            Some(config) if good => {
                self.connect(&config, now);
                self.config = Some(config);
            }
            outdated => {
                self.config = outdated;
                self.ask(now);
                self.enter(Phase::Configuring, State::Configuring, now);
            }
        }
    }

    fn ask(&mut self, now: Now) {
        self.configuring = Some(now.instant + self.limits.configure_within);
        self.effects.push_back(Effect::Configure);
    }

    fn connect(&mut self, config: &Config, now: Now) {
        let endpoints = config.endpoints(self.ledger.resume_from());
        let max_message = if self.oversized {
            self.limits.max_replay
        } else {
            self.limits.max_message
        };
        self.effects.push_back(Effect::Open { endpoints, max_message });
        self.enter(
            Phase::Connecting {
                until: now.instant + self.limits.open_within,
            },
            State::Connecting,
            now,
        );
    }

    fn configured(&mut self, answer: Result<Value, ConfigFailure>, now: Now) {
        if self.configuring.take().is_none() {
            return;
        }
        let read = match answer {
            Ok(result) => Config::parse(&result, &self.origin).map_err(|error| ConfigFailure {
                kind: error.code().to_owned(),
                message: error.to_string(),
                remedy: if error.is_transient() {
                    Remedy::Retry { after: None }
                } else {
                    Remedy::GiveUp
                },
            }),
            Err(failure) => Err(failure),
        };
        match (read, self.phase) {
            (_, Phase::Stopped | Phase::Failed) => {}
            (Ok(config), Phase::Online { .. }) => self.renewed(config, now),
            (Ok(config), Phase::Configuring) => {
                self.adopt(&config, now);
                self.connect(&config, now);
                self.config = Some(config);
            }
            // It was asked for while online, and the connection ended meanwhile.
            (Ok(config), Phase::Waiting { .. }) => {
                self.adopt(&config, now);
                self.config = Some(config);
            }
            (Ok(config), Phase::Connecting { .. }) => {
                self.adopt(&config, now);
                self.leave(code::CONFIG_REPLACED);
                self.connect(&config, now);
                self.config = Some(config);
            }
            (Err(failure), Phase::Configuring) => self.not_configured(failure, now),
            (Err(failure), Phase::Online { .. } | Phase::Waiting { .. } | Phase::Connecting { .. }) => {
                tracing::debug!(
                    kind = failure.kind,
                    message = failure.message,
                    "no new configuration yet"
                );
                // The channels at hand may well outlive the portal's trouble.
                let wait = self
                    .next_delay()
                    .max(failure.remedy.least())
                    .max(Duration::from_secs(1));
                self.renew_at = Some(now.instant + wait);
            }
        }
    }

    fn not_configured(&mut self, failure: ConfigFailure, now: Now) {
        tracing::debug!(kind = failure.kind, message = failure.message, "no configuration");
        self.status.reason = Some(Reason::Config(failure.kind.clone()));
        match failure.remedy {
            Remedy::Retry { .. } => self.wait(failure.remedy.least(), now),
            Remedy::SignIn | Remedy::GiveUp => {
                let failure = Failure {
                    kind: failure.kind,
                    remedy: failure.remedy,
                };
                self.enter(Phase::Failed, State::Failed(failure), now);
            }
        }
    }

    /// Takes the facts of a configuration that do not depend on the connection.
    fn adopt(&mut self, config: &Config, now: Now) {
        self.shift = config
            .server_time
            .map_or(jiff::SignedDuration::ZERO, |server| now.wall.duration_since(server));
        self.status.server_version = Some(config.server_version);
        self.note_revision(config.revision);
        let server_now = now.wall - self.shift;
        self.renew_at = config.expires.map(|expires| {
            let left = Duration::try_from(expires.duration_since(server_now)).unwrap_or_default();
            // A configuration that lives for minutes only is renewed at half of its life, and never more often than
            // once a minute.
            let wait = left.checked_sub(self.limits.renew_before).unwrap_or(left / 2);
            now.instant + wait.max(Duration::from_secs(60))
        });
    }

    fn not_opened(&mut self, why: NotOpened, now: Now) {
        if !matches!(self.phase, Phase::Connecting { .. }) {
            return;
        }
        let (reason, least) = match why {
            NotOpened::Unreachable => (Reason::Unreachable, None),
            NotOpened::Tls => (Reason::Tls, None),
            NotOpened::TimedOut => (Reason::TimedOut, None),
            NotOpened::NotAPushServer => (Reason::NotAPushServer, None),
            NotOpened::Refused { status, retry_after } => {
                // Servers 1.0 and 2.0 refuse an expired channel during the upgrade, where others close with 4010.
                if matches!(status, 400 | 401 | 403) {
                    self.config = None;
                }
                (Reason::Refused(status), retry_after)
            }
        };
        self.leave(code::NORMAL);
        self.status.reason = Some(reason);
        self.wait(least.unwrap_or_default(), now);
    }

    /// Waits before the next attempt, at least as long as somebody asked for.
    fn wait(&mut self, least: Duration, now: Now) {
        let wait = self.next_delay().max(least);
        self.wait_for(wait, now);
    }

    fn wait_for(&mut self, wait: Duration, now: Now) {
        let until = now.wall.checked_add(wait).unwrap_or(now.wall);
        self.enter(
            Phase::Waiting {
                until: now.instant + wait,
            },
            State::Waiting { until },
            now,
        );
    }

    fn next_delay(&mut self) -> Duration {
        let attempt = self.attempt;
        self.attempt = attempt.saturating_add(1);
        (self.delay)(Pause::Retry { attempt })
    }

    /// Ends whatever connection there is.
    fn leave(&mut self, code: u16) {
        match self.phase {
            Phase::Connecting { .. } | Phase::Online { .. } => self.effects.push_back(Effect::Close(code)),
            Phase::Stopped | Phase::Configuring | Phase::Waiting { .. } | Phase::Failed => {}
        }
        self.swap_at = None;
    }

    fn forget_request(&mut self) {
        if self.configuring.take().is_some() {
            self.effects.push_back(Effect::Forget);
        }
    }

    fn enter(&mut self, phase: Phase, state: State, now: Now) {
        tracing::debug!(?state, "pull");
        self.phase = phase;
        self.status.state = state;
        self.status.since = now.wall;
    }

    fn receipt(&mut self, ticket: Ticket, done: bool, now: Now) {
        if done {
            self.ledger.acknowledge(ticket);
        } else if self.ledger.abandon(ticket) && matches!(self.phase, Phase::Online { .. }) {
            // Only a new connection makes the server send them again.
            self.leave(code::MANUAL);
            self.status.reason = Some(Reason::NotAcknowledged);
            self.wait(Duration::ZERO, now);
        }
    }
}

#[cfg(test)]
mod tests;
