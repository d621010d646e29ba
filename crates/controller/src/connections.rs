//! Push connections: one per portal, started and stopped as the user wants, told apart by portal.
use std::collections::BTreeMap;

use bitrix24_pull::{Connection, Control, Delivery, Reason, Remedy, Resume, State as PullState, Status, TransportKind};
use hotstart_core::Timestamp;
use hotstart_core::failure::{Code, Failure};
use hotstart_core::settings::PortalSettings;
use hotstart_core::texts::Language;
use hotstart_core::view::{ConnectionState, ConnectionView, Transport};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Opens a push connection to a portal.
pub trait Connector: Send + Sync + 'static {
    /// Starts a connection on the current runtime; it goes on from `resume`.
    fn connect(&self, portal: &PortalSettings, resume: Resume) -> Connection;
}

/// What a connection sends to the controller.
pub(crate) enum Signal {
    /// Its status has changed.
    Status(String, Status),
    /// Events came; the sender waits to hear whether they were stored.
    Delivery(String, Delivery, oneshot::Sender<bool>),
}

/// The running connections.
#[derive(Default)]
pub(crate) struct Connections {
    running: BTreeMap<String, Running>,
    /// Why connections are not made until the user has done something.
    ended: BTreeMap<String, Failure>,
}

/// What the journal was told of a connection that works; no code of a failure.
const WORKS: &str = "";

struct Running {
    control: Control,
    forwarder: JoinHandle<()>,
    status: Option<Status>,
    /// What the journal was told last: the written code of a failure, or [`WORKS`].
    told: Option<&'static str>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.control.stop();
        self.forwarder.abort();
    }
}

impl Connections {
    /// Takes over a connection and forwards what it says.
    pub(crate) fn start(&mut self, portal: &str, connection: Connection, signals: mpsc::Sender<Signal>) {
        let Connection {
            status,
            deliveries,
            control,
        } = connection;
        let forwarder = tokio::spawn(forward(portal.to_owned(), status, deliveries, signals));
        self.running.insert(
            portal.to_owned(),
            Running {
                control,
                forwarder,
                status: None,
                told: None,
            },
        );
    }

    /// Ends the connection of a portal.
    pub(crate) fn stop(&mut self, portal: &str) {
        self.running.remove(portal);
        self.ended.remove(portal);
    }

    /// Ends every connection.
    pub(crate) fn stop_all(&mut self) {
        self.running.clear();
        self.ended.clear();
    }

    /// Ends the connection of a portal until the user has done something; false if it was ended before.
    pub(crate) fn end(&mut self, portal: &str, failure: Failure) -> bool {
        self.running.remove(portal);
        self.ended.insert(portal.to_owned(), failure).is_none()
    }

    /// Whether it is the user's turn.
    pub(crate) fn is_ended(&self, portal: &str) -> bool {
        self.ended.contains_key(portal)
    }

    /// The network may be another one: waiting ends, open connections are tested.
    pub(crate) fn wake(&self) {
        for running in self.running.values() {
            running.control.wake();
        }
    }

    /// What a connection said of itself last: none before its first word, and where there is none.
    pub(crate) fn status(&self, portal: &str) -> Option<&Status> {
        self.running.get(portal)?.status.as_ref()
    }

    /// Begins a fresh attempt of a connection, also of one that was given up.
    pub(crate) fn reconnect(&self, portal: &str) {
        if let Some(running) = self.running.get(portal) {
            running.control.reconnect_now();
        }
    }

    /// Whether a portal has a connection.
    pub(crate) fn is_running(&self, portal: &str) -> bool {
        self.running.contains_key(portal)
    }

    /// Remembers a status. Gives what the journal has not been told yet: that the connection works, or why it does not.
    /// A connection that fails again for the same reason is no news.
    pub(crate) fn note(&mut self, portal: &str, status: Status) -> Option<Result<(), Failure>> {
        let running = self.running.get_mut(portal)?;
        let outcome = outcome(portal, &status);
        running.status = Some(status);
        let outcome = outcome?;
        let news = outcome.as_ref().err().map_or(WORKS, Failure::code_text);
        if running.told == Some(news) {
            return None;
        }
        running.told = Some(news);
        Some(outcome)
    }

    /// What the user sees of one portal.
    pub(crate) fn view(&self, portal: &str, now: Timestamp, language: Language) -> ConnectionView {
        let status = self.running.get(portal).map(|running| running.status.as_ref());
        let ended = self.ended.get(portal);
        let state = match status {
            None => ended.map_or(ConnectionState::Stopped, |failure| ConnectionState::Failed {
                failure: failure.view(language),
            }),
            Some(None) => ConnectionState::Connecting,
            Some(Some(status)) => state(portal, status, now, language),
        };
        let status = status.flatten();
        ConnectionView {
            portal: portal.to_owned(),
            state,
            since: status.map(|status| moment(status.since)),
            transport: status
                .and_then(|status| status.transport)
                .map(|transport| match transport {
                    TransportKind::WebSocket => Transport::WebSocket,
                    TransportKind::LongPolling => Transport::LongPolling,
                }),
            server_version: status.and_then(|status| status.server_version),
            last_event: status.and_then(|status| status.last_event).map(moment),
            reconnects: status.map_or(0, |status| u32::try_from(status.reconnects).unwrap_or(u32::MAX)),
            missing: Vec::new(),
            why: None,
        }
    }
}

fn state(portal: &str, status: &Status, now: Timestamp, language: Language) -> ConnectionState {
    match &status.state {
        PullState::Online => ConnectionState::Online,
        PullState::Stopped => ConnectionState::Stopped,
        PullState::Configuring | PullState::Connecting => ConnectionState::Connecting,
        PullState::Waiting { until } => {
            let seconds = moment(*until).since(now).div_ceil(1000);
            ConnectionState::Waiting {
                seconds: u32::try_from(seconds).unwrap_or(u32::MAX),
            }
        }
        PullState::Failed(failure) => ConnectionState::Failed {
            failure: failed(portal, failure).view(language),
        },
    }
}

/// Whether a status says how an attempt ended, and how.
fn outcome(portal: &str, status: &Status) -> Option<Result<(), Failure>> {
    match &status.state {
        PullState::Online => Some(Ok(())),
        PullState::Failed(failure) => Some(Err(failed(portal, failure))),
        PullState::Waiting { .. } => status.reason.as_ref().map(|reason| {
            let code = match reason {
                Reason::Config(kind) => written(kind).unwrap_or(Code::PortalUnreachable),
                Reason::Tls(_) => Code::PortalCertificate,
                Reason::NotAPushServer | Reason::Protocol | Reason::TooLarge => Code::PortalUnexpected,
                Reason::Unreachable
                | Reason::TimedOut
                | Reason::Refused(_)
                | Reason::Closed(_)
                | Reason::Broken
                | Reason::Silent
                | Reason::ChannelsReplaced
                | Reason::ServerRestart
                | Reason::NotAcknowledged
                | Reason::Asked => Code::PortalUnreachable,
            };
            Err(Failure::new(code)
                .with("portal", portal)
                .with("detail", reason.code().to_owned()))
        }),
        PullState::Stopped | PullState::Configuring | PullState::Connecting => None,
    }
}

/// The source of the configuration uses our own written codes as kinds.
fn written(kind: &str) -> Option<Code> {
    Code::ALL.into_iter().find(|code| code.as_str() == kind)
}

/// The failure of a connection that does not come back by itself.
pub(crate) fn failed(portal: &str, failure: &bitrix24_pull::Failure) -> Failure {
    let code = match failure.remedy {
        Remedy::SignIn => written(&failure.kind).unwrap_or(Code::AuthRefused),
        Remedy::GiveUp | Remedy::Retry { .. } => written(&failure.kind).unwrap_or(Code::PortalUnexpected),
    };
    Failure::new(code)
        .with("portal", portal)
        .with("scope", "pull_channel")
        .with("detail", failure.kind.clone())
}

fn moment(timestamp: impl Into<std::time::SystemTime>) -> Timestamp {
    let since = timestamp
        .into()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Forwards one delivery at a time, so that the stored position can never run ahead of an earlier delivery that could
/// not be stored; those behind such a one are dropped, and the connection fetches them again.
async fn forward(
    portal: String,
    mut status: tokio::sync::watch::Receiver<Status>,
    mut deliveries: mpsc::Receiver<Delivery>,
    signals: mpsc::Sender<Signal>,
) {
    let mut storing: Option<oneshot::Receiver<bool>> = None;
    status.mark_changed();
    loop {
        let signal = tokio::select! {
            changed = status.changed() => match changed {
                Ok(()) => Signal::Status(portal.clone(), status.borrow_and_update().clone()),
                Err(_) => return,
            },
            stored = stored(&mut storing) => {
                storing = None;
                while !stored && deliveries.try_recv().is_ok() {}
                continue;
            }
            delivery = deliveries.recv(), if storing.is_none() => match delivery {
                Some(delivery) => {
                    let (done, answer) = oneshot::channel();
                    storing = Some(answer);
                    Signal::Delivery(portal.clone(), delivery, done)
                }
                None => return,
            },
        };
        if signals.send(signal).await.is_err() {
            return;
        }
    }
}

async fn stored(storing: &mut Option<oneshot::Receiver<bool>>) -> bool {
    match storing {
        Some(answer) => answer.await.unwrap_or(false),
        None => std::future::pending().await,
    }
}
