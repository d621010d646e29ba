//! Polling, where no channel can be had: when the portal is asked, what it is asked, and how a crowd stays polite.
//!
//! A portal counts requests by portal *and source address*: a bucket that takes two a second and overflows at fifty. A
//! whole company behind one address shares it with its own clicks, so all desks together take about half of it:
//!
//! * *the share*: the settings (or the policy of the company) say how many desks there are and how many requests a
//!   minute they may make together; no desk ever asks more often than its part of that;
//! * *the pace*: within it, quickly while there is news, ever more slowly while there is none;
//! * *the crowd*: where more desks are than anybody said, the portal refuses. Each refusal trebles the wait of the desk
//!   that met it, which finds the limit; after a calm hour every desk that was refused doubles once more, which leaves
//!   half of the limit free; only then it grows quicker again, very slowly. What was learned outlives the program, so
//!   that the next morning does not begin with the same lesson.
//!
//! Counters are asked first; lists only where a counter has changed, and now and then to be sure.
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Timestamp;
use crate::settings::ConnectionKind;

mod pace;
#[cfg(test)]
mod tests;

pub use pace::{Pace, Round};

/// How the portal may be polled. A policy of the company sets `desks` and `perMinute`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct PollingSettings {
    /// Whether a portal without a channel is polled at all.
    pub allowed: bool,
    /// How many desks share the address from which the portal sees us.
    pub desks: u32,
    /// How many requests a minute all of them may make together.
    pub per_minute: u32,
    /// This desk is the only reader of the user's event queue (`im.v2.Event`): reading takes events from all others.
    pub sole_reader: bool,
}

impl Default for PollingSettings {
    fn default() -> Self {
        Self {
            allowed: true,
            desks: 20,
            per_minute: 60,
            sole_reader: false,
        }
    }
}

impl PollingSettings {
    /// The time in which this desk may make one request.
    pub fn share(&self) -> Duration {
        let desks = u64::from(self.desks.max(1));
        Duration::from_millis(desks * 60_000 / u64::from(self.per_minute.max(1)))
    }
}

/// Whether the channel that a connection can take carries messages and notifications. An application takes only its own.
pub const fn carries_messages(kind: ConnectionKind) -> bool {
    match kind {
        ConnectionKind::Webhook | ConnectionKind::Session => true,
        ConnectionKind::Application => false,
    }
}

/// The unread counters of a portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters {
    /// Unread notifications of the bell.
    pub bell: u64,
    /// Unread messages by dialog.
    pub dialogs: Vec<(String, u64)>,
}

impl Counters {
    /// The dialogs and their numbers as one number: it changes when any of them does.
    fn fingerprint(&self) -> u64 {
        let mut dialogs: Vec<_> = self.dialogs.iter().filter(|(_, unread)| *unread > 0).collect();
        dialogs.sort();
        let mut hasher = DefaultHasher::new();
        dialogs.hash(&mut hasher);
        hasher.finish()
    }
}

/// Where polling stands: kept in the same transaction as the notes that it led to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Polled {
    /// Unread notifications of the bell.
    pub bell: u64,
    /// The fingerprint of the dialogs.
    pub dialogs: u64,
    /// When everything was looked at, whatever the counters said.
    pub looked: Timestamp,
    /// Where the event queue is read on.
    #[serde(default)]
    pub offset: Option<u64>,
    /// The least wait that refusals have taught, in seconds.
    #[serde(default)]
    pub crowded: u32,
}

/// How often everything is looked at whatever the counters say: one that was read and one that is new leave them as
/// they were.
const WHOLE: Duration = Duration::from_secs(30 * 60);

/// What the lists are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// The bell.
    pub bells: bool,
    /// The dialogs.
    pub dialogs: bool,
    /// The event queue, from here on; asked only together with the dialogs.
    pub feed: Option<Feed>,
    /// How much is read at most: a whole inbox after a gap, one page between two rounds.
    pub thorough: bool,
}

/// The event queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// It has to be begun.
    Begin,
    /// From this event on; those before it are acknowledged.
    From(u64),
}

impl Look {
    /// Everything, after a gap or at the first start.
    pub const WHOLE: Self = Self {
        bells: true,
        dialogs: true,
        feed: None,
        thorough: true,
    };

    /// Whether nothing is asked for.
    pub const fn is_empty(self) -> bool {
        !self.bells && !self.dialogs
    }
}

/// What is worth a look, and where polling stands after it.
pub fn look(known: Option<&Polled>, counters: &Counters, settings: &PollingSettings, now: Timestamp) -> (Look, Polled) {
    let mut polled = Polled {
        bell: counters.bell,
        dialogs: counters.fingerprint(),
        looked: known.map_or(now, |known| known.looked),
        offset: known.and_then(|known| known.offset),
        crowded: known.map_or(0, |known| known.crowded),
    };
    let longest = u64::try_from(WHOLE.as_millis()).unwrap_or(u64::MAX);
    let whole = known.is_none_or(|known| now.since(known.looked) >= longest || now < known.looked);
    let changed = |of: fn(&Polled) -> u64| known.is_none_or(|known| of(known) != of(&polled));
    let mut look = Look {
        bells: whole || changed(|polled| polled.bell),
        dialogs: whole || changed(|polled| polled.dialogs),
        feed: None,
        thorough: known.is_none(),
    };
    if settings.sole_reader && look.dialogs {
        look.feed = Some(polled.offset.map_or(Feed::Begin, Feed::From));
    }
    if whole {
        polled.looked = now;
    }
    (look, polled)
}

/// How many new notes are shown one by one; more are told of together.
pub const TOASTS: usize = 3;

/// Why a portal is polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The channel of this kind of connection carries no messages.
    OwnChannelOnly,
    /// The channel was refused for good.
    Refused,
    /// The channel has been away too long.
    Away,
}

/// How a channel is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Events arrive.
    Online,
    /// It is being made or waits to be; since when there are no events.
    Away {
        /// Since this moment.
        since: Timestamp,
    },
    /// It was given up; `sign_in` when no call of this connection would be answered either.
    Failed {
        /// The secret is not accepted.
        sign_in: bool,
    },
}

/// How long a channel may be away before the portal is polled.
pub const AWAY: Duration = Duration::from_secs(3 * 60);

/// Whether a portal is to be polled, and why.
pub fn why(kind: ConnectionKind, channel: Channel, settings: &PollingSettings, now: Timestamp) -> Option<Why> {
    let longest = u64::try_from(AWAY.as_millis()).unwrap_or(u64::MAX);
    if !settings.allowed {
        return None;
    }
    match channel {
        Channel::Failed { sign_in: true } => None,
        _ if !carries_messages(kind) => Some(Why::OwnChannelOnly),
        Channel::Online => None,
        Channel::Failed { sign_in: false } => Some(Why::Refused),
        Channel::Away { since } => (now.since(since) >= longest).then_some(Why::Away),
    }
}
