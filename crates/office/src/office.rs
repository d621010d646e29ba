//! The office as a whole: three listeners, started together and ended together.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use serde::Serialize;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::archive::Archive;
use crate::chance::Chance;
use crate::clock;
use crate::control::{self, Desk};
use crate::faults::{Fault, Faults, Setting};
use crate::gate::Gate;
use crate::line::Line;
use crate::portal::{Portal, Surroundings};
use crate::publication;
use crate::push::{Hub, Key};

/// Versions of the push server as `server.version` of the portal counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerVersion {
    /// nginx push-stream 0.3.4.
    V1,
    /// nginx push-stream 0.4.0.
    V2,
    /// Bitrix Push server 1.0.
    V3,
    /// Bitrix Push server 2.0 and the cloud server: protobuf frames.
    V4,
    /// The JSON-RPC server.
    V5,
}

/// How an office is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// Portal and push server on this port, publications on the next, control on the one after; `None` or 0: free ones.
    pub port: Option<u16>,
    /// The signature key that portal and push server share; `None`: made from the seed; empty: nothing is signed.
    pub key: Option<String>,
    /// The push server's version.
    pub server_version: ServerVersion,
    /// Feeds all randomness: webhook secrets, channel ids, the key.
    pub seed: u64,
    /// Messages and channels are kept in this file and taken from it at the next start; `None`: in memory only.
    pub history: Option<PathBuf>,
}

/// Why an office did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The history cannot be read or written.
    #[error("cannot keep the history in {path}: {source}")]
    History {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The three ports do not fit below 65536.
    #[error("port {0} leaves no room for two more ports")]
    Port(u16),
    /// A port cannot be had.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
}

/// The addresses of a running office: the ready line.
#[derive(Clone, Debug, Serialize)]
pub struct Addresses {
    /// The portal's origin.
    pub portal: String,
    /// The webhook of user 1, ending with a slash.
    pub webhook: String,
    /// The push server.
    pub push: PushAddresses,
    /// The published bases.
    pub publications: Vec<String>,
    /// The control interface.
    pub control: String,
}

/// The addresses of the push server.
#[derive(Clone, Debug, Serialize)]
pub struct PushAddresses {
    /// Long polling.
    pub sub: String,
    /// WebSocket.
    pub subws: String,
    /// Where the portal publishes.
    #[serde(rename = "pub")]
    pub publish: String,
    /// Where clients publish.
    pub rest: String,
    /// Statistics.
    pub stats: String,
}

/// A running office; dropping it ends it.
#[derive(Debug)]
pub struct Office {
    addresses: Addresses,
    tasks: JoinSet<()>,
    faults: Arc<Faults>,
    bases: Arc<publication::State>,
}

impl Drop for Office {
    fn drop(&mut self) {
        // Connections are served by tasks of their own, which outlive the listeners.
        self.faults.set(Fault::PortalDown, Setting::default());
        self.bases.close();
    }
}

impl ServerVersion {
    /// The number in `server.version`.
    pub fn number(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V2 => 2,
            Self::V3 => 3,
            Self::V4 => 4,
            Self::V5 => 5,
        }
    }

    /// The nginx push-stream module: no server of Bitrix's own.
    pub(crate) fn is_nginx(self) -> bool {
        matches!(self, Self::V1 | Self::V2)
    }

    /// The version with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::V1, Self::V2, Self::V3, Self::V4, Self::V5]
            .into_iter()
            .find(|version| version.number() == number)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: None,
            key: None,
            server_version: ServerVersion::V4,
            seed: 1,
            history: None,
        }
    }
}

impl Office {
    /// Where everything is.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Ends the office: its ports are free and its push connections cut when this returns.
    pub async fn end(mut self) {
        self.faults.set(Fault::PortalDown, Setting::default());
        self.tasks.shutdown().await;
    }

    /// Serves until a listener ends, which happens only when the office is dropped.
    pub async fn run(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts an office on loopback.
pub async fn start(options: Options) -> Result<Office, StartError> {
    let (archive, records) = Archive::open(options.history.as_deref()).map_err(|source| StartError::History {
        path: options.history.unwrap_or_default().display().to_string(),
        source,
    })?;
    let archive = Arc::new(archive);
    let [portal_port, publication_port, control_port] = ports(options.port)?;
    let (portal_listener, portal_address) = listen(portal_port).await?;
    let (publication_listener, publication_address) = listen(publication_port).await?;
    let (control_listener, control_address) = listen(control_port).await?;

    let chance = Arc::new(Chance::new(options.seed));
    let key = Key::new(&options.key.unwrap_or_else(|| chance.word(128)));
    let faults = Arc::new(Faults::new());
    let hub = Arc::new(Hub::new(
        key,
        options.server_version,
        clock::now(),
        Arc::clone(&archive),
    ));
    hub.restore(&records);
    let around = Surroundings {
        host: portal_address.to_string(),
        publications: format!("http://{publication_address}"),
        version: options.server_version,
    };
    let portal = Portal::new(around, Arc::clone(&hub), Arc::clone(&faults), chance, archive, &records);
    let portal = Arc::new(portal);
    let bases = publication::State::new(options.seed);
    bases.set_portal(&portal.origin());
    let addresses = addresses(&portal, publication_address, control_address);
    let desk = Desk::new(
        Arc::clone(&portal),
        hub,
        Arc::clone(&faults),
        Arc::clone(&bases),
        addresses.clone(),
    );

    let portal_app = Router::new()
        .fallback(answer)
        .with_state(portal)
        .into_make_service_with_connect_info::<Line>();
    let gate = Gate::new(portal_listener, faults.down(), faults.pace());
    let control_app =
        control::router(Arc::new(desk)).nest("/publication", publication::control_router(Arc::clone(&bases)));
    let publication_app = publication::router(Arc::clone(&bases));
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let _ = axum::serve(gate, portal_app).await;
    });
    tasks.spawn(serve(publication_listener, publication_app));
    tasks.spawn(serve(control_listener, control_app));
    Ok(Office {
        addresses,
        tasks,
        faults,
        bases,
    })
}

async fn answer(State(portal): State<Arc<Portal>>, request: Request) -> Response {
    portal.serve(request).await
}

async fn serve(listener: TcpListener, app: Router) {
    let listener = listener.tap_io(|stream| {
        // Without this a small answer waits for the acknowledgement of the one before it.
        let _ = stream.set_nodelay(true);
    });
    let _ = axum::serve(listener, app).await;
}

fn ports(first: Option<u16>) -> Result<[u16; 3], StartError> {
    match first {
        None | Some(0) => Ok([0, 0, 0]),
        Some(first) => match (first.checked_add(1), first.checked_add(2)) {
            (Some(second), Some(third)) => Ok([first, second, third]),
            _ => Err(StartError::Port(first)),
        },
    }
}

async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source| StartError::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn addresses(portal: &Portal, publication: SocketAddr, control: SocketAddr) -> Addresses {
    let origin = portal.origin();
    let push = |path: &str| format!("{origin}{path}");
    Addresses {
        webhook: portal.webhook(1).unwrap_or_default(),
        push: PushAddresses {
            sub: push("/bitrix/sub/"),
            subws: push("/bitrix/subws/").replacen("http://", "ws://", 1),
            publish: push("/bitrix/pub/"),
            rest: push("/bitrix/rest/"),
            stats: push("/server-stat/"),
        },
        publications: publication::names()
            .iter()
            .map(|name| format!("http://{publication}/{name}"))
            .collect(),
        control: format!("http://{control}"),
        portal: origin,
    }
}

#[cfg(test)]
mod tests {
    use super::{ServerVersion, StartError, ports};

    #[test]
    fn three_ports_in_a_row_or_free_ones() {
        assert_eq!(ports(None).unwrap(), [0, 0, 0]);
        assert_eq!(ports(Some(0)).unwrap(), [0, 0, 0]);
        assert_eq!(ports(Some(18_080)).unwrap(), [18_080, 18_081, 18_082]);
        assert!(matches!(ports(Some(65_534)), Err(StartError::Port(65_534))));
    }

    #[test]
    fn versions_have_numbers() {
        for number in 1..=5 {
            assert_eq!(
                ServerVersion::from_number(number).map(ServerVersion::number),
                Some(number)
            );
        }
        assert_eq!(ServerVersion::from_number(6), None);
    }
}
