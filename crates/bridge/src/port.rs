//! The bridge as the controller sees it: started, stopped, paired.
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hotstart_core::bridge::Serve;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Bridge, Waiting};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::admission::TurnedAway;
use crate::door::Door;
use crate::file;
use crate::serve::{self, Limits};
use crate::tokens::Tokens;

/// How long the server may take to end.
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// The bridge of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct LoopbackBridge {
    inner: Arc<Inner>,
}

struct Inner {
    tokens: Arc<Tokens>,
    description: PathBuf,
    limits: Limits,
    running: Mutex<Option<Running>>,
    turned: Arc<TurnedAway>,
}

/// A server at work; it ends when this is dropped.
struct Running {
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
    description: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        // The sender goes with it, which ends the server.
        file::remove(&self.description);
    }
}

impl LoopbackBridge {
    /// The bridge of a data folder; nothing listens yet.
    pub fn new(data_folder: &Path) -> Self {
        Self::with_limits(data_folder, Limits::default())
    }

    /// [`LoopbackBridge::new`] with other bounds.
    pub fn with_limits(data_folder: &Path, limits: Limits) -> Self {
        let inner = Inner {
            tokens: Arc::new(Tokens::of(data_folder)),
            description: data_folder.join("bridge.json"),
            limits,
            running: Mutex::default(),
            turned: Arc::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// How many requests were turned away.
    pub fn turned_away(&self) -> &TurnedAway {
        &self.inner.turned
    }

    async fn arrange(&self, wanted: Option<Serve>) -> Result<Option<u16>, Failure> {
        let mut running = self.inner.running.lock().await;
        if let Some(mut old) = running.take() {
            let _ = old.stop.send(true);
            if let Some(task) = old.task.take() {
                let _ = tokio::time::timeout(LAST_MOMENT, task).await;
            }
        }
        let Some(Serve { port, calls }) = wanted else {
            return Ok(None);
        };
        let listener = self.listen(port).await?;
        let port = listener.local_addr().map_err(|error| failed(&error))?.port();
        let (tokens, turned) = (self.inner.tokens.clone(), self.inner.turned.clone());
        let door = Door::new(port, tokens, calls, self.inner.limits, turned);
        self.describe(port).await.map_err(|error| failed(&error))?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve::serve(listener, Arc::new(door), self.inner.limits, stopped));
        *running = Some(Running {
            stop,
            task: Some(task),
            description: self.inner.description.clone(),
        });
        Ok(Some(port))
    }

    /// The wanted port; else the last one, so that 1C finds us where we were, or any other.
    async fn listen(&self, port: Option<u16>) -> Result<TcpListener, Failure> {
        if let Some(port) = port {
            let bound = serve::bind(port).await;
            return bound.map_err(|error| {
                tracing::warn!(%error, port, "the port of the bridge is not free");
                Failure::new(Code::BridgePort).with("port", port.to_string())
            });
        }
        let inner = self.inner.clone();
        let last = blocking(move || Ok(inner.tokens.last_port())).await.ok().flatten();
        if let Some(port) = last
            && let Ok(listener) = serve::bind(port).await
        {
            return Ok(listener);
        }
        let listener = serve::bind(0).await.map_err(|error| failed(&error))?;
        let chosen = listener.local_addr().map_err(|error| failed(&error))?.port();
        let inner = self.inner.clone();
        if let Err(error) = blocking(move || inner.tokens.keep_port(chosen)).await {
            tracing::warn!(%error, "the port is not remembered");
        }
        Ok(listener)
    }

    /// Tells 1C where we are.
    async fn describe(&self, port: u16) -> io::Result<()> {
        let about = json!({"port": port, "pid": std::process::id(), "version": env!("CARGO_PKG_VERSION")});
        let path = self.inner.description.clone();
        blocking(move || file::replace(&path, about.to_string().as_bytes())).await
    }

    fn with_tokens<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tokens) -> io::Result<T> + Send + 'static,
    ) -> Waiting<Result<T, Failure>> {
        let tokens = self.inner.tokens.clone();
        Box::pin(async move {
            let done = blocking(move || work(&tokens)).await;
            done.map_err(|error| failed(&error))
        })
    }
}

impl Bridge for LoopbackBridge {
    fn serve(&self, wanted: Option<Serve>) -> Waiting<Result<Option<u16>, Failure>> {
        let bridge = self.clone();
        Box::pin(async move { bridge.arrange(wanted).await })
    }

    fn pair(&self, base: String) -> Waiting<Result<String, Failure>> {
        self.with_tokens(move |tokens| tokens.pair(&base))
    }

    fn unpair(&self, base: String, renamed: Option<String>) -> Waiting<Result<(), Failure>> {
        self.with_tokens(move |tokens| tokens.unpair(&base, renamed.as_deref()))
    }

    fn paired(&self) -> Waiting<Result<Vec<String>, Failure>> {
        self.with_tokens(Tokens::paired)
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn failed(error: &io::Error) -> Failure {
    tracing::warn!(%error, "the bridge");
    Failure::new(Code::StoreFailed).with("detail", error.to_string())
}
