//! The relay at work: one call at a time to each base, one answer at a time to each portal.
//!
//! ```text
//! committed(events) ─► wake ─► load ─► read fields ─► commit ─┐
//!                       ▲                                      ▼
//!                       └── wait, or at once ◄── commit ◄── judge ◄── call
//! ```
//!
//! What waits is in the store; a step begins with what is there, so a restart goes on by itself. A base that is away has
//! its own waiting time and holds up no other. For a base whose clients ask the bridge the way ends with a window of
//! rows in memory; the rest of it belongs to the bridge.
mod answered;
mod commands;
mod fates;
mod fields;
mod full;
mod lanes;
mod polled;
mod renamed;
mod replies;
mod view;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hotstart_core::Timestamp;
use hotstart_core::failure::Failure;
use hotstart_core::ports::{Committed, EntityFields, RelayItem, RelayReply, RelayStored};
use hotstart_core::relay::{CommandLimit, Lane, Trouble};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// How many commands are remembered that opened something: the same one may come by another way.
const REMEMBERED: usize = 200;
/// Events that were given up and are kept at hand; the store keeps more.
const DEAD_AT_HAND: usize = 200;

/// Everything about the relay.
#[derive(Debug, Default)]
pub(crate) struct Relays {
    /// By the alias of the base.
    lanes: BTreeMap<String, Track>,
    /// By portal.
    replies: BTreeMap<String, ReplyTrack>,
    /// Events that were given up, newest first.
    dead: Vec<RelayItem>,
    limit: CommandLimit,
    /// Commands that opened something.
    opened: VecDeque<String>,
    /// Commands of the bell that were heeded.
    heard: VecDeque<String>,
    /// What opens once the events of a portal are stored: portal, id of the command, link.
    to_open: Vec<(String, String, String)>,
}

/// The way to one base.
#[derive(Debug, Default)]
struct Track {
    lane: Lane,
    /// How many events wait.
    waiting: u64,
    /// A step is under way.
    busy: bool,
    /// Events came while a step was under way.
    stirred: bool,
    /// The next try.
    due: Option<Instant>,
    /// The base keeps a session for us.
    session: bool,
    /// The session ends.
    idle: Option<Instant>,
    /// For clients that ask the bridge: what they may get.
    window: Vec<RelayItem>,
    /// What they have acknowledged and is not known to be gone.
    taken: BTreeSet<u64>,
    /// The window was read once in this run.
    read: bool,
}

/// The way back to one portal.
#[derive(Debug, Default)]
struct ReplyTrack {
    waiting: u64,
    failures: u32,
    busy: bool,
    due: Option<Instant>,
}

/// A step that has ended.
pub(crate) enum Done {
    /// What waits for a base.
    Loaded(String, Result<Vec<RelayItem>, Failure>),
    /// Fields of entities.
    Read(String, Vec<(RelayItem, Result<EntityFields, Failure>)>),
    /// A base was called.
    Sent {
        base: String,
        items: Vec<RelayItem>,
        since: Timestamp,
        outcome: Result<Value, Trouble>,
    },
    /// What became of it is stored, or is not; then so many milliseconds are waited.
    Kept(String, u64, Result<Committed, Failure>),
    /// A session was ended.
    Ended,
    /// Events of a relay for the whole company are stored.
    Queued(oneshot::Sender<Result<(), Failure>>, Result<Committed, Failure>),
    /// What waits for a portal.
    Replies(String, Result<Vec<RelayReply>, Failure>),
    /// An answer was written, or was not.
    Replied(RelayReply, Timestamp, Result<(), Failure>),
    /// What became of it is stored; then so many milliseconds are waited.
    ReplyKept(String, u64, Result<Committed, Failure>),
    /// An event that was given up is back in the queue, or is forgotten.
    Revived(Result<Committed, Failure>),
    /// What waits for a base is kept under its new alias.
    Renamed(String, Result<Committed, Failure>),
}

impl Relays {
    /// What the store knows.
    pub(crate) fn new(stored: RelayStored) -> Self {
        let track = |waiting| Track {
            waiting,
            ..Track::default()
        };
        let replies = |waiting| ReplyTrack {
            waiting,
            ..ReplyTrack::default()
        };
        Self {
            lanes: stored.waiting.into_iter().map(|(base, n)| (base, track(n))).collect(),
            replies: stored
                .replies
                .into_iter()
                .map(|(portal, n)| (portal, replies(n)))
                .collect(),
            dead: stored.dead,
            ..Self::default()
        }
    }

    /// The next moment at which something is to be done.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let lanes = self.lanes.values().flat_map(|track| [track.due, track.idle]);
        let replies = self.replies.values().map(|track| track.due);
        lanes.chain(replies).flatten().min()
    }

    fn lane(&mut self, base: &str) -> &mut Track {
        self.lanes.entry(base.to_owned()).or_default()
    }

    fn reply(&mut self, portal: &str) -> &mut ReplyTrack {
        self.replies.entry(portal.to_owned()).or_default()
    }

    fn bury(&mut self, item: RelayItem) {
        self.dead.insert(0, item);
        self.dead.truncate(DEAD_AT_HAND);
    }

    /// Whether a command has opened something already; remembers it.
    fn opened_before(&mut self, id: &str) -> bool {
        was_before(&mut self.opened, id)
    }

    /// Whether a command of the bell was heeded already; remembers it.
    fn heard_before(&mut self, id: &str) -> bool {
        was_before(&mut self.heard, id)
    }
}

/// Whether a text is among those that came last; it is from now on.
fn was_before(last: &mut VecDeque<String>, id: &str) -> bool {
    if last.iter().any(|known| known == id) {
        return true;
    }
    last.push_back(id.to_owned());
    if last.len() > REMEMBERED {
        last.pop_front();
    }
    false
}
