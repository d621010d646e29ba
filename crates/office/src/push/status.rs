//! The statuses of the push server: a close code over WebSocket, HTTP 400 with the same text elsewhere.

use axum::http::StatusCode;

/// What the server refuses a request or a connection with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// A part of CHANNEL_ID is malformed, unsigned or wrongly signed.
    WrongChannelId,
    /// The store of the server cannot be read.
    HistoryUnreadable,
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
    /// A server of many portals was not told which one.
    ClientIdIsRequired,
    /// The portal's request is wrongly signed.
    WrongRequestSignature,
    /// The oldest connection of a channel that has too many.
    TooManyConnections,
    /// A server of many portals does not know this one.
    WrongClientId,
}

/// Every code that the servers know, and its text.
const TEXTS: [(u16, &str); 25] = [
    (4010, "Wrong Channel Id."),
    (4011, "Couldn't get last messages."),
    (4012, "Public Channel Id is Required."),
    (4013, "Wrong Request Data."),
    (4014, "Request command is not allowed."),
    (4015, "Wrong Request Command."),
    (4016, "Request exceeded the maximum number of messages."),
    (4017, "No channels found."),
    (4018, "Request exceeded the maximum number of channels."),
    (4019, "Request has an invalid channel id."),
    (4020, "Private channel is not allowed."),
    (4021, "Channel has an invalid signature."),
    (4022, "Empty request."),
    (4024, "A verification query is required."),
    (4025, "Client Id is required."),
    (4026, "Wrong request signature."),
    (4029, "Too many connections"),
    (4030, "Wrong ChannelStats Request."),
    (4031, "Wrong ServerStats Request."),
    (4032, "Bad JSON request."),
    (4033, "JSON object doesn't have 'method' property."),
    (4034, "JSON object doesn't have 'params' property."),
    (4035, "Unknown command."),
    (4036, "Wrong Client Id."),
    (1001, "SERVER_DIE"),
];

impl Status {
    /// The close code.
    pub(crate) fn code(self) -> u16 {
        match self {
            Self::WrongChannelId => 4010,
            Self::HistoryUnreadable => 4011,
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
            Self::ClientIdIsRequired => 4025,
            Self::WrongRequestSignature => 4026,
            Self::TooManyConnections => 4029,
            Self::WrongClientId => 4036,
        }
    }

    /// `4010: Wrong Channel Id.`: the close reason and the HTTP body.
    pub(crate) fn reason(self) -> String {
        reason_of(self.code())
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

/// The reason that the servers close with this code; empty for codes that are not theirs.
pub(crate) fn reason_of(code: u16) -> String {
    TEXTS
        .iter()
        .find(|(known, _)| *known == code)
        .map_or_else(String::new, |(code, text)| match code {
            4000.. => format!("{code}: {text}"),
            _ => (*text).to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::{Status, reason_of};

    #[test]
    fn reasons_name_their_code() {
        assert_eq!(Status::WrongChannelId.reason(), "4010: Wrong Channel Id.");
        assert_eq!(Status::HistoryUnreadable.reason(), "4011: Couldn't get last messages.");
        assert_eq!(Status::TooManyConnections.reason(), "4029: Too many connections");
        assert_eq!(Status::TooManyConnections.http().as_u16(), 429);
        assert_eq!(Status::WrongClientId.http().as_u16(), 400);
        assert_eq!((reason_of(1001).as_str(), reason_of(1012).as_str()), ("SERVER_DIE", ""));
    }
}
