//! The one owner of state.
//!
//! ```text
//! tray, windows, hand-off, settings window ──► Request ──┐
//! push connections ──► delivery, status ────────────────►│ Controller::run, one thing at a time
//! finished jobs ────────────────────────────────────────►│
//!                                                         └──► ports: Shell, Notifier, Browser, Store, ...
//! ```
//!
//! Nobody else changes state. Whatever waits (a REST call, a commit, the keyring) runs as a job whose result comes back
//! into the same loop, so a link is never behind a slow portal. The order within a turn is fixed: the end of the
//! program, requests, deliveries, finished jobs. An event is acknowledged to the push server only after its commit.
mod answering;
mod bridge;
mod catch_up;
mod connections;
mod controller;
mod drafts;
mod events;
mod job;
mod linking;
mod links;
mod names;
mod opening;
mod outcome;
mod polling;
mod pool;
mod ports;
mod present;
mod questions;
mod records;
mod relay;
mod request;
mod resolving;
mod returning;
mod services;
mod sessions;
mod settings;
mod sign_in;
mod state;
mod windows;
mod writing;

#[cfg(test)]
mod tests;

pub use connections::Connector;
pub use controller::Controller;
pub use ports::Ports;
pub use request::Request;
pub use state::Start;
