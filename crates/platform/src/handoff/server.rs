//! The instance's end.
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{future, io};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::rate::{Rate, Seen};
use super::wire::{Answer, Message, body_length};
use super::{Handed, system};
use crate::folders::Folders;
use crate::instance::Instance;

/// What a client may cost. The default is meant for people; tests shorten the waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long the whole message may take, and the answer after it.
    pub silence: Duration,
    /// How long a link waits for room in the queue before the client is told to come back.
    pub queue_wait: Duration,
    /// Connections served at a time; the system lets some more wait.
    pub connections: usize,
    /// Links taken at once.
    pub burst: u32,
    /// One more link is taken after this time.
    pub every: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(1),
            queue_wait: Duration::from_millis(500),
            connections: 32,
            burst: 512,
            every: Duration::from_millis(10),
        }
    }
}

/// The bound place of the hand-off. Clients can connect from now on; they are answered by [`Listener::serve`].
#[derive(Debug)]
pub struct Listener {
    bound: system::Bound,
    // The lock is what entitles us to the place; it must not be given back before the place is.
    _instance: Arc<Instance>,
}

impl Listener {
    /// Takes the place of this home. No runtime is needed yet, so this can be done before anything slow is started.
    pub fn bind(folders: &Folders, instance: Arc<Instance>) -> io::Result<Self> {
        Ok(Self {
            bound: system::Bound::bind(&folders.socket())?,
            _instance: instance,
        })
    }

    /// Serves until the future is dropped or nobody reads the queue any more.
    ///
    /// Errors: the place cannot be listened at (on Windows: somebody else made a pipe of this name).
    pub async fn serve(mut self, queue: mpsc::Sender<Handed>, limits: Limits) -> io::Result<()> {
        let mut door = self.bound.listen()?;
        let desk = Arc::new(Desk {
            queue,
            limits,
            state: Mutex::new(State {
                rate: Rate::new(limits.burst, limits.every),
                seen: Seen::default(),
            }),
        });
        let places = Arc::new(Semaphore::new(limits.connections));
        let mut served = JoinSet::new();
        while !desk.queue.is_closed() {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                break;
            };
            let accepted = tokio::select! {
                accepted = door.accept() => accepted,
                // Collects finished connections; with none it never is the one that is ready.
                () = finished(&mut served) => continue,
                () = desk.queue.closed() => break,
            };
            match accepted {
                Ok(stream) => {
                    let desk = Arc::clone(&desk);
                    served.spawn(async move {
                        desk.answer(stream).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    // Out of descriptors, most likely; the links wait in the system's own queue meanwhile.
                    tracing::warn!(%error, "a hand-off could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
        Ok(())
    }
}

async fn finished(served: &mut JoinSet<()>) {
    match served.join_next().await {
        Some(Ok(())) => {}
        Some(Err(error)) => tracing::error!(%error, "a hand-off ended badly"),
        None => future::pending().await,
    }
}

/// What all connections share.
struct Desk {
    queue: mpsc::Sender<Handed>,
    limits: Limits,
    state: Mutex<State>,
}

struct State {
    rate: Rate,
    seen: Seen,
}

impl Desk {
    async fn answer(&self, mut stream: system::Served) {
        let answer = if system::is_own(&stream) {
            match timeout(self.limits.silence, read(&mut stream)).await {
                Ok(Some(message)) => self.take(message).await,
                Ok(None) => Answer::Refused,
                Err(_) => {
                    tracing::warn!("a hand-off was silent for too long");
                    return;
                }
            }
        } else {
            Answer::Refused
        };
        let written = timeout(self.limits.silence, async {
            stream.write_all(&[answer.byte()]).await?;
            stream.shutdown().await
        });
        if !matches!(written.await, Ok(Ok(()))) {
            tracing::debug!("the client of a hand-off did not wait for its answer");
        }
    }

    async fn take(&self, message: Message) -> Answer {
        let received = Instant::now();
        let Ok(Ok(room)) = timeout(self.limits.queue_wait, self.queue.reserve()).await else {
            return Answer::Busy;
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // From here to the sending nothing waits, so two attempts with one id cannot both come through.
        if state.seen.contains(&message.id) {
            return Answer::Taken;
        }
        if !state.rate.pass(received) {
            return Answer::Busy;
        }
        state.seen.insert(message.id);
        room.send(Handed {
            text: message.link,
            token: message.token,
            received,
        });
        Answer::Taken
    }
}

async fn read(stream: &mut system::Served) -> Option<Message> {
    let mut header = [0; 4];
    stream.read_exact(&mut header).await.ok()?;
    let mut body = vec![0; body_length(header)?];
    stream.read_exact(&mut body).await.ok()?;
    Message::parse(&body)
}
