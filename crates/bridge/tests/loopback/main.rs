//! The real bridge on a real port: clients of 1C, strangers, and a real browser.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a failed step ends the test, also in what its functions share"
)]

mod admission;
mod browser;
mod calls;
mod described;
mod hostile;
mod life;
mod support;
