//! The way from the window thread to the controller: never blocks, never loses a request.
use hotstart_controller::Request;
use tokio::sync::mpsc;

/// Sends requests to the controller.
#[derive(Clone)]
pub(crate) struct Requests {
    queue: mpsc::Sender<Request>,
    runtime: tokio::runtime::Handle,
}

impl Requests {
    pub(crate) const fn new(queue: mpsc::Sender<Request>, runtime: tokio::runtime::Handle) -> Self {
        Self { queue, runtime }
    }

    /// Queues a request. When the queue is full, a task waits for room instead of the caller.
    pub(crate) fn send(&self, request: Request) {
        match self.queue.try_send(request) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(request)) => {
                let queue = self.queue.clone();
                self.runtime.spawn(async move { queue.send(request).await });
            }
            Err(mpsc::error::TrySendError::Closed(_)) => tracing::debug!("a request came after the controller ended"),
        }
    }
}
