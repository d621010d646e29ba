//! The pull client over real sockets against the office's push servers: every version, both transports, faults, and an
//! office that is restarted again and again.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test whose office does not start has failed"
)]

mod faults;
mod peer;
mod restarts;
mod versions;
