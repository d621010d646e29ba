//! Channel ids, their text form in CHANNEL_ID, and the signatures that the portal and the push server share.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest as _, Sha1};

use super::status::Status;

/// 16 bytes, written as 32 lower-case hex digits.
pub(crate) type Id = [u8; 16];

/// The signature key; without one the server accepts unsigned private channels only.
#[derive(Clone, Debug)]
pub(crate) struct Key(String);

/// One part of CHANNEL_ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Channel {
    /// The private or shared id.
    pub(crate) private: Id,
    /// The public id, if this is the channel of a user.
    pub(crate) public: Option<Id>,
}

/// Who asks: a subscriber must show signatures, the portal needs none for private channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// `/sub/`, `/subws/` and `/rest/`.
    Client,
    /// `/pub/`, which only the portal can reach.
    Portal,
}

impl Key {
    /// The key's bytes are those of the text; an empty text is no key.
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// No key: nothing is signed.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The raw bytes of the key.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Lower-case hex of HMAC-SHA1 over the message; `None` without a key.
    pub(crate) fn sign(&self, message: impl AsRef<[u8]>) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let mac = Hmac::<Sha1>::new_from_slice(self.bytes())
            .ok()?
            .chain_update(message.as_ref());
        Some(hex(&mac.finalize().into_bytes()))
    }

    /// Whether the text is the signature of the message.
    pub(crate) fn verify(&self, message: &[u8], signature: &str) -> bool {
        self.sign(message).is_some_and(|expected| equal(&expected, signature))
    }

    /// `<priv>:<pub>.<signature>` or `<shared>.<signature>`, as the portal gives a channel to its user.
    pub(crate) fn signed_channel(&self, channel: Channel) -> String {
        let text = channel_text(channel);
        self.sign(&text)
            .map_or_else(|| text.clone(), |signature| format!("{text}.{signature}"))
    }

    /// The signature of a public id: over `public:<pub>`.
    pub(crate) fn sign_public(&self, public: Id) -> Option<String> {
        self.sign(format!("public:{}", hex(&public)))
    }

    /// Whether the bytes are the signature of the public id.
    pub(crate) fn verify_public(&self, public: Id, signature: &[u8]) -> bool {
        self.sign_public(public)
            .is_some_and(|expected| equal(&expected, &hex(signature)))
    }

    /// `<id>.<signature>`: how the portal gives any channel to its user below version 4.
    pub(crate) fn signed_id(&self, id: Id) -> String {
        self.signed_channel(Channel {
            private: id,
            public: None,
        })
    }

    /// Reads CHANNEL_ID as the server 1.0 does: 32 letters or digits, a signature of 40; unsigned ones pass from the
    /// portal, and from everybody without a key.
    pub(crate) fn read_channels_1_0(&self, text: &str, trust: Trust) -> Result<Vec<Channel>, Status> {
        let mut channels: Vec<Channel> = Vec::new();
        for part in text.split('/') {
            let (id, signature) = match part.split_once('.') {
                Some((id, signature)) => (id, Some(signature)),
                None => (part, None),
            };
            let well_formed =
                |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_alphanumeric());
            let fits = well_formed(id, 32) && signature.is_none_or(|signature| well_formed(signature, 40));
            let signed = match signature {
                Some(signature) if trust == Trust::Client && !self.is_empty() => self.verify(id.as_bytes(), signature),
                Some(_) => true,
                None => trust == Trust::Portal || self.is_empty(),
            };
            if !fits || !signed {
                return Err(Status::WrongChannelId);
            }
            let channel = Channel {
                private: any_id(id),
                public: None,
            };
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Ok(channels)
    }

    /// Reads CHANNEL_ID; any bad part refuses the whole, and the same channel named twice counts once.
    pub(crate) fn read_channels(&self, text: &str, trust: Trust) -> Result<Vec<Channel>, Status> {
        let mut channels: Vec<Channel> = Vec::new();
        for part in text.split('/') {
            let channel = self.read_channel(part, trust).ok_or(Status::WrongChannelId)?;
            if !channels.contains(&channel) {
                channels.push(channel);
            }
        }
        Ok(channels)
    }

    fn read_channel(&self, part: &str, trust: Trust) -> Option<Channel> {
        let (ids, signature) = match part.split_once('.') {
            Some((ids, signature)) => (ids, Some(signature)),
            None => (part, None),
        };
        if let Some(signature) = signature {
            let hexadecimal = signature.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if !hexadecimal || !(32..=128).contains(&signature.len()) {
                return None;
            }
        }
        let (private, public) = match ids.split_once(':') {
            Some((private, public)) => (private, Some(read_id(public)?)),
            None => (ids, None),
        };
        let channel = Channel {
            private: read_id(private)?,
            public,
        };
        let unsigned_is_enough = public.is_none() && (trust == Trust::Portal || self.is_empty());
        if unsigned_is_enough {
            return Some(channel);
        }
        let expected = self.sign(channel_text(channel))?;
        equal(&expected, signature?).then_some(channel)
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The room of a channel name of any form: older servers do not ask for hex.
pub(crate) fn any_id(name: &str) -> Id {
    read_id(name).unwrap_or_else(|| {
        let mut id = [0; 16];
        id.copy_from_slice(&Sha1::digest(name.as_bytes())[..16]);
        id
    })
}

/// 32 lower-case hex digits as 16 bytes.
pub(crate) fn read_id(text: &str) -> Option<Id> {
    let valid = text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !valid {
        return None;
    }
    let mut id = [0; 16];
    for (index, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(id)
}

fn channel_text(channel: Channel) -> String {
    let private = hex(&channel.private);
    channel
        .public
        .map_or_else(|| private.clone(), |public| format!("{private}:{}", hex(&public)))
}

/// Compares without telling by time where the texts differ.
fn equal(expected: &str, given: &str) -> bool {
    expected.len() == given.len() && expected.bytes().zip(given.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests;
