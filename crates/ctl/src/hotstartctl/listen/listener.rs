//! The listener: gathers deliveries, commits them, has them printed, and notes what was printed.

use std::time::Duration;

use bitrix24_pull::{Connection, Delivery, State};
use hotstart_store::{Batch, Outbox};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::ending::Ending;
use super::line;
use super::printer::Printer;
use super::told::Told;
use crate::output::Failure;

/// From one commit to the next, so that a flood is gathered; an event after a pause is committed at once.
const GATHER: Duration = Duration::from_millis(10);
/// Deliveries of one commit; below the number that a connection leaves unacknowledged, so that it never pauses for this.
const MOST_GATHERED: usize = 192;
/// Bytes of parameters after which a commit is due.
const MOST_BYTES: usize = 96 * 1024;
/// What was printed is noted with the next commit, or once there was none for this long to twice as long. The timer is left
/// running meanwhile: a new one for every event would wake the thread again and again.
const NOTE_AFTER: Duration = Duration::from_millis(250);
/// How long the connection may take to end.
const FAREWELL: Duration = Duration::from_millis(300);
/// How long the reader may take to read the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Everything between the connection and the reader.
pub(super) struct Listener {
    /// None without a state folder.
    outbox: Option<Outbox>,
    printer: Printer,
    told: Told,
    /// Lines that may still be printed.
    left: Option<u64>,
    gathered: Vec<Delivery>,
    bytes: usize,
    committed: Instant,
    /// The last line of what the printer has.
    printing: u64,
    note_at: Option<Instant>,
    lines: Vec<u8>,
    seen: String,
}

impl Listener {
    pub(super) fn new(outbox: Option<Outbox>, printer: Printer, count: Option<u64>, told: Told) -> Self {
        Self {
            outbox,
            printer,
            told,
            left: count,
            gathered: Vec::new(),
            bytes: 0,
            committed: Instant::now().checked_sub(GATHER).unwrap_or_else(Instant::now),
            printing: 0,
            note_at: None,
            lines: Vec::new(),
            seen: String::new(),
        }
    }

    /// Prints what earlier lives have stored and not noted as printed; whether to go on.
    pub(super) async fn print_earlier(&mut self, ending: &mut Ending) -> Result<bool, Failure> {
        let Some(outbox) = &self.outbox else {
            return Ok(self.left != Some(0));
        };
        // Up to here an earlier life had begun to print.
        let handed = outbox.handed();
        let mut at = outbox.printed();
        while self.left != Some(0) {
            let Some(outbox) = &mut self.outbox else { break };
            let Some(waiting) = outbox.waiting(at)? else { break };
            self.lines.clear();
            for (number, stored) in (waiting.first..).zip(line::split(&waiting.lines)) {
                if number <= at {
                    continue;
                }
                if self.left == Some(0) {
                    break;
                }
                line::push_again(&mut self.lines, stored, number <= handed);
                at = number;
                self.left = self.left.map(|left| left - 1);
            }
            outbox.hand(at)?;
            self.print(at);
            tokio::select! {
                biased;
                printed = self.printer.done() => self.printed(printed)?,
                () = ending.reached() => {
                    self.last_lines().await?;
                    return Ok(false);
                }
            }
        }
        self.note()?;
        Ok(self.left != Some(0))
    }

    /// Prints what arrives, until the end.
    pub(super) async fn listen(&mut self, mut connection: Connection, ending: &mut Ending) -> Result<(), Failure> {
        loop {
            if self.left == Some(0) && !self.printer.is_busy() {
                return self.note();
            }
            let room = if self.bytes < MOST_BYTES {
                MOST_GATHERED.saturating_sub(self.gathered.len())
            } else {
                0
            };
            let before = self.gathered.len();
            let gathered = self.committed + self.gather();
            let due = !self.gathered.is_empty() && !self.printer.is_busy() && self.left != Some(0);
            tokio::select! {
                biased;
                () = ending.reached() => break,
                printed = self.printer.done(), if self.printer.is_busy() => self.printed(printed)?,
                taken = connection.deliveries.recv_many(&mut self.gathered, room), if room > 0 => {
                    if taken == 0 {
                        return Err(Failure::failed("internal", "the connection has ended by itself"));
                    }
                    self.weigh(before);
                }
                () = sleep_until(gathered), if due => self.commit(true)?,
                () = note_at(self.note_at) => self.note_if_quiet()?,
                changed = connection.status.changed() => {
                    if changed.is_ok() {
                        let status = connection.status.borrow_and_update().clone();
                        self.told.state(&status)?;
                    }
                }
            }
            if self.is_due() {
                self.commit(true)?;
            }
        }
        self.end(connection).await
    }

    /// A commit that need not be waited for: enough is gathered, or the last one was long ago.
    fn is_due(&self) -> bool {
        let full = self.gathered.len() >= MOST_GATHERED || self.bytes >= MOST_BYTES;
        !self.gathered.is_empty()
            && !self.printer.is_busy()
            && self.left != Some(0)
            && (full || self.committed.elapsed() >= self.gather())
    }

    /// Only a store makes a commit dear.
    const fn gather(&self) -> Duration {
        if self.outbox.is_some() { GATHER } else { Duration::ZERO }
    }

    fn weigh(&mut self, before: usize) {
        let new = self.gathered.iter().skip(before).flat_map(|delivery| &delivery.events);
        self.bytes += new.map(|event| event.params.get().len()).sum::<usize>();
    }

    /// Stores what was gathered, acknowledges it, and has it printed.
    fn commit(&mut self, hand: bool) -> Result<(), Failure> {
        self.lines.clear();
        self.seen.clear();
        let (mut count, mut seen_count, mut forgotten) = (0, 0, false);
        let (stored, written) = (self.outbox.is_some(), self.outbox.is_some() || self.printer.is_seen());
        for delivery in &self.gathered {
            for event in &delivery.events {
                if written {
                    line::push(&mut self.lines, event);
                }
                count += 1;
            }
            for mid in delivery.seen.iter().filter(|_| stored) {
                self.seen.push_str(mid.as_str());
                self.seen.push('\n');
            }
            seen_count += delivery.seen.len();
            forgotten |= delivery.forgets;
            if let Some(gap) = delivery.gap {
                self.told.gap(gap);
            }
        }
        let handed = if hand {
            self.left.map_or(count, |left| left.min(count))
        } else {
            0
        };
        let mut upto = 0;
        if let (Some(outbox), Some(last)) = (&mut self.outbox, self.gathered.last()) {
            let position = serde_json::to_string(&last.position)
                .map_err(|error| Failure::failed("internal", error.to_string()))?;
            upto = outbox.stored() + handed;
            outbox.commit(&Batch {
                position: &position,
                seen: &self.seen,
                seen_count,
                lines: &self.lines,
                count,
                handed,
                forgotten,
            })?;
        }
        for delivery in self.gathered.drain(..) {
            delivery.acknowledge.done();
        }
        self.bytes = 0;
        self.committed = Instant::now();
        if handed > 0 {
            if handed < count {
                self.lines.truncate(line::length_of(&self.lines, handed));
            }
            self.left = self.left.map(|left| left - handed);
            self.print(upto);
        }
        Ok(())
    }

    fn print(&mut self, upto: u64) {
        self.printing = upto;
        self.printer.print(std::mem::take(&mut self.lines));
    }

    fn printed(&mut self, printed: std::io::Result<Vec<u8>>) -> Result<(), Failure> {
        self.lines = printed.map_err(|error| Failure::failed("output.failed", error.to_string()))?;
        // A single great event must not be paid for ever after.
        if self.lines.capacity() > 2 * MOST_BYTES {
            self.lines = Vec::new();
        }
        if let Some(outbox) = &mut self.outbox {
            outbox.print_done(self.printing);
            if outbox.is_behind() {
                self.note_at.get_or_insert_with(|| Instant::now() + NOTE_AFTER);
            }
        }
        Ok(())
    }

    fn note_if_quiet(&mut self) -> Result<(), Failure> {
        let quiet = self.committed + NOTE_AFTER;
        if quiet > Instant::now() {
            // The next commit may do it.
            self.note_at = Some(quiet);
            return Ok(());
        }
        self.note()
    }

    fn note(&mut self) -> Result<(), Failure> {
        self.note_at = None;
        if let Some(outbox) = &mut self.outbox {
            outbox.note()?;
        }
        Ok(())
    }

    /// Ends in order: what has arrived is stored and printed, as far as the reader reads.
    async fn end(&mut self, mut connection: Connection) -> Result<(), Failure> {
        connection.control.stop();
        let patience = sleep(FAREWELL);
        tokio::pin!(patience);
        while connection.status.borrow_and_update().state != State::Stopped {
            tokio::select! {
                () = &mut patience => break,
                taken = connection.deliveries.recv_many(&mut self.gathered, MOST_GATHERED) => {
                    if taken == 0 {
                        break;
                    }
                }
                changed = connection.status.changed() => {
                    if changed.is_err() {
                        break;
                    }
                }
            }
        }
        connection.deliveries.close();
        while let Ok(delivery) = connection.deliveries.try_recv() {
            self.gathered.push(delivery);
        }
        self.last_lines().await?;
        if !self.gathered.is_empty() {
            // Lines that no reader will take are stored as lines that nobody has seen.
            self.commit(!self.printer.is_busy())?;
            self.last_lines().await?;
        }
        Ok(())
    }

    /// Waits a little for the reader, and notes what it took.
    async fn last_lines(&mut self) -> Result<(), Failure> {
        if self.printer.is_busy()
            && let Ok(printed) = timeout(LAST_LINES, self.printer.done()).await
        {
            self.printed(printed)?;
        }
        self.note()
    }
}

async fn note_at(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}
