//! The loopback interface that 1C calls.
//!
//! ```text
//! connection ──► serve.rs    127.0.0.1 only, so many at once, slow ones cut
//!      request ──► admission.rs   Host ► page? ► token ► body: 403, 403, 401, 400 or 413; one order for every path
//!          call ──► door.rs       path and method become a Call, its answer becomes JSON ──► the controller
//!          /go  ──► go.rs         a page that only offers a link
//! LoopbackBridge: starts and stops it, keeps `bridge.json` and the tokens' hashes
//! ```
//!
//! Every browser on the desk can reach a loopback port, and any web page can make it do so. Therefore each request passes
//! [`admission`] before anything else is looked at: the exact `Host` (which stops DNS rebinding), no trace of a web page,
//! then the token of the base in constant time. Nothing of a request is ever logged but the path of a known call.
pub mod admission;
mod door;
mod file;
mod forms;
mod go;
mod patient;
mod port;
mod reply;
mod serve;
pub mod tokens;

pub use port::LoopbackBridge;
pub use serve::Limits;
