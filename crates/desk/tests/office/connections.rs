//! The three kinds of connections against the office's portal: sign-in, use, the end of a sign-in, and that no secret of
//! them is seen anywhere.

mod application;
mod doctor;
mod peer;
mod requests;
mod secrets;
mod session;
mod webhook;
