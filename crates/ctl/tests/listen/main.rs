//! The contract of `hotstartctl listen`, with the real program and the office as its portal.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot start the program or read its answer has failed"
)]

mod contract;
mod durable;
mod life;
mod office;
