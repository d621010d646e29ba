//! The demo office: a simulated Bitrix24 portal, its push server and a 1C publication, all on loopback.
//!
//! It is the peer of the tests and the stage of the demo. It shares no crate with the product: it has its own wire
//! code, its own references and addresses, and refuses what a real portal refuses, so that a mistake made once in the
//! product cannot cancel itself out here.
//!
//! How data passes through:
//!
//! ```text
//! REST call ──► portal ──(body, receivers)──► push::Hub ──► WebSocket and long-polling members
//! control   ──► portal / push / faults        │
//!                                             └─ history by mid, replayed at the next connection
//! browser   ──► portal pages ──► links to publication ──► 1C web client stand-in
//! ```
//!
//! Three listeners give three origins: portal with push server, publications, control.

mod archive;
mod chance;
mod clock;
mod control;
mod faults;
mod gate;
mod journal;
mod line;
mod office;
mod params;
mod portal;
pub mod publication;
mod push;

pub use office::{Addresses, Office, Options, PushAddresses, ServerVersion, StartError, start};
