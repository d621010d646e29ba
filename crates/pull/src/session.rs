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

mod arrival;
mod ask;
mod attempt;
mod command;
mod due;
mod effect;
mod input;
mod ledger;
mod life;
mod look;
mod online;
mod polling;
mod route;
mod watch;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

pub(crate) use ask::null;
pub use ask::{Answered, Ask, AskError, Publication, Wish};
pub use effect::Effect;
use effect::code;
pub use input::{Closed, Input, Limits, NotOpened, Now};
use ledger::Ledger;
pub use ledger::{Batch, Ticket};

use crate::{
    config::{Channel, Config, Origin, PublicChannel},
    delay::Pause,
    position::{Mid, Position},
    status::{Reason, State, Status, TransportKind},
};

/// The connection.
pub struct Session {
    origin: Origin,
    limits: Limits,
    delay: Box<dyn FnMut(Pause) -> Duration + Send>,
    phase: Phase,
    config: Option<Config>,
    /// A configuration is being fetched, until when it may take, whatever the phase.
    configuring: Option<Instant>,
    /// The channels at hand may not be those in use: a new configuration is being asked for, or will be.
    renewing: bool,
    /// A command made the configuration that is being fetched doubtful.
    outdated: bool,
    /// When to fetch a new configuration while online.
    renew_at: Option<Instant>,
    /// When to open the connection anew with a replaced channel.
    swap_at: Option<Instant>,
    /// Local clock minus server clock.
    shift: jiff::SignedDuration,
    /// When channels were replaced since the connection stands, as far as it is known, by the server's clock.
    replacements: Vec<jiff::Timestamp>,
    /// When configurations were asked for over the present connection, by the server's clock.
    asked_at: Vec<jiff::Timestamp>,
    /// The channels of the connection, own one first.
    present: [Option<Channel>; 2],
    /// When the configuration was given.
    configured_at: Option<Instant>,
    /// The server's clock when it was last told, and when that was; the local wall clock may be set at any moment.
    server_clock: Option<(jiff::Timestamp, Instant)>,
    /// Failures in a row.
    attempt: u32,
    /// The last connection ended by a message that was too large.
    oversized: bool,
    /// When the present connection was opened.
    opened_at: Option<Instant>,
    ledger: Ledger,
    look: look::Look,
    polling: polling::Polling,
    route: route::Route,
    asking: ask::Asking,
    watching: watch::Watching,
    effects: VecDeque<Effect>,
    status: Status,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Stopped,
    Configuring,
    Connecting { until: Instant, kind: TransportKind },
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
            renewing: false,
            outdated: false,
            renew_at: None,
            swap_at: None,
            shift: jiff::SignedDuration::ZERO,
            replacements: Vec::new(),
            asked_at: Vec::new(),
            present: [None, None],
            configured_at: None,
            server_clock: None,
            attempt: 0,
            oversized: false,
            opened_at: None,
            ledger: Ledger::new(position.unwrap_or_default(), seen, limits.remember),
            look: look::Look::default(),
            polling: polling::Polling::default(),
            route: route::Route::default(),
            asking: ask::Asking::default(),
            watching: watch::Watching::default(),
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
            Input::Answered(answer) => self.answered(&answer, now),
            Input::Looked(frame) => self.looked(frame, now),
            Input::LookHeld => self.look_held(now),
            Input::LookEnded(seen) => self.look_ended(seen, now),
            Input::Ask(ask) => self.ask(ask, now),
            Input::ChannelsFound(answer) => {
                let found = answer.ok().map(|found| PublicChannel::read_all(&found));
                self.public_channels(found, now);
            }
            Input::Watch(tags) => self.watch(tags, now),
            Input::WatchExtended(answer) => self.watch_extended(answer, now),
        }
    }

    /// The next thing to do, until there is none.
    pub fn next_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The state to show.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Whether more frames may be taken: the owner keeps up with its acknowledgements.
    pub fn wants_frames(&self) -> bool {
        self.ledger.open_deliveries() < self.limits.unacknowledged && self.look.has_room()
    }

    /// Puts off the question whether the server is alive while its frames are left waiting.
    pub fn excuse_silence(&mut self, now: Now) {
        self.heard(now);
    }

    /// Where a new connection would go on from: never ahead of what was acknowledged.
    pub fn position(&self) -> &Position {
        self.ledger.committed()
    }

    fn receipt(&mut self, ticket: Ticket, done: bool, now: Now) {
        if done {
            self.ledger.acknowledge(ticket);
            self.confirm_receipts();
            self.poll_if_due(now);
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
