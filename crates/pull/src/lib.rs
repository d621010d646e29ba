//! Bitrix24 Push and Pull: the connection over which a portal tells a client what happens.
//!
//! A portal does not call its clients. It gives each of them a *configuration* (addresses of a push server and signed
//! channel ids) and publishes events into the channels; the client holds a connection to the push server and must
//! itself know how far it has read, survive every kind of interruption, and never show one event twice.
//!
//! How data passes through:
//!
//! ```text
//! ConfigSource ──► config ──► session (no I/O, time passed in) ──► Delivery ──► owner
//!                               ▲   │ effects: fetch, open, ping, close              │
//! push server ──► transport ──► wire (frames ──► messages)          acknowledge ◄────┘
//!                               └── driver: one task that moves all this ──► Status (watch)
//! ```
//!
//! * [`wire`] turns frames into messages and is total: garbage becomes a fault, never an error for its neighbours.
//! * [`config`] reads the answer of `pull.config.get`, tolerant in every field, strict about addresses.
//! * [`session`] decides: cursor, dedupe, system commands, reconnecting, liveness. It is a value, tested without time.
//! * [`transport`] opens sockets and nothing else.
//! * [`connect`] runs all of it on the current tokio runtime.
//!
//! The promise: what the push server still holds is delivered at least once and in order of arrival, and the cursor never
//! runs ahead of what the owner acknowledged. With the ids of [`Delivery::seen`] stored in the same transaction it is
//! exactly once.

pub mod config;
mod connection;
pub mod delay;
mod driver;
mod event;
pub mod position;
mod requests;
#[cfg(feature = "scripted")]
pub mod scripted;
pub mod session;
mod source;
mod status;
pub mod transport;
pub mod wire;

pub use connection::{Acknowledge, Connection, Control, Delivery, Options, Resume, connect};
pub use event::{Event, Gap, Sender, SenderType};
pub use position::{Mid, Position};
pub use session::{AskError, Publication};
pub use source::{ConfigFailure, ConfigFuture, ConfigSource, Remedy};
pub use status::{Failure, Reason, State, Status, TlsFault, TransportKind};
