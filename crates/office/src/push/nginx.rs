//! Versions 1 and 2: the nginx push-stream module as Bitrix sets it up. History by second and number, no mid, no
//! signatures, refusals with an explanation.

mod publisher;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::FromRequestParts as _;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use percent_encoding::percent_decode_str;
use tokio::time::timeout;

use super::batch;
use super::hub::{Address, Link, Outgoing};
use super::message::{Message, Stamp};
use super::signature::{Channel, any_id};
use super::socket::{self, Ground};
use super::ticket::{Cursor, Framing, Ticket};
use super::{Route, handshake, polling, text};
use crate::clock;
use crate::faults::Fault;
use crate::office::ServerVersion;

/// The longest name of a channel.
const MAX_NAME: usize = 32;
/// The close code of a refusal after the upgrade.
const REFUSED: u16 = 1008;
const NO_CHANNEL: &str = "No channel id provided.";
const TOO_LARGE: &str = "Channel id is too large.";
const EXPIRES: &str = "Thu, 01 Jan 1970 00:00:01 GMT";

/// A channel with the name that it was asked for by.
struct Named {
    name: String,
    address: Address,
}

/// Answers a request.
pub(super) async fn serve(ground: Ground, route: Route, request: Request<Body>) -> Response {
    let (mut parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default().to_owned();
    match (route, parts.method.clone()) {
        (Route::Subscribe, Method::GET) => subscribe(ground, &mut parts, &query).await,
        (Route::Portal, Method::POST | Method::GET | Method::DELETE) => match channels(&query) {
            Ok(channels) => publisher::serve(&ground.hub, &parts.method, &channels, body).await,
            Err(explain) => refused(explain),
        },
        (Route::Stats, Method::GET) => publisher::totals(&ground.hub),
        (Route::Subscribe | Route::Portal | Route::Client | Route::Api | Route::Stats, _) => {
            StatusCode::NOT_FOUND.into_response()
        }
    }
}

async fn subscribe(ground: Ground, parts: &mut Parts, query: &str) -> Response {
    let ticket = channels(query).map(|channels| Ticket {
        channels: channels
            .iter()
            .map(|channel| Channel {
                private: channel.address.id,
                public: None,
            })
            .collect(),
        user: None,
        sender: None,
        framing: Framing::Nginx,
        cursor: stamp(query).map_or(Cursor::Live, Cursor::Since),
    });
    let upgrade = parts.headers.contains_key(header::UPGRADE);
    if let Ok(ticket) = &ticket {
        handshake::note(&ground.hub, upgrade, ticket);
    }
    if !upgrade {
        return match ticket {
            Ok(ticket) => poll(&ground, ticket).await,
            Err(explain) => refused(explain),
        };
    }
    if let Some(response) = handshake::injected(&ground.faults).await {
        return response;
    }
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let late = handshake::late_refusal(&ground.faults);
    let faults = Arc::clone(&ground.faults);
    let response = upgrade.on_upgrade(move |socket: WebSocket| async move {
        match (ticket, late) {
            (_, Some((code, reason))) => socket::refuse(socket, code, reason).await,
            (Err(explain), None) => {
                let reason = format!(r#"{{"http_status": 400, "explain":"{explain}"}}"#);
                socket::refuse(socket, REFUSED, reason).await;
            }
            (Ok(ticket), None) => socket::run(socket, ground, ticket).await,
        }
    });
    handshake::spoiled(&faults, response)
}

async fn poll(ground: &Ground, ticket: Ticket) -> Response {
    let Ground { hub, faults, line } = ground;
    if let Some(response) = polling::injected(faults).await {
        return response;
    }
    let started = clock::now();
    if let Cursor::Since(stamp) = ticket.cursor {
        let mut replay = hub.replay_since(&ticket.channels, stamp, started);
        // With several channels the module answers with the first message alone.
        if ticket.channels.len() > 1 {
            replay.truncate(1);
        }
        if !replay.is_empty() {
            return body(hub.version(), &replay);
        }
        polling::gap(hub, faults).await;
    }
    let mut member = hub.join(&ticket.channels, Link::Poll, None);
    match timeout(hub.tuning().hold, member.inbox.recv()).await {
        Ok(Some(Outgoing::Response(batch::Response::Messages(messages)))) => body(hub.version(), &messages),
        Ok(Some(Outgoing::Deleted(channel))) => plain(text::deleted(&channel)),
        Ok(Some(Outgoing::Close(told))) => polling::closed(told),
        Ok(Some(Outgoing::Reset | Outgoing::Cut)) => polling::ended(line).await,
        Ok(Some(Outgoing::Garbage(_) | Outgoing::Response(_)) | None) => StatusCode::BAD_GATEWAY.into_response(),
        Err(_) if faults.strikes(Fault::PollBareTimeout).is_some() => StatusCode::NOT_MODIFIED.into_response(),
        Err(_) => {
            let given = match ticket.cursor {
                Cursor::Since(stamp) => stamp,
                Cursor::Live | Cursor::After(_) => Stamp {
                    time: started.as_second(),
                    tag: 0,
                },
            };
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            place(hub.version(), given, response.headers_mut());
            response
                .headers_mut()
                .insert(header::EXPIRES, HeaderValue::from_static(EXPIRES));
            response
        }
    }
}

/// Names joined by slashes. The vendor's portal signs them when it has a key; the module knows no signatures, so what
/// follows the first dot is taken off unchecked.
fn channels(query: &str) -> Result<Vec<Named>, &'static str> {
    let text = argument(query, "CHANNEL_ID").unwrap_or_default();
    let names = text
        .split('/')
        .map(|part| part.split_once('.').map_or(part, |(name, _)| name))
        .filter(|name| !name.is_empty());
    let mut channels: Vec<Named> = Vec::new();
    for name in names {
        if name.len() > MAX_NAME {
            return Err(TOO_LARGE);
        }
        if channels.iter().all(|channel| channel.name != name) {
            channels.push(Named {
                name: name.to_owned(),
                address: Address {
                    id: any_id(name),
                    private: true,
                },
            });
        }
    }
    if channels.is_empty() {
        Err(NO_CHANNEL)
    } else {
        Ok(channels)
    }
}

/// Both `time` and `tag`, or no history.
fn stamp(query: &str) -> Option<Stamp> {
    let time = rfc2822::DateTimeParser::new()
        .parse_timestamp(argument(query, "time")?.as_str())
        .ok()?
        .as_second();
    let tag = argument(query, "tag")?.parse().ok()?;
    Some(Stamp { time, tag })
}

/// The module decodes percent signs; a plus stays a plus.
fn argument(query: &str, name: &str) -> Option<String> {
    let value = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

fn body(version: ServerVersion, messages: &[Arc<Message>]) -> Response {
    let mut response = plain(messages.iter().map(|message| text::nginx(message)).collect());
    if let Some(last) = messages.last() {
        place(version, last.stamp, response.headers_mut());
    }
    response
}

fn plain(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/plain")], text).into_response()
}

/// Where the reader stands: the second and the number. Version 1 has no mark for a weak tag.
fn place(version: ServerVersion, stamp: Stamp, headers: &mut HeaderMap) {
    let weak = if version == ServerVersion::V1 { "" } else { "W/" };
    let at = Timestamp::from_second(stamp.time).unwrap_or(Timestamp::UNIX_EPOCH);
    for (name, value) in [
        (header::LAST_MODIFIED, clock::http_date(at)),
        (header::ETAG, format!("{weak}{}", stamp.tag)),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
}

fn refused(explain: &'static str) -> Response {
    let mut response = StatusCode::BAD_REQUEST.into_response();
    response
        .headers_mut()
        .insert("x-nginx-pushstream-explain", HeaderValue::from_static(explain));
    response
}

#[cfg(test)]
mod tests {
    use super::{NO_CHANNEL, TOO_LARGE, channels, stamp};
    use crate::push::message::Stamp;

    #[test]
    fn a_place_needs_both_and_a_plus_is_no_space() {
        let expected = Some(Stamp {
            time: 1_795_304_145,
            tag: 3,
        });
        assert_eq!(stamp("tag=3&time=Sat,%2021%20Nov%202026%2023:35:45%20GMT"), expected);
        assert_eq!(
            stamp("tag=3&time=Sat%2C%2021%20Nov%202026%2023%3A35%3A45%20GMT"),
            expected
        );
        for none in [
            "tag=3",
            "time=Sat,%2021%20Nov%202026%2023:35:45%20GMT",
            "tag=3&time=Sat,+21+Nov+2026+23:35:45+GMT",
            "tag=x&time=Sat,%2021%20Nov%202026%2023:35:45%20GMT",
        ] {
            assert_eq!(stamp(none), None, "{none}");
        }
    }

    #[test]
    fn names_are_short_and_lose_what_follows_the_dot() {
        let names = |query| channels(query).map(|all| all.into_iter().map(|c| c.name).collect::<Vec<_>>());
        assert_eq!(names("CHANNEL_ID=a.sig%2Fb/a").unwrap(), ["a", "b"]);
        assert_eq!(names("x=1"), Err(NO_CHANNEL));
        assert_eq!(names(&format!("CHANNEL_ID={}", "a".repeat(33))), Err(TOO_LARGE));
    }
}
