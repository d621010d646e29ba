//! `hotstartctl relay` with the real program: the office is portal, push server and base.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot start the program or read its answer has failed"
)]

mod company;
mod deaths;
mod stand;
