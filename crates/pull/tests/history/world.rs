//! Virtual time: everything that happens waits in one queue, and nothing happens outside it.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
    time::{Duration, Instant},
};

use bitrix24_pull::session::{Closed, Limits, Now, Session};
use jiff::{SignedDuration, Timestamp};

use crate::{
    chance::Chance,
    client::Line,
    faults::Fault,
    network::{Conn, Kind, Network, ToClient},
    owner::Owner,
    portal::Portal,
    server::{EPOCH, Format, Server},
    verdict::Book,
};

/// How a world is made.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) version: u32,
    pub(crate) format: Format,
    pub(crate) limited: bool,
    pub(crate) websocket: bool,
    pub(crate) polling: bool,
    /// Longest time between the reading of the history and the joining of the live list, in milliseconds.
    pub(crate) longest_gap: u64,
    /// How often something is published in that gap, in percent.
    pub(crate) in_gap: u64,
    /// Servers 1 and 2: an answer of long polling holds one message.
    pub(crate) one_by_one: bool,
    /// Refuses expired channels during the upgrade, or closes with 4010 after it.
    pub(crate) refuses_early: bool,
    pub(crate) latency: (u64, u64),
    /// All events are kept, and come from the portal.
    pub(crate) plain: bool,
    pub(crate) limits: Limits,
}

impl Plan {
    /// A calm world with a quick network.
    pub(crate) fn calm(seed: u64, version: u32) -> Self {
        Self {
            seed,
            version,
            format: match version {
                1 | 2 => Format::Moments,
                3 => Format::Text,
                4 => Format::Protobuf,
                _ => Format::JsonRpc,
            },
            limited: false,
            websocket: true,
            polling: true,
            longest_gap: 0,
            in_gap: 0,
            one_by_one: false,
            refuses_early: true,
            latency: (5, 5),
            plain: true,
            limits: Limits::default(),
        }
    }
}

/// What waits for its time.
#[derive(Debug)]
pub(crate) enum Due {
    Reach(u64),
    Join(u64),
    Expire(u64),
    Flush(u64),
    Proof(u64),
    Gone(u64),
    Client(u64, ToClient),
    /// The fresh connection of a ping of long polling stands.
    Fresh(u64),
    ServerPing,
    Configured(u64, Box<Result<serde_json::Value, bitrix24_pull::ConfigFailure>>),
    Commit(u64),
    Publish {
        private: bool,
        shared: bool,
    },
    Inject(Fault),
    Start,
}

pub(crate) struct World {
    pub(crate) plan: Plan,
    /// Virtual milliseconds.
    pub(crate) time: u64,
    base: Instant,
    /// How far the local wall clock is off, in milliseconds.
    pub(crate) skew: i64,
    pub(crate) chance: Chance,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    waiting: BTreeMap<u64, Due>,
    sequence: u64,
    pub(crate) session: Session,
    /// Counts the lives of the client.
    pub(crate) life: u64,
    pub(crate) line: Option<Line>,
    pub(crate) look: Option<u64>,
    pub(crate) request: Option<u64>,
    pub(crate) conns: BTreeMap<u64, Conn>,
    pub(crate) network: Network,
    pub(crate) server: Server,
    pub(crate) portal: Portal,
    pub(crate) owner: Owner,
    pub(crate) book: Book,
    trace: VecDeque<String>,
    /// How many events were published between the reading of a history and the joining.
    pub(crate) published_in_gaps: usize,
    pub(crate) violation: Option<String>,
}

impl World {
    pub(crate) fn new(plan: Plan) -> Self {
        let base = Instant::now();
        let mut chance = Chance::new(plan.seed);
        let session = crate::client::session(&plan, &mut chance, (None, Vec::new()), now_at(base, 0, 0));
        Self {
            time: 0,
            base,
            skew: 0,
            queue: BinaryHeap::new(),
            waiting: BTreeMap::new(),
            sequence: 0,
            session,
            life: 0,
            line: None,
            look: None,
            request: None,
            conns: BTreeMap::new(),
            network: Network::default(),
            server: Server::new(plan.version, plan.limited),
            portal: Portal::new(&plan),
            owner: Owner::default(),
            book: Book::default(),
            trace: VecDeque::new(),
            published_in_gaps: 0,
            violation: None,
            chance,
            plan,
        }
    }

    pub(crate) fn now(&self) -> Now {
        now_at(self.base, self.time, self.skew)
    }

    /// Puts something into the queue; things of one moment happen in this order.
    pub(crate) fn at(&mut self, time: u64, due: Due) {
        self.sequence += 1;
        self.queue.push(Reverse((time.max(self.time), self.sequence)));
        self.waiting.insert(self.sequence, due);
    }

    pub(crate) fn after(&mut self, wait: u64, due: Due) {
        self.at(self.time + wait, due);
    }

    /// A number for a connection, a request or whatever must be told apart.
    pub(crate) fn number(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub(crate) fn latency(&mut self) -> u64 {
        let (least, most) = self.plan.latency;
        self.chance.within(least, most)
    }

    /// Lets `wait` milliseconds pass, or stops at the first violation.
    pub(crate) fn run(&mut self, wait: u64) {
        self.run_until(self.time + wait, |_| false);
    }

    /// Until the condition holds; false if it did not until then.
    pub(crate) fn run_until(&mut self, end: u64, mut enough: impl FnMut(&Self) -> bool) -> bool {
        let mut idle = 0;
        while self.violation.is_none() {
            self.carry_out();
            if enough(self) {
                return true;
            }
            if !self.session.wants_frames() {
                let now = self.now();
                self.session.excuse_silence(now);
            }
            let queued = self.queue.peek().map(|Reverse((time, _))| *time);
            let timeout = self.session.next_timeout().map(|at| self.millis(at));
            let next = [queued, timeout].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else {
                self.time = end;
                return false;
            };
            idle = if next > self.time { 0 } else { idle + 1 };
            if idle > 10_000 {
                self.fail("spins: it wants to be called again and again in one moment");
            }
            self.time = next;
            if queued == Some(next) {
                if let Some(Reverse((_, number))) = self.queue.pop()
                    && let Some(due) = self.waiting.remove(&number)
                {
                    self.happen(due);
                }
            } else {
                let now = self.now();
                self.session.timeout(now);
            }
        }
        false
    }

    fn happen(&mut self, due: Due) {
        match due {
            Due::Reach(conn) => self.reach(conn),
            Due::Join(conn) => self.join(conn),
            Due::Expire(conn) => self.expire(conn),
            Due::Flush(conn) => self.flush(conn),
            Due::Proof(conn) => self.proof(conn),
            Due::Gone(conn) => drop(self.conns.remove(&conn)),
            Due::Client(conn, what) => self.arrive(conn, what),
            Due::Fresh(conn) => self.fresh(conn),
            Due::ServerPing => self.server_ping(),
            Due::Configured(request, answer) => self.configured(request, *answer),
            Due::Commit(life) => self.commit(life),
            Due::Publish { private, shared } => self.publish_event(private, shared),
            Due::Inject(fault) => self.inject(fault),
            Due::Start => {
                let now = self.now();
                self.session.handle(bitrix24_pull::session::Input::Start, now);
            }
        }
    }

    /// When the session's moment is, in virtual milliseconds, rounded up so that it is due by then.
    fn millis(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.base);
        let whole = u64::try_from(since.as_millis()).unwrap();
        let rounded = if since.subsec_nanos().is_multiple_of(1_000_000) {
            whole
        } else {
            whole + 1
        };
        rounded.max(self.time)
    }

    pub(crate) fn note(&mut self, line: impl FnOnce() -> String) {
        if self.trace.len() == 6000 {
            self.trace.pop_front();
        }
        let line = format!("{:>9}.{:03} {}", self.time / 1000, self.time % 1000, line());
        self.trace.push_back(line);
    }

    pub(crate) fn fail(&mut self, what: impl Into<String>) {
        if self.violation.is_none() {
            let what = what.into();
            self.note(|| format!("VIOLATION {what}"));
            self.violation = Some(what);
        }
    }

    /// The last lines of what happened.
    pub(crate) fn story(&self, lines: usize) -> String {
        let skip = self.trace.len().saturating_sub(lines);
        let lines: Vec<&str> = self.trace.iter().skip(skip).map(String::as_str).collect();
        lines.join("\n")
    }

    /// The present connection ends.
    pub(crate) fn end_line(&mut self, why: Closed) {
        if let Some(conn) = self.line.as_ref().map(|line| line.conn) {
            self.tell(conn, ToClient::Closed(why));
            self.server_side_ends(conn);
        }
    }

    /// The server side of a connection ends now.
    pub(crate) fn server_side_ends(&mut self, conn: u64) {
        if let Some(conn) = self.conns.get_mut(&conn) {
            conn.joined = false;
            conn.over = true;
        }
        self.book.connection_ended(conn, self.time);
    }

    pub(crate) fn is_websocket(&self) -> bool {
        self.line
            .as_ref()
            .and_then(|line| self.conns.get(&line.conn))
            .is_some_and(|conn| conn.kind == Kind::WebSocket && conn.opened)
    }
}

fn now_at(base: Instant, time: u64, skew: i64) -> Now {
    let epoch = Timestamp::from_second(i64::try_from(EPOCH).unwrap()).unwrap();
    let passed = SignedDuration::from_millis(i64::try_from(time).unwrap() + skew);
    Now {
        instant: base + Duration::from_millis(time),
        wall: epoch + passed,
    }
}
