//! A portal's messenger that answers as told and notes what it was asked.
use std::sync::{Arc, Mutex, MutexGuard};

use hotstart_core::failure::Failure;
use hotstart_core::notification::Snapshot;
use hotstart_core::polling::{Counters, Look};
use hotstart_core::ports::{Act, Looked, Messenger, Waiting};

/// What the portal was asked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Asked {
    Counters,
    Look(Look),
    Act(Act),
}

#[derive(Default)]
pub(super) struct Content {
    pub(super) counters: Counters,
    pub(super) snapshot: Snapshot,
    /// Why nothing is answered.
    pub(super) failure: Option<Failure>,
    asked: Vec<(tokio::time::Duration, Asked)>,
}

/// The messenger; clones share their content.
#[derive(Clone)]
pub(super) struct FakeMessenger {
    content: Arc<Mutex<Content>>,
    started: tokio::time::Instant,
}

impl FakeMessenger {
    pub(super) fn new() -> Self {
        Self {
            content: Arc::default(),
            started: tokio::time::Instant::now(),
        }
    }

    pub(super) fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }

    /// What it was asked since the last call.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.content().asked.drain(..).map(|(_, asked)| asked).collect()
    }

    /// When it was asked since the last call, in seconds from the start.
    pub(super) fn moments(&self) -> Vec<u64> {
        let asked = std::mem::take(&mut self.content().asked);
        asked.into_iter().map(|(moment, _)| moment.as_secs()).collect()
    }

    fn answer<T: Send + 'static>(&self, asked: Asked, make: impl FnOnce(&Content) -> T) -> Waiting<Result<T, Failure>> {
        let mut content = self.content();
        content.asked.push((self.started.elapsed(), asked));
        let answer = match content.failure.clone() {
            Some(failure) => Err(failure),
            None => Ok(make(&content)),
        };
        Box::pin(async move {
            tokio::time::sleep(tokio::time::Duration::from_millis(50)).await;
            answer
        })
    }
}

impl Messenger for FakeMessenger {
    fn counters(&self, _: String) -> Waiting<Result<Counters, Failure>> {
        self.answer(Asked::Counters, |content| content.counters.clone())
    }
    fn look(&self, _: String, look: Look) -> Waiting<Result<Looked, Failure>> {
        self.answer(Asked::Look(look), |content| {
            let snapshot = Snapshot {
                bells: content.snapshot.bells.clone().filter(|_| look.bells),
                dialogs: content.snapshot.dialogs.clone().filter(|_| look.dialogs),
                ..content.snapshot.clone()
            };
            Looked { snapshot, requests: 2 }
        })
    }
    fn act(&self, _: String, act: Act) -> Waiting<Result<Vec<String>, Failure>> {
        self.answer(Asked::Act(act), |_| vec!["Принято".to_owned()])
    }
}
