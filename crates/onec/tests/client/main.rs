//! The client against small servers that behave as a publication of 1C does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod credentials;
mod objects;
mod publication;
mod sessions;
