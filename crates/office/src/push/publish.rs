//! Publishing: who may send what to whom, checked in the order of the real server.

use jiff::Timestamp;

use super::batch::{Command, Receiver, Response, read_request};
use super::hub::{Address, Hub};
use super::message::{Draft, Personal, Sender};
use super::signature::{Id, Trust};
use super::status::Status;
use super::{MAX_PER_REQUEST, batch};
use crate::office::ServerVersion;

/// Executes a binary batch. `own` is the public channel of a client, without which it may do nothing.
pub(crate) fn request(
    hub: &Hub,
    trust: Trust,
    own: Option<Id>,
    bytes: &[u8],
    at: Timestamp,
) -> Result<Option<Response>, Status> {
    let sender = match (trust, own) {
        (Trust::Portal, _) => Sender::Backend,
        (Trust::Client, Some(own)) => Sender::Client(own),
        (Trust::Client, None) => return Err(Status::PublicChannelIdIsRequired),
    };
    let command = read_request(bytes)
        .map_err(|_| Status::WrongRequestData)?
        .ok_or(Status::EmptyRequest)?;
    match command {
        Command::Publish(messages) => {
            publish(hub, trust, sender, messages, at)?;
            Ok(None)
        }
        Command::ChannelStats(channels) => {
            let addresses = resolve(hub, trust, &channels)?;
            Ok(Some(Response::ChannelStats(hub.presence(&addresses))))
        }
        Command::ServerStats | Command::Registration if trust == Trust::Client => Err(Status::CommandIsNotAllowed),
        Command::ServerStats => {
            let totals = hub.totals();
            let json = serde_json::json!({"websockets": totals.sockets, "pollings": totals.polls}).to_string();
            Ok(Some(Response::ServerStats(json)))
        }
        Command::Registration | Command::Unknown => Err(Status::WrongRequestCommand),
    }
}

/// The portal's old way: the body for all channels of CHANNEL_ID.
pub(crate) fn text(hub: &Hub, channels: &str, body: &[u8], expiry: u32, at: Timestamp) -> Result<(), Status> {
    let channels = self::channels(hub, channels)?;
    if channels.len() > MAX_PER_REQUEST {
        return Err(Status::TooManyChannels);
    }
    let to: Vec<Address> = channels.iter().map(|(_, address)| *address).collect();
    let draft = Draft {
        channel: channels.into_iter().next().map(|(name, _)| name).unwrap_or_default(),
        ..Draft::portal(String::from_utf8_lossy(body).into_owned(), expiry)
    };
    hub.publish(&to, draft, at);
    Ok(())
}

/// The channels that the portal names in CHANNEL_ID, each as it spelled it.
pub(super) fn channels(hub: &Hub, text: &str) -> Result<Vec<(String, Address)>, Status> {
    let mut channels: Vec<(String, Address)> = Vec::new();
    for part in text.split('/') {
        let read = match hub.version() {
            ServerVersion::V3 => hub.key().read_channels_1_0(part, Trust::Portal)?,
            ServerVersion::V1 | ServerVersion::V2 | ServerVersion::V4 | ServerVersion::V5 => {
                hub.key().read_channels(part, Trust::Portal)?
            }
        };
        let name = part.split(['.', ':']).next().unwrap_or_default();
        for channel in read {
            let address = Address {
                id: channel.private,
                private: true,
            };
            if channels.iter().all(|(_, known)| *known != address) {
                channels.push((name.to_owned(), address));
            }
        }
    }
    Ok(channels)
}

fn publish(
    hub: &Hub,
    trust: Trust,
    sender: Sender,
    messages: Vec<batch::Incoming>,
    at: Timestamp,
) -> Result<(), Status> {
    if messages.len() > MAX_PER_REQUEST {
        return Err(Status::TooManyMessages);
    }
    if messages.iter().any(|message| message.receivers.is_empty()) {
        return Err(Status::NoChannelsFound);
    }
    let mut resolved = Vec::with_capacity(messages.len());
    for message in messages {
        resolved.push((resolve(hub, trust, &message.receivers)?, message));
    }
    for (to, message) in resolved {
        let draft = Draft {
            body: message.body,
            expiry: message.expiry,
            sender,
            channel: String::new(),
            personal: Personal::default(),
        };
        hub.publish(&to, draft, at);
    }
    Ok(())
}

fn resolve(hub: &Hub, trust: Trust, receivers: &[Receiver]) -> Result<Vec<Address>, Status> {
    if receivers.is_empty() {
        return Err(Status::NoChannelsFound);
    }
    if receivers.len() > MAX_PER_REQUEST {
        return Err(Status::TooManyChannels);
    }
    receivers
        .iter()
        .map(|receiver| {
            let id = <Id>::try_from(receiver.id.as_slice()).ok();
            match trust {
                Trust::Portal => Ok(Address {
                    id: id.ok_or(Status::InvalidChannelId)?,
                    private: receiver.private,
                }),
                Trust::Client if receiver.private => Err(Status::PrivateChannelIsNotAllowed),
                Trust::Client => {
                    let id = id.filter(|id| hub.key().verify_public(*id, &receiver.signature));
                    Ok(Address {
                        id: id.ok_or(Status::InvalidSignature)?,
                        private: false,
                    })
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
