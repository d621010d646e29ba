//! The usual message, read in one pass: what every real server writes, and nothing else.
//!
//! Anything unusual (a number where a text is usual, an empty list for an object, a missing part) is left to the patient
//! readers beside this one, which look at every part for itself and say what was wrong. So a reader here gives a message
//! or nothing, and never a fault.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::value::RawValue;

use super::{
    Body, Message, body, jsonrpc,
    scan::{self, Scan},
};
use crate::{
    event::{Sender, SenderType},
    position::Mid,
};

#[derive(Default)]
struct RawBody<'a> {
    module: Option<Cow<'a, str>>,
    command: Option<Cow<'a, str>>,
    params: Option<&'a str>,
    extra: Option<Extra<'a>>,
}

#[derive(Default)]
struct Extra<'a> {
    server_time: Option<OrNull<Cow<'a, str>>>,
    server_time_unix: Option<OrNull<f64>>,
    revision_web: Option<OrNull<u32>>,
    revision: Option<OrNull<u32>>,
}

#[derive(Default)]
struct Incoming<'a> {
    mid: Option<Cow<'a, str>>,
    body: Option<RawBody<'a>>,
    sender: Option<OrNull<Sender>>,
    user_params: Option<&'a str>,
    dictionary: Option<&'a str>,
}

/// What was there, unless it was null.
struct OrNull<T>(Option<T>);

impl<T> OrNull<T> {
    fn value(self) -> Option<T> {
        self.0
    }
}

/// An envelope of text framing with an id, at the front of a text; and how many bytes it has.
pub(super) fn envelope(text: &str) -> Option<(Message, usize)> {
    let mut scan = Scan::new(text);
    let (mut mid, mut body) = (None, None);
    scan.object(|key, scan| match key {
        "mid" => once(&mut mid, scan.string()?),
        "text" => once(&mut body, RawBody::read(scan)?),
        _ => scan.value().map(drop),
    })?;
    let message = Message {
        mid: Some(Mid::new(&mid?).ok()?),
        moment: None,
        created: None,
        sender: None,
        body: body?.body()?,
        receipt: false,
    };
    Some((message, scan.at()))
}

/// A call of a JSON-RPC server that brings a message.
pub(super) fn packet(text: &str) -> Option<Message> {
    let mut scan = Scan::new(text);
    let (mut method, mut params) = (None, None);
    scan.object(|key, scan| match key {
        "method" => once(&mut method, scan.string()?),
        "params" => once(&mut params, Incoming::read(scan)?),
        _ => scan.value().map(drop),
    })?;
    if method? != jsonrpc::INCOMING || !scan.is_at_end() {
        return None;
    }
    let incoming = params?;
    let mut body = incoming.body?.body()?;
    for more in [incoming.user_params, incoming.dictionary].into_iter().flatten() {
        let more: &RawValue = serde_json::from_str(more).ok()?;
        jsonrpc::merge(&mut body.params, more).ok()?;
    }
    Some(Message {
        mid: Some(Mid::new(&incoming.mid?).ok()?),
        moment: None,
        created: None,
        sender: incoming.sender.and_then(OrNull::value),
        body,
        receipt: true,
    })
}

/// The body of a message.
pub(super) fn body(text: &str) -> Option<Body> {
    let mut scan = Scan::new(text);
    let body = RawBody::read(&mut scan)?;
    scan.is_at_end().then(|| body.body()).flatten()
}

impl<'a> Incoming<'a> {
    fn read(scan: &mut Scan<'a>) -> Option<Self> {
        let mut read = Self::default();
        scan.object(|key, scan| match key {
            "mid" => once(&mut read.mid, scan.string()?),
            "body" => once(&mut read.body, RawBody::read(scan)?),
            "sender" => once(&mut read.sender, sender(scan)?),
            "user_params" => once(&mut read.user_params, scan.value()?),
            "dictionary" => once(&mut read.dictionary, scan.value()?),
            _ => scan.value().map(drop),
        })?;
        Some(read)
    }
}

impl<'a> RawBody<'a> {
    fn read(scan: &mut Scan<'a>) -> Option<Self> {
        let mut read = Self::default();
        scan.object(|key, scan| match key {
            "module_id" => once(&mut read.module, scan.string()?),
            "command" => once(&mut read.command, scan.string()?),
            "params" => once(&mut read.params, scan.value()?),
            "extra" => once(&mut read.extra, Extra::read(scan)?),
            _ => scan.value().map(drop),
        })?;
        Some(read)
    }

    fn body(self) -> Option<Body> {
        let (module, command, extra) = (self.module?, self.command?, self.extra?);
        let server_time = extra.time();
        let revision = extra.revision_web.and_then(OrNull::value);
        let revision = revision.or_else(|| extra.revision?.value());
        if module.is_empty() || command.is_empty() {
            return None;
        }
        Some(Body {
            module: body::module(module.into_owned()),
            command: command.into_owned(),
            params: scan::own(self.params?)?,
            server_time,
            revision,
        })
    }
}

impl<'a> Extra<'a> {
    fn read(scan: &mut Scan<'a>) -> Option<Self> {
        let mut read = Self::default();
        scan.object(|key, scan| match key {
            "server_time" => once(&mut read.server_time, unless_null(scan, Scan::string)?),
            "server_time_unix" => once(&mut read.server_time_unix, unless_null(scan, finite)?),
            "revision_web" => once(&mut read.revision_web, unless_null(scan, whole)?),
            "revision" => once(&mut read.revision, unless_null(scan, whole)?),
            _ => scan.value().map(drop),
        })?;
        Some(read)
    }

    fn time(&self) -> Option<Timestamp> {
        let exact = self.server_time_unix.as_ref().and_then(|unix| body::unix(unix.0?));
        exact.or_else(|| self.server_time.as_ref()?.0.as_ref()?.parse().ok())
    }
}

fn sender(scan: &mut Scan<'_>) -> Option<OrNull<Sender>> {
    unless_null(scan, |scan| {
        let (mut kind, mut id) = (None, None);
        scan.object(|key, scan| match key {
            "type" => once(&mut kind, scan.number()?.parse().ok()?),
            "id" => once(&mut id, unless_null(scan, Scan::string)?),
            _ => scan.value().map(drop),
        })?;
        let id = id.and_then(OrNull::value).map(Cow::into_owned);
        Some(Sender {
            kind: SenderType::from_number(kind?),
            id: id.filter(|id| !id.is_empty()),
        })
    })
}

fn finite(scan: &mut Scan<'_>) -> Option<f64> {
    let number: f64 = scan.number()?.parse().ok()?;
    number.is_finite().then_some(number)
}

fn whole(scan: &mut Scan<'_>) -> Option<u32> {
    scan.number()?.parse().ok()
}

/// Reads a value that may be null.
fn unless_null<'a, T>(scan: &mut Scan<'a>, read: impl FnOnce(&mut Scan<'a>) -> Option<T>) -> Option<OrNull<T>> {
    let value = if scan.null()? { None } else { Some(read(scan)?) };
    Some(OrNull(value))
}

/// Keeps a value; nothing if there was one of this name before.
fn once<T>(slot: &mut Option<T>, value: T) -> Option<()> {
    slot.replace(value).is_none().then_some(())
}
