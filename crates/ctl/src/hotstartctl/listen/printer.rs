//! The printer: a thread that writes to standard output, since a reader that does not read blocks whoever writes.
//!
//! It has one piece at a time, so nothing queues up behind a slow reader.

use std::io::{self, Write as _};
use std::sync::mpsc;

use tokio::sync::mpsc as later;

/// Writes pieces of text, one after the other.
pub(super) struct Printer {
    thread: Option<Thread>,
    /// A piece is with the printer.
    busy: bool,
    /// The piece of a printer that prints nothing.
    unprinted: Vec<u8>,
}

struct Thread {
    pieces: mpsc::SyncSender<Vec<u8>>,
    printed: later::Receiver<io::Result<Vec<u8>>>,
}

impl Printer {
    /// Writes to standard output.
    pub(super) fn start() -> io::Result<Self> {
        let (pieces, to_print) = mpsc::sync_channel::<Vec<u8>>(1);
        let (done, printed) = later::channel(1);
        std::thread::Builder::new().name("printer".to_owned()).spawn(move || {
            while let Ok(piece) = to_print.recv() {
                let written = write(&piece).map(|()| piece);
                if done.blocking_send(written).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self {
            thread: Some(Thread { pieces, printed }),
            busy: false,
            unprinted: Vec::new(),
        })
    }

    /// Writes nothing.
    pub(super) const fn quiet() -> Self {
        Self {
            thread: None,
            busy: false,
            unprinted: Vec::new(),
        }
    }

    /// Whether anybody sees what is printed.
    pub(super) const fn is_seen(&self) -> bool {
        self.thread.is_some()
    }

    /// Whether a piece is being printed.
    pub(super) const fn is_busy(&self) -> bool {
        self.busy
    }

    /// Starts printing a piece. Only when it is not busy.
    pub(super) fn print(&mut self, piece: Vec<u8>) {
        self.busy = true;
        match &self.thread {
            // There is room for one, and if the thread is gone [`Self::done`] says so.
            Some(thread) => drop(thread.pieces.try_send(piece)),
            None => self.unprinted = piece,
        }
    }

    /// Waits until the piece is printed and flushed; gives it back, to be filled again. May be dropped and called again.
    pub(super) async fn done(&mut self) -> io::Result<Vec<u8>> {
        let piece = match &mut self.thread {
            Some(thread) => {
                let printed = thread.printed.recv().await;
                printed.unwrap_or_else(|| Err(io::Error::other("the printer is gone")))
            }
            None => Ok(std::mem::take(&mut self.unprinted)),
        };
        self.busy = false;
        piece
    }
}

fn write(piece: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(piece)?;
    out.flush()
}
