//! Transports against servers that do what real, broken and hostile servers do: every byte is written by hand.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a stage that cannot play its part has failed"
)]

mod polling;
mod proxy;
mod secrecy;
mod stage;
mod tls;
mod websocket;
