//! What comes out of the session.

use bytes::Bytes;

use super::{Answered, Batch};
use crate::{config::Endpoint, status::TransportKind, transport::Outgoing};

/// What is to be done, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Ask the configuration source; a request that is under way is dropped.
    Configure,
    /// Open one of these addresses, trying them in turn; one that is being opened is dropped.
    Open {
        /// How to travel.
        kind: TransportKind,
        /// Addresses, best first.
        endpoints: Vec<Endpoint>,
        /// Largest message to be taken, in bytes.
        max_message: usize,
    },
    /// Send a ping; of long polling: repeat the request on a fresh connection.
    Ping,
    /// Send a frame.
    Send(Outgoing),
    /// Long polling: the next request, to that of these addresses that is open.
    Poll(Vec<Endpoint>),
    /// Look at the history by one request of long polling, beside the open connection.
    Look(Vec<Endpoint>),
    /// Drop that look.
    ForgetLook,
    /// Post a request of a client, trying these addresses in turn, and tell the owner how it went.
    Post {
        /// Addresses, best first.
        endpoints: Vec<Endpoint>,
        /// The request.
        body: Bytes,
        /// Whom to tell.
        number: u64,
    },
    /// Tell the owner how its request went.
    Reply {
        /// Number of the request.
        number: u64,
        /// Its outcome.
        result: Answered,
    },
    /// Ask the configuration source for the public channels of these users.
    FindChannels(Vec<u64>),
    /// Ask the configuration source to keep these watch tags alive.
    ExtendWatch(Vec<String>),
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
