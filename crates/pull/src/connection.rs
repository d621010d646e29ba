//! What the owner holds: deliveries, the status, and the switches.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc, watch};
use url::Url;

use crate::{
    config::Origin,
    delay::Pause,
    driver,
    event::{Event, Gap},
    position::{Mid, Position},
    requests::{self, Request},
    session::{Limits, Ticket},
    source::ConfigSource,
    status::Status,
    transport::Connector,
};

/// How a connection behaves.
pub struct Options {
    /// Address of the portal; decides which push addresses may be used.
    pub portal: Url,
    /// Plain push addresses outside loopback are allowed, for a portal that is itself reached over plain http.
    pub intranet: bool,
    /// How long to wait; tests give milliseconds.
    pub delay: Box<dyn FnMut(Pause) -> Duration + Send>,
    /// The wall clock.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Times and sizes.
    pub limits: Limits,
    /// How many deliveries wait for the owner before reading pauses.
    pub queue: usize,
    /// Opens the sockets.
    pub connector: Arc<Connector>,
}

impl Options {
    /// The usual behaviour for a portal.
    pub fn new(portal: Url) -> Self {
        Self {
            portal,
            intranet: false,
            delay: Box::new(|pause| pause.delay(rand::random())),
            clock: Arc::new(Timestamp::now),
            limits: Limits::default(),
            queue: 4,
            connector: Arc::new(Connector::new()),
        }
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin {
            portal: self.portal.clone(),
            intranet: self.intranet,
        }
    }
}

/// What was stored from earlier deliveries.
#[derive(Debug, Clone, Default)]
pub struct Resume {
    /// Position of the last stored delivery.
    pub position: Option<Position>,
    /// Ids from [`Delivery::seen`] of earlier deliveries, oldest first; the last several thousand are enough.
    pub seen: Vec<Mid>,
}

/// Events of one frame, and what is to be stored with them.
///
/// The owner stores `position` and `seen` together with what it makes of the events, in one transaction and in the order
/// of the deliveries, and then acknowledges. If it cannot, it drops this delivery *and all that it received after it*:
/// they are fetched again.
#[derive(Debug)]
pub struct Delivery {
    /// Events in order of arrival; may be empty when only the position moved.
    pub events: Vec<Event>,
    /// Where reading goes on after this.
    pub position: Position,
    /// Ids of this delivery, to be given back in [`Resume::seen`].
    pub seen: Vec<Mid>,
    /// Something before this may have been missed.
    pub gap: Option<Gap>,
    /// The server forgets it once it is acknowledged (JSON-RPC servers): it must be on the disk by then, and not only in
    /// the operating system's memory.
    pub forgets: bool,
    /// To be called when all of it is stored.
    pub acknowledge: Acknowledge,
}

/// The receipt of a delivery; dropping it without [`Self::done`] means that the delivery could not be stored.
pub struct Acknowledge {
    ticket: Option<Ticket>,
    receipts: Arc<Receipts>,
}

impl Acknowledge {
    pub(crate) fn new(ticket: Ticket, receipts: Arc<Receipts>) -> Self {
        Self {
            ticket: Some(ticket),
            receipts,
        }
    }

    /// Everything of the delivery is stored. May be called from any thread.
    pub fn done(mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.receipts.put(ticket, true);
        }
    }
}

impl Drop for Acknowledge {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.receipts.put(ticket, false);
        }
    }
}

impl fmt::Debug for Acknowledge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Acknowledge")
    }
}

/// Receipts on their way to the driver. Never longer than the number of open deliveries, which is bounded.
#[derive(Default)]
pub(crate) struct Receipts {
    waiting: Mutex<Vec<(Ticket, bool)>>,
    arrived: Notify,
}

impl Receipts {
    fn put(&self, ticket: Ticket, done: bool) {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((ticket, done));
        self.arrived.notify_one();
    }

    /// Waits for receipts and takes them all.
    pub(crate) async fn take(&self) -> Vec<(Ticket, bool)> {
        loop {
            let arrived = self.arrived.notified();
            let taken = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
            if !taken.is_empty() {
                return taken;
            }
            arrived.await;
        }
    }
}

/// A running connection. It ends when `deliveries` is dropped.
#[derive(Debug)]
pub struct Connection {
    /// The state, always current.
    pub status: watch::Receiver<Status>,
    /// Events, bounded: while they are not taken, reading pauses.
    pub deliveries: mpsc::Receiver<Delivery>,
    /// The switches.
    pub control: Control,
}

/// The switches of a connection; cheap to clone.
#[derive(Debug, Clone)]
pub struct Control {
    pub(crate) wanted: watch::Sender<Wanted>,
    pub(crate) requests: mpsc::Sender<Request>,
}

/// What the owner wants, as a level: a wish is never lost in a full queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) running: bool,
    /// Counts wishes for a fresh attempt.
    pub(crate) reconnects: u64,
    /// Counts network returns and wake-ups.
    pub(crate) wakes: u64,
}

impl Control {
    /// Connects, or starts over after a failure; nothing if it runs.
    pub fn start(&self) {
        self.wanted.send_modify(|wanted| wanted.running = true);
    }

    /// Disconnects until [`Self::start`].
    pub fn stop(&self) {
        self.wanted.send_modify(|wanted| wanted.running = false);
    }

    /// A fresh attempt now, whatever the state (but stopped): the user's click.
    pub fn reconnect_now(&self) {
        self.wanted.send_modify(|wanted| wanted.reconnects += 1);
    }

    /// The network is back or the computer woke up: waiting ends, an open connection is tested.
    pub fn wake(&self) {
        self.wanted.send_modify(|wanted| wanted.wakes += 1);
    }
}

/// Starts a connection on the current tokio runtime.
///
/// # Panics
///
/// Outside a tokio runtime.
pub fn connect(options: Options, source: Arc<dyn ConfigSource>, resume: Resume) -> Connection {
    let wanted = watch::Sender::new(Wanted {
        running: true,
        reconnects: 0,
        wakes: 0,
    });
    let (deliver, deliveries) = mpsc::channel(options.queue.max(1));
    let (requests, inbound) = mpsc::channel(requests::QUEUE);
    let (driver, status) = driver::Driver::new(options, source, resume, deliver, wanted.subscribe(), inbound);
    tokio::spawn(driver.run());
    Connection {
        status,
        deliveries,
        control: Control { wanted, requests },
    }
}
