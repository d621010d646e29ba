//! The task that moves everything: it tells the session what happened, and has its effects carried out.
//!
//! Order of attention: the owner's wishes, receipts, room for a delivery, the configuration, the transport, the clock.
//! While a delivery waits for room, frames stay in the socket: that is the whole back-pressure.

mod effects;
mod woken;

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::{FutureExt as _, stream::FuturesUnordered};
use jiff::Timestamp;
use serde_json::Value;
use tokio::{
    sync::{mpsc, watch},
    time::Sleep,
};
use woken::Woken;

use crate::{
    connection::{Delivery, Options, Receipts, Resume, Wanted},
    requests::{Request, Requests},
    session::{Input, NotOpened, Now, Session},
    source::{ConfigFailure, ConfigSource},
    status::Status,
    transport::{Connector, Incoming, Link},
};

/// Frames that are taken at once, at most.
const GATHERED: usize = 64;

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

pub(crate) struct Driver {
    session: Session,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    connector: Arc<Connector>,
    source: Arc<dyn ConfigSource>,
    wanted: watch::Receiver<Wanted>,
    deliver: mpsc::Sender<Delivery>,
    status: watch::Sender<Status>,
    receipts: Arc<Receipts>,
    outbox: VecDeque<Delivery>,
    request: Option<Pending<Result<Value, ConfigFailure>>>,
    timer: Pin<Box<Sleep>>,
    transport: Transport,
    look: Transport,
    /// How long a look that is held proves that the server took it.
    look_proof: Duration,
    requests: Requests,
    /// Posts and questions beside the connection, few at a time.
    beside: FuturesUnordered<Pending<Beside>>,
}

/// What came of something beside the connection.
enum Beside {
    Posted(u64, Result<(), NotOpened>),
    Channels(Result<Value, ConfigFailure>),
    Watch(Result<Value, ConfigFailure>),
}

enum Transport {
    None,
    Opening(Pending<Result<Link, NotOpened>>),
    Open(Link),
}

impl Driver {
    pub(crate) fn new(
        options: Options,
        source: Arc<dyn ConfigSource>,
        resume: Resume,
        deliver: mpsc::Sender<Delivery>,
        wanted: watch::Receiver<Wanted>,
        requests: mpsc::Receiver<Request>,
    ) -> (Self, watch::Receiver<Status>) {
        let origin = options.origin();
        let clock = options.clock;
        let now = Now {
            instant: tokio_now(),
            wall: clock(),
        };
        let session = Session::new(
            origin,
            options.limits,
            options.delay,
            (resume.position, resume.seen),
            now,
        );
        let (status, watched) = watch::channel(session.status().clone());
        let driver = Self {
            session,
            clock,
            connector: options.connector,
            source,
            wanted,
            deliver,
            status,
            receipts: Arc::default(),
            outbox: VecDeque::new(),
            request: None,
            timer: Box::pin(tokio::time::sleep(Duration::ZERO)),
            transport: Transport::None,
            look: Transport::None,
            look_proof: options.limits.look_within,
            requests: Requests::new(requests),
            beside: FuturesUnordered::new(),
        };
        (driver, watched)
    }

    /// Runs until the owner drops the deliveries.
    pub(crate) async fn run(mut self) {
        let mut known = *self.wanted.borrow_and_update();
        self.wish(
            Wanted {
                running: false,
                ..known
            },
            known,
        );
        loop {
            self.carry_out().await;
            self.show();
            match self.next().await {
                Woken::OwnerGone => break,
                Woken::Wished(wanted) => {
                    self.wish(known, wanted);
                    known = wanted;
                }
                Woken::Receipts(receipts) => {
                    let now = self.now();
                    if receipts.iter().any(|(_, done)| !done) {
                        // The owner drops all that it received behind this, so nothing more of it may follow.
                        self.outbox.clear();
                    }
                    for (ticket, done) in receipts {
                        self.session.handle(Input::Receipt(ticket, done), now);
                    }
                }
                Woken::Delivered => {}
                Woken::Configured(answer) => {
                    self.request = None;
                    let now = self.now();
                    self.session.handle(Input::Configured(answer), now);
                }
                Woken::Opened(opened) => self.opened(opened),
                Woken::Arrived(incoming) => {
                    let now = self.now();
                    self.arrived(incoming, now);
                    self.gather(now);
                }
                Woken::Looking(Ok(link)) => self.look_open(link),
                Woken::Looking(Err(_)) => self.look_ended(false),
                Woken::Looked(incoming) => self.looked(&incoming),
                Woken::Requested(request) => {
                    let input = self.requests.take(request);
                    let now = self.now();
                    self.session.handle(input, now);
                }
                Woken::Beside(beside) => self.beside(beside),
                Woken::Timeout => {
                    let now = self.now();
                    self.session.timeout(now);
                }
            }
        }
        let now = self.now();
        self.session.handle(Input::Stop, now);
        self.carry_out().await;
        self.show();
    }

    fn now(&self) -> Now {
        Now {
            instant: tokio_now(),
            wall: (self.clock)(),
        }
    }

    fn wish(&mut self, known: Wanted, wanted: Wanted) {
        let now = self.now();
        if known.running != wanted.running {
            self.session
                .handle(if wanted.running { Input::Start } else { Input::Stop }, now);
        }
        if known.reconnects != wanted.reconnects {
            self.session.handle(Input::Reconnect, now);
        }
        if known.wakes != wanted.wakes {
            self.session.handle(Input::Wake, now);
        }
    }

    fn opened(&mut self, opened: Result<Link, NotOpened>) {
        let now = self.now();
        match opened {
            Ok(link) => {
                let kind = link.kind();
                self.transport = Transport::Open(link);
                self.session.handle(Input::Opened(kind), now);
            }
            Err(why) => {
                self.transport = Transport::None;
                self.session.handle(Input::NotOpened(why), now);
            }
        }
    }

    fn arrived(&mut self, incoming: Incoming, now: Now) {
        if let Some(frame) = incoming.frame() {
            return self.session.handle(Input::Frame(frame), now);
        }
        let input = match incoming {
            Incoming::Closed(why) => Input::Closed(why),
            Incoming::Answered(answer) => Input::Answered(answer),
            Incoming::Alive | Incoming::Text(_) | Incoming::Binary(_) => Input::Pong,
        };
        self.session.handle(input, now);
    }

    /// Takes the frames that have arrived meanwhile, so that a flood is delivered in batches; they count as arrived together.
    fn gather(&mut self, now: Now) {
        for _ in 0..GATHERED {
            let Transport::Open(link) = &mut self.transport else {
                return;
            };
            if !self.session.may_gather() {
                return;
            }
            let Some(incoming) = link.next().now_or_never() else {
                return;
            };
            self.arrived(incoming, now);
        }
    }

    fn look_open(&mut self, link: Link) {
        let held = link.is_held();
        self.look = Transport::Open(link);
        if held {
            let now = self.now();
            self.session.handle(Input::LookHeld, now);
        }
    }

    fn looked(&mut self, incoming: &Incoming) {
        let now = self.now();
        if let Some(frame) = incoming.frame() {
            return self.session.handle(Input::Looked(frame), now);
        }
        match incoming {
            Incoming::Answered(_) => self.look_ended(true),
            Incoming::Closed(_) => self.look_ended(false),
            Incoming::Alive | Incoming::Text(_) | Incoming::Binary(_) => {}
        }
    }

    fn look_ended(&mut self, seen: bool) {
        self.look = Transport::None;
        let now = self.now();
        self.session.handle(Input::LookEnded(seen), now);
    }

    /// Shows the status; only a change of state wakes those who watch.
    fn show(&self) {
        let current = self.session.status();
        self.status.send_if_modified(|shown| {
            let news = shown.state != current.state || shown.since != current.since || shown.reason != current.reason;
            if news || shown != current {
                shown.clone_from(current);
            }
            news
        });
    }
}

/// The runtime's clock, which tests can stop.
fn tokio_now() -> Instant {
    tokio::time::Instant::now().into_std()
}

#[cfg(test)]
mod tests;
