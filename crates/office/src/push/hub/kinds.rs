//! The words of the hub: where a message goes, and what a member is told.

use super::super::batch::Response;
use super::super::signature::Id;

/// The address of a history: private and public ids are different rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    /// The channel id.
    pub(crate) id: Id,
    /// Private (or shared) instead of public.
    pub(crate) private: bool,
}

/// What a member is told.
#[derive(Clone, Debug)]
pub(crate) enum Outgoing {
    /// An answer or a message, gathered with its neighbours.
    Response(Response),
    /// A frame of nonsense, to test the reader.
    Garbage(Garbage),
    /// Close with a code and a reason, or without either.
    Close(Option<(u16, String)>),
    /// End without a close frame.
    Cut,
    /// End by a TCP reset.
    Reset,
    /// The nginx module deleted this channel.
    Deleted(String),
}

/// A frame of nonsense.
#[derive(Clone, Debug)]
pub(crate) enum Garbage {
    /// What the framing of the connection cannot read.
    Fitting,
    /// This text.
    Text(String),
    /// These bytes.
    Binary(Vec<u8>),
}

/// How a member is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// WebSocket.
    Socket,
    /// Long polling.
    Poll,
}

/// How much the hub holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Open WebSockets.
    pub(crate) sockets: usize,
    /// Waiting polls.
    pub(crate) polls: usize,
    /// Channels held by somebody.
    pub(crate) channels: usize,
    /// Stored messages over all channels.
    pub(crate) stored: usize,
    /// Messages published since the start.
    pub(crate) published: u64,
}
