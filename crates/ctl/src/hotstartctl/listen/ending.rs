//! When to end: a signal, or the end of the time that was given.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Sleep;

/// The end from outside.
pub(crate) struct Ending {
    signals: Signals,
    period: Option<Pin<Box<Sleep>>>,
}

impl Ending {
    /// Signals are caught from the call on. Needs a runtime.
    pub(crate) fn new(period: Option<Duration>) -> io::Result<Self> {
        Ok(Self {
            signals: Signals::new()?,
            period: period.map(|period| Box::pin(tokio::time::sleep(period))),
        })
    }

    /// Waits for the end; may be dropped and called again.
    pub(crate) async fn reached(&mut self) {
        match &mut self.period {
            Some(period) if period.is_elapsed() => {}
            Some(period) => tokio::select! {
                () = period => {}
                () = self.signals.next() => {}
            },
            None => self.signals.next().await,
        }
    }
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    close: tokio::signal::windows::CtrlClose,
}

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
            close: tokio::signal::windows::ctrl_close()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.close.recv() => {}
        }
    }
}
