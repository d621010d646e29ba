//! The check of a publication against servers that are right and wrong.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod certificates;
mod pages;
mod server;
mod services;
