//! What happens to the bytes of one connection on purpose: a reset, half a frame, silence, one byte at a time.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use serde::Deserialize;

use crate::gate::Gate;

/// The handle of a connection, shared by its stream and whoever serves it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<Inner>);

/// How a connection ends after some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Then {
    /// It stays open and silent: nothing is written, what comes is thrown away.
    #[default]
    Stall,
    /// It is closed without a close frame.
    Cut,
    /// It is reset.
    Reset,
}

/// What the stream has to do with its bytes now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Course {
    /// Pass them.
    #[default]
    Pass,
    /// Pass so many more written ones, then end.
    Until(usize, Then),
    /// End at once.
    End(Then),
}

#[derive(Debug, Default)]
struct Inner {
    course: Mutex<Course>,
    waker: Mutex<Option<Waker>>,
    push: AtomicBool,
    pace: Arc<AtomicU64>,
    peer: Option<IpAddr>,
}

impl Line {
    /// A line to a peer; its slowness is set elsewhere, in milliseconds for each byte.
    pub(crate) fn new(pace: Arc<AtomicU64>, peer: IpAddr) -> Self {
        Self(Arc::new(Inner {
            pace,
            peer: Some(peer),
            ..Inner::default()
        }))
    }

    /// The address of the peer.
    pub(crate) fn peer(&self) -> IpAddr {
        self.0.peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }

    /// The connection belongs to the push server from now on: slowness concerns it.
    pub(crate) fn is_push(&self) {
        self.0.push.store(true, Ordering::Relaxed);
    }

    /// Ends the connection so, at once.
    pub(crate) fn end(&self, then: Then) {
        self.set(Course::End(then));
    }

    /// Ends the connection so after this many more bytes.
    pub(crate) fn end_after(&self, bytes: usize, then: Then) {
        self.set(Course::Until(bytes, then));
    }

    /// What to do now.
    pub(crate) fn course(&self) -> Course {
        *lock(&self.0.course)
    }

    /// So many bytes were written.
    pub(crate) fn wrote(&self, bytes: usize) {
        let mut course = lock(&self.0.course);
        if let Course::Until(left, then) = *course {
            *course = match left.saturating_sub(bytes) {
                0 => Course::End(then),
                left => Course::Until(left, then),
            };
        }
    }

    /// Milliseconds for each byte; 0 = as fast as it goes.
    pub(crate) fn pace(&self) -> u64 {
        if self.0.push.load(Ordering::Relaxed) {
            self.0.pace.load(Ordering::Relaxed)
        } else {
            0
        }
    }

    /// Who is to be woken when the course changes.
    pub(crate) fn watched_by(&self, waker: &Waker) {
        let mut slot = lock(&self.0.waker);
        if !slot.as_ref().is_some_and(|old| old.will_wake(waker)) {
            *slot = Some(waker.clone());
        }
    }

    fn set(&self, course: Course) {
        *lock(&self.0.course) = course;
        if let Some(waker) = lock(&self.0.waker).take() {
            waker.wake();
        }
    }
}

impl Connected<IncomingStream<'_, Gate>> for Line {
    fn connect_info(stream: IncomingStream<'_, Gate>) -> Self {
        stream.io().line()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{Course, Line, Then};

    #[test]
    fn ends_after_the_bytes_it_was_told() {
        let line = Line::default();
        assert_eq!(line.course(), Course::Pass);
        line.wrote(5);
        line.end_after(10, Then::Cut);
        line.wrote(4);
        assert_eq!(line.course(), Course::Until(6, Then::Cut));
        line.wrote(6);
        assert_eq!(line.course(), Course::End(Then::Cut));
        line.end(Then::Reset);
        assert_eq!(line.course(), Course::End(Then::Reset));
    }
}
