//! The publications over TLS, once for each state a certificate can be in. Nothing is started before it is asked for;
//! the authority is made anew at every start, and is trusted by whoever takes it from the control.

mod certificates;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use axum::{Extension, Router};
use serde_json::{Map, Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::State;
use super::front::OverTls;
use certificates::{Authority, Chain};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How many connections may wait to be served.
const WAITING: usize = 16;

/// The listeners that speak TLS.
#[derive(Debug)]
pub(super) struct Secure {
    told: Value,
    tasks: Vec<AbortHandle>,
}

/// Connections whose handshake is done.
struct Doors {
    open: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    address: SocketAddr,
}

impl State {
    /// The origins with TLS, started at the first call, and the certificate of the authority.
    pub(super) async fn secure(self: &Arc<Self>) -> Result<Value, String> {
        let started = self
            .secure
            .get_or_try_init(|| Secure::start(super::router(Arc::clone(self))));
        Ok(started.await?.told.clone())
    }

    /// Ends what was started beside the listener of the caller.
    pub fn close(&self) {
        for task in self.secure.get().iter().flat_map(|secure| &secure.tasks) {
            task.abort();
        }
    }
}

impl Secure {
    async fn start(app: Router) -> Result<Self, String> {
        let authority = Authority::new().map_err(|error| error.to_string())?;
        let mut origins = Map::new();
        let mut tasks = Vec::new();
        for chain in Chain::ALL {
            let config = authority.server(chain).map_err(|error| error.clone())?;
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
            let listener = listener.map_err(|error| error.to_string())?;
            let address = listener.local_addr().map_err(|error| error.to_string())?;
            let (opened, open) = mpsc::channel(WAITING);
            let acceptor = TlsAcceptor::from(Arc::new(config));
            tasks.push(tokio::spawn(welcome(listener, acceptor, opened)).abort_handle());
            let app = app.clone().layer(Extension(OverTls));
            let served = tokio::spawn(async move {
                let _ = axum::serve(Doors { open, address }, app).await;
            });
            tasks.push(served.abort_handle());
            origins.insert(chain.name().to_owned(), json!(format!("https://{address}")));
        }
        let told = json!({"authority": authority.root(), "intermediate": authority.intermediate(), "origins": origins});
        Ok(Self { told, tasks })
    }
}

async fn welcome(
    listener: TcpListener,
    acceptor: TlsAcceptor,
    opened: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let mut listener = listener;
    loop {
        let (stream, address) = Listener::accept(&mut listener).await;
        let _ = stream.set_nodelay(true);
        let (acceptor, opened) = (acceptor.clone(), opened.clone());
        // A peer that is slow, or refuses the certificate, keeps nobody waiting.
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = timeout(HANDSHAKE, acceptor.accept(stream)).await {
                let _ = opened.send((stream, address)).await;
            }
        });
    }
}

impl Listener for Doors {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.open.recv().await {
            Some(opened) => opened,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(self.address)
    }
}
