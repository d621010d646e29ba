//! A history checker for the session in virtual time: a simulated push server that keeps what is published, a simulated
//! owner with a durable store, and everything that can go wrong in between, decided by seeds. What the server still
//! holds must reach the store exactly once, in the order of its channel, and the cursor must never run ahead of it.
#![expect(clippy::unwrap_used, reason = "a simulation that contradicts itself has failed")]

mod answers;
mod chance;
mod client;
mod faults;
mod frames;
mod garbage;
mod grouping;
mod herd;
mod network;
mod owner;
mod portal;
mod race;
mod seeds;
mod server;
mod verdict;
mod world;
