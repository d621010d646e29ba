//! The office as others meet it: over HTTP, over WebSocket, and as a program.

#[cfg(test)]
mod base;
#[cfg(test)]
mod control;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod http;
#[cfg(test)]
mod jsonrpc;
#[cfg(test)]
mod manners;
#[cfg(test)]
mod nginx;
#[cfg(test)]
mod odata;
#[cfg(test)]
mod portal;
#[cfg(test)]
mod program;
#[cfg(test)]
mod pull;
#[cfg(test)]
mod push;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod secure;
#[cfg(test)]
mod services;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod version3;
#[cfg(test)]
mod writing;
