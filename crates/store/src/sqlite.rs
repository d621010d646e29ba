//! The store on the disk: one thread owns the database, transactions wait in a bounded queue.
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Committed, RelayAnswerable, RelayItem, RelayReply, Store, Transaction, Waiting};
use hotstart_core::settings::Settings;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::database::Ledger;
use crate::settings_file::SettingsFile;

/// Requests that may wait for the disk; the next one waits for its place.
const QUEUE: usize = 64;

/// The settings file and the database.
///
/// A request joins the queue at the call, in the order of the calls, unless the queue is full; then it joins when its
/// future is polled and there is room. Once it has joined, it is done whether or not anybody waits for its future.
/// Dropping the store does what is in the queue, then closes the database.
#[derive(Debug)]
pub struct SqliteStore {
    /// `None` only while dropping.
    requests: Option<Arc<mpsc::Sender<Request>>>,
    room: Arc<Semaphore>,
    thread: Option<JoinHandle<()>>,
}

type Answer<T> = oneshot::Sender<Result<T, Failure>>;

struct Request {
    what: What,
    /// Given back when the request is done.
    _place: OwnedSemaphorePermit,
}

enum What {
    Commit(Box<Transaction>, Answer<Committed>),
    SaveSettings(Box<Settings>, Answer<()>),
    RelayWaiting(String, u64, usize, Answer<Vec<RelayItem>>),
    RelayReplies(String, usize, Answer<Vec<RelayReply>>),
    RelayAnswerable(String, Vec<String>, Answer<Vec<Option<RelayAnswerable>>>),
}

impl SqliteStore {
    /// Starts the thread that owns `ledger`.
    pub(crate) fn start(ledger: Ledger, mut file: SettingsFile) -> std::io::Result<Self> {
        // Unbounded in its type, bounded by the places.
        let (requests, inbound) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("hotstart-store".to_owned())
            .spawn(move || run(ledger, &mut file, &inbound))?;
        Ok(Self {
            requests: Some(Arc::new(requests)),
            room: Arc::new(Semaphore::new(QUEUE)),
            thread: Some(thread),
        })
    }

    fn submit<T: Send + 'static>(&self, what: impl FnOnce(Answer<T>) -> What) -> Waiting<Result<T, Failure>> {
        let (answer, answered) = oneshot::channel();
        let what = what(answer);
        let Some(requests) = &self.requests else {
            return Box::pin(std::future::ready(Err(gone())));
        };
        if let Ok(place) = Arc::clone(&self.room).try_acquire_owned() {
            // If the thread is gone, the answer's end goes with the request and the wait below says so.
            let _ = requests.send(Request { what, _place: place });
            return Box::pin(async move { answered.await.unwrap_or_else(|_| Err(gone())) });
        }
        // Held weakly, so that a future nobody polls does not keep the thread alive.
        let (room, requests) = (Arc::clone(&self.room), Arc::downgrade(requests));
        Box::pin(async move {
            let place = room.acquire_owned().await.map_err(|_| gone())?;
            requests
                .upgrade()
                .ok_or_else(gone)?
                .send(Request { what, _place: place })
                .map_err(|_| gone())?;
            answered.await.unwrap_or_else(|_| Err(gone()))
        })
    }
}

impl Store for SqliteStore {
    fn commit(&self, transaction: Transaction) -> Waiting<Result<Committed, Failure>> {
        self.submit(|answer| What::Commit(Box::new(transaction), answer))
    }

    fn save_settings(&self, settings: Settings) -> Waiting<Result<(), Failure>> {
        self.submit(|answer| What::SaveSettings(Box::new(settings), answer))
    }

    fn relay_waiting(&self, base: String, after: u64, most: usize) -> Waiting<Result<Vec<RelayItem>, Failure>> {
        self.submit(move |answer| What::RelayWaiting(base, after, most, answer))
    }

    fn relay_replies(&self, portal: String, most: usize) -> Waiting<Result<Vec<RelayReply>, Failure>> {
        self.submit(move |answer| What::RelayReplies(portal, most, answer))
    }

    fn relay_answerable(
        &self,
        base: String,
        ids: Vec<String>,
    ) -> Waiting<Result<Vec<Option<RelayAnswerable>>, Failure>> {
        self.submit(move |answer| What::RelayAnswerable(base, ids, answer))
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.room.close();
        self.requests = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the database has panicked");
        }
    }
}

fn run(mut ledger: Ledger, file: &mut SettingsFile, inbound: &mpsc::Receiver<Request>) {
    // An answer that nobody waits for any more is no failure.
    while let Ok(Request { what, _place }) = inbound.recv() {
        match what {
            What::Commit(transaction, answer) => {
                let _ = answer.send(ledger.commit(&transaction).map_err(|error| failed(&error)));
            }
            What::SaveSettings(settings, answer) => {
                let _ = answer.send(file.save(&settings).map_err(|error| failed(&error)));
            }
            What::RelayWaiting(base, after, most, answer) => {
                let waiting = ledger.relay_waiting(&base, after, most);
                let _ = answer.send(waiting.map_err(|error| failed(&error)));
            }
            What::RelayAnswerable(base, ids, answer) => {
                let known = ledger.relay_answerable(&base, &ids);
                let _ = answer.send(known.map_err(|error| failed(&error)));
            }
            What::RelayReplies(portal, most, answer) => {
                let _ = answer.send(ledger.relay_replies(&portal, most).map_err(|error| failed(&error)));
            }
        }
    }
}

fn failed(error: &dyn std::error::Error) -> Failure {
    tracing::warn!(%error, "the store could not write");
    Failure::new(Code::StoreFailed).with("detail", error.to_string())
}

fn gone() -> Failure {
    Failure::new(Code::StoreFailed).with("detail", "the store is closed")
}
