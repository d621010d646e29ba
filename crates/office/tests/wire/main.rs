//! The office as others meet it: over HTTP, over WebSocket, and as a program.

#[cfg(test)]
mod control;
#[cfg(test)]
mod http;
#[cfg(test)]
mod program;
#[cfg(test)]
mod push;
#[cfg(test)]
mod rest;
