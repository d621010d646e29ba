//! What wakes the driver, in the order of its attention.

use std::{future::pending, time::Duration};

use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::sync::watch;

use super::{Beside, Driver, Pending, Transport};
use crate::{
    connection::Wanted,
    requests::Request,
    session::{NotOpened, Ticket},
    source::ConfigFailure,
    transport::{Incoming, Link},
};

/// How much too early the timer may wake.
const LAZY: Duration = Duration::from_secs(1);

/// What woke the driver.
pub(super) enum Woken {
    Wished(Wanted),
    OwnerGone,
    Receipts(Vec<(Ticket, bool)>),
    Delivered,
    Configured(Result<Value, ConfigFailure>),
    Opened(Result<Link, NotOpened>),
    Arrived(Incoming),
    Looking(Result<Link, NotOpened>),
    Looked(Incoming),
    Requested(Request),
    Beside(Beside),
    Timeout,
}

impl Driver {
    /// Sets the timer for the session's next time-out, if there is one. Every frame puts that off by a moment; the timer
    /// follows once a second and wakes in vain at worst.
    fn arm(&mut self) -> bool {
        let Some(due) = self.session.next_timeout() else {
            return false;
        };
        let set = self.timer.deadline().into_std();
        if due < set || due > set + LAZY || self.timer.is_elapsed() {
            self.timer.as_mut().reset(due.into());
        }
        true
    }

    pub(super) async fn next(&mut self) -> Woken {
        let reading = self.outbox.is_empty() && self.session.wants_frames();
        if !reading {
            let now = self.now();
            self.session.excuse_silence(now);
        }
        let timed = self.arm();
        tokio::select! {
            biased;
            () = self.deliver.closed() => Woken::OwnerGone,
            wished = wish(&mut self.wanted) => Woken::Wished(wished),
            receipts = self.receipts.take() => Woken::Receipts(receipts),
            room = self.deliver.reserve(), if !self.outbox.is_empty() => match (room, self.outbox.pop_front()) {
                (Ok(room), Some(delivery)) => {
                    room.send(delivery);
                    Woken::Delivered
                }
                (Err(_), _) => Woken::OwnerGone,
                (Ok(_), None) => Woken::Delivered,
            },
            answer = answer(&mut self.request) => Woken::Configured(answer),
            woken = look(&mut self.look) => woken,
            woken = transport(&mut self.transport, reading) => woken,
            request = self.requests.next() => Woken::Requested(request),
            Some(beside) = self.beside.next(), if !self.beside.is_empty() => Woken::Beside(beside),
            () = self.timer.as_mut(), if timed => Woken::Timeout,
        }
    }
}

/// The next wish; none ever comes when nobody holds the switches any more, and the connection goes on as it is.
async fn wish(wanted: &mut watch::Receiver<Wanted>) -> Wanted {
    match wanted.changed().await {
        Ok(()) => *wanted.borrow_and_update(),
        Err(_) => pending().await,
    }
}

async fn answer(request: &mut Option<Pending<Result<Value, ConfigFailure>>>) -> Result<Value, ConfigFailure> {
    match request {
        Some(request) => request.await,
        None => pending().await,
    }
}

async fn transport(transport: &mut Transport, reading: bool) -> Woken {
    match transport {
        Transport::Opening(opening) => Woken::Opened(opening.await),
        Transport::Open(link) if reading => Woken::Arrived(link.next().await),
        Transport::Open(_) | Transport::None => pending().await,
    }
}

async fn look(look: &mut Transport) -> Woken {
    match look {
        Transport::Opening(opening) => Woken::Looking(opening.await),
        Transport::Open(link) => Woken::Looked(link.next().await),
        Transport::None => pending().await,
    }
}
