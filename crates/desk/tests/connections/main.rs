//! The three kinds of connections against the office's portal: sign-in, use, the end of a sign-in, and that no secret of
//! them is seen anywhere.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test whose office does not answer has failed"
)]

mod application;
mod doctor;
mod peer;
mod requests;
mod secrets;
mod session;
mod webhook;
