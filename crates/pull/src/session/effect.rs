//! What comes out of the session.

use super::Batch;
use crate::config::Endpoint;

/// What is to be done, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Ask the configuration source; a request that is under way is dropped.
    Configure,
    /// Open one of these addresses, trying them in turn; one that is being opened is dropped.
    Open {
        /// Addresses, best first.
        endpoints: Vec<Endpoint>,
        /// Largest message to be taken, in bytes.
        max_message: usize,
    },
    /// Send a ping.
    Ping,
    /// Close what is open or being opened, with this code of the protocol.
    Close(u16),
    /// Drop the request for the configuration.
    Forget,
    /// Give this to the owner.
    Deliver(Batch),
}

/// Close codes that a client sends.
pub(super) mod code {
    pub(in super::super) const NORMAL: u16 = 1000;
    pub(in super::super) const CONFIG_REPLACED: u16 = 3000;
    pub(in super::super) const SERVER_RESTARTED: u16 = 3002;
    pub(in super::super) const MANUAL: u16 = 3004;
    pub(in super::super) const STUCK: u16 = 3005;
}
