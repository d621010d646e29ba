//! The statuses of the push server: a close code over WebSocket, HTTP 400 with the same text elsewhere.

use axum::http::StatusCode;

/// What the server refuses a request or a connection with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// A part of CHANNEL_ID is malformed, unsigned or wrongly signed.
    WrongChannelId,
    /// The connection has no public channel, so it cannot publish.
    PublicChannelIdIsRequired,
    /// The body is no RequestBatch.
    WrongRequestData,
    /// The command is for the portal only.
    CommandIsNotAllowed,
    /// The request holds no command that this server knows.
    WrongRequestCommand,
    /// More messages in one request than allowed.
    TooManyMessages,
    /// A message without receivers.
    NoChannelsFound,
    /// More channels in one request than allowed.
    TooManyChannels,
    /// A channel id that is not 16 bytes.
    InvalidChannelId,
    /// A client named a private channel.
    PrivateChannelIsNotAllowed,
    /// The signature of a public channel is wrong.
    InvalidSignature,
    /// A batch without a request.
    EmptyRequest,
    /// The oldest connection of a channel that has too many.
    TooManyConnections,
}

impl Status {
    /// The close code.
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::WrongChannelId => 4010,
            Self::PublicChannelIdIsRequired => 4012,
            Self::WrongRequestData => 4013,
            Self::CommandIsNotAllowed => 4014,
            Self::WrongRequestCommand => 4015,
            Self::TooManyMessages => 4016,
            Self::NoChannelsFound => 4017,
            Self::TooManyChannels => 4018,
            Self::InvalidChannelId => 4019,
            Self::PrivateChannelIsNotAllowed => 4020,
            Self::InvalidSignature => 4021,
            Self::EmptyRequest => 4022,
            Self::TooManyConnections => 4029,
        }
    }

    /// `4010: Wrong Channel Id.`: the close reason and the HTTP body.
    pub(crate) fn reason(self) -> String {
        let text = match self {
            Self::WrongChannelId => "Wrong Channel Id.",
            Self::PublicChannelIdIsRequired => "Public Channel Id is Required.",
            Self::WrongRequestData => "Wrong Request Data.",
            Self::CommandIsNotAllowed => "Request command is not allowed.",
            Self::WrongRequestCommand => "Wrong Request Command.",
            Self::TooManyMessages => "Request exceeded the maximum number of messages.",
            Self::NoChannelsFound => "No channels found.",
            Self::TooManyChannels => "Request exceeded the maximum number of channels.",
            Self::InvalidChannelId => "Request has an invalid channel id.",
            Self::PrivateChannelIsNotAllowed => "Private channel is not allowed.",
            Self::InvalidSignature => "Channel has an invalid signature.",
            Self::EmptyRequest => "Empty request.",
            Self::TooManyConnections => "Too many connections",
        };
        format!("{}: {text}", self.code())
    }

    /// The HTTP status: 429 for too many connections, 400 for the rest.
    pub(crate) fn http(self) -> StatusCode {
        if self == Self::TooManyConnections {
            StatusCode::TOO_MANY_REQUESTS
        } else {
            StatusCode::BAD_REQUEST
        }
    }
}
