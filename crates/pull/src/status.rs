//! What the owner can show: the state of the connection as one value.

use jiff::Timestamp;

use crate::source::Remedy;

/// The connection as it is now; changes come over a `watch` channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// State of the connection.
    pub state: State,
    /// Since when it is in this state, by the local clock.
    pub since: Timestamp,
    /// Version of the push server as the portal states it.
    pub server_version: Option<u32>,
    /// Transport in use or last used.
    pub transport: Option<TransportKind>,
    /// When the last event arrived; kept current without waking those who watch.
    pub last_event: Option<Timestamp>,
    /// How often the connection was opened again since the start.
    pub reconnects: u64,
    /// Protocol revision of the portal's web clients, when it is not the one this crate knows.
    pub foreign_revision: Option<u32>,
    /// Why the last connection ended or could not be made.
    pub reason: Option<Reason>,
}

/// State of the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Stopped by the owner.
    Stopped,
    /// Asking the portal for the configuration.
    Configuring,
    /// Opening the connection to the push server.
    Connecting,
    /// Connected; events arrive.
    Online,
    /// Waiting before the next attempt.
    Waiting {
        /// When the next attempt is due.
        until: Timestamp,
    },
    /// Given up until the owner starts it again.
    Failed(Failure),
}

/// Why it gave up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Stable kind: that of the configuration source, or of [`crate::config::ConfigError`].
    pub kind: String,
    /// What helps.
    pub remedy: Remedy,
}

/// How frames travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// WebSocket.
    WebSocket,
    /// Repeated HTTP requests that the server holds.
    LongPolling,
}

/// Why a connection ended or could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The configuration could not be had; kind as in [`crate::ConfigFailure`].
    Config(String),
    /// No way to the push server: name, route, or refused.
    Unreachable,
    /// The TLS handshake failed, and why.
    Tls(TlsFault),
    /// The push server did not answer in time.
    TimedOut,
    /// The push server refused the handshake with this HTTP status.
    Refused(u16),
    /// What answered is no push server (a captive portal, a proxy page).
    NotAPushServer,
    /// The server closed; with the code it gave.
    Closed(Option<u16>),
    /// The connection broke.
    Broken,
    /// The server did not answer a ping.
    Silent,
    /// A message was larger than is taken.
    TooLarge,
    /// The server broke the WebSocket protocol.
    Protocol,
    /// The channels expired or were replaced.
    ChannelsReplaced,
    /// The server announced its restart.
    ServerRestart,
    /// The owner did not acknowledge a delivery, so its events are fetched again.
    NotAcknowledged,
    /// The owner asked for it.
    Asked,
}

/// Why a TLS handshake failed. None of these can be overridden: the remedy is at the server, or a root certificate in
/// the store of the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// Nobody whom the operating system trusts has signed the certificate: self-signed, or somebody intercepts.
    UnknownIssuer,
    /// The certificate is not valid yet or any more, by the clock of this computer.
    Expired,
    /// The certificate is for another host.
    WrongHost,
    /// The certificate is refused for another reason.
    Certificate,
    /// No TLS of version 1.2 or newer was agreed on.
    Protocol,
    /// The trusted roots of the operating system cannot be read.
    NoRoots,
}

impl TlsFault {
    /// Stable code for logs and texts.
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownIssuer => "tls.issuer",
            Self::Expired => "tls.expired",
            Self::WrongHost => "tls.host",
            Self::Certificate => "tls.certificate",
            Self::Protocol => "tls.protocol",
            Self::NoRoots => "tls.roots",
        }
    }
}

impl Reason {
    /// Stable code for logs and texts.
    pub fn code(&self) -> &str {
        match self {
            Self::Config(kind) => kind,
            Self::Unreachable => "unreachable",
            Self::Tls(fault) => fault.code(),
            Self::TimedOut => "timeout",
            Self::Refused(_) => "refused",
            Self::NotAPushServer => "not_a_push_server",
            Self::Closed(_) => "closed",
            Self::Broken => "broken",
            Self::Silent => "silent",
            Self::TooLarge => "too_large",
            Self::Protocol => "protocol",
            Self::ChannelsReplaced => "channels_replaced",
            Self::ServerRestart => "server_restart",
            Self::NotAcknowledged => "not_acknowledged",
            Self::Asked => "asked",
        }
    }
}
