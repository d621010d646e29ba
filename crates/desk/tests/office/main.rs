//! Everything that a desk asks of portals and bases, against the office, which was written from the same sources by another
//! hand.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod bridge;
mod connections;
mod entities;
mod messenger;
mod opened;
mod portal_doctor;
mod publications;
mod requests;
