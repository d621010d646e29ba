//! Servers of version 4 take a binary batch for the public channels of users and answer nothing but statistics.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    super::{Effect, Now, Session},
    Ask, AskError, Pending, Wish, null,
    wish::users,
};
use crate::{
    config::{Config, PublicChannel},
    status::TransportKind,
    transport::Outgoing,
    wire::outgoing::{self, Receiver},
};

/// Largest message that servers take.
const MAX_PAYLOAD: usize = 1 << 20;

impl Session {
    /// The portal answered which public channels users have; `None` when it did not.
    pub(in crate::session) fn public_channels(&mut self, found: Option<BTreeMap<u64, PublicChannel>>, now: Now) {
        self.asking.channels.extend(found.unwrap_or_default());
        for ask in std::mem::take(&mut self.asking.waiting) {
            match self.missing(&users(&ask.what)).first() {
                Some(user) => self.reply(ask.number, Err(AskError::NoChannel(*user))),
                None => self.ask(ask, now),
            }
        }
    }

    /// Server 4: a binary batch.
    pub(super) fn batch(&mut self, ask: Ask, now: Now) {
        let sends = self.config.as_ref().is_some_and(|config| config.server_version == 4);
        let users = users(&ask.what);
        if !sends || users.is_empty() {
            return self.reply(ask.number, Err(AskError::Unsupported));
        }
        let unknown = self.missing(&users);
        if !unknown.is_empty() {
            self.asking.waiting.push(ask);
            return self.effects.push_back(Effect::FindChannels(unknown));
        }
        let channels: Vec<(u64, String, Receiver)> = users
            .iter()
            .filter_map(|user| {
                let channel = self.asking.channels.get(user)?;
                let receiver = Receiver {
                    id: unhex(channel.id.expose())?,
                    signature: unhex(channel.signature.expose())?,
                };
                Some((*user, channel.id.expose().to_ascii_lowercase(), receiver))
            })
            .collect();
        let receivers: Vec<Receiver> = channels.iter().map(|(_, _, receiver)| receiver.clone()).collect();
        let over_socket = self.status.transport == Some(TransportKind::WebSocket);
        if let Wish::Publish(message) = &ask.what {
            let body = json!({"module_id": message.module, "command": message.command, "params": message.params});
            let kind = format!("{}_{}", message.module, message.command);
            let frame = outgoing::publish(&receivers, &body.to_string(), message.expiry, &kind);
            if frame.len() > MAX_PAYLOAD {
                return self.reply(ask.number, Err(AskError::TooMuch));
            }
            if over_socket {
                self.effects.push_back(Effect::Send(Outgoing::Binary(frame)));
                // The server answers nothing; what it does not like it answers by closing the connection.
                return self.reply(ask.number, Ok(null()));
            }
            let endpoints = self.config.as_ref().map(Config::publish_endpoints).unwrap_or_default();
            return self.effects.push_back(Effect::Post {
                endpoints,
                body: frame,
                number: ask.number,
            });
        }
        if !over_socket {
            return self.reply(ask.number, Err(AskError::Unsupported));
        }
        let frame = outgoing::channel_stats(&receivers);
        self.effects.push_back(Effect::Send(Outgoing::Binary(frame)));
        let pending = Pending {
            number: ask.number,
            until: now.instant + self.limits.answer_within,
        };
        let asked = channels.into_iter().map(|(user, id, _)| (user, id)).collect();
        self.asking.stats.push_back((pending, asked));
    }

    fn missing(&self, users: &[u64]) -> Vec<u64> {
        let unknown = users.iter().filter(|user| !self.asking.channels.contains_key(user));
        unknown.copied().collect()
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
